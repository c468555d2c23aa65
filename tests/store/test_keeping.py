"""What is kept of an evaluation."""

import hashlib

import msgspec

from ccr_rules import Engine, PatientRecord, Response
from ccr_rules.dates import Duration
from ccr_rules.record.reading import read_record
from ccr_rules.store.keeping import decision_of, fingerprint, parts_of, shown_prompts
from ccr_rules.store.kept import Asked, ShownDecline
from tests.cli.support import OVERDUE
from tests.store.samples import CALLER, NOW, day

ENGINE = Engine.default()
RECORD = OVERDUE.read_bytes()


def test_the_question_is_the_whole_question() -> None:
    response = Response("snoozed", prompt="p", until=day("2026-12-01"))
    asked = Asked(profile="whole-record", supplied=("Condition",))
    evaluation = ENGINE.evaluate(
        RECORD,
        "2026-11-20",
        known_on="2026-11-19",
        profile="whole-record",
        supplied=("Condition",),
        responses=[response],
        rulesets=["best-practice-ccr@2026"],
    )
    kept = decision_of(evaluation, RECORD, CALLER, NOW, program="0.1.0", asked=asked, keep_input=True)
    question = kept.question
    assert (question.as_of, question.known_on) == (day("2026-11-20"), day("2026-11-19"))
    assert (question.responses, question.asked) == ((response,), asked)
    (ruleset,) = question.rulesets
    used = evaluation.answer.rulesets[0]
    assert (ruleset.id, ruleset.version, ruleset.digest) == (used.id, used.version, used.digest)
    assert ruleset.releases == used.codelists
    assert ruleset.codelists == evaluation.results[0].codelist_digests
    assert (kept.evaluation, kept.input, kept.created) == (evaluation.decision, RECORD, NOW)


def test_a_record_is_kept_only_where_that_was_asked_for() -> None:
    evaluation = ENGINE.evaluate(RECORD, "2026-11-20")
    assert decision_of(evaluation, RECORD, CALLER, NOW, program="0.1.0").input is None


def test_the_parts_of_an_answer_have_names() -> None:
    parts = parts_of(ENGINE.evaluate(RECORD, "2026-11-20"))
    assert {"headline", "completeness", "dates", "reviews/support-conversation@best-practice-ccr"} <= set(
        parts
    )
    assert "overdue" in parts["reviews/support-conversation@best-practice-ccr"]


def test_a_finding_about_the_record_has_the_name_of_its_own() -> None:
    """It is of no ruleset."""
    story = OVERDUE.parents[1] / "unlisted-cancer-code" / "record.json"
    evaluation = ENGINE.evaluate(story.read_bytes(), "2026-11-20")
    of_record = {f"findings/{each.id}" for each in evaluation.findings if each.ruleset is None}
    assert of_record
    assert of_record <= set(parts_of(evaluation))


def test_shown_prompts_say_how_long_each_reason_holds() -> None:
    prompts = {each.id: each for each in shown_prompts(ENGINE.evaluate(RECORD, "2026-11-20"))}
    assert ShownDecline("not-now", Duration(14, "day")) in prompts["support-conversation-due"].decline


def _record(*resources: dict[str, object]) -> PatientRecord:
    patient = {"resourceType": "Patient", "id": "p1"}
    return read_record([patient, *resources])


CONDITION: dict[str, object] = {
    "resourceType": "Condition",
    "id": "c1",
    "subject": {"reference": "Patient/p1"},
    "code": {
        "coding": [{"system": "http://snomed.info/sct", "code": "254837009", "display": "Breast cancer"}]
    },
    "onsetDateTime": "2026-07-30",
}
ENCOUNTER: dict[str, object] = {
    "resourceType": "Encounter",
    "id": "e1",
    "status": "finished",
    "subject": {"reference": "Patient/p1"},
    "type": [{"coding": [{"system": "http://snomed.info/sct", "code": "720006006"}]}],
    "period": {"start": "2026-11-20"},
}


def test_the_fingerprint_is_that_of_all_entries_as_json_and_stays_so() -> None:
    """Declines that hold until the record changes were kept with it: another formula would end them all."""
    record = _record(CONDITION, {**CONDITION, "id": "c2", "onsetDateTime": "2026-08-01"}, ENCOUNTER)
    entries = sorted(msgspec.json.encode(each) for each in record.entries if each.kind == "Condition")
    told = b"\n".join([msgspec.json.encode([None, False]), *entries])
    assert fingerprint(record) == hashlib.sha256(told).hexdigest()


def test_a_fingerprint_that_is_known_is_not_made_again() -> None:
    evaluation = ENGINE.evaluate(RECORD, "2026-11-20")
    known = decision_of(evaluation, RECORD, CALLER, NOW, program="0.1.0", record="known")
    made = decision_of(evaluation, RECORD, CALLER, NOW, program="0.1.0")
    assert (known.record, made.record) == ("known", fingerprint(evaluation.record))


def test_a_new_entry_changes_the_record_and_a_new_contact_does_not() -> None:
    before = fingerprint(_record(CONDITION))
    assert fingerprint(_record(CONDITION)) == before
    assert fingerprint(_record(CONDITION, ENCOUNTER)) == before
    assert fingerprint(_record()) != before
    assert fingerprint(_record({**CONDITION, "onsetDateTime": "2026-07-31"})) != before


def test_the_order_in_which_a_host_sends_entries_does_not_change_the_record() -> None:
    second = {**CONDITION, "id": "c2", "onsetDateTime": "2026-08-01"}
    assert fingerprint(_record(CONDITION, second)) == fingerprint(_record(second, CONDITION))


def test_a_death_changes_the_record() -> None:
    dead = read_record([{"resourceType": "Patient", "id": "p1", "deceasedBoolean": True}])
    assert fingerprint(dead) != fingerprint(_record())
