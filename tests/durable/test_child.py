"""The process in which durable-rules decides: what it is told, what it says, and when it gives up."""

import io
import subprocess
import sys
from pathlib import Path
from typing import Any

import msgspec
import pytest

from ccr_rules.errors import EvaluatorUnavailable
from ccr_rules.hosting.durable import child
from ccr_rules.hosting.durable.child import Fault, Message, Question, Reply, read, serve, write
from ccr_rules.hosting.durable.process import KNOWN, DurableProcess
from tests.durable.stand_in import StandIn

ONE: tuple[Any, ...] = tuple(KNOWN)
TWO_RULES = (
    '{"r0": {"all": [{"m": {"$and": [{"$gte": {"p0": 1}}]}}]}, '
    '"r1": {"all": [{"m": {"$and": [{"$gte": {"p0": 2}}]}}]}, "z": {"all": [{"m": {"$and": [{"z": 1}]}}]}}'
)


def a_question(fault: str = "none") -> Question:
    return Question(StandIn(fault), "q0_0", (1, TWO_RULES, (7, 4), ()))


def answers_to(*messages: Message) -> list[Reply]:
    """Return what the process says to some messages, in this process."""
    source, sink = io.BytesIO(), io.BytesIO()
    for message in messages:
        write(source, msgspec.msgpack.encode(message))
    source.seek(0)
    serve(StandIn("none"), source, sink)
    sink.seek(0)
    replies = []
    while body := read(sink):
        replies.append(msgspec.msgpack.decode(body, type=Reply))
    return replies


def test_the_answers_are_those_of_the_rules_that_fired() -> None:
    assert a_question().decide([0], ()) == []
    assert a_question().decide([1], ()) == [7]
    assert a_question().decide([2], ()) == [4, 7]


def test_what_an_earlier_question_decided_goes_into_the_fact() -> None:
    later = Question(StandIn("none"), "q0_1", (1, TWO_RULES, (7, 4), ((0, 1, 3),)))
    assert later.decide([0], ([3], [])) == []
    assert later.decide([0], ([], [3])) == [7]


def test_rulesets_are_learnt_once_and_then_named_by_number() -> None:
    learn = Message(learn=(ONE, ONE + ONE))
    decide = Message(decide=((1, [[0], [1]]), (0, [[1]])))
    both = Message(learn=(ONE,), decide=((2, [[1]]),))
    assert [reply.answers for reply in answers_to(learn, decide, both)] == [[], [[[], [0]], [[0]]], [[[0]]]]


def test_a_message_that_breaks_off_is_not_answered() -> None:
    whole = io.BytesIO()
    write(whole, b"hello")
    assert whole.getvalue() == b"\0\0\0\5hello"
    assert read(io.BytesIO()) == b""
    for cut in range(1, len(whole.getvalue())):
        with pytest.raises(EOFError):
            read(io.BytesIO(whole.getvalue()[:cut]))


WITHOUT_DURABLE_RULES = (
    f"import runpy, sys; sys.modules['durable_rules_engine'] = None; runpy.run_path({child.__file__!r}, "
    f"run_name='__main__')"
)


@pytest.mark.parametrize(
    ("fault", "says"),
    [
        ("rejects", "a fact was not taken: 1"),
        ("fires nothing", "no rule fired"),
        ("swallows", "the session holds an exception"),
        ("forgets the catch-all", "the catch-all rule did not fire"),
    ],
)
def test_what_durable_rules_never_does_in_its_senses_is_a_fault(fault: str, says: str) -> None:
    with pytest.raises(Fault, match=says):
        a_question(fault).decide([1], ())


def test_without_durable_rules_the_process_says_so_and_ends() -> None:
    """Run as it is run, but where nothing of that name can be imported."""
    process = DurableProcess((sys.executable, "-c", WITHOUT_DURABLE_RULES))
    with pytest.raises(EvaluatorUnavailable, match=r"ModuleNotFoundError: .*durable_rules_engine"):
        process.check()
    assert process.pid is None


def test_a_process_that_could_not_begin_ends_with_a_code_of_its_own() -> None:
    ended = subprocess.run([sys.executable, "-c", WITHOUT_DURABLE_RULES], capture_output=True, check=False)
    assert ended.returncode == 1


def test_the_process_imports_nothing_of_ccr_rules() -> None:
    """So it starts quickly, and has nothing to leak."""
    lines = Path(child.__file__).read_text(encoding="utf-8").splitlines()
    imported = {line.split()[1] for line in lines if line.startswith(("import ", "from "))}
    assert imported == {"os", "sys", "collections.abc", "importlib", "typing", "msgspec"}


def test_a_fact_too_many_is_not_passed_over() -> None:
    with pytest.raises(ValueError, match="zip"):
        answers_to(Message(learn=(ONE,), decide=((0, [[1], [1]]),)))
