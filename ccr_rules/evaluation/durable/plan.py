"""Questions as durable-rules takes them: definitions of rulesets, and answers by number.

One question becomes one ruleset of durable-rules, in which each rule is one flat conjunction of
comparisons between a property and a number. What durable-rules would not take safely is refused
here, before anything is asked.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from graphlib import TopologicalSorter
from typing import Any

import msgspec

from ccr_rules.evaluation.durable.questions import Fired, ImpossibleAnswer, Question, TooMuch
from ccr_rules.evaluation.durable.ways import OPEN, Range, Way

MOST_RULES = 60
"""How many rules one ruleset may have, the catch-all among them: a fact that matches 65 is rejected."""

MOST_PROPERTIES = 249
"""How many properties one fact may have, of which three are always there: with 255 it is lost."""

ALWAYS_THERE = ("id", "sid", "z")
"""What names the fact and its session, and what the catch-all rule asks for."""

Answers = Sequence[Sequence[int]]
"""For each question, in order, the numbers of the answers whose rules fired."""


class Asked(msgspec.Struct, frozen=True, array_like=True):
    """One question as the process that decides it is told of it, once.

    Its fact has `size` properties, `p0`, `p1` and so on. `definition` is the JSON of a ruleset of
    durable-rules, of which rule `r0` gives the answer `answers[0]`, and so on. `given` are properties
    that an earlier question decides: which property, which question, and which answer makes it 1.
    """

    size: int
    definition: str
    answers: tuple[int, ...]
    given: tuple[tuple[int, int, int], ...]


class Plan:
    """The questions of one ruleset, in an order in which each comes after those it needs.

    Raises TooMuch.
    """

    def __init__(self, questions: Iterable[Question]) -> None:
        named = {question.name: question for question in questions}
        needed = {name: [_reviewed(each.review) for each in one.inputs.given] for name, one in named.items()}
        self.questions = tuple(named[name] for name in TopologicalSorter(needed).static_order())
        self._places = {question.name: place for place, question in enumerate(self.questions)}
        self.asked = tuple(self._asked(question) for question in self.questions)

    def fired(self, answers: Answers) -> Mapping[str, Fired]:
        """Return the answers to each question by name. Raises ImpossibleAnswer."""
        if len(answers) != len(self.questions):
            raise ImpossibleAnswer(f"{len(answers)} answers to {len(self.questions)} questions")
        return {
            question.name: question.fired(numbers)
            for question, numbers in zip(self.questions, answers, strict=True)
        }

    def _asked(self, question: Question) -> Asked:
        rules = [(number, way) for number, ways in enumerate(question.rules.values()) for way in ways]
        _check(question.name, len(rules) + 1, MOST_RULES, "rules")
        _check(question.name, question.inputs.size + len(ALWAYS_THERE), MOST_PROPERTIES, "properties")
        definition = {f"r{number}": _rule(way) for number, (_, way) in enumerate(rules)}
        return Asked(
            question.inputs.size,
            json.dumps(definition | {"z": _rule(frozenset())}),
            tuple(number for number, _ in rules),
            tuple(self._given(question)),
        )

    def _given(self, question: Question) -> Iterator[tuple[int, int, int]]:
        for number, review, status in question.inputs.given:
            place = self._places[_reviewed(review)]
            yield number, place, list(self.questions[place].rules).index(status)


def _reviewed(review: str) -> str:
    return f"review/{review}"


def _check(name: str, count: int, most: int, what: str) -> None:
    if count > most:
        raise TooMuch(f"{name} would need {count} {what}, and more than {most} are not safe")


def _rule(way: Way) -> dict[str, Any]:
    tests = [test for each in sorted(way) for test in _tests(each)]
    return {"all": [{"m": {"$and": tests or [{"z": 1}]}}]}


def _tests(asked: Range) -> Iterator[dict[str, Any]]:
    if asked.least > -OPEN:
        yield {"$gte": {f"p{asked.number}": asked.least}}
    if asked.greatest < OPEN:
        yield {"$lte": {f"p{asked.number}": asked.greatest}}
