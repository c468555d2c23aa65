"""The front door: what it takes, what it refuses, and what it gives back."""

import json
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import Any

import msgspec
import pytest
from jsonschema import Draft202012Validator

from ccr_rules import Consultation, Days, Engine, Evaluation, PatientRecord, RecordError, Response, UsageError
from ccr_rules.agreement.codelists import tiny_library
from ccr_rules.engine import as_day
from ccr_rules.evaluation.answers import answer_schema
from ccr_rules.evaluation.asof import Moment
from ccr_rules.evaluation.groups import prepare
from ccr_rules.evaluation.program import Program
from ccr_rules.language.loading import load_ruleset
from ccr_rules.record.patient import KINDS, Quarantined
from tests.semantics.specification import HEAD, entries_of

BUNDLE: dict[str, Any] = {
    "resourceType": "Bundle",
    "type": "collection",
    "entry": [
        {"resource": {"resourceType": "Patient", "id": "p1", "birthDate": "1960-01-01"}},
        {
            "resource": {
                "resourceType": "Condition",
                "id": "c1",
                "subject": {"reference": "Patient/p1"},
                "code": {"coding": [{"system": "http://snomed.info/sct", "code": "254837009"}]},
                "onsetDateTime": "2026-01-10",
                "recordedDate": "2026-01-12",
            }
        },
        {
            "resource": {
                "resourceType": "Encounter",
                "id": "e1",
                "status": "finished",
                "class": {"code": "VR"},
                "subject": {"reference": "Patient/p1"},
                "period": {"start": "2026-03-20", "end": "2026-03-20"},
            }
        },
    ],
}


@pytest.fixture(scope="module")
def engine() -> Engine:
    return Engine.default()


@pytest.mark.parametrize("source", [BUNDLE, json.dumps(BUNDLE), json.dumps(BUNDLE).encode()])
def test_fhir_as_a_dict_as_text_or_as_bytes(engine: Engine, source: dict[str, Any] | str | bytes) -> None:
    evaluation = engine.evaluate(source, "2026-03-20")
    assert evaluation.headline == "Cancer support conversation: suggested soon (10-Apr-2026)"
    assert evaluation.answer.record.patient == "Patient/p1"


@pytest.mark.parametrize("as_of", ["2026-03-20", date(2026, 3, 20)])
def test_a_day_as_text_or_as_a_date(engine: Engine, as_of: str | date) -> None:
    answer = engine.evaluate(BUNDLE, as_of).answer
    assert answer.as_of == answer.known_on == date(2026, 3, 20)


def test_what_was_known_on_an_earlier_day(engine: Engine) -> None:
    """The diagnosis of the 10th was entered on the 12th."""
    known = engine.evaluate(BUNDLE, "2026-03-20", known_on="2026-01-12")
    unknown = engine.evaluate(BUNDLE, "2026-03-20", known_on="2026-01-11")
    assert (known.reviews[0].status, unknown.reviews[0].status) == ("due soon", "not applicable")


@pytest.mark.parametrize("text", ["2026-02-30", "20.3.2026", "", "tomorrow", "2026-13-01"])
def test_a_day_that_is_none(text: str) -> None:
    with pytest.raises(
        UsageError, match=r"as_of: .* is not a day; write it as YYYY-MM-DD, such as 2026-11-21"
    ):
        as_day(text, "as_of")


def test_a_ruleset_that_is_none(engine: Engine) -> None:
    with pytest.raises(UsageError, match="there is no ruleset qof-cancr; did you mean qof-cancer"):
        engine.evaluate(BUNDLE, "2026-03-20", rulesets=["qof-cancr"])


def test_a_record_of_which_nothing_is_usable(engine: Engine) -> None:
    with pytest.raises(RecordError):
        engine.evaluate("[]", "2026-03-20")


def test_the_rulesets_in_force_or_those_that_are_named(engine: Engine) -> None:
    """One that is named and out of force computes its indicators and prompts nothing."""

    def used(as_of: str, names: Sequence[str] = ()) -> list[tuple[str, bool]]:
        return [
            (each.id, each.in_force)
            for each in engine.evaluate(BUNDLE, as_of, rulesets=names).answer.rulesets
        ]

    assert used("2026-03-20") == [("best-practice-ccr", True), ("nice-cancer", True), ("qof-cancer", True)]
    assert used("2023-05-01") == [("qof-cancer", True)]
    assert used("1999-01-01") == []
    assert used("2026-03-20", ["qof-cancer@2023"]) == [("qof-cancer", False)]
    late = engine.evaluate(BUNDLE, "2026-03-20", rulesets=["qof-cancer@2023"])
    assert late.prompts == []
    assert {each.id for each in late.indicators} == {"CAN001", "CAN004", "CAN005"}


@pytest.mark.parametrize(
    ("as_of", "version"), [("2024-02-15", "2023.1.0"), ("2025-04-01", "2025.1.0"), ("1999-01-01", "2026.1.0")]
)
def test_a_ruleset_named_without_a_version_is_that_of_the_day(
    engine: Engine, as_of: str, version: str
) -> None:
    """Where none was in force on the day, the newest answers."""
    used = engine.evaluate(BUNDLE, as_of, rulesets=["qof-cancer"]).answer.rulesets
    assert [each.version for each in used] == [version]


def test_no_ruleset_in_force(engine: Engine) -> None:
    assert engine.evaluate(BUNDLE, "1999-01-01").headline == "No ruleset is in force on this day"


