"""A source is a record as the host has it, in whatever form it came."""

import json
from typing import Any

import pytest
from fhir.resources.R4B.patient import Patient

from ccr_rules import Engine, RecordError, UsageError
from ccr_rules.hosting import Source
from tests.hosting.samples import AS_OF, PLAIN, STORY

PATIENT = {"resourceType": "Patient", "id": "p"}
TEXT = json.dumps(PATIENT, separators=(",", ":"))


@pytest.mark.parametrize(
    "content",
    [TEXT, TEXT.encode(), bytearray(TEXT.encode()), memoryview(TEXT.encode()), PATIENT, Patient(id="p")],
    ids=lambda content: type(content).__name__,
)
def test_every_form_gives_bytes_text_and_values(content: object) -> None:
    source = Source(content)  # type: ignore[arg-type]
    assert json.loads(source.raw) == PATIENT
    assert json.loads(source.text) == PATIENT
    assert source.json == PATIENT


def test_a_byte_order_mark_is_no_text() -> None:
    assert Source("\ufeffa,b".encode()).text == "a,b"


def test_what_is_no_utf_8_is_refused() -> None:
    with pytest.raises(RecordError, match="export it as UTF-8"):
        _ = Source(b"\xff\xfe").text


@pytest.mark.parametrize("content", [b"a,b\n1,2\n", b'{"a": 1}\n{"a": 2}\n', b"[1"])
def test_what_is_not_one_json_value_has_none(content: bytes) -> None:
    assert Source(content).json is None


def test_a_list_is_json_as_it_is() -> None:
    assert Source([PATIENT]).json == [PATIENT]
    assert json.loads(Source([PATIENT]).raw) == [PATIENT]


def test_a_part_keeps_what_the_host_says() -> None:
    whole = Source(b"x", "export.csv", None, "gp-connect", ("Condition",), "STU3", strict=True)
    part = whole.with_content(b"y", "p1")
    assert part == Source(b"y", "export.csv", "p1", "gp-connect", ("Condition",), "STU3", strict=True)
    assert whole.with_content(b"y").patient is None


def test_an_engine_takes_a_source() -> None:
    source = Source(STORY, "record.json")
    assert Engine.default().evaluate(source, AS_OF).to_json() == PLAIN.evaluate(STORY, AS_OF).to_json()


@pytest.mark.parametrize("said", [{"patient": "Patient/b"}, {"profile": "emis"}, {"supplied": ()}])
def test_what_a_source_says_itself_is_not_said_beside_it(said: dict[str, Any]) -> None:
    """Else somebody's record would be evaluated though another patient was asked for."""
    (name,) = said
    with pytest.raises(UsageError, match=f"{name}: a Source says that itself"):
        PLAIN.evaluate(Source(STORY), AS_OF, **said)
