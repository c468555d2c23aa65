"""A problem header and the item that it is about: once, on the right day, or twice with a finding."""

from typing import Any

import pytest
from gp_connect_support import (
    BREAST,
    CARE_CONNECT,
    READ,
    Json,
    answer,
    coded,
    engine,
    observation,
    problem,
    text,
)

from ccr_rules import Engine, Entry, PatientRecord

ITEM = "Observation/o1"


def read(record: Json) -> PatientRecord:
    return engine().evaluate(record, "2026-11-21").record


def pair(item: Json, header: Json) -> PatientRecord:
    return read(answer(item, header))


def days(entry: Entry) -> str:
    if entry.clinical is None:
        return "none"
    first, last = str(entry.clinical.first), str(entry.clinical.last)
    return first if first == last else f"{first} to {last}"


def findings(record: PatientRecord) -> dict[str, tuple[str, ...]]:
    return {each.id: each.evidence for each in record.findings}


@pytest.mark.parametrize(
    ("effective", "onset", "expected", "contradict"),
    [
        ("2025-09-08", "2025-09-08", "2025-09-08", False),
        ("2025-09-08", None, "2025-09-08", False),  # the header was recorded in 2026: it widens nothing
        (None, "2025-09-08", "2025-09-08", False),
        (None, None, "none", False),
        ("2025-09-08", "2025-09", "2025-09-08", False),
        ("2025-09-08", "2025", "2025-09-08", False),
        ("2025", "2025-09", "2025-09-01 to 2025-09-30", False),
        ("2025-09-30", "2025-09", "2025-09-30", False),
        ("2025-10-01", "2025-09", "2025-09-01 to 2025-10-01", True),
        ("2025-09-08", "2025-09-09", "2025-09-08 to 2025-09-09", True),
        ("2025-09-08", "2024-02-29", "2024-02-29 to 2025-09-08", True),
    ],
)
def test_the_day_of_a_pair(effective: str | None, onset: str | None, expected: str, contradict: bool) -> None:
    record = pair(
        observation("o1", coded(*BREAST), effective, "2025-09-10"),
        problem("c1", coded(*BREAST), "2026-06-01", onset=onset, item=ITEM),
    )
    (entry,) = record.entries
    assert (entry.reference, days(entry)) == (ITEM, expected)
    assert ("gp-connect-problem-dates-differ" in findings(record)) is contradict
    assert findings(record)["gp-connect-problem-joined"] == ("Condition/c1", ITEM)


def test_a_pair_was_recorded_when_the_first_of_them_was() -> None:
    for issued, asserted in (("2025-09-10", "2026-06-01"), ("2026-06-01", "2025-09-10")):
        (entry,) = pair(
            observation("o1", coded(*BREAST), "2025-09-08", issued),
            problem("c1", coded(*BREAST), asserted, item=ITEM),
        ).entries
        assert entry.recorded is not None
        assert str(entry.recorded.first) == "2025-09-10"


def test_a_pair_recorded_at_no_known_time() -> None:
    header = problem("c1", coded(*BREAST), "2026-06-01", item=ITEM)
    del header["assertedDate"]
    (entry,) = pair(observation("o1", coded(*BREAST), "2025-09-08"), header).entries
    assert entry.recorded is None


def test_a_pair_has_the_codes_and_words_of_both() -> None:
    (entry,) = pair(
        observation("o1", {**coded(*BREAST), "text": "Breast cancer"}, "2025-09-08"),
        problem("c1", {**coded("B34..", BREAST[1], READ), "text": "Ca breast"}, "2026-06-01", item=ITEM),
    ).entries
    assert {(each.code, each.display) for each in entry.codings} == {
        BREAST,
        ("B34..", BREAST[1]),
        ("", "Ca breast"),
    }
    assert entry.text == "Breast cancer"


