"""Every section of a ruleset, and how a definition of it is taken apart for comparing."""

from collections.abc import Callable, Iterator, Mapping
from typing import Final, NamedTuple

from ccr_rules.governance.changes import ANSWERS, WORDS
from ccr_rules.governance.facets import (
    Facet,
    Facets,
    contents,
    figure,
    grounds,
    length,
    parameter,
    period,
    words,
)
from ccr_rules.language.english.phrases import spoken
from ccr_rules.language.english.process import Process
from ccr_rules.language.ruleset import Ruleset


class Section(NamedTuple):
    """One section: its name, its definitions, and the parts of one of them.

    `is_rule`: its definitions answer something themselves; the others only name what rules use, or explain.
    `is_ordered`: screens and pages show them in their order.
    """

    name: str
    definitions: Callable[[Ruleset], Mapping[str, object]]
    parts: Callable[[Facets, str], Iterator[Facet]]
    is_rule: bool = False
    is_ordered: bool = False


def header(facets: Facets) -> Iterator[Facet]:
    """Yield what the head of a ruleset says; its id and version name the sides of a comparison."""
    ruleset = facets.ruleset
    yield from words("title", ruleset.title)
    yield from words("summary", ruleset.summary)
    yield from words("jurisdiction", ruleset.jurisdiction)
    stops = ANSWERS if ruleset.status == "retired" else WORDS
    yield Facet("status", stops, ruleset.status, ruleset.status, ruleset.status)
    yield period(ruleset)
    if ruleset.base:
        base = ruleset.base
        yield from words("extends", f"{base.ruleset}@{base.version} ({base.digest})")


def _source(facets: Facets, id_: str) -> Iterator[Facet]:
    source = facets.ruleset.sources[id_]
    for part in ("title", "publisher", "url", "date", "note"):
        yield from words(part, getattr(source, part))


def _codelist(facets: Facets, alias: str) -> Iterator[Facet]:
    use = facets.ruleset.codelists[alias]
    text = f"{{list: {use.codelist}, release: {use.release}}}" if use.release else use.codelist
    english = f"{use.codelist}, " + (f"release {use.release}" if use.release else "the newest release")
    yield Facet("list", ANSWERS, text, english, facets.meaning.codelist(alias))


def _parameter(facets: Facets, name: str) -> Iterator[Facet]:
    return parameter(facets.ruleset, name)


def _let(facets: Facets, name: str) -> Iterator[Facet]:
    let = facets.ruleset.lets[name]
    yield from words("title", let.title)
    yield from facets.date("date", let.date)


def _condition(facets: Facets, name: str) -> Iterator[Facet]:
    return facets.test("test", facets.ruleset.conditions[name].test)


def _indicator(facets: Facets, id_: str) -> Iterator[Facet]:
    """Yield the parts of an indicator; its decision rows are compared on their own."""
    indicator = facets.ruleset.indicators[id_]
    yield from words("title", indicator.title)
    yield from facets.test("population", indicator.population)
    yield from facets.date("period end", indicator.period_end)
    yield from facets.test("numerator", indicator.numerator)
    yield from facets.date("achievable until", indicator.achievable_until)
    yield from figure("points", indicator.points)
    if indicator.thresholds:
        low, high = indicator.thresholds
        yield from figure("thresholds", [low, high], f"{low} % to {high} %")
    yield from words("note", indicator.note)
    yield from grounds(indicator.grounds)


def _review(facets: Facets, id_: str) -> Iterator[Facet]:
    review = facets.ruleset.reviews[id_]
    yield from words("title", review.title)
    yield from facets.test("applies", review.applies)
    yield from facets.date("opens", review.opens)
    yield from facets.date("due", review.due)
    yield from length("remind", review.remind)
    if review.until is None:
        yield from figure("until", "never")
    yield from facets.date("until", review.until)
    yield from facets.date("done", review.done)
    yield from facets.date("declined", review.declined)
    yield from facets.test("pause", review.pause)
    for status, text in review.words.items():
        yield from words(f"words for {status}", text)
    yield from facets.lists("record", review.record)
    for kind, items in review.content.items():
        yield from contents(kind, items)
    yield from grounds(review.grounds)


