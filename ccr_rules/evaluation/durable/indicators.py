"""Indicators as questions: the population is the row before all others (SEMANTICS 18 and 19)."""

from collections.abc import Iterator

from ccr_rules.evaluation.compiler import ExpressionCompiler
from ccr_rules.evaluation.decisions import (
    NOT_APPLICABLE,
    Decided,
    IndicatorState,
    decided,
    last_chance,
    period_end,
)
from ccr_rules.evaluation.durable.conditions import Conditions, conjunction
from ccr_rules.evaluation.durable.inputs import Inputs
from ccr_rules.evaluation.durable.people import listed
from ccr_rules.evaluation.durable.questions import Fired, Question, truth_rules
from ccr_rules.evaluation.durable.ways import Ways, both
from ccr_rules.evaluation.frame import Frame
from ccr_rules.language.ruleset import Indicator
from ccr_rules.truth import FALSE, TRUE


class IndicatorQuestion:
    """One indicator: what is asked, and how the answer is read."""

    def __init__(self, indicator: Indicator, compiler: ExpressionCompiler) -> None:
        inputs = Inputs()
        end_of = period_end(indicator, compiler)
        self._indicator = indicator
        self._conditions = Conditions(compiler, inputs)
        on_list = listed(inputs, lambda frame: min(frame.as_of, end_of(frame)))
        self._population = conjunction(self._conditions.formula(indicator.population), on_list)
        self._last_chance = last_chance(indicator, compiler)
        self.question = Question(f"indicator/{indicator.id}", inputs, self._rules())

    def _rules(self) -> Iterator[tuple[str, Ways]]:
        yield from truth_rules("population", self._population)
        yield "not applicable", self._population("not surely")
        yield from self._rows()
        if self._indicator.numerator:
            yield from truth_rules("numerator", self._conditions.formula(self._indicator.numerator))

    def _rows(self) -> Iterator[tuple[str, Ways]]:
        """Row i fires if no earlier row is sure and row i is possible (SEMANTICS 26)."""
        undecided = self._population("possibly")
        for number, row in enumerate(self._indicator.rows, start=1):
            if row.test is None:
                yield f"row {number}", undecided
                break
            test = self._conditions.formula(row.test)
            yield f"row {number}", both(undecided, test("possibly"))
            undecided = both(undecided, test("not surely"))

    def state(self, frame: Frame, fired: Fired) -> IndicatorState:
        """Return what the rules that fired decide. Raises ImpossibleAnswer."""
        population = self.question.truth("population", fired)
        possible = tuple(dict.fromkeys(self._possible(fired)))
        if (NOT_APPLICABLE in possible) is (population is TRUE):
            raise self.question.impossible(f"population {population}, and {len(possible)} outcomes")
        if population is FALSE or not self._indicator.rows:
            return IndicatorState(population, (NOT_APPLICABLE,), FALSE, None)
        met = self.question.truth("numerator", fired)
        return IndicatorState(population, possible, met, None if met is TRUE else self._last_chance(frame))

    def _possible(self, fired: Fired) -> Iterator[Decided]:
        for number, row in enumerate(self._indicator.rows, start=1):
            if f"row {number}" in fired:
                yield decided(row)
        if "not applicable" in fired:
            yield NOT_APPLICABLE
