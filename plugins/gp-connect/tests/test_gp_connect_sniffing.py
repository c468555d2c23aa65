"""What is an answer of GP Connect and what is not, and what it costs to say so."""

import json
import time
import timeit
from collections.abc import Callable
from typing import Any

import pytest
from ccr_gp_connect.plugin import GpConnect
from ccr_gp_connect.sniffing import FIRST, is_answer, may_be
from fhir.resources.STU3.bundle import Bundle
from fhir.resources.STU3.observation import Observation
from gp_connect_support import ALL, BUNDLE, EXAMPLES, Json, answer, area_list, bundle, engine, patient

from ccr_rules import RecordError, read_record
from ccr_rules.hosting import Source

RECORD = ALL["problem-and-review"].record
R4 = (EXAMPLES.parents[2] / "fhir_examples" / "two-primaries" / "record.json").read_bytes()


def took_part(content: Any) -> bool:
    return GpConnect().ccr_read_record(Source(content)) is not None


# --- what it is -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "form",
    [
        lambda record: record,
        json.dumps,
        lambda record: json.dumps(record).encode(),
        lambda record: bytearray(json.dumps(record).encode()),
        lambda record: memoryview(json.dumps(record).encode()),
        lambda record: b"\xef\xbb\xbf" + json.dumps(record, indent=4).encode(),
        Bundle.model_validate,
    ],
)
def test_an_answer_is_known_in_every_form_that_a_host_has_it_in(form: Any) -> None:
    assert took_part(form(RECORD))


def test_an_answer_without_a_profile_of_its_own_is_known_by_its_lists() -> None:
    record = answer()
    del record["meta"]
    assert took_part(record)
    assert took_part(json.dumps(record))


@pytest.mark.parametrize("content", [R4, R4.decode(), json.loads(R4), json.loads(R4)["entry"]])
def test_a_record_of_another_format_is_left_to_others(content: Any) -> None:
    assert not took_part(content)


def search(profile: list[str]) -> Json:
    return {
        "resourceType": "Bundle",
        "type": "searchset",
        "meta": {"profile": profile},
        "entry": [{"resource": patient()}],
    }


@pytest.mark.parametrize(
    "content",
    [
        search(["https://fhir.nhs.uk/STU3/StructureDefinition/GPConnect-Searchset-Bundle-1"]),
        search([BUNDLE]),
        {**bundle(patient()), "meta": {}},
        {**bundle(patient()), "meta": {"profile": "text"}},
        patient(),
        [bundle(patient())],
        [],
        {},
        "",
        "CareConnect-GPC-Patient-1",
        "{" + BUNDLE,
        json.dumps(RECORD) + "\n" + json.dumps(RECORD),
        f'<Bundle xmlns="http://hl7.org/fhir"><meta><profile value="{BUNDLE}"/></meta></Bundle>',
        Observation.model_validate({"status": "final", "code": {"text": "Ankle sprain"}}),
        json.dumps(patient()),
    ],
)
def test_what_is_no_answer_is_left_to_others(content: Any) -> None:
    assert not took_part(content)


def test_the_beginning_decides() -> None:
    late = json.dumps({"resourceType": "Bundle", "id": "x" * FIRST, **bundle(patient())})
    assert not took_part(late)


def test_a_dict_of_which_nothing_is_as_it_should_be_is_no_answer() -> None:
    for broken in (
        {"resourceType": "Bundle", "entry": 7},
        {"resourceType": "Bundle", "meta": [BUNDLE], "entry": [None, {"resource": 7}]},
        {
            "resourceType": "Bundle",
            "type": "collection",
            "entry": [{"resource": area_list("problems")["id"]}],
        },
    ):
        assert not may_be(Source(broken))
        assert not is_answer(broken)


def test_an_answer_of_which_nothing_can_be_read_ends_the_evaluation() -> None:
    """It is of this format: to hand it on would only hide why."""
    with pytest.raises(RecordError):
        engine().evaluate(bundle({"resourceType": "Condition", "id": "c1", "code": 7}), "2026-11-21")


# --- what it costs ----------------------------------------------------------------------------------------


def quickest(content: Any) -> float:
    """Return the seconds of processor time that one call takes, of the quickest of several runs."""
    plugin, source = GpConnect(), Source(content)
    return seconds(lambda: plugin.ccr_read_record(source), 200)


def seconds(work: Callable[[], Any], number: int) -> float:
    return min(timeit.repeat(work, timer=time.process_time, number=number, repeat=7)) / number


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(R4, id="bytes"),
        pytest.param(R4.decode(), id="text"),
        pytest.param(json.loads(R4), id="decoded"),
        pytest.param(R4 * 200, id="many-bytes"),
        pytest.param(b"SetId,Surname\n" * 400_000, id="an-export-of-5-MB"),
        pytest.param((b"CareConnec" * 10_000), id="near-misses"),
    ],
)
def test_what_is_not_of_this_format_costs_less_than_a_fifth_of_a_millisecond(content: Any) -> None:
    assert quickest(content) < 0.0002


def test_sniffing_costs_a_small_part_of_reading() -> None:
    """Compared in one run, since machines differ."""
    assert quickest(R4) < seconds(lambda: read_record(R4), 20) / 10
