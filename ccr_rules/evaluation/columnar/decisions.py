"""Indicators, reviews, items, prompts, payments and findings as columns of answers.

Each column is named `RULESET@VERSION/kind/id/part`. Truth is 0, 1 or 2 (false, unknown, true); presence
is 0, 1 or 2 (absent, maybe, present), and -1 for an item that does not concern the person; `possible`
holds one bit for each outcome of an indicator (`outcomes`) or each status of a review (`TIMELINE`).
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import ibis

from ccr_rules.evaluation.columnar.compiler import ColumnCompiler
from ccr_rules.evaluation.columnar.dates import DateColumn
from ccr_rules.evaluation.columnar.logic import (
    Bool,
    Day,
    Truths,
    as_column,
    conjunction,
    every,
    known,
    least,
    negation,
    not_after,
    opposite,
    some,
)
from ccr_rules.evaluation.columnar.scope import Names, ReviewColumns, period_end
from ccr_rules.evaluation.decisions import NOT_APPLICABLE, Decided, decided
from ccr_rules.evaluation.statuses import TIMELINE
from ccr_rules.language.ruleset import Indicator, Item, Prompt, Ruleset

Column = tuple[str, Any]
NOT_CONCERNED = -1
REVIEW_DATES = ("opens", "due", "done", "declined", "until")


def outcomes(indicator: Indicator) -> tuple[Decided, ...]:
    """Return the outcomes that an indicator can have; the place of each is its bit in `possible`."""
    return tuple(dict.fromkeys((*map(decided, indicator.rows), NOT_APPLICABLE)))


class Decisions:
    """The answers of one ruleset as columns over one table of people."""

    def __init__(self, ruleset: Ruleset, compiler: ColumnCompiler, scope: Names, *, prompting: bool) -> None:
        self.ruleset = ruleset
        self.compiler = compiler
        self.scope = scope
        self.prompting = prompting

    def columns(self, reviews: dict[str, ReviewColumns]) -> Iterator[Column]:
        """Yield every column of the answer."""
        for indicator in self.ruleset.indicators.values():
            yield from self._named("indicator", indicator.id, self._indicator(indicator))
        for id_, review in reviews.items():
            yield from self._named("review", id_, _review(review))
        for item in self.ruleset.items.values():
            yield from self._named("item", item.id, self._item(item))
        if self.prompting:
            for prompt in self.ruleset.prompts.values():
                yield self._name("prompt", prompt.id, "truth"), packed(self._prompt(prompt))
        for kind, rules in (("payment", self.ruleset.payments), ("finding", self.ruleset.findings)):
            for id_, rule in rules.items():
                yield self._name(kind, id_, "truth"), packed(self.compiler.condition(rule.when))

    def _name(self, kind: str, id_: str, part: str) -> str:
        return f"{self.ruleset.reference}/{kind}/{id_}/{part}"

    def _named(self, kind: str, id_: str, columns: Iterable[Column]) -> Iterator[Column]:
        for part, column in columns:
            yield self._name(kind, id_, part), column

    def _indicator(self, indicator: Indicator) -> Iterator[Column]:
        inside, rows, met = self.scope.indicator(indicator.id)
        yield "population", packed(inside)
        if inside.possibly is False or not indicator.rows:
            yield "possible", _bits([outcome == NOT_APPLICABLE for outcome in outcomes(indicator)])
            yield "numerator", packed(known(False))
            yield "achievable_until", ibis.null("date")
            return
        yield "possible", _bits(_reached(indicator, inside, rows))
        yield "numerator", packed(met)
        open_ = every((inside.possibly, opposite(met.surely)))
        yield "achievable_until", self._last_chance(indicator, open_)

    def _last_chance(self, indicator: Indicator, open_: Bool) -> Any:
        if indicator.achievable_until is None:
            return ibis.null("date")
        end = period_end(indicator, self.compiler)
        until = self.compiler.date(indicator.achievable_until)
        last = least([until.first, end])
        return _where(every((open_, until.there, not_after(self.scope.people.as_of, last))), last)

    def _item(self, item: Item) -> Iterator[Column]:
        applies = self.compiler.condition(item.applies) if item.applies else known(True)
        if applies.possibly is False:
            yield from _date(DateColumn(False, False, *2 * (self.scope.people.as_of,)), applies.possibly, "")
            return
        seen = self.compiler.date(item.seen)
        value = DateColumn(seen.there, every((seen.sure, applies.surely)), seen.first, seen.last)
        yield from _date(value, applies.possibly, "")

    def _prompt(self, prompt: Prompt) -> Truths:
        """A prompt is shown when its condition holds, its review is not paused, and the person lives."""
        when = conjunction((self.compiler.condition(prompt.when), negation(self.scope.dead)))
        pause = self.ruleset.reviews[prompt.review].pause if prompt.review else None
        if pause is None or when.possibly is False:
            return when
        return conjunction((when, negation(self.compiler.condition(pause))))


def _reached(indicator: Indicator, inside: Truths, rows: Sequence[Truths]) -> list[Bool]:
    """Return which outcomes the first row to hold may give (SEMANTICS 18)."""
    found: dict[Decided, list[Bool]] = {outcome: [] for outcome in outcomes(indicator)}
    undecided: Bool = inside.possibly
    for row, holds in zip(indicator.rows, rows, strict=True):
        found[decided(row)].append(every((undecided, holds.possibly)))
        undecided = every((undecided, opposite(holds.surely)))
    found[NOT_APPLICABLE].append(opposite(inside.surely))
    return [some(each) for each in found.values()]


def _review(review: ReviewColumns) -> Iterator[Column]:
    yield "applies", packed(review.applies)
    yield "possible", _bits([review.statuses.get(status, False) for status in TIMELINE])
    shown = review.may_apply
    yield (
        "paused",
        packed(Truths(every((shown, review.paused.surely)), every((shown, review.paused.possibly)))),
    )
    for name in REVIEW_DATES:
        value = review.dates[name]
        masked = DateColumn(every((shown, value.there)), every((shown, value.sure)), value.first, value.last)
        yield from _date(masked, True, f"{name}_")


def _date(value: DateColumn, concerned: Bool, prefix: str) -> Iterator[Column]:
    presence = packed(Truths(value.sure, value.there))
    if concerned is not True:
        nobody = ibis.literal(NOT_CONCERNED, type="int8")
        presence = nobody if concerned is False else ibis.ifelse(concerned, presence, nobody).cast("int8")
    yield f"{prefix}presence", presence
    there = every((concerned, value.there))
    yield f"{prefix}first", _where(there, value.first)
    yield f"{prefix}last", _where(there, value.last)


def packed(truths: Truths) -> Any:
    """Return a truth, or a presence, as 0, 1 or 2."""
    surely, possibly = truths
    if isinstance(surely, bool) and isinstance(possibly, bool):
        return ibis.literal(surely + possibly, type="int8")
    return (_number(surely) + _number(possibly)).cast("int8")


def _number(value: Bool) -> Any:
    return ibis.literal(int(value), type="int8") if isinstance(value, bool) else value.cast("int8")


def _bits(flags: Sequence[Bool]) -> Any:
    total: Any = ibis.literal(
        sum(1 << place for place, flag in enumerate(flags) if flag is True), type="int32"
    )
    for place, flag in enumerate(flags):
        if not isinstance(flag, bool):
            total = total + flag.cast("int32") * (1 << place)
    return total.cast("int32")


def _where(test: Bool, day: Day) -> Any:
    if isinstance(test, bool):
        return as_column(day) if test else ibis.null("date")
    return ibis.ifelse(test, as_column(day), ibis.null("date"))
