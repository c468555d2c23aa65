"""What names stand for over a table of people: the patient's own dates, and what was worked out before."""

from typing import Any, NamedTuple

import ibis
import ibis.expr.types as ir

from ccr_rules.evaluation.asof import Moment
from ccr_rules.evaluation.columnar.compiler import ColumnCompiler, NotYetKnown
from ccr_rules.evaluation.columnar.dates import ABSENT, DateColumn, at_most, before, exactly
from ccr_rules.evaluation.columnar.graph import Node, scan_of
from ccr_rules.evaluation.columnar.keeping import People
from ccr_rules.evaluation.columnar.logic import (
    NEVER,
    Bool,
    Day,
    Truths,
    as_column,
    choose,
    conjunction,
    every,
    known,
    least,
    negation,
    not_after,
)
from ccr_rules.evaluation.columnar.members import undated_first
from ccr_rules.evaluation.columnar.statuses import Statuses, possible_statuses
from ccr_rules.language.ast import DateExpression, PatientField
from ccr_rules.language.ruleset import Bound, Indicator, Review, Ruleset


class Question(NamedTuple):
    """What is asked: the moment (None: each person has one), and whether people carry a consultation."""

    moment: Moment | None
    in_consultation: bool


class ReviewColumns(NamedTuple):
    """What is known of one review; its dates are read only where it may apply."""

    applies: Truths
    may_apply: Bool
    dates: dict[str, DateColumn]
    paused: Truths
    statuses: Statuses


def kept_review(review: ReviewColumns, people: People) -> Any:
    """Keep all that is known of a review; `restored` gives it back."""
    return (
        people.keep_truths(review.applies),
        people.keep(review.may_apply),
        {name: people.keep_date(value) for name, value in review.dates.items()},
        people.keep_truths(review.paused),
        {word: people.keep(flag) for word, flag in review.statuses.items()},
    )


def restored(kept: Any, people: People) -> ReviewColumns:
    """Return a review that was kept."""
    applies, may_apply, dates, paused, statuses = kept
    return ReviewColumns(
        people.truths(applies),
        people.value(may_apply),
        {name: people.date(value) for name, value in dates.items()},
        people.truths(paused),
        {word: people.value(flag) for word, flag in statuses.items()},
    )


class IndicatorColumns(NamedTuple):
    """What is known of one indicator: who is in its population, which rows hold, whether it is met."""

    inside: Truths
    rows: tuple[Truths, ...]
    met: Truths


def kept_indicator(indicator: IndicatorColumns, people: People) -> Any:
    """Keep all that is known of an indicator."""
    inside, rows, met = indicator
    return (
        people.keep_truths(inside),
        tuple(people.keep_truths(holds) for holds in rows),
        people.keep_truths(met),
    )


class PatientScope:
    """The dates that stand in the table of people itself."""

    def __init__(self, people: People, question: Question) -> None:
        self.people = people
        self.question = question

    @property
    def table(self) -> ir.Table:
        """The table as it is now."""
        return self.people.table

    @property
    def as_of(self) -> DateColumn:
        """The day of the question, as a date."""
        return exactly(self.people.as_of)

    def patient_date(self, field: PatientField) -> DateColumn:
        """Return a date of the patient as of the moment; absent when unknown or still to come."""
        days = self._died() if field == "died" else self._days(field)
        there = every((days.there, not_after(days.first, self.people.as_of)))
        sure = every((there, not_after(days.last, self.people.as_of)))
        return DateColumn(there, sure, days.first, least([days.last, self.people.as_of]))

    def _days(self, field: str) -> DateColumn:
        first: Any = self.table[f"{field}_first"]
        there = first.notnull()
        return DateColumn(there, there, first, self.table[f"{field}_last"])

    def _died(self) -> DateColumn:
        """A death without a date was some day between birth and `known_on`."""
        table: Any = self.table
        undated = undated_first(table.born_first, self.people.known_on)
        there = table.died_first.notnull() | table.is_dead
        last = ibis.coalesce(table.died_last, as_column(self.people.known_on))
        return DateColumn(there, there, ibis.coalesce(table.died_first, undated), last)

    @property
    def dead(self) -> Truths:
        """Whether somebody has died by the moment."""
        return self.dead_on(self.people.as_of)

    def dead_on(self, day: Any) -> Truths:
        """Say whether somebody had died by a day."""
        return at_most(self._died(), exactly(day))

    def on_list(self, day: Any) -> Truths:
        """Say whether somebody was registered and living on a day (SEMANTICS 15)."""
        left = at_most(self._days("deregistered"), exactly(day))
        joins = before(exactly(day), self._days("registered"))
        return conjunction((negation(self.dead_on(day)), negation(left), negation(joins)))

    def consultation_date(self) -> DateColumn:
        """Return the day of the consultation; absent outside one."""
        if not self.question.in_consultation:
            return ABSENT
        first: Any = self.table.consulted_first
        there = first.notnull()
        return DateColumn(there, there, first, self.table.consulted_last)

    def consultation_in(self, words: frozenset[str]) -> Bool:
        """Say whether the consultation has one of these modes; outside one it has none."""
        if not self.question.in_consultation:
            return False
        mode: Any = self.table["mode"]
        found: Bool = mode.isin(sorted(words)).fill_null(False)
        return found