def test_a_record_that_was_read_before(engine: Engine) -> None:
    record = PatientRecord("Patient/p1", supplied=frozenset(KINDS))
    assert engine.evaluate(record, "2026-03-20").headline == "No cancer diagnosis in the record supplied"


def test_the_consultation_is_the_last_encounter_of_the_day(engine: Engine) -> None:
    """Unless the host says which one it is; an encounter of a whole month is none of today's."""
    today = Days(date(2026, 3, 20), date(2026, 3, 20))
    month = Days(date(2026, 3, 1), date(2026, 3, 31))
    seen = (
        Consultation("Encounter/1", "telephone", "", today),
        Consultation("Encounter/2", "administrative", "", today),
        Consultation("Encounter/3", "video", "", month),
        Consultation("Encounter/4", "video"),
    )
    record = PatientRecord("Patient/p1", consultations=seen, supplied=frozenset(KINDS))
    assert engine.evaluate(record, "2026-03-20").consultation == seen[1]
    assert engine.evaluate(record, "2026-03-20", consultation=seen[0]).consultation == seen[0]
    assert engine.evaluate(record, "2026-03-21").consultation is None


def test_the_same_question_has_the_same_id(engine: Engine) -> None:
    """Whatever the answer rests on is in it: record, days, rulesets, consultation, responses."""
    decision = engine.evaluate(BUNDLE, "2026-03-20").decision
    assert len(decision) == 26
    assert Engine.default().evaluate(json.dumps(BUNDLE), "2026-03-20").decision == decision
    others = [
        engine.evaluate(BUNDLE, "2026-03-21"),
        engine.evaluate(BUNDLE, "2026-03-20", known_on="2026-03-21"),
        engine.evaluate(BUNDLE, "2026-03-20", rulesets=["qof-cancer"]),
        engine.evaluate(BUNDLE, "2026-03-20", supplied=["Condition"]),
        engine.evaluate(BUNDLE, "2026-03-20", responses=[Response("snoozed", prompt="x")]),
        engine.evaluate(BUNDLE, "2026-03-20", consultation=Consultation("Encounter/9")),
    ]
    assert len({decision, *(each.decision for each in others)}) == 7


def test_the_answer_is_json_of_the_published_schema(engine: Engine) -> None:
    evaluation = engine.evaluate(BUNDLE, "2026-03-20", supplied=["Condition"])
    validator = Draft202012Validator(answer_schema())
    validator.validate(evaluation.to_dict())
    assert json.loads(evaluation.to_json()) == evaluation.to_dict()


def test_quarantined_resources_stand_in_the_answer(engine: Engine) -> None:
    """And make it partial, even where their kind is of no use to the rulesets."""
    record = PatientRecord("Patient/p1", supplied=frozenset(KINDS))
    broken = Quarantined("Flag/f1", "entry[3]", "a period is no text", "Flag")
    evaluation = engine.evaluate(msgspec.structs.replace(record, quarantined=(broken,)), "2026-03-20")
    assert evaluation.completeness == "partial"
    assert [each.place for each in evaluation.answer.record.quarantined] == ["entry[3]"]
    assert engine.evaluate(record, "2026-03-20").completeness == "complete"


def test_a_draft_without_reviews_says_on_its_card_that_it_is_one() -> None:
    """Whether or not some review applies to this person: what prompts is named."""
    rules = "dates: {DX: {earliest: diagnosis}}\n"
    rules += "prompts: {ask: {when: DX is null, severity: info, summary: Ask, source: spec}}"
    text = HEAD.replace("status: active", "status: draft") + rules
    draft = load_ruleset(text, codelists=tiny_library().codelist_names)
    group = prepare([Program(draft)], tiny_library().codelist)
    day = date(2026, 3, 20)
    record = PatientRecord("Patient/p1", supplied=frozenset(KINDS))
    card = Engine(tiny_library()).evaluate_record(record, Moment(day, day), group).card
    assert card is not None
    assert card.draft
    assert card.lines == ["Ask", "Draft, not clinically approved: spec@2024.1.0."]


def test_one_engine_prepares_its_rulesets_once_for_all_threads() -> None:
    engine = Engine.default()
    with ThreadPoolExecutor(8) as pool:
        prepared = list(pool.map(lambda _: engine.prepare(date(2026, 3, 20)), range(32)))
    assert all(each is prepared[0] for each in prepared)


def statuses(evaluation: Evaluation) -> list[str]:
    return [review.status for review in evaluation.reviews]


def test_order_of_days_of_several_questions_does_not_matter(engine: Engine) -> None:
    """Nothing of one evaluation stays in the engine for the next."""
    record = PatientRecord(
        "Patient/p1", entries_of("date | code\n2026-01-10 | diagnosis"), supplied=frozenset(KINDS)
    )
    days = ["2026-01-09", "2026-03-20", "2026-05-01", "2029-01-01"]
    forwards = [statuses(engine.evaluate(record, day)) for day in days]
    backwards = [statuses(engine.evaluate(record, day)) for day in reversed(days)]
    assert forwards == backwards[::-1]
    assert forwards[0] == ["not applicable", "not applicable"]
    assert forwards[3] == ["lapsed", "lapsed"]


def test_the_answer_cannot_be_changed(engine: Engine) -> None:
    with pytest.raises(AttributeError):
        engine.evaluate(BUNDLE, "2026-03-20").reviews[0].status = "done"  # type: ignore[misc]
