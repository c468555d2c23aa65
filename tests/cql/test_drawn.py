"""CQL agrees with the reference evaluator on rulesets and records that nobody chose."""

import msgspec
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from ccr_rules import Days, Engine, Evaluation, PatientRecord
from ccr_rules.agreement.codelists import tiny_library
from ccr_rules.agreement.people import Question, consultation_of, questions
from ccr_rules.agreement.rulesets import as_loaded, rulesets
from ccr_rules.evaluation.asof import Moment
from ccr_rules.evaluation.groups import prepare
from ccr_rules.evaluation.program import Program
from ccr_rules.language.ruleset import Ruleset
from tests.cql.bundles import bundle_of, written
from tests.cql.questions import Asked, ask_cql, posed

RULESETS = max(30, settings().max_examples // 10)
QUESTIONS = 8
ENGINE = Engine(tiny_library())


def drawn() -> list[tuple[Ruleset, list[Question]]]:
    """Draw rulesets with questions; all of them, because one process answers for all."""
    found: list[tuple[Ruleset, list[Question]]] = []

    @settings(max_examples=RULESETS, phases=[Phase.generate], database=None)
    @given(rulesets(), st.lists(questions(), min_size=QUESTIONS, max_size=QUESTIONS))
    def draw(ruleset: Ruleset, some: list[Question]) -> None:
        found.append((replace(as_loaded(ruleset), id=f"drawn-{len(found)}"), some))

    draw()
    return found


def sayable(days: Days | None) -> Days | None:
    """Return days of the patient as FHIR can say them, which has no parameter for others."""
    return days if days is None or written(days) else Days(days.first, days.first)


def as_fhir(record: PatientRecord) -> PatientRecord:
    dates = {name: sayable(getattr(record, name)) for name in ("born", "died", "registered", "deregistered")}
    return msgspec.structs.replace(record, **dates)


def evaluated(ruleset: Ruleset, question: Question) -> Evaluation:
    prepared = prepare([Program(ruleset)], tiny_library().codelist)
    moment = Moment(question.as_of, question.known_on)
    return ENGINE.evaluate_record(as_fhir(question.record), moment, prepared, consultation_of(question))


def test_cql_agrees_on_drawn_rulesets_and_records() -> None:
    """Partial dates, doubtful entries, kinds that were not supplied, deaths, consultations: all of it."""
    asked = [
        Asked(ruleset, tuple(posed(str(n), evaluated(ruleset, each)) for n, each in enumerate(some)))
        for ruleset, some in drawn()
    ]
    run, found = ask_cql(asked, tiny_library().codelist)
    assert run.problems == [], "the translator finds neither errors nor warnings"
    assert not found, "\n".join([f"{len(found)} disagreements", *(each.what for each in found[:20])])


def test_drawn_entries_reach_cql_both_ways() -> None:
    """As resources where FHIR R4 can say what they say, else as a parameter."""
    said = left = 0
    for _, some in drawn():
        for question in some:
            _, left_over = bundle_of(question.record)
            left += len(left_over)
            said += len(question.record.entries) - len(left_over)
    assert said > RULESETS
    assert left > RULESETS
