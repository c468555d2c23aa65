"""What each sheet must answer about a case: the engine is asked, so nobody has to work it out by hand."""

from collections.abc import Iterator, Mapping

from ccr_build_sheets.cases import Asked
from ccr_build_sheets.marks import Marks
from ccr_build_sheets.outcomes import NOT_SHOWN, SHOWN, outcome_of
from ccr_rules.dates import MAYBE, PRESENT
from ccr_rules.engine import Engine
from ccr_rules.evaluation.asof import Moment
from ccr_rules.evaluation.decisions import IndicatorState
from ccr_rules.evaluation.groups import prepare
from ccr_rules.evaluation.program import Program, Run
from ccr_rules.governance.case_records import RecordBuilder
from ccr_rules.language.ruleset import Indicator, Ruleset
from ccr_rules.library.library import Library
from ccr_rules.record.entry import Days
from ccr_rules.record.patient import Consultation
from ccr_rules.truth import FALSE, TRUE, UNKNOWN, Truth

Answers = Mapping[str, str]
"""The answer of each sheet, by its mark; a sheet of which the record settles nothing is left out."""


class Asker:
    """Asks the engine about cases, with one ruleset."""

    def __init__(self, ruleset: Ruleset, marks: Marks, library: Library, records: RecordBuilder) -> None:
        self._ruleset = ruleset
        self._marks = marks
        self._records = records
        self._engine = Engine(library)
        self._prepared = prepare([Program(ruleset)], library.codelist)

    def answers(self, asked: Asked) -> Answers:
        """Return what each sheet answers about a case."""
        record = self._records.record(asked.case)
        mode, day = asked.case.mode, Days(asked.day, asked.day)
        contact = Consultation("Encounter/contact", mode, date=day) if mode else None
        moment = Moment(asked.day, asked.day)
        evaluation = self._engine.evaluate_record(record, moment, self._prepared, contact)
        (result,) = evaluation.results
        return {sheet: answer for sheet, answer in self._all(result.run) if answer}

    def _all(self, run: Run) -> Iterator[tuple[str, str]]:
        for id_, sheet in self._marks.alerts.items():
            yield sheet, _either(run.prompts.get(id_, FALSE), SHOWN, NOT_SHOWN)
        for (section, id_), sheet in self._marks.searches.items():
            yield sheet, self._searched(section, id_, run)

    def _searched(self, section: str, id_: str, run: Run) -> str:
        match section:
            case "reviews":
                possible = run.reviews[id_].possible
                return possible[0] if len(possible) == 1 else ""
            case "indicators":
                return _indicator(self._ruleset.indicators[id_], run.indicators[id_])
            case "items":
                seen = run.items[id_]
                if seen is None:
                    return "does not apply"
                if seen.presence is MAYBE:
                    return ""
                return "received" if seen.presence is PRESENT else "not seen"
            case "findings":
                return _either(run.findings[id_], "found", "not found")
            case _:
                return _either(run.payments[id_], "paid", "not paid")


def _either(truth: Truth, yes: str, no: str) -> str:
    return "" if truth is UNKNOWN else yes if truth is TRUE else no


def _indicator(indicator: Indicator, state: IndicatorState) -> str:
    if state.population is not TRUE:
        return _either(state.population, "", "not in it")
    if not indicator.rows:
        return "in it"
    if len(state.possible) > 1:
        return ""
    decided = state.possible[0]
    text = outcome_of(decided.denominator, decided.reason)
    if decided.denominator != "included" or indicator.numerator is None:
        return text
    met = _either(state.numerator, "met", "not met")
    return met and f"{text}, {met}"
