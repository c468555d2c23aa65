"""Rulesets and records drawn by Hypothesis, with so few different days that windows are hit.

A ruleset is drawn from its names upwards: each definition may use those drawn before it, so there
are no cycles. Every node type of the language can be drawn; `test_drawing` sees to that.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import get_args

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy
from msgspec.structs import replace

from ccr_rules import Consultation, Days, Entry, PatientRecord
from ccr_rules.dates import Duration, on, span
from ccr_rules.language import ast
from ccr_rules.language.rewrite import rewritten
from ccr_rules.language.ruleset import (
    REVIEW_STATUSES,
    Apart,
    Bound,
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
from ccr_rules.record.patient import KINDS, Mode
from tests.semantics.oracle.worlds import Drawn, Question
from tests.semantics.tiny_library import coded

CALENDAR = tuple(
    date.fromisoformat(day)
    for day in (
        "2023-02-28",
        "2023-03-01",
        "2023-12-31",
        "2024-01-30",
        "2024-01-31",
        "2024-02-27",
        "2024-02-28",
        "2024-02-29",
        "2024-03-01",
        "2024-03-30",
        "2024-03-31",
    )
)
"""Month ends, a leap day, a year end: where calendar arithmetic is easily wrong."""

LISTS = {"D": "diagnosis", "R": "review", "S": "support", "I": "invitation"}
FOUND_IN = {
    "diagnosis": ("Condition", "Observation"),
    "review": ("Encounter", "Observation"),
    "support": ("Encounter", "Observation"),
    "invitation": ("Communication",),
}
"""As `tests/semantics/library` has it; written down again, so that the oracle does not ask the engine."""

EPISODES: tuple[Episode, ...] = ("first", "new", "review", "unstated", "other")
STATES: tuple[EntryState, ...] = ("done", "declined")
MODES: tuple[Mode, ...] = ("telephone", "administrative", "unknown")
OPERATORS: SearchStrategy[ast.Comparison] = st.sampled_from(get_args(ast.Comparison))
REVIEW_DATES: SearchStrategy[ast.ReviewDateField] = st.sampled_from(get_args(ast.ReviewDateField))
OUTCOMES: SearchStrategy[Outcome] = st.sampled_from(get_args(Outcome))
SEVERITIES: SearchStrategy[Severity] = st.sampled_from(get_args(Severity))
ALIASES = st.sampled_from("DDDRRRSI")
"""Mostly diagnoses and reviews, so that several entries of a list meet in one window."""

GROUNDS = Grounds(choice="drawn")
DAYS = st.sampled_from(CALENDAR)
DURATIONS = st.sampled_from(
    [
        Duration(0, "day"),
        Duration(1, "day"),
        Duration(2, "day"),
        Duration(1, "week"),
        Duration(1, "month"),
        Duration(2, "month"),
        Duration(1, "year"),
    ]
)
PARTIAL = {"2024-02": (date(2024, 2, 1), date(2024, 2, 29))}


# --- expressions -----------------------------------------------------------------------------------


@dataclass
class Names:
    """What has been drawn so far and may be used."""

    exact_literals: bool
    dates: dict[str, Extreme] = field(default_factory=dict)
    lets: dict[str, Let] = field(default_factory=dict)
    conditions: dict[str, Condition] = field(default_factory=dict)
    reviews: dict[str, Review] = field(default_factory=dict)


def literals(exact: bool) -> SearchStrategy[ast.DateLiteral]:
    days = DAYS.map(lambda day: ast.DateLiteral(on(day), day.isoformat()))
    months = st.sampled_from(list(PARTIAL)).map(lambda text: ast.DateLiteral(span(*PARTIAL[text]), text))
    return days if exact else days | months


@st.composite
def date_expressions(draw: DrawFn, names: Names, depth: int = 2) -> ast.DateExpression:
    named = [*names.dates, *names.lets]
    kinds = ["name", "name", "name", "name"] if named else []
    kinds += ["review"] if names.reviews else []
    kinds += ["shift", "shift", "choice"] if depth else []
    match draw(st.sampled_from([*kinds, "literal", "as_of", "patient", "consultation"])):
        case "name":
            return ast.DateName(draw(st.sampled_from(named)))
        case "review":
            return ast.ReviewDate(draw(st.sampled_from(list(names.reviews))), draw(REVIEW_DATES))
        case "shift":
            inner = draw(date_expressions(names, depth - 1))
            return ast.Shift(inner, draw(st.sampled_from((1, -1))), draw(DURATIONS))
        case "choice":
            several = st.lists(date_expressions(names, depth - 1), min_size=2, max_size=3)
            return ast.Choice(draw(st.sampled_from(("later", "earlier", "coalesce"))), tuple(draw(several)))
        case "as_of":
            return ast.AsOf()
        case "patient":
            return ast.PatientDate(draw(st.sampled_from(("born", "died", "registered", "deregistered"))))
        case "consultation":
            return ast.ConsultationDate()
        case _:
            return draw(literals(names.exact_literals))


@st.composite
def condition_expressions(draw: DrawFn, names: Names, depth: int = 2) -> ast.ConditionExpression:
    dates = date_expressions(names, 1)
    kinds = ["name", "name"] if names.conditions else []
    kinds += ["status", "status"] if names.reviews else []
    kinds += ["logic", "logic", "logic"] if depth else []
    match draw(
        st.sampled_from([*kinds, "compare", "compare", "compare", "between", "null", "mode", "literal"])
    ):
        case "name":
            return ast.ConditionName(draw(st.sampled_from(list(names.conditions))))
        case "status":
            words = st.frozensets(st.sampled_from(REVIEW_STATUSES), min_size=1, max_size=4)
            return ast.StatusIn(draw(st.sampled_from(list(names.reviews))), draw(words))
        case "logic":
            return draw(combinations(names, depth - 1))
        case "compare":
            return ast.Compare(draw(OPERATORS), draw(dates), draw(dates | bounds_of(names)))
        case "between":
            return ast.Between(draw(dates), draw(dates | bounds_of(names)), draw(dates))
        case "null":
            return ast.IsNull(draw(dates), draw(st.booleans()))
        case "mode":
            modes = st.frozensets(st.sampled_from([str(mode) for mode in MODES]), min_size=1)
            return ast.ConsultationIn("mode", draw(modes))
        case _:
            return ast.BooleanLiteral(draw(st.booleans()))


def combinations(names: Names, depth: int) -> SearchStrategy[ast.Not | ast.And | ast.Or]:
    several = st.lists(condition_expressions(names, depth), min_size=2, max_size=3).map(tuple)
    inverted = condition_expressions(names, depth).map(ast.Not)
    return inverted | st.builds(ast.And, several) | st.builds(ast.Or, several)


def bounds_of(names: Names) -> SearchStrategy[ast.DateExpression]:
    """Draw a bound of some window, so that the identity of SEMANTICS 6 is met."""
    bounds = [
        bound.date for each in names.dates.values() for bound in (each.lower, each.upper) if bound is not None
    ]
    return st.sampled_from(bounds) if bounds else st.nothing()


# --- definitions -----------------------------------------------------------------------------------


def bounds(names: Names) -> SearchStrategy[Bound | None]:
    return st.none() | st.builds(Bound, date_expressions(names, 1), st.booleans())


@st.composite
def extremes(draw: DrawFn, name: str, names: Names) -> Extreme:
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
    alias = draw(ALIASES)
    lower, upper = draw(bounds(names)), draw(bounds(names))
    return Apart(alias, draw(DURATIONS), lower, upper, draw(st.sampled_from((False, False, True))))


@st.composite
def reviews(draw: DrawFn, id_: str, names: Names) -> Review:
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
def anchored(draw: DrawFn, opens: ast.DateExpression, names: Names) -> ast.DateExpression:
    """Draw a date that is there whenever `opens` is, as the checker asks of `due`."""
    date_ = ast.Shift(opens, draw(st.sampled_from((1, 1, 1, -1))), draw(DURATIONS))
    if draw(st.booleans()):
        return date_
    other = draw(date_expressions(names, 1))
    return ast.Choice(draw(st.sampled_from(("later", "earlier", "coalesce"))), (date_, other))


@st.composite
def indicators(draw: DrawFn, id_: str, names: Names) -> Indicator:
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


# --- records ---------------------------------------------------------------------------------------


@st.composite
def intervals(draw: DrawFn, exact: bool) -> Days:
    first = draw(DAYS)
    if exact or draw(st.booleans()):
        return Days(first, first)
    place = CALENDAR.index(first)
    return Days(first, CALENDAR[min(place + draw(st.integers(1, 3)), len(CALENDAR) - 1)])


@st.composite
def drawn_entries(draw: DrawFn, number: int, theme: str, exact: bool) -> Drawn:
    words: Mapping[str, tuple[str | None, str | None]] = {
        "diagnosis": ("diagnosis", "primary"),
        "diagnosis:metastasis": ("diagnosis", "metastasis"),
        "review": ("review", None),
        "support": ("support", None),
        "invitation": ("invitation", None),
        "asthma": (None, None),
    }
    guessed: Mapping[str, tuple[str | None, str | None]] = {
        "diagnosis?": ("diagnosis", "primary"),
        "review?": ("review", None),
    }
    known = dict(words) if exact else {**words, **guessed}
    word = draw(st.sampled_from([*known, *[theme] * len(known)]))
    codelist, class_ = known[word]
    kind = draw(st.sampled_from(FOUND_IN[codelist] if codelist else ("Condition",)))
    if draw(st.integers(0, 19)) == 0:
        kind, codelist = "Flag", None  # no list is found there
    codings, text = coded(word)
    clinical = draw(intervals(exact))
    entered = st.just(clinical) | intervals(exact)
    recorded = draw(entered if exact else st.none() | st.none() | entered)
    lost = not exact and draw(st.integers(0, 7)) == 0
    entry = Entry(
        reference=f"{kind}/{number}",
        kind=kind,
        codings=codings,
        text=text,
        clinical=None if lost else clinical,
        recorded=recorded,
        episode=draw(st.sampled_from(EPISODES)),
        state=draw(st.sampled_from(("done", "done", "done", "declined"))),
        certain=exact or draw(st.integers(0, 2)) > 0,
    )
    return Drawn(entry, codelist, class_, surely_member=word not in guessed)


@st.composite
def questions(draw: DrawFn, *, exact: bool = False) -> Question:
    """Draw a record and its two days; `exact` ones are known to the day and wholly supplied."""
    count = draw(st.sampled_from((3, 4, 2, 5, 1, 0)))
    theme = draw(st.sampled_from(("diagnosis", "review")))
    drawn = tuple(draw(drawn_entries(number, theme, exact)) for number in range(count))
    kinds = ("Condition", "Observation", "Encounter", "Communication")
    withheld = frozenset() if exact else draw(st.sampled_from([frozenset(), frozenset(), frozenset({"x"})]))
    if withheld:
        withheld = draw(st.frozensets(st.sampled_from(kinds), min_size=1, max_size=2))
    maybe_days = st.none() | st.none() | intervals(exact)
    died = draw(st.none() | st.none() | maybe_days)
    is_dead = died is not None or (not exact and draw(st.integers(0, 9)) == 0)
    as_of = draw(st.just(CALENDAR[-1]) | DAYS)
    in_consultation = draw(st.booleans())
    record = PatientRecord(
        reference="Patient/p1",
        entries=tuple(each.entry for each in drawn),
        born=draw(maybe_days),
        died=died,
        is_dead=is_dead,
        registered=draw(maybe_days),
        deregistered=draw(maybe_days),
        supplied=frozenset(KINDS) - withheld,
    )
    return Question(
        record=record,
        drawn=drawn,
        as_of=as_of,
        known_on=draw(st.just(as_of) | st.just(CALENDAR[-1]) | DAYS),
        calendar=CALENDAR,
        missing=frozenset(name for name, places in FOUND_IN.items() if withheld & set(places)),
        literals={} if exact else {text: Days(*days) for text, days in PARTIAL.items()},
        consultation=draw(intervals(exact)) if in_consultation and draw(st.booleans()) else None,
        mode=draw(st.sampled_from(MODES)) if in_consultation else None,
    )


def consultation_of(question: Question) -> Consultation | None:
    if question.mode is None:
        return None
    mode = next(each for each in MODES if each == question.mode)
    return Consultation("Encounter/now", mode, "", question.consultation)
