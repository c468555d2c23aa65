"""Due reviews as diary entries: valid STU3, what the public profile asks for, and nothing that vanishes."""

import json
from datetime import date
from typing import Any

import pytest
from ccr_gp_connect.diary import PROFILE
from fhir.resources.STU3.bundle import Bundle
from gp_connect_support import BREAST, Json, answer, coded, engine, observation

from ccr_rules import Engine, Evaluation, PatientRecord
from ccr_rules.errors import UsageError

STATED = {"identifier_system": "https://gp.example/diary", "requester": "Organization/A99999"}


def person(diagnosed: str, id_: str = "p1", *more: Json) -> Json:
    record = answer(observation("o1", coded(*BREAST), diagnosed, diagnosed), *more)
    renamed = json.dumps(record).replace('"p1"', f'"{id_}"').replace("Patient/p1", f"Patient/{id_}")
    changed: Json = json.loads(renamed)
    return changed


def evaluated(diagnosed: str, as_of: str, id_: str = "p1", *more: Json) -> Evaluation:
    return engine().evaluate(person(diagnosed, id_, *more), as_of)


def write(*evaluations: Evaluation, **options: Any) -> Json | None:
    document = engine().plugins.render(evaluations, "gp-connect-diary", options)
    if document is None:
        return None
    assert (document.name, document.media_type) == ("gp-connect-diary.json", "application/fhir+json")
    Bundle.model_validate_json(document.content)
    written: Json = json.loads(document.content)
    return written


def entries(written: Json | None) -> list[Json]:
    assert written is not None
    found = (each["resource"] for each in written["entry"])
    return [each for each in found if each["resourceType"] == "ProcedureRequest"]


def issues(written: Json | None) -> list[tuple[str, str]]:
    assert written is not None
    return [
        (issue["severity"], issue["diagnostics"])
        for each in written["entry"]
        if each["resource"]["resourceType"] == "OperationOutcome"
        for issue in each["resource"]["issue"]
    ]


@pytest.mark.parametrize(
    ("as_of", "codes"),
    [
        ("2025-09-08", ["Cancer support conversation", "Cancer care review"]),
        ("2026-03-08", ["Cancer support conversation", "Cancer care review"]),
        ("2026-11-21", ["Cancer care review"]),  # the first is no longer suggested
        ("2030-01-01", []),
    ],
)
def test_what_is_to_come_and_what_is_overdue_are_diary_entries(as_of: str, codes: list[str]) -> None:
    evaluation = evaluated("2025-09-08", as_of)
    if codes:
        assert [each["code"]["text"] for each in entries(write(evaluation))] == codes
    else:
        assert write(evaluation) is None


def test_an_entry_says_what_the_profile_asks_for() -> None:
    (entry,) = entries(write(evaluated("2025-09-08", "2026-11-21"), **STATED))
    assert entry["meta"]["profile"] == [PROFILE]
    assert entry["identifier"] == [{"system": STATED["identifier_system"], "value": entry["id"]}]
    assert (entry["status"], entry["intent"]) == ("active", "plan")
    assert entry["code"]["coding"] == [
        {"system": "http://snomed.info/sct", "code": "720006006", "display": "Cancer care review"}
    ]
    assert entry["subject"] == {"reference": "Patient/p1"}
    assert (entry["occurrenceDateTime"], entry["authoredOn"]) == ("2026-09-08", "2026-11-21")
    assert entry["requester"] == {"agent": {"reference": "Organization/A99999"}}
    assert entry["note"][0]["text"].startswith("suggested date passed; opens ")
    assert entry["note"][0]["text"].endswith("a draft. Planned, not done.")


@pytest.mark.parametrize("stated", [{}, *({name: value} for name, value in STATED.items())])
def test_without_all_that_is_mandatory_the_profile_is_not_claimed(stated: dict[str, str]) -> None:
    (entry,) = entries(write(evaluated("2025-09-08", "2026-11-21"), **stated))
    assert "meta" not in entry
    assert ("identifier" in entry) is ("identifier_system" in stated)
    assert ("requester" in entry) is ("requester" in stated)


def test_elements_that_a_diary_entry_must_not_have_are_not_there() -> None:
    (entry,) = entries(write(evaluated("2025-09-08", "2026-11-21"), **STATED))
    must_not = {"priority", "doNotPerform", "category", "asNeededBoolean", "performer", "performerType"}
    must_not |= {"reasonReference", "specimen", "bodySite", "relevantHistory"}
    assert not must_not & set(entry)
    assert "onBehalfOf" not in entry["requester"]


def test_a_review_without_a_verified_code_is_words() -> None:
    first, _ = entries(write(evaluated("2025-09-08", "2025-10-01")))
    assert first["code"] == {"text": "Cancer support conversation"}


