"""No patient data reaches a log, a warning or an error message (references apart).

Every text, code, name and day of the records below is a marker that occurs nowhere else; whatever
is logged or raised while they are read and evaluated is searched for all of them.
"""

import json
import logging
import traceback
import warnings
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from ccr_rules import CcrError, Engine, PatientRecord, Response, explain, read_record
from ccr_rules.record.entry import SNOMED

MARKERS = {
    "family name": "Quixmarsh",
    "given name": "Zebedaiah",
    "NHS number": "9434765919",
    "postcode": "ZZ99 3VZ",
    "term": "Carcinoma of the markerine duct",
    "note": "Xylotext about a neighbour",
    "clinician": "Dr Wobblethwaite",
    "code": "98765432109876",
    "birth day": "1931-07-13",
    "diagnosis day": "2025-09-17",
    "instant": "2025-09-17T09:41:43+01:00",
    "odd word": "blimpish",
}


def a_bundle() -> dict[str, Any]:
    """Return a record that is full of markers, some of them where they cannot be read."""
    patient = {
        "resourceType": "Patient",
        "id": "p1",
        "name": [{"family": MARKERS["family name"], "given": [MARKERS["given name"]]}],
        "identifier": [{"system": "https://fhir.nhs.uk/Id/nhs-number", "value": MARKERS["NHS number"]}],
        "address": [{"postalCode": MARKERS["postcode"]}],
        "birthDate": MARKERS["birth day"],
    }
    diagnosis = {
        "resourceType": "Condition",
        "id": "c1",
        "subject": {"reference": "Patient/p1"},
        "code": {
            "coding": [{"system": SNOMED, "code": MARKERS["code"], "display": MARKERS["term"]}],
            "text": MARKERS["term"],
        },
        "onsetDateTime": MARKERS["diagnosis day"],
        "recordedDate": MARKERS["instant"],
        "recorder": {"display": MARKERS["clinician"]},
        "note": [{"text": MARKERS["note"]}],
    }
    unreadable = {**diagnosis, "id": "c2", "onsetDateTime": f"2025-13-45 {MARKERS['odd word']}"}
    odd_code = {**diagnosis, "id": "c3", "code": MARKERS["term"]}
    odd_status = {
        "resourceType": "Observation",
        "id": "o1",
        "status": MARKERS["odd word"],
        "subject": {"reference": "Patient/p1"},
        "code": {"coding": [{"system": MARKERS["odd word"], "code": MARKERS["code"]}]},
        "valueString": MARKERS["note"],
    }
    resources = [patient, diagnosis, unreadable, odd_code, odd_status]
    return {
        "resourceType": "Bundle",
        "type": "collection",
        "entry": [{"resource": resource} for resource in resources],
    }


def another_patient() -> dict[str, Any]:
    bundle = a_bundle()
    bundle["entry"].append(
        {"resource": {"resourceType": "Patient", "id": "p2", "name": [{"family": MARKERS["family name"]}]}}
    )
    return bundle


def with_patient(**changed: Any) -> dict[str, Any]:
    bundle = a_bundle()
    bundle["entry"][0]["resource"] |= changed
    return bundle


class Caught(logging.Handler):
    """Keeps everything that is logged, with its arguments and its traceback, as text."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.setFormatter(logging.Formatter("%(name)s %(message)s %(args)s"))
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(self.format(record))


@pytest.fixture
def caught() -> Iterator[Caught]:
    """Log everything, of every library, at DEBUG."""
    handler, root = Caught(), logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield handler
    root.removeHandler(handler)
    root.setLevel(level)


def leaks(text: str) -> list[str]:
    return [name for name, marker in MARKERS.items() if marker.lower() in text.lower()]


def test_the_search_finds_what_it_looks_for(caught: Caught) -> None:
    """A search that finds nothing proves nothing unless it would have found something."""
    logging.getLogger("test").debug("about %s", MARKERS["family name"])
    assert leaks("\n".join(caught.lines)) == ["family name"]


@pytest.mark.parametrize("strict", [False, True])
def test_nothing_of_a_patient_is_logged(caught: Caught, strict: bool) -> None:
    """Read, evaluated, told and explained, with every rule and every response."""
    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        evaluation = Engine.default().evaluate(
            json.dumps(a_bundle()),
            "2026-03-20",
            strict=strict,
            responses=[Response("declined", review="cancer-care-review", reason=MARKERS["note"])],
        )
        assert evaluation.to_json()
        for review in evaluation.reviews:
            assert explain(evaluation, review.id)
    said = "\n".join([*caught.lines, *(str(each.message) for each in warned)])
    assert leaks(said) == []


Attempt = Callable[[Engine], object]

ATTEMPTS: dict[str, Attempt] = {
    "two patients": lambda engine: engine.evaluate(another_patient(), "2026-03-20"),
    "another patient than asked for": lambda engine: engine.evaluate(
        a_bundle(), "2026-03-20", patient="Patient/p9"
    ),
    "an unknown resource": lambda engine: engine.evaluate(
        {"resourceType": MARKERS["odd word"], "name": MARKERS["family name"]}, "2026-03-20"
    ),
    "no patient": lambda engine: engine.evaluate(
        [{"resourceType": "Condition", "code": MARKERS["term"]}], "2026-03-20"
    ),
    "truncated text": lambda engine: engine.evaluate(json.dumps(a_bundle())[:-40], "2026-03-20"),
    "not JSON": lambda engine: engine.evaluate(f"{MARKERS['family name']}, {MARKERS['term']}", "2026-03-20"),
    "text in bytes that are no text": lambda engine: engine.evaluate(
        MARKERS["term"].encode() + b"\xff\xfe", "2026-03-20"
    ),
    "duplicate keys": lambda engine: engine.evaluate(
        f'{{"resourceType": "Patient", "id": "{MARKERS["given name"]}", "id": "{MARKERS["family name"]}"}}',
        "2026-03-20",
    ),
    "a birth day that is none": lambda engine: engine.evaluate(
        with_patient(birthDate=f"{MARKERS['birth day']}-{MARKERS['odd word']}"), "2026-03-20"
    ),
    "a name that is none": lambda engine: read_record(with_patient(name=MARKERS["family name"]), strict=True),
    "an attestation of nothing": lambda engine: engine.evaluate(
        PatientRecord("Patient/p1"), "2026-03-20", responses=[Response("attested", reason=MARKERS["note"])]
    ),
}


@pytest.mark.parametrize("attempt", ATTEMPTS.values(), ids=ATTEMPTS)
def test_no_error_repeats_what_the_record_says(caught: Caught, attempt: Attempt) -> None:
    """Neither the message, nor what caused it (a host logs tracebacks), nor the log."""
    said = []
    try:
        attempt(Engine.default())
    except CcrError as error:
        said += [error.message, *traceback.format_exception(error)]
    assert leaks("\n".join([*said, *caught.lines])) == []


def test_what_was_quarantined_is_named_by_its_reference_alone() -> None:
    """The reason says what is wrong with the resource and not what stands in it."""
    record = read_record(a_bundle())
    reasons = "\n".join(f"{each.place} {each.reason}" for each in record.quarantined)
    assert {each.reference for each in record.quarantined} >= {"Condition/c2", "Condition/c3"}
    assert leaks(reasons) == []
