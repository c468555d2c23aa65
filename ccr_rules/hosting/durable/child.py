"""The process in which durable-rules decides.

It is run as a file, so that it starts quickly: it imports nothing of ccr_rules. It gets questions and
small integers on stdin and answers with small integers on stdout; a message is its length in four
bytes, then msgpack. The C functions of durable-rules are called directly: no timers, no threads, no
actions in Python. Whatever goes wrong ends the process, because its memory may then be damaged.
"""

import os
import sys
from collections.abc import Iterator, Sequence
from importlib import import_module
from typing import Any, BinaryIO

import msgspec

OK = 0
"""What durable-rules returns for a fact that it took."""

HEAD = 4
"""In how many bytes the length of a message stands before it."""

SESSION = "0"
CATCH_ALL = "z"

Asked = tuple[int, str, tuple[int, ...], tuple[tuple[int, int, int], ...]]
"""How many properties, the rules as JSON, the answer of each rule, and what earlier questions decide."""

Facts = list[list[int]]
"""The properties of the fact of each question of a ruleset, about one record."""


class Message(msgspec.Struct, frozen=True, omit_defaults=True):
    """What is asked: to learn the questions of some rulesets, then to decide those of some records.

    Rulesets are numbered in the order in which they are learnt.
    """

    learn: tuple[tuple[Asked, ...], ...] = ()
    decide: tuple[tuple[int, Facts], ...] = ()


class Reply(msgspec.Struct, frozen=True, omit_defaults=True):
    """What is answered: for each record and question the answers whose rules fired; or why there is none."""

    answers: list[list[list[int]]] = []
    fault: str = ""


class Fault(Exception):
    """durable-rules did what it never should; the message holds nothing of a fact."""


class Question:
    """One ruleset of durable-rules, registered once."""

    def __init__(self, engine: Any, name: str, asked: Asked) -> None:
        size, definition, self._answers, self._given = asked
        properties = "".join(f', "p{number}": %d' for number in range(size))
        self._fact = f'{{"id": "1", "sid": "{SESSION}", "{CATCH_ALL}": 1{properties}}}'
        self._engine = engine
        self._handle = engine.create_ruleset(name, definition)

    def decide(self, values: list[int], earlier: Sequence[Sequence[int]]) -> list[int]:
        """Return the answers that one fact gets, in one session that exists only for it."""
        for number, question, answer in self._given:
            values[number] = int(answer in earlier[question])
        status, state = self._engine.assert_fact(self._handle, self._fact % tuple(values))
        if status != OK:
            raise Fault(f"a fact was not taken: {status}")
        fired = list(self._fired(state))
        self._engine.delete_state(self._handle, SESSION)
        return sorted({self._answers[int(rule[1:])] for rule in fired if rule != CATCH_ALL})

    def _fired(self, state: int) -> Iterator[str]:
        """Yield the rules that fired, one action after the other. The catch-all is always among them."""
        started = self._engine.start_action_for_state(self._handle, state)
        if started is None:
            raise Fault("no rule fired")
        session, message = started
        if "exception" in session:
            raise Fault("the session holds an exception")
        caught = False
        while message is not None:
            rule = message.split('"', 2)[1]
            caught = caught or rule == CATCH_ALL
            yield rule
            message = self._engine.complete_and_start_action(self._handle, state)
        if not caught:
            raise Fault("the catch-all rule did not fire")


class Rulesets:
    """Every ruleset that was learnt, by number."""

    def __init__(self, engine: Any) -> None:
        self._engine = engine
        self._learnt: list[list[Question]] = []

    def answer(self, message: Message) -> Reply:
        """Learn and decide what a message asks."""
        for ruleset in message.learn:
            number = len(self._learnt)
            self._learnt.append(
                [Question(self._engine, f"q{number}_{place}", each) for place, each in enumerate(ruleset)]
            )
        return Reply([self._decide(self._learnt[number], facts) for number, facts in message.decide])

    def _decide(self, questions: list[Question], facts: Facts) -> list[list[int]]:
        answers: list[list[int]] = []
        for question, values in zip(questions, facts, strict=True):
            answers.append(question.decide(values, answers))
        return answers


def read(source: BinaryIO) -> bytes:
    """Return the next message; empty at the end. Raises EOFError for one that breaks off."""
    head = source.read(HEAD)
    size = int.from_bytes(head)
    body = source.read(size)
    if len(head) not in {0, HEAD} or len(body) != size:
        raise EOFError("a message broke off")
    return body


def write(sink: BinaryIO, body: bytes) -> None:
    """Write a message."""
    sink.write(len(body).to_bytes(HEAD) + body)
    sink.flush()


def serve(engine: Any, source: BinaryIO, sink: BinaryIO) -> None:
    """Answer every message, until there is none."""
    decode, rulesets = msgspec.msgpack.Decoder(Message).decode, Rulesets(engine)
    while body := read(source):
        write(sink, msgspec.msgpack.encode(rulesets.answer(decode(body))))


def main() -> int:
    """Serve until stdin ends; return 1, having said why, if anything went wrong."""
    sink = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # nothing that C code prints may stand between the messages
    try:
        serve(import_module("durable_rules_engine"), sys.stdin.buffer, sink)
    except Exception as fault:  # noqa: BLE001 - said to the parent, and the end of this process
        write(sink, msgspec.msgpack.encode(Reply(fault=f"{type(fault).__name__}: {fault}")))
        return 1
    return 0


if __name__ == "__main__":  # pragma: no cover - a process of its own, which coverage does not know as ours
    sys.exit(main())