def test_a_due_day_known_by_its_month_is_a_period() -> None:
    written = entries(write(evaluated("2025-09", "2026-07-01")))
    review = next(each for each in written if each["code"]["text"] == "Cancer care review")
    assert review["occurrencePeriod"] == {"start": "2026-09-01", "end": "2026-09-30"}
    assert "opens 2025-09-01 to 2025-09-30" in review["note"][0]["text"]


def test_the_same_review_has_the_same_identifier_on_every_day() -> None:
    early, late = (
        entries(write(evaluated("2025-09-08", day), **STATED))[-1] for day in ("2026-01-01", "2026-11-21")
    )
    assert early["id"] == late["id"]
    (other,) = entries(write(evaluated("2025-09-08", "2026-11-21", "p2"), **STATED))
    (elsewhere,) = entries(
        write(evaluated("2025-09-08", "2026-11-21"), identifier_system="https://other.example")
    )
    assert len({late["id"], other["id"], elsewhere["id"]}) == 3


def test_several_people_are_one_bundle_and_the_same_bytes_again() -> None:
    people = [evaluated("2025-09-08", "2026-11-21", id_) for id_ in ("p1", "p2")]
    written = write(*people)
    assert [each["subject"]["reference"] for each in entries(written)] == ["Patient/p1", "Patient/p2"]
    assert written == write(*people)


def test_what_cannot_be_told_is_named_and_is_no_entry() -> None:
    unsure = engine().evaluate(answer(without=("problems",)), "2026-11-21")
    written = write(unsure)
    assert entries(written) == []
    told = issues(written)
    assert [severity for severity, _ in told] == ["warning", "warning"]
    assert told[1][1].startswith(
        "Cancer care review: the record does not settle whether it is due (Patient/p1,"
    )


def test_a_paused_review_is_named_and_is_no_recall() -> None:
    palliative = observation("o2", coded("103735009", "Palliative care"), "2026-10-01", "2026-10-01")
    evaluation = evaluated("2025-09-08", "2026-11-21", "p1", palliative)
    assert [each.id for each in evaluation.reviews if each.paused]
    written = write(evaluation)
    assert entries(written) == []
    assert [severity for severity, _ in issues(written)] == ["information"]


@pytest.mark.parametrize(
    ("end", "is_recalled"),
    [("2026-11-20", False), ("2026-11-21", False), ("2026-11-22", True), ("2026-11", True)],
)
def test_who_has_left_the_practice_is_named_and_is_not_recalled(end: str, is_recalled: bool) -> None:
    """Of a month nobody can tell whether they have left yet: they are recalled."""
    record = person("2025-09-08")
    (registration,) = record["entry"][0]["resource"]["extension"]
    registration["extension"][0]["valuePeriod"]["end"] = end
    written = write(engine().evaluate(record, "2026-11-21"))
    assert bool(entries(written)) is is_recalled
    told = [words for _, words in issues(written)] if not is_recalled else []
    assert all("not registered here any more" in words for words in told)
    assert bool(told) is not is_recalled


def test_nobody_with_a_review_is_no_document() -> None:
    assert write() is None
    assert write(engine().evaluate(answer(), "2026-11-21")) is None


def test_a_ruleset_that_is_not_in_force_is_not_written() -> None:
    evaluation = engine().evaluate(
        person("2024-12-01"), "2025-02-01", rulesets=["best-practice-ccr@2025.1.0"]
    )
    assert not evaluation.results[0].in_force
    assert {each.status for each in evaluation.reviews} <= {"open", "due soon"}
    assert write(evaluation) is None


def test_a_diary_entry_read_again_is_planned_and_not_done() -> None:
    evaluation = evaluated("2025-09-08", "2026-11-21")
    (entry,) = entries(write(evaluation, **STATED))
    again = engine().evaluate(person("2025-09-08", "p1", entry), "2026-11-21")
    (read,) = (each for each in again.record.entries if each.kind == "ServiceRequest")
    assert read.state == "planned"
    assert again.headline == evaluation.headline


def test_an_option_that_is_not_known_is_refused() -> None:
    with pytest.raises(
        UsageError, match="setting requestor: there is none of this name; did you mean `requester`"
    ):
        write(evaluated("2025-09-08", "2026-11-21"), requestor="Organization/x")


def test_settings_hold_for_every_diary_and_options_for_one() -> None:
    hosting = engine(**STATED)
    evaluation = hosting.evaluate(person("2025-09-08"), date(2026, 11, 21))

    def agent(**options: str) -> str:
        document = hosting.plugins.render([evaluation], "gp-connect-diary", options)
        assert document is not None
        (entry,) = entries(json.loads(document.content))
        return str(entry["requester"]["agent"]["reference"])

    assert agent() == "Organization/A99999"
    assert agent(requester="Device/ccr") == "Device/ccr"
    assert agent() == "Organization/A99999"


def test_a_record_that_the_core_read_is_written_too() -> None:
    record = PatientRecord("Patient/p9", supplied=frozenset())
    evaluation = Engine.default().evaluate(record, "2026-11-21")
    assert [severity for severity, _ in issues(write(evaluation))] == ["warning", "warning"]
