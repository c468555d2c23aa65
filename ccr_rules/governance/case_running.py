"""Asking the engine the questions of a case."""

from collections.abc import Iterator

from ccr_rules.engine import Engine, EvaluatorName
from ccr_rules.errors import Problem
from ccr_rules.evaluation.groups import prepare
from ccr_rules.evaluation.program import Program
from ccr_rules.evaluation.result import Evaluation
from ccr_rules.governance.case_answers import answered
from ccr_rules.governance.case_checking import check_casebook
from ccr_rules.governance.case_coverage import Coverage
from ccr_rules.governance.case_questions import consultation_of, moment_of
from ccr_rules.governance.case_records import RecordBuilder
from ccr_rules.governance.case_results import CaseFailure, Difference
from ccr_rules.governance.cases import Case, Casebook, CaseDay
from ccr_rules.governance.inheritance import own_part
from ccr_rules.language.ruleset import Ruleset
from ccr_rules.library.library import Library
from ccr_rules.record.patient import PatientRecord


class CaseRunner:
    """Runs cases against one ruleset, and remembers what they exercise."""

    def __init__(self, engine: Engine, ruleset: Ruleset, evaluator: EvaluatorName = "reference") -> None:
        self._engine = engine
        self._evaluator = evaluator
        self._ruleset = ruleset
        self._prepared = prepare([Program(ruleset)], engine.library.codelist)
        self._records = _record_builder(engine.library, ruleset)
        self._coverage = Coverage(own_part(ruleset, engine.library), self._records.codelists)

    def check(self, casebook: Casebook) -> tuple[Problem, ...]:
        """Return what the casebook names and nothing has; cases are run only if there is none."""
        return check_casebook(casebook, self._ruleset, self._records)

    def run(self, case: Case) -> tuple[CaseFailure, ...]:
        """Return the days of a case on which the answers differ from what is expected."""
        days = (
            (day, tuple(self._differences(day, evaluation))) for day, evaluation in self.evaluations(case)
        )
        return tuple(CaseFailure(case, day, differences) for day, differences in days if differences)

    def evaluations(self, case: Case) -> Iterator[tuple[CaseDay, Evaluation]]:
        """Yield the answer of each day that a case asks for."""
        record = self._records.record(case)
        for day in case.days:
            evaluation = self._evaluate(case, day, record)
            self._coverage.note(evaluation)
            yield day, evaluation

    @property
    def records(self) -> RecordBuilder:
        """What builds the records of cases, and knows what stands in for a codelist."""
        return self._records

    def gaps(self) -> tuple[str, ...]:
        """Return what no case exercised so far; of an overlay, of what it adds to its base or changes."""
        return self._coverage.gaps()

    def _differences(self, day: CaseDay, evaluation: Evaluation) -> Iterator[Difference]:
        for expected in day.expected:
            came = answered(evaluation, self._ruleset, expected)
            wanted = expected.value if isinstance(expected.value, str) else tuple(sorted(expected.value))
            if came.value != wanted:
                yield Difference(expected, came.value, came.because)

    def _evaluate(self, case: Case, day: CaseDay, record: PatientRecord) -> Evaluation:
        consultation = consultation_of(case, day)
        evaluation = self._engine.evaluate_record(
            record, moment_of(day), self._prepared, consultation, engine=self._evaluator
        )
        if evaluation.opinion:
            evaluation.opinion.insist(f"{case.id}, as of {day.as_of}")
        return evaluation


def _record_builder(library: Library, ruleset: Ruleset) -> RecordBuilder:
    """Return a builder that knows all codelists, those of the ruleset first and in its releases."""
    uses = {use.codelist: use.release for use in ruleset.codelists.values()}
    names = dict.fromkeys([*uses, *library.codelist_names])
    return RecordBuilder(library.codelist(name, uses.get(name)) for name in names)