def test_a_text_of_the_header_only_is_the_text_of_the_pair() -> None:
    (entry,) = pair(
        observation("o1", coded(*BREAST), "2025-09-08"),
        problem("c1", {**coded(*BREAST), "text": "Breast cancer"}, "2026-06-01", item=ITEM),
    ).entries
    assert (entry.text, len(entry.codings)) == ("Breast cancer", 1)


def test_the_same_words_are_the_same_thing_without_any_code() -> None:
    (entry,) = pair(
        observation("o1", text("Breast  Cancer"), "2025-09-08"),
        problem("c1", text("breast cancer"), "2026-06-01", item=ITEM),
    ).entries
    assert entry.reference == ITEM


@pytest.mark.parametrize(
    ("item", "header"),
    [
        (coded(*BREAST), coded("118599009", "Hodgkin's disease")),
        (text("Breast cancer"), text("Hodgkin's disease")),
        # Both lost their code: that they did is nothing in common.
        (
            coded("196411000000103", "Transfer-degraded record entry"),
            {**coded("196411000000103", "Transfer-degraded record entry"), "text": "Breast cancer"},
        ),
    ],
)
def test_what_has_nothing_in_common_stays_two_entries(item: Json, header: Json) -> None:
    record = pair(observation("o1", item, "2025-09-08"), problem("c1", header, "2026-06-01", item=ITEM))
    assert [each.reference for each in record.entries] == ["Condition/c1", ITEM]
    assert findings(record)["gp-connect-problem-differs"] == ("Condition/c1", ITEM)


def test_a_header_of_something_that_was_not_done_stays_apart() -> None:
    item = observation("o1", coded(*BREAST), "2025-09-08") | {"valueBoolean": False}
    record = pair(item, problem("c1", coded(*BREAST), "2026-06-01", item=ITEM))
    assert [(each.reference, each.state) for each in record.entries] == [
        ("Condition/c1", "done"),
        (ITEM, "not-done"),
    ]


@pytest.mark.parametrize(
    ("episode", "onset", "is_one"),
    [
        ("new", "2024-05-02", True),
        ("first", "2024-05-02", True),
        ("new", None, False),  # it may be about something newer than the item
        ("new", "2026-05-01", False),
        ("review", "2024-05-02", False),
        ("end", "2024-05-02", False),
        ("flare", "2024-05-02", False),
    ],
)
def test_the_episode_of_a_pair(episode: str, onset: str | None, is_one: bool) -> None:
    """What would hide a diagnosis, or keep a new one from starting the clock, is not joined."""
    record = pair(
        observation("o1", coded(*BREAST), "2024-05-02", "2024-05-02"),
        problem("c1", coded(*BREAST), "2026-06-01", onset=onset, item=ITEM, episode=episode),
    )
    assert len(record.entries) == (1 if is_one else 2)
    assert ("gp-connect-problem-differs" in findings(record)) is not is_one
    if is_one:
        assert record.entries[0].episode == episode


def test_a_pair_is_sure_only_if_both_are() -> None:
    for status, verification, sure in (
        ("final", None, True),
        ("unknown", None, False),
        ("final", "provisional", False),
    ):
        item = observation("o1", coded(*BREAST), "2025-09-08") | {"status": status}
        more: dict[str, Any] = {"verificationStatus": verification}
        (entry,) = pair(item, problem("c1", coded(*BREAST), "2026-06-01", item=ITEM, **more)).entries
        assert entry.certain is sure


def test_a_void_header_or_item_leaves_the_other_as_it_is() -> None:
    item = observation("o1", coded(*BREAST), "2025-09-08")
    refuted = problem("c1", coded(*BREAST), "2026-06-01", item=ITEM, verificationStatus="refuted")
    record = pair(item, refuted)
    assert [each.reference for each in record.entries] == [ITEM]
    assert findings(record)["gp-connect-must-not"] == ("Condition/c1",)
    record = pair(
        item | {"status": "entered-in-error"}, problem("c1", coded(*BREAST), "2026-06-01", item=ITEM)
    )
    assert [each.reference for each in record.entries] == ["Condition/c1"]


