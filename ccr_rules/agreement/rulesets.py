"""Rulesets drawn by Hypothesis from their names upwards: each definition may use those drawn before it."""

from datetime import date
from decimal import Decimal
from typing import get_args

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy
from msgspec.structs import replace

from ccr_rules.agreement.expressions import (
    Names,
    anchored,
    bounds,
    condition_expressions,
    date_expressions,
    literals,
)
from ccr_rules.agreement.small_world import DURATIONS, LISTS
from ccr_rules.dates import Duration
from ccr_rules.language import ast
from ccr_rules.language.rewrite import rewritten
from ccr_rules.language.ruleset import (
    Apart,
    CodelistUse,
    Condition,
    DeclineReason,
    Extreme,
    Finding,
    Grounds,
    Indicator,
    Item,
    Let,
    Outcome,
    Payment,
    Placeholder,
    Prompt,
    Review,
    Row,
    Ruleset,
    Severity,
    Template,
)
from ccr_rules.record.entry import EntryState, Episode

OUTCOMES: SearchStrategy[Outcome] = st.sampled_from(get_args(Outcome))
SEVERITIES: SearchStrategy[Severity] = st.sampled_from(get_args(Severity))
ALIASES = st.sampled_from("DDDRRRSI")
"""Mostly diagnoses and reviews, so that several entries of a list meet in one window."""
GROUNDS = Grounds(choice="drawn")


@st.composite
def extremes(draw: DrawFn, name: str, names: Names) -> Extreme:
    """Draw an `earliest` or `latest`."""
    alias = draw(ALIASES)
    classes: frozenset[str] = frozenset()
    if alias == "D":
        classes = draw(st.sampled_from([frozenset(), frozenset({"primary"}), frozenset({"metastasis"})]))
    episodes: list[frozenset[Episode]] = [frozenset(), frozenset(), frozenset({"first", "new"})]
    states: list[frozenset[EntryState]] = [frozenset({"done"}), frozenset({"done"}), frozenset({"declined"})]
    return Extreme(
        name=name,
        pick=draw(st.sampled_from(("earliest", "latest"))),
        codelist=alias,
        classes=classes,
        episodes=draw(st.sampled_from(episodes)),
        states=draw(st.sampled_from(states)),
        lower=draw(bounds(names)),
        upper=draw(bounds(names)),
        on=draw(st.sampled_from(("clinical", "clinical", "recorded"))),
        assume_none=draw(st.sampled_from((False, False, False, True))),
    )


@st.composite
def aparts(draw: DrawFn, names: Names) -> Apart:
    """Draw an `apart`."""
    alias = draw(ALIASES)
    lower, upper = draw(bounds(names)), draw(bounds(names))
    return Apart(alias, draw(DURATIONS), lower, upper, draw(st.sampled_from((False, False, True))))


@st.composite
def reviews(draw: DrawFn, id_: str, names: Names) -> Review:
    """Draw a review."""
    opens = draw(date_expressions(names, 1))
    due = draw(anchored(opens, names))
    optional_date = st.none() | date_expressions(names, 1)
    return Review(
        id=id_,
        title=f"Review {id_}",
        applies=draw(condition_expressions(names, 1)),
        opens=opens,
        due=due,
        remind=draw(DURATIONS),
        until=draw(st.none() | anchored(opens, names)),
        done=draw(date_expressions(names, 1)),
        declined=draw(optional_date),
        pause=draw(st.none() | condition_expressions(names, 1)),
        words={"overdue": "suggested date passed"},
        record=("R", "S"),
        grounds=GROUNDS,
    )


@st.composite
def indicators(draw: DrawFn, id_: str, names: Names) -> Indicator:
    """Draw an indicator; one without rows is a register."""
    tests = draw(st.lists(condition_expressions(names, 1), max_size=3))
    rows = [Row(test, draw(OUTCOMES), draw(st.sampled_from(("A", "B", None)))) for test in tests]
    if draw(st.sampled_from((True, True, False))):
        rows.append(Row(None, "include"))
    else:
        rows = []
    numerator = draw(condition_expressions(names, 1)) if rows else None
    period_end = draw(st.none() | literals(exact=True))
    achievable = draw(st.none() | date_expressions(names, 1)) if rows else None
    population = draw(condition_expressions(names, 1))
    return Indicator(id_, f"Indicator {id_}", population, tuple(rows), numerator, period_end, achievable)


