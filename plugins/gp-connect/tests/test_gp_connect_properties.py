"""What holds of every answer: order says nothing, and taking something away never settles a question."""

from typing import Any, Final

import msgspec
import pytest
from ccr_gp_connect.areas import AREAS
from ccr_gp_connect.plugin import GpConnect
from gp_connect_support import (
    ALL,
    BREAST,
    CONSULTATION,
    READ,
    REVIEW,
    SUPPORT,
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
from hypothesis import given, settings
from hypothesis import strategies as st

from ccr_rules import Evaluation, PatientRecord
from ccr_rules.hosting import Source

ENGINE: Final = engine()
AS_OF: Final = "2026-11-21"

DAYS: Final = st.sampled_from(
    [
        None,
        "2003",
        "2024-02-29",
        "2025-09",
        "2025-09-08",
        "2025-11-20",
        "2026-08-27",
        "2026-11-21",
        "2027-01-01",
    ]
)
CODES: Final = st.sampled_from(
    [
        coded(*BREAST),
        {**coded(*BREAST), "text": "Ca breast"},
        {**coded(*BREAST), "text": "Breast cancer"},
        coded(*REVIEW),
        text(SUPPORT),
        text("Breast cancer"),
        coded("B34..", "Malignant neoplasm of female breast", READ),
        coded("196411000000103", "Transfer-degraded record entry"),
        text("Ankle sprain"),
    ]
)
WARNINGS: Final = st.sampled_from([(), (), ("confidential-items",), ("data-in-transit",)])


@st.composite
def answers(draw: st.DrawFn) -> Json:
    """Draw an answer: items, headers of some of them, consultations that hold some, and warnings."""
    count = draw(st.integers(0, 3))
    resources: list[Json] = []
    for number in range(count):
        code = draw(CODES)
        context = draw(st.sampled_from([None, "Encounter/e0", "Encounter/e1"]))
        resources.append(observation(f"o{number}", code, draw(DAYS), draw(DAYS), context))
        if draw(st.booleans()):
            header = draw(st.sampled_from([code, draw(CODES)]))
            episode = draw(st.sampled_from([None, None, "new", "review"]))
            item = f"Observation/o{draw(st.integers(0, number))}"
            asserted = draw(DAYS) or "2026-01-01"
            resources.append(
                problem(f"c{number}", header, asserted, onset=draw(DAYS), item=item, episode=episode)
            )
    for number in range(2):
        start = draw(
            st.sampled_from([None, "2026-08-27T10:00:00+01:00", "2026-11-21", "2026-11-21T09:00:00Z"])
        )
        resources.append(encounter(f"e{number}", draw(st.sampled_from(["Surgery", "Letter", "Note"])), start))
    held = [f"Observation/o{number}" for number in range(count) if draw(st.booleans())]
    resources.append(structure_list("l0", CONSULTATION, *held, encounter="Encounter/e0"))
    without = draw(st.sets(st.sampled_from(list(AREAS)), max_size=1))
    warnings = dict.fromkeys(AREAS, draw(WARNINGS))  # an item that is missing is missing from all its Lists
    return answer(*resources, without=tuple(without), warnings=warnings)


def record_of(record: Json) -> PatientRecord:
    found = GpConnect().ccr_read_record(Source(record))
    assert found is not None
    return found


def evaluated(record: Json) -> Evaluation:
    return ENGINE.evaluate(record, AS_OF)


def placeless(record: PatientRecord) -> PatientRecord:
    """Return a record without the places of its source, which an order cannot but change."""
    quarantined = tuple(msgspec.structs.replace(each, place="") for each in record.quarantined)
    return msgspec.structs.replace(record, quarantined=quarantined)


@given(answers(), st.randoms(use_true_random=False))
@settings(max_examples=150, deadline=None)
def test_the_order_of_the_entries_says_nothing(record: Json, random: Any) -> None:
    shuffled = {**record, "entry": random.sample(record["entry"], len(record["entry"]))}
    assert placeless(record_of(shuffled)) == placeless(record_of(record))


@pytest.mark.parametrize("name", ALL)
def test_an_example_backwards_is_the_same_record(name: str) -> None:
    record = ALL[name].record
    assert record_of({**record, "entry": record["entry"][::-1]}) == record_of(record)


KINDS: Final = {
    "problems": ("Condition",),
    "consultations": ("Encounter",),
    "uncategorised-data": ("Observation",),
    "diary-entries": ("ProcedureRequest",),
    "outbound-referrals": ("ReferralRequest",),
}
NOT_DUE: Final = {"not applicable", "done", "done late", "declined", "lapsed", "upcoming"}


def without_area(record: Json, area: str) -> Json:
    """Return an answer to a request that did not ask for an area: without its List and its resources."""
    gone = {"resourceType": KINDS[area], "list": f"list-{area}"}
    kept = [
        each
        for each in record["entry"]
        if each["resource"]["resourceType"] not in gone["resourceType"]
        and each["resource"]["id"] != gone["list"]
    ]
    return {**record, "entry": kept}


@given(answers(), st.sampled_from(list(AREAS)))
@settings(max_examples=200, deadline=None)
def test_without_an_area_nothing_becomes_surely_not_due(record: Json, area: str) -> None:
    before = {each.id: each.status for each in evaluated(record).reviews}
    after = {each.id: each.status for each in evaluated(without_area(record, area)).reviews}
    for id_, status in after.items():
        if before[id_] == "cannot tell":
            assert status not in NOT_DUE


@given(answers(), st.sampled_from(list(AREAS)), st.sampled_from(["confidential-items", "data-in-transit"]))
@settings(max_examples=100, deadline=None)
def test_a_warning_never_makes_more_of_the_record_whole(record: Json, area: str, code: str) -> None:
    warned = {**record, "entry": [_warned(each, area, code) for each in record["entry"]]}
    before, after = record_of(record), record_of(warned)
    assert after.supplied <= before.supplied
    assert after.entries == before.entries
    kinds = AREAS[area].kinds
    if warned != record:
        assert after.supplied.isdisjoint(kinds)


def _warned(entry: Json, area: str, code: str) -> Json:
    resource = entry["resource"]
    if resource["id"] != f"list-{area}":
        return entry
    warning = {"url": "Extension-CareConnect-GPC-ListWarningCode-1", "valueCode": code}
    return {"resource": {**resource, "extension": [*resource.get("extension", ()), warning]}}


@given(answers())
@settings(max_examples=300, deadline=None)
def test_no_diagnosis_is_lost_by_joining(record: Json) -> None:
    """Every code and word of a resource stands in some entry."""
    found = record_of(record)
    said = {each.display for entry in found.entries for each in entry.codings}
    said |= {entry.text for entry in found.entries}
    for each in record["entry"]:
        if each["resource"]["resourceType"] in ("Condition", "Observation"):
            code = each["resource"]["code"]
            assert code.get("text", "") in said | {""}
            assert {one["display"] for one in code.get("coding", ())} <= said
