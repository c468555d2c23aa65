"""No value of what is sent reaches a log line, a metric, a problem or a header.

Records and bodies are drawn whose every text, number and day is a marker, which occurs nowhere else; what the
service writes is searched for them.
"""

import json
import logging
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccr_rules.evaluation.result import Evaluation
from ccr_rules.service.logs import JsonLines
from tests.service.support import Here

MARKERS = ("zqx", "73517351", "1931-07")
"""How every text, number and day that is sent begins."""

text = st.text("abcdef0123456789 '\"`{}\\\n", max_size=12).map(lambda rest: f"Zqx{rest}")
number = st.integers(0, 9999).map(lambda rest: 735173510000 + rest)
day = st.integers(1, 31).map(lambda rest: f"1931-07-{rest:02d}")
known = st.sampled_from(
    ["Patient", "Condition", "Encounter", "Observation", "Bundle", "Patient/p1", "finished", "searchset"]
)
scalar = text | number | day
_READ = (
    "id resourceType subject reference code coding system display text status onsetDateTime recordedDate "
    "birthDate name identifier value link url type total"
)
key = st.sampled_from(_READ.split())
json_value = st.recursive(
    scalar | known | st.none() | st.booleans(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(key | text, inner, max_size=5),
    max_leaves=20,
)
resource = st.fixed_dictionaries(
    {"resourceType": st.sampled_from(["Patient", "Condition", "Encounter", "Observation"]) | text},
    optional={
        "id": text | st.just("p1"),
        "subject": st.fixed_dictionaries({"reference": st.sampled_from(["Patient/p1", "Patient/p2"]) | text}),
        "code": st.fixed_dictionaries({"text": scalar, "coding": json_value}) | json_value,
        "onsetDateTime": day | text,
        "birthDate": day | text,
        "name": json_value,
        "status": text | st.just("finished"),
    },
)
record = (
    st.lists(resource, max_size=4).map(
        lambda each: {
            "resourceType": "Bundle",
            "type": "collection",
            "entry": [{"resource": x} for x in each],
        }
    )
    | st.lists(resource, max_size=3)
    | resource
    | json_value
)
wrong = st.fixed_dictionaries(
    {},
    optional={
        "as_of": day | scalar,
        "known_on": day | scalar,
        "profile": scalar,
        "supplied": st.lists(scalar, max_size=2) | scalar,
        "consultation": json_value
        | st.fixed_dictionaries({"reference": text, "mode": text, "date": json_value}),
        "responses": st.lists(
            st.fixed_dictionaries(
                {"kind": st.sampled_from(["snoozed", "attested"]) | text},
                optional={"codelist": text, "day": day | text, "until": scalar, "prompt": text},
            ),
            max_size=2,
        ),
        "rulesets": st.lists(text, max_size=2),
        "releases": st.dictionaries(text | st.just("cancer-diagnosis"), scalar, max_size=2),
        "patient": text,
        "engine": text,
        "rules": st.lists(text, max_size=2),
        "id": scalar,
    },
)
body = st.builds(lambda one, more: {**more, "record": one}, record, wrong | st.just({})) | json_value


class Caught(logging.Handler):
    """Keeps each line as the service writes it, and besides as it would be written without care."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.lines: list[str] = []
        self._written, self._plain = JsonLines(), logging.Formatter("%(message)s %(args)s")

    def emit(self, record: logging.LogRecord) -> None:
        if record.name.startswith(("httpx", "httpcore")):
            return  # the client of these tests
        self.lines.append(self._written.format(record))
        if record.name.startswith(("ccr", "uvicorn")):
            record.exc_info = None
            self.lines.append(self._plain.format(record))


@pytest.fixture(scope="module")
def caught() -> Iterator[Caught]:
    handler, root = Caught(), logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    logging.getLogger("ccr").setLevel(logging.DEBUG)
    yield handler
    root.removeHandler(handler)
    root.setLevel(level)
    logging.getLogger("ccr").setLevel(logging.NOTSET)


@pytest.fixture(scope="module")
def service() -> Iterator[Here]:
    with Here() as made:
        yield made


def leaks(written: str) -> list[str]:
    return [marker for marker in MARKERS if marker in written.lower()]


def look(service: Here, caught: Caught, answers: list[httpx.Response]) -> None:
    """Search everything that was written, but for answers: they tell whoever asked of whom they asked."""
    for line in caught.lines:
        assert not leaks(line), line
    caught.lines.clear()
    for answer in answers:
        assert not leaks(str(answer.headers))
        assert answer.status_code < 500, answer.text
        if answer.status_code >= 400:
            assert not leaks(answer.text), answer.text
            assert answer.headers["content-type"] == "application/problem+json"
    assert not leaks(service.service.metrics.text().decode())


def test_the_search_finds_what_it_looks_for(caught: Caught) -> None:
    """A search that finds nothing proves nothing unless it would have found something."""
    logging.getLogger("ccr.test").warning("about %s", "Zqx")
    assert all(leaks(line) for line in caught.lines)
    caught.lines.clear()


@given(body, text)
def test_nothing_that_is_sent_is_written_anywhere(
    service: Here, caught: Caught, sent: Any, word: str
) -> None:
    content = json.dumps(sent).encode()
    header = word.encode().hex()
    json_type = {"Content-Type": "application/json"}
    answers = [
        service.post("/evaluate", content=content, headers=json_type),
        service.post("/explain", content=content, headers=json_type),
        service.post("/evaluate", content=content[:-1], headers=json_type),
        service.post("/evaluate", content=content, headers={"Content-Type": f"Zqx{header}/Zqx"}),
        service.request("GET", f"/Zqx{header}?Zqx={header}"),
        service.request("GET", f"/rulesets/Zqx{header}"),
        service.request("POST", "/rulesets", headers={"Authorization": f"Bearer Zqx{header}"}),
        service.request(f"ZQX{header}".upper(), "/evaluate"),
        service.post(
            "/evaluate",
            content=content,
            headers={**json_type, "Idempotency-Key": f"Zqx{header}", "X-Request-ID": f"Zqx{header}"},
        ),
    ]
    look(service, caught, answers)


@given(st.lists(body, max_size=3))
def test_a_problem_in_a_batch_quotes_nothing_but_the_id(
    service: Here, caught: Caught, sent: list[Any]
) -> None:
    content = b"\n".join([*(json.dumps(each).encode() for each in sent), b"Zqx {"])
    answer = service.post("/batch", content=content, headers={"Content-Type": "application/x-ndjson"})
    for line in answer.text.splitlines():
        problem = json.loads(line).get("problem")
        assert problem is None or not leaks(json.dumps(problem)), line
    look(service, caught, [])


def test_a_fault_of_the_program_is_told_by_its_type_and_place_only(
    service: Here, caught: Caught, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_: Evaluation) -> bytes:
        raise ValueError("Zqx stands in a message of somebody else")

    monkeypatch.setattr(Evaluation, "to_json", fail)
    answer = service.post("/evaluate", json={"record": {"resourceType": "Patient", "id": "Zqx1"}})
    assert (answer.status_code, answer.json()["type"]) == (500, "urn:ccr-rules:problem:internal")
    assert answer.json().keys() == {"type", "title", "status", "instance"}
    assert not leaks(answer.text)
    said = [json.loads(line) for line in caught.lines if line.startswith("{")]
    assert said[-1]["request"] in answer.json()["instance"]
    assert said[-1]["why"].startswith("ValueError at ")
    assert "test_leaks.py:" in said[-1]["why"]
    assert not any(leaks(line) for line in caught.lines)


def test_an_exception_in_a_log_line_is_its_type_and_place() -> None:
    try:
        raise KeyError("Zqx")
    except KeyError as fault:
        line = logging.LogRecord(
            "x", logging.ERROR, "x.py", 1, "failed", (), (KeyError, fault, fault.__traceback__)
        )
    written = json.loads(JsonLines().format(line))
    assert written["fault"].startswith("KeyError at ")
    assert not leaks(str(written))
    without = logging.LogRecord(
        "x", logging.ERROR, "x.py", 1, "failed", (), (KeyError, KeyError("Zqx"), None)
    )
    assert json.loads(JsonLines().format(without))["fault"] == "KeyError"