class KeptScope(PatientScope):
    """Names that were worked out before, and kept as columns."""

    def __init__(self, people: People, question: Question, kept: dict[Node, Any]) -> None:
        super().__init__(people, question)
        self.kept = kept
        self._dead = people.keep_truths(super().dead)

    @property
    def dead(self) -> Truths:
        """Whether somebody has died by the moment."""
        return self.people.truths(self._dead)

    def date(self, name: str) -> DateColumn:
        """Return a date or let."""
        return self.people.date(self.kept[Node("date", name)])

    def condition(self, name: str) -> Truths:
        """Return a named condition."""
        return self.people.truths(self.kept[Node("condition", name)])

    def statuses(self, review: str) -> Statuses:
        """Return the possible statuses of a review."""
        return self.review(review).statuses

    def review(self, id_: str) -> ReviewColumns:
        """Return all that was kept of a review."""
        return restored(self.kept[Node("review", id_)], self.people)

    def indicator(self, id_: str) -> IndicatorColumns:
        """Return all that was kept of an indicator."""
        inside, rows, met = self.kept[Node("indicator", id_)]
        truths = self.people.truths
        return IndicatorColumns(truths(inside), tuple(truths(holds) for holds in rows), truths(met))


class NobodyScope(PatientScope):
    """People without any entry of some codelists, the anchors: their dates are absent.

    A date of another codelist is not known here: `NotYetKnown` names the codelist.
    """

    def __init__(self, people: People, question: Question, ruleset: Ruleset, anchors: frozenset[str]) -> None:
        super().__init__(people, question)
        self.ruleset = ruleset
        self.anchors = anchors
        self.compiler = ColumnCompiler(ruleset, self)

    def date(self, name: str) -> DateColumn:
        """Return a date or let."""
        definition = self.ruleset.dates.get(name)
        if definition is None:
            return self.compiler.date(self.ruleset.lets[name].date)
        self._check(definition.codelist, definition.lower, definition.upper)
        return ABSENT

    def condition(self, name: str) -> Truths:
        """Return a named condition."""
        test = self.ruleset.conditions[name].test
        if scan_of(self.ruleset, Node("condition", name)) is None:
            return self.compiler.condition(test)  # type: ignore[arg-type]
        self._check(test.codelist, test.lower, test.upper)  # type: ignore[union-attr]
        return NEVER

    def _check(self, alias: str, lower: Bound | None, upper: Bound | None) -> None:
        codelist = self.ruleset.codelists[alias].codelist
        if codelist in self.anchors:
            return
        dates = [self.compiler.date(bound.date) for bound in (lower, upper) if bound is not None]
        if all(each.there is not False for each in dates):
            raise NotYetKnown(codelist)

    def statuses(self, review: str) -> Statuses:
        """Return the possible statuses of a review."""
        return self.review(review).statuses

    def review(self, id_: str) -> ReviewColumns:
        """Return what is to be said of a review."""
        return review_columns(self.ruleset.reviews[id_], self.compiler, self)

    def indicator(self, id_: str) -> IndicatorColumns:
        """Return what is to be said of an indicator."""
        return indicator_columns(self.ruleset.indicators[id_], self.compiler, self)


def indicator_columns(
    indicator: Indicator, compiler: ColumnCompiler, scope: PatientScope
) -> IndicatorColumns:
    """Return the columns of one indicator; its rows count only where somebody may be in its population."""
    member = compiler.condition(indicator.population)
    if member.possibly is False:
        return IndicatorColumns(member, (), NEVER)
    day = least([scope.people.as_of, period_end(indicator, compiler)])
    inside = conjunction((member, scope.on_list(day)))
    if not indicator.rows:
        return IndicatorColumns(inside, (), NEVER)
    rows = tuple(compiler.condition(row.test) if row.test else known(True) for row in indicator.rows)
    met = compiler.condition(indicator.numerator) if indicator.numerator else NEVER
    return IndicatorColumns(inside, rows, met)


def period_end(indicator: Indicator, compiler: ColumnCompiler) -> Day:
    """Return the last day of an indicator's period; without one, the day of the question."""
    today = compiler.scope.as_of.first
    if indicator.period_end is None:
        return today
    period = compiler.date(indicator.period_end)
    return choose(period.there, period.last, today)


def review_columns(review: Review, compiler: ColumnCompiler, scope: PatientScope) -> ReviewColumns:
    """Return the columns of one review."""
    applies = compiler.condition(review.applies)
    living = conjunction((applies, negation(scope.dead)))
    if living.possibly is False:
        return not_applicable(applies)
    opens = compiler.date(review.opens)
    if opens.there is False:
        return not_applicable(applies)

    def optional(expression: DateExpression | None) -> DateColumn:
        return compiler.date(expression) if expression else ABSENT

    due, done = compiler.date(review.due), compiler.date(review.done)
    declined, until = optional(review.declined), optional(review.until)
    statuses = possible_statuses(living, opens, due, done, declined, until, review.remind, scope.people.as_of)
    paused = compiler.condition(review.pause) if review.pause else NEVER
    dates = {"opens": opens, "due": due, "done": done, "declined": declined, "until": until}
    return ReviewColumns(applies, every((living.possibly, opens.there)), dates, paused, statuses)


def not_applicable(applies: Truths) -> ReviewColumns:
    """Return the columns of a review that concerns nobody here."""
    absent = dict.fromkeys(("opens", "due", "done", "declined", "until"), ABSENT)
    return ReviewColumns(applies, False, absent, NEVER, {"not applicable": True})


Names = KeptScope | NobodyScope
"""Either scope."""