def test_an_item_that_is_not_in_the_answer_leaves_the_header() -> None:
    record = read(answer(problem("c1", coded(*BREAST), "2026-06-01", item="Observation/elsewhere")))
    assert [each.reference for each in record.entries] == ["Condition/c1"]


def test_an_item_that_is_no_observation_leaves_the_header() -> None:
    header = problem("c1", coded(*BREAST), "2026-06-01", item="Condition/c2")
    record = read(answer(header, problem("c2", coded(*BREAST), "2026-06-01")))
    assert [each.reference for each in record.entries] == ["Condition/c1", "Condition/c2"]


def test_several_headers_of_one_item_are_one_entry() -> None:
    record = read(
        answer(
            observation("o1", coded(*BREAST), "2025-09-08"),
            problem("c1", coded(*BREAST), "2026-06-01", item=ITEM),
            problem("c2", coded(*BREAST), "2026-07-01", onset="2025-09", item=ITEM),
        )
    )
    assert [(each.reference, days(each)) for each in record.entries] == [(ITEM, "2025-09-08")]


def test_one_header_of_several_items_is_not_joined() -> None:
    header = problem("c1", coded(*BREAST), "2026-06-01", item=ITEM)
    second = {"url": CARE_CONNECT + "ActualProblem-1", "valueReference": {"reference": "Observation/o2"}}
    header["extension"].append(second)
    record = read(
        answer(
            observation("o1", coded(*BREAST), "2025-09-08"),
            observation("o2", coded(*BREAST), "2025-09-09"),
            header,
        )
    )
    assert len(record.entries) == 3
    assert findings(record)["gp-connect-problem-differs"] == ("Condition/c1", ITEM, "Observation/o2")


def test_the_address_of_the_extension_is_found_in_both_forms() -> None:
    header = problem("c1", coded(*BREAST), "2026-06-01", item=ITEM)
    other = "https://fhir.nhs.uk/STU3/StructureDefinition/Extension-CareConnect-GPC-ActualProblem-1"
    header["extension"][1]["url"] = other
    assert len(pair(observation("o1", coded(*BREAST), "2025-09-08"), header).entries) == 1


def test_the_coded_answer_of_an_item_has_the_day_of_the_pair() -> None:
    item = observation("o1", text("Diagnosis"), None, "2025-09-10") | {"valueCodeableConcept": coded(*BREAST)}
    record = pair(item, problem("c1", text("Diagnosis"), "2026-06-01", onset="2025-09-08", item=ITEM))
    assert [(each.reference, days(each)) for each in record.entries] == [(ITEM, "2025-09-08")] * 2


def test_elements_that_must_not_be_there_are_named() -> None:
    header = problem("c1", coded(*BREAST), "2026-06-01", severity=text("bad"), stage={"summary": text("T1")})
    record = read(answer(header))
    (finding,) = (each for each in record.findings if each.id == "gp-connect-must-not")
    assert finding.message.endswith("severity, stage")
    assert len(record.entries) == 1


def test_one_invitation_that_was_made_a_problem_is_not_two() -> None:
    """Two invitations a week apart take somebody out of the payment count (QOF CAN004, CANINVITE)."""
    invitation = coded("413738001", "Cancer monitoring first letter")
    record = answer(
        observation("o1", coded(*BREAST), "2022-10-03", "2022-10-03"),
        observation("o2", invitation, "2023-09-04", "2023-09-04"),
        problem("c2", invitation, "2023-10-25", item="Observation/o2"),
    )

    def indicator(engine: Engine) -> tuple[str, str | None]:
        evaluation = engine.evaluate(record, "2024-03-28", profile="gp-connect")
        (found,) = (each for each in evaluation.indicators if each.id == "CAN004")
        return found.denominator, found.reason

    assert indicator(Engine.default()) == ("excepted", "CANINVITE")
    assert indicator(engine()) == ("included", None)