def _step(facets: Facets, id_: str) -> Iterator[Facet]:
    """Yield the parts of a step: nothing of it is evaluated."""
    step = facets.ruleset.process[id_]
    yield from words("title", step.title)
    yield from words("who", ", ".join(step.who))
    yield from words("when", Process(facets.ruleset).time(step))
    yield from words("expects", ", ".join(step.expects))
    yield from words("record", ", ".join(spoken(alias) for alias in step.record))
    yield from grounds(step.grounds)


def _item(facets: Facets, id_: str) -> Iterator[Facet]:
    item = facets.ruleset.items[id_]
    yield from words("title", item.title)
    yield from facets.date("seen", item.seen)
    yield from facets.test("applies", item.applies)
    yield from grounds(item.grounds)


def _decline_reason(facets: Facets, code: str) -> Iterator[Facet]:
    reason = facets.ruleset.decline_reasons[code]
    yield from words("display", reason.display)
    if reason.holds is None:
        yield from figure("holds", "until changed", "until the record changes")
    else:
        yield from length("holds", reason.holds)
    yield from grounds(reason.grounds)


def _prompt(facets: Facets, id_: str) -> Iterator[Facet]:
    prompt = facets.ruleset.prompts[id_]
    yield from facets.test("when", prompt.when)
    yield from figure("review", prompt.review)
    yield from figure("severity", prompt.severity)
    yield from words("summary", prompt.summary.text)
    yield from words("detail", prompt.detail.text if prompt.detail else "")
    yield from facets.lists("record", prompt.record)
    if prompt.decline:
        text = f"[{', '.join(prompt.decline)}]"
        yield Facet("decline", ANSWERS, text, text, str(sorted(prompt.decline)))
    yield from grounds(prompt.grounds)


def _finding(facets: Facets, id_: str) -> Iterator[Facet]:
    finding = facets.ruleset.findings[id_]
    yield from facets.test("when", finding.when)
    yield from figure("severity", finding.severity)
    yield from words("message", finding.message.text)
    yield from grounds(finding.grounds)


def _payment(facets: Facets, id_: str) -> Iterator[Facet]:
    payment = facets.ruleset.payments[id_]
    yield from words("title", payment.title)
    yield from facets.test("when", payment.when)
    yield from figure("amount", f"{payment.amount} {payment.currency}")
    yield from figure("per", payment.per)
    yield from grounds(payment.grounds)


def _not_computable(facets: Facets, id_: str) -> Iterator[Facet]:
    rule = facets.ruleset.not_computable[id_]
    yield from words("title", rule.title)
    yield from words("needs", rule.needs)
    yield from grounds(rule.grounds)


def _date(facets: Facets, name: str) -> Iterator[Facet]:
    return facets.definitions_of_date(name)


SECTIONS: Final = (
    Section("parameters", lambda ruleset: ruleset.parameters, _parameter),
    Section("codelists", lambda ruleset: ruleset.codelists, _codelist),
    Section("let", lambda ruleset: ruleset.lets, _let),
    Section("dates", lambda ruleset: ruleset.dates, _date),
    Section("conditions", lambda ruleset: ruleset.conditions, _condition),
    Section("indicators", lambda ruleset: ruleset.indicators, _indicator, is_rule=True, is_ordered=True),
    Section("reviews", lambda ruleset: ruleset.reviews, _review, is_rule=True, is_ordered=True),
    Section("process", lambda ruleset: ruleset.process, _step, is_ordered=True),
    Section("items", lambda ruleset: ruleset.items, _item, is_rule=True, is_ordered=True),
    Section("prompts", lambda ruleset: ruleset.prompts, _prompt, is_rule=True, is_ordered=True),
    Section(
        "decline_reasons",
        lambda ruleset: ruleset.decline_reasons,
        _decline_reason,
        is_rule=True,
        is_ordered=True,
    ),
    Section("findings", lambda ruleset: ruleset.findings, _finding, is_rule=True, is_ordered=True),
    Section("payments", lambda ruleset: ruleset.payments, _payment, is_rule=True, is_ordered=True),
    Section("not_computable", lambda ruleset: ruleset.not_computable, _not_computable),
    Section("sources", lambda ruleset: ruleset.sources, _source),
)
"""Names first, then the rules that use them, then what explains them."""
