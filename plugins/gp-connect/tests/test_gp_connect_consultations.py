"""Consultations: the day that they give to what was said in them, and their order."""

import pytest
from gp_connect_support import (
    CONSULTATION,
    HEADING,
    REVIEW,
    TOPIC,
    Json,
    answer,
    coded,
    encounter,
    engine,
    observation,
    problem,
    structure_list,
    text,
)

from ccr_rules import Entry, PatientRecord

SURGERY = encounter("e1", "Surgery Consultation", "2026-08-27T14:40:00+01:00")
OTHER = encounter("e2", "Telephone call to a patient", "2026-09-03T10:00:00+01:00")


def read(*resources: Json) -> PatientRecord:
    return engine().evaluate(answer(*resources), "2026-11-21").record


def entry_of(record: PatientRecord, reference: str) -> Entry:
    return next(each for each in record.entries if each.reference == reference)


def day_of(record: PatientRecord, reference: str = "Observation/o1") -> str | None:
    clinical = entry_of(record, reference).clinical
    return None if clinical is None else str(clinical.first)


def test_an_item_has_the_day_of_the_encounter_that_it_names() -> None:
    item = observation("o1", coded(*REVIEW), issued="2026-08-29", context="Encounter/e1")
    record = read(SURGERY, item)
    assert day_of(record) == "2026-08-27"
    assert ("gp-connect-dated-by-consultation", ("Observation/o1",)) in {
        (each.id, each.evidence) for each in record.findings
    }


@pytest.mark.parametrize(
    "lists",
    [
        [structure_list("c1", CONSULTATION, "Observation/o1", encounter="Encounter/e1")],
        [
            structure_list("c1", CONSULTATION, "List/t1", encounter="Encounter/e1"),
            structure_list("t1", TOPIC, "List/h1"),
            structure_list("h1", HEADING, "Observation/o1"),
        ],
    ],
)
def test_an_item_has_the_day_of_the_consultation_in_whose_list_it_stands(lists: list[Json]) -> None:
    assert (
        day_of(read(SURGERY, observation("o1", coded(*REVIEW), issued="2026-08-29"), *lists)) == "2026-08-27"
    )


def test_its_own_day_leads() -> None:
    item = observation("o1", coded(*REVIEW), "2026-08-20", "2026-08-29", context="Encounter/e1")
    assert day_of(read(SURGERY, item)) == "2026-08-20"


def test_the_encounter_that_an_item_names_leads_over_the_lists() -> None:
    item = observation("o1", coded(*REVIEW), issued="2026-09-09", context="Encounter/e2")
    held = structure_list("c1", CONSULTATION, "Observation/o1", encounter="Encounter/e1")
    assert day_of(read(SURGERY, OTHER, item, held)) == "2026-09-03"


def test_an_item_in_the_lists_of_two_consultations_has_the_day_of_neither() -> None:
    record = read(
        SURGERY,
        OTHER,
        observation("o1", coded(*REVIEW), issued="2026-09-09"),
        structure_list("c1", CONSULTATION, "Observation/o1", encounter="Encounter/e1"),
        structure_list("c2", CONSULTATION, "Observation/o1", encounter="Encounter/e2"),
    )
    assert day_of(record) is None


@pytest.mark.parametrize(
    "contact",
    [
        encounter("e1", "Surgery Consultation", None),
        encounter("e1", "Surgery Consultation", "2026-08-27", status="cancelled"),
    ],
)
def test_a_consultation_without_a_day_or_that_did_not_take_place_gives_none(contact: Json) -> None:
    item = observation("o1", coded(*REVIEW), issued="2026-08-29", context="Encounter/e1")
    assert day_of(read(contact, item)) is None


def test_an_encounter_that_is_not_in_the_answer_gives_no_day() -> None:
    item = observation("o1", coded(*REVIEW), issued="2026-08-29", context="Encounter/gone")
    assert day_of(read(SURGERY, item)) is None


def test_a_problem_header_does_not_get_the_day_of_a_consultation() -> None:
    """It names one that it has something to do with; the day on which it was recorded stands in."""
    record = read(SURGERY, problem("c1", text("Breast cancer"), "2026-09-01", context="Encounter/e1"))
    assert day_of(record, "Condition/c1") is None


def test_lists_that_hold_each_other_end() -> None:
    record = read(
        SURGERY,
        observation("o1", coded(*REVIEW), issued="2026-08-29"),
        structure_list("c1", CONSULTATION, "List/t1", "Observation/o1", encounter="Encounter/e1"),
        structure_list("t1", TOPIC, "List/c1", "List/t1"),
    )
    assert day_of(record) == "2026-08-27"


def test_consultations_stand_in_the_order_of_their_time() -> None:
    record = read(
        encounter("a", "Surgery", "2026-11-21T10:30:00Z"),
        encounter("b", "Surgery", "2026-11-21T11:00:00+01:00"),  # half an hour earlier
        encounter("c", "Surgery", None),
        encounter("d", "Surgery", "2026-11-21"),
        encounter("e", "Surgery", "2026-11"),
    )
    assert [each.reference.removeprefix("Encounter/") for each in record.consultations] == list("cedba")