@st.composite
def prompts(draw: DrawFn, id_: str, names: Names) -> Prompt:
    """Draw a prompt."""
    parts: list[str | Placeholder] = ["Suggested by "]
    review = draw(st.none() | st.sampled_from(list(names.reviews))) if names.reviews else None
    if names.dates:
        parts.append(Placeholder("date", date=ast.DateName(next(iter(names.dates)))))
    if review:
        parts.append(Placeholder("status", review=review, field="status"))
        parts.append(Placeholder("says", review=review, field="says"))
        parts.append(Placeholder("days_left", review=review, field="days_left"))
    parts.append(Placeholder("window", text="3 months"))
    text = Template("", tuple(parts))
    when = draw(condition_expressions(names))
    severity = draw(SEVERITIES)
    return Prompt(id_, when, severity, text, text, review, ("R", "S"), ("not-now", "never"), GROUNDS)


@st.composite
def rulesets(draw: DrawFn, *, exact_literals: bool = False) -> Ruleset:
    """Draw a ruleset as its author would have written it, before SEMANTICS 6 is applied."""
    names = Names(exact_literals)
    for number in range(draw(st.integers(1, 6))):
        _define(draw, number, names)
    findings = {
        "F": Finding("F", draw(condition_expressions(names)), "info", Template("", ("found",)), GROUNDS)
    }
    pay = draw(condition_expressions(names))
    return Ruleset(
        id="drawn",
        version="2024.1.0",
        title="Drawn",
        jurisdiction="GB-ENG",
        status="draft",
        in_force_from=date(1900, 1, 1),
        in_force_to=None,
        digest="sha256:drawn",
        codelists={alias: CodelistUse(alias, name) for alias, name in LISTS.items()},
        lets=names.lets,
        dates=names.dates,
        conditions=names.conditions,
        reviews=names.reviews,
        indicators={"CAN": draw(indicators("CAN", names))},
        items={
            "plan": Item(
                "plan",
                "Plan",
                draw(date_expressions(names, 1)),
                GROUNDS,
                draw(st.none() | condition_expressions(names, 1)),
            )
        },
        decline_reasons={
            "not-now": DeclineReason("not-now", "Not now", Duration(14, "day"), GROUNDS),
            "never": DeclineReason("never", "Never", None, GROUNDS),
        },
        prompts={"P": draw(prompts("P", names)), "Q": draw(prompts("Q", names))},
        payments={"money": Payment("money", "Money", pay, Decimal(5), "GBP", "year", GROUNDS)},
        findings=findings,
    )


def _define(draw: DrawFn, number: int, names: Names) -> None:
    kind = draw(st.sampled_from(("date", "date", "date", "let", "condition", "apart", "review")))
    name = f"{kind}{number}"
    match kind:
        case "date":
            names.dates[name] = draw(extremes(name, names))
        case "let":
            names.lets[name] = Let(name, draw(date_expressions(names)))
        case "condition":
            names.conditions[name] = Condition(name, draw(condition_expressions(names)))
        case "apart":
            names.conditions[name] = Condition(name, draw(aparts(names)))
        case _:
            names.reviews[name] = draw(reviews(name, names))


def as_loaded(ruleset: Ruleset) -> Ruleset:
    """Return a ruleset as loading leaves it: with the identity of SEMANTICS 6 applied."""
    dates = ruleset.dates

    def seen(condition: ast.ConditionExpression) -> ast.ConditionExpression:
        return rewritten(condition, dates)

    def loaded(name: str, condition: Condition) -> Condition:
        test = condition.test
        return condition if isinstance(test, Apart) else Condition(name, seen(test))

    def indicator(each: Indicator) -> Indicator:
        rows = tuple(replace(row, test=seen(row.test) if row.test else None) for row in each.rows)
        numerator = seen(each.numerator) if each.numerator else None
        return replace(each, population=seen(each.population), rows=rows, numerator=numerator)

    return replace(
        ruleset,
        conditions={name: loaded(name, each) for name, each in ruleset.conditions.items()},
        reviews={
            id_: replace(each, applies=seen(each.applies), pause=seen(each.pause) if each.pause else None)
            for id_, each in ruleset.reviews.items()
        },
        indicators={id_: indicator(each) for id_, each in ruleset.indicators.items()},
        items={
            id_: replace(each, applies=seen(each.applies) if each.applies else None)
            for id_, each in ruleset.items.items()
        },
        prompts={id_: replace(each, when=seen(each.when)) for id_, each in ruleset.prompts.items()},
        payments={id_: replace(each, when=seen(each.when)) for id_, each in ruleset.payments.items()},
        findings={id_: replace(each, when=seen(each.when)) for id_, each in ruleset.findings.items()},
    )
