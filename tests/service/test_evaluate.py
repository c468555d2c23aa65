"""`POST /evaluate`: a record in, the answer out, or a problem that says what does not fit, unquoted."""

from collections.abc import Iterator
from typing import Any

import pytest

from ccr_rules.engine import Engine
from tests.service.support import DAY, Here, question, record

JSON = {"Content-Type": "application/json"}


@pytest.fixture(scope="module")
def service() -> Iterator[Here]:
    with Here() as made:
        yield made


def test_the_answer_is_that_of_the_engine(service: Here) -> None:
    answer = service.post("/evaluate", json=question(as_of=DAY))
    assert answer.status_code == 200
    assert answer.json() == Engine.default().evaluate(record(), DAY).to_dict()


def test_the_day_is_todays_in_london_unless_it_is_given(service: Here) -> None:
    assert service.post("/evaluate", json=question()).json()["as_of"] == DAY


def test_every_part_of_the_question_counts(service: Here) -> None:
    held = {"kind": "snoozed", "review": "support-conversation", "until": "2026-12-31"}
    asked = question(
        as_of=DAY,
        known_on="2026-11-19",
        profile="whole-record",
        supplied=["Patient", "Condition", "Encounter", "Observation", "Procedure"],
        consultation={"reference": "Encounter/now", "mode": "telephone", "date": {"first": DAY, "last": DAY}},
        responses=[held],
        rulesets=["best-practice-ccr@2026"],
        releases={"cancer-diagnosis": "newest"},
        patient=Engine.default().evaluate(record(), DAY).record.reference,
        engine="reference",
    )
    answer = service.post("/evaluate", json=asked).json()
    assert answer["known_on"] == "2026-11-19"
    assert [each["id"] for each in answer["rulesets"]] == ["best-practice-ccr"]
    assert [each["until"] for each in answer["held"]] == ["2026-12-31"]
    assert "Encounter" in answer["record"]["supplied"]


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"as_of": "2026-02-30"}, "$.as_of"),
        ({"as_of": "1066-10-14"}, "$.as_of"),
        ({"known_on": "3000-01-01"}, "$.known_on"),
        ({"as_off": "2026-02-28"}, "$"),
        ({"profile": "zzyzx"}, "$.profile"),
        ({"supplied": ["Condition", "zzyzx"]}, "$.supplied[1]"),
        ({"rulesets": ["best-practice-ccr", "zzyzx"]}, "$.rulesets[1]"),
        ({"releases": {"zzyzx": "newest"}}, "$.releases"),
        ({"releases": {"cancer-diagnosis": "zzyzx"}}, "$.releases"),
        ({"engine": "zzyzx"}, "$.engine"),
        ({"engine": "durable"}, "$.engine"),
        ({"responses": [{"kind": "zzyzx"}]}, "$.responses[0].kind"),
        ({"responses": [{"kind": "snoozed", "zzyzx": "2026-12-31"}]}, "$.responses[0]"),
        ({"responses": [{"kind": "snoozed", "until": "2026-12-31"}]}, "$.responses[0]"),
        ({"responses": [{"kind": "attested", "codelist": "zzyzx"}]}, "$.responses[0].codelist"),
        ({"responses": [{"kind": "attested", "codelist": "cancer-care-review"}]}, "$.responses[0].day"),
        ({"consultation": {"reference": "Encounter/1", "mode": "zzyzx"}}, "$.consultation.mode"),
        (
            {"consultation": {"reference": "E/1", "date": {"first": "2026-02-02", "last": "2026-02-01"}}},
            "$.consultation.date",
        ),
        ({"record": 17}, "$.record"),
        ({"record": []}, "$.record"),
        ({"patient": "Patient/zzyzx"}, "$.record"),
        ({"rulesets": ["a"] * 21}, "$.rulesets"),
    ],
)
def test_what_does_not_fit_is_refused_with_its_place_and_without_its_value(
    service: Here, change: dict[str, Any], place: str
) -> None:
    refused = service.post("/evaluate", json=question() | change)
    assert refused.status_code == 422
    assert refused.headers["content-type"] == "application/problem+json"
    problem = refused.json()
    assert problem["status"] == 422
    assert problem["instance"] == f"urn:uuid:{refused.headers['x-request-id']}"
    assert problem["detail"].split(":")[0].split(" ")[0] == place
    assert "zzyzx" not in refused.text


@pytest.mark.parametrize(
    "body", [b"{", b"", b'{"record": {}', b"\xff\xfe{}", b'{"record": ' + b"[" * 100_000]
)
def test_what_is_not_json_is_a_bad_request(service: Here, body: bytes) -> None:
    refused = service.post("/evaluate", content=body, headers=JSON)
    assert (refused.status_code, refused.json()["type"]) == (400, "urn:ccr-rules:problem:not-json")


@pytest.mark.parametrize(
    "body",
    [
        b'{"record": {}, "record": {}}',
        b'{"record": {}, "responses": [{"kind": "snoozed", "until": "2026-01-01", "until": "2027-01-01"}]}',
        b'{"record": {"resourceType": "Bundle", "type": "collection", "type": "searchset"}}',
    ],
)
def test_a_key_that_stands_twice_is_refused(service: Here, body: bytes) -> None:
    refused = service.post("/evaluate", content=body, headers=JSON)
    assert refused.status_code == 422
    assert "twice" in refused.json()["detail"]


def test_quotes_and_escapes_in_a_record_are_no_repeated_keys(service: Here) -> None:
    body = rb'{"record": {"resourceType": "Patient", "id": "p", "x": "\"a\u0022\\"}}'
    assert service.post("/evaluate", content=body, headers=JSON).status_code == 200


def test_another_content_type_is_not_taken(service: Here) -> None:
    refused = service.post("/evaluate", content=b"{}", headers={"Content-Type": "text/xml"})
    assert refused.status_code == 415
    assert "application/json" in refused.headers["accept"]


@pytest.mark.parametrize(
    ("method", "path", "status"), [("GET", "/nothing", 404), ("DELETE", "/evaluate", 405)]
)
def test_what_is_not_there_is_a_problem_too(service: Here, method: str, path: str, status: int) -> None:
    refused = service.request(method, path)
    assert refused.status_code == status
    assert refused.headers["content-type"] == "application/problem+json"
    assert refused.json()["status"] == status
