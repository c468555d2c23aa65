"""`POST /batch`: a line in, a line out, at once; what is wrong with one line ends nothing."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccr_rules.service.bodies import lines
from ccr_rules.service.settings import Settings
from tests.service.support import DAY, STORE, Here, question, record

NDJSON = {"Content-Type": "application/x-ndjson"}


@pytest.fixture(scope="module")
def service() -> Iterator[Here]:
    with Here() as made:
        yield made


def line(**more: object) -> str:
    return json.dumps({"record": record(), "as_of": DAY, **more})


def answers(service: Here, *sent: str, **headers: str) -> list[dict[str, object]]:
    answer = service.post("/batch", content="\n".join(sent), headers={**NDJSON, **headers})
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/x-ndjson"
    return [json.loads(each) for each in answer.text.splitlines()]


def test_each_line_is_answered_under_its_id_as_evaluate_answers_it(service: Here) -> None:
    one = service.post("/evaluate", json=question(as_of=DAY)).json()
    assert answers(service, line(id="a"), line(id=7), line()) == [
        {"id": "a", "answer": one},
        {"id": 7, "answer": one},
        {"id": None, "answer": one},
    ]


def test_a_bad_line_has_a_problem_and_the_next_is_answered(service: Here) -> None:
    sent = ["nonsense", "", '{"id": "b", "record": {}}', '{"id": 17}', "[]", line(id="c")]
    found = answers(service, *sent)
    problems = [(each["id"], each["problem"]["line"], each["problem"]["status"]) for each in found[:-1]]  # type: ignore[index]
    assert problems == [(None, 1, 400), ("b", 3, 422), (17, 4, 422), (None, 5, 422)]
    assert found[-1]["id"] == "c"


def test_nothing_in_is_nothing_out(service: Here) -> None:
    assert answers(service) == []
    assert answers(service, "", "  ") == []


def test_a_line_that_is_too_long_is_passed_over() -> None:
    with Here(Settings(dev=True, database_url=STORE, reload_seconds=0, max_line_bytes=60_000)) as service:
        found = answers(service, line(id="a"), line(id="b", patient="x" * 100_000), line(id="c"))
    assert [each["id"] for each in found] == ["a", None, "c"]
    assert found[1]["problem"]["type"] == "urn:ccr-rules:problem:body-too-large"  # type: ignore[index]


@given(
    st.lists(st.binary(max_size=6).map(lambda each: each.replace(b"\n", b"")), max_size=6), st.integers(1, 9)
)
def test_lines_are_those_of_the_whole_however_they_come(sent: list[bytes], size: int) -> None:
    content = b"\n".join(sent)

    async def parts() -> AsyncIterator[bytes]:
        for start in range(0, len(content), size):
            yield content[start : start + size]

    async def read() -> list[tuple[int, bytes | None]]:
        return [each async for each in lines(parts(), 4)]

    wanted = [
        (number, each if len(each) <= 4 else None)
        for number, each in enumerate(sent, 1)
        if each.strip() or len(each) > 4
    ]
    assert asyncio.run(read()) == wanted


def test_a_batch_under_a_key_is_recorded_once(service: Here) -> None:
    key = {"Idempotency-Key": "batch-1"}
    first = answers(service, line(id="a"), line(id="b"), **key)
    again = answers(service, line(id="a"), line(id="b"), **key)
    assert again == first
    changed = answers(service, line(id="a"), line(id="x"), **key)
    assert changed[0] == first[0]
    assert changed[1]["problem"]["type"] == "urn:ccr-rules:problem:key-reused"  # type: ignore[index]


@pytest.mark.parametrize("key", ["", "x" * 201, "\x7f"])
def test_a_batch_under_what_is_no_key_is_refused(service: Here, key: str) -> None:
    refused = service.post("/batch", content=line(), headers={**NDJSON, "Idempotency-Key": key})
    assert refused.status_code == 400


def test_a_line_that_fails_under_a_key_may_be_sent_again(service: Here) -> None:
    key = {"Idempotency-Key": "batch-2"}
    for _ in range(2):
        (found,) = answers(service, '{"id": 1, "record": {}}', **key)
        assert found["problem"]["type"] == "urn:ccr-rules:problem:unusable-record"  # type: ignore[index]
