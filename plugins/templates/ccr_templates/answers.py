"""The answers in a QuestionnaireResponse (R4), each checked against the question that it answers.

What does not fit is left out and said, with its place and no value of it: nothing is corrected.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from ccr_rules.record.fhir_dates import NotADate, days_of
from ccr_templates.definition import Question, Value, option_key

MODIFIED: Final = "modifierExtension: it may change the meaning, and it is not known here"
DEEPEST: Final = 12
"""Levels of items in items; the forms here have six."""


@dataclass(frozen=True, slots=True)
class Fault:
    """What could not be taken: its place, why, and the linkId of the question if it is known."""

    place: str
    reason: str
    link_id: str = ""


@dataclass(frozen=True, slots=True)
class Answers:
    """What was answered, by linkId, and what could not be taken."""

    values: Mapping[str, Value]
    faults: tuple[Fault, ...]


class _Refused(Exception):
    """An answer that does not fit; the message says why."""


def read_answers(content: Mapping[str, Any], definition: Mapping[str, Question], place: str) -> Answers:
    """Return the answers of a response to a form; `place` says where the response stands."""
    reading = _Reading(definition)
    reading.items(content.get("item"), "", place, 0)
    reading.check_if_asked()
    return Answers(reading.values, tuple(reading.faults))


class _Reading:
    """One reading: values and faults are collected on the way."""

    def __init__(self, definition: Mapping[str, Question]) -> None:
        self._definition = definition
        self._places: dict[str, str] = {}
        self.values: dict[str, Value] = {}
        self.faults: list[Fault] = []

    def items(self, items: Any, parent: str, place: str, depth: int) -> None:
        """Read a list of items that stands in the item `parent`."""
        if items is None:
            return
        if not isinstance(items, list) or depth > DEEPEST:
            self.faults.append(Fault(f"{place}.item", "it is no list of items, or nested too deeply"))
            return
        for number, each in enumerate(items):
            self._item(each, parent, f"{place}.item[{number}]", depth)

    def _item(self, each: Any, parent: str, place: str, depth: int) -> None:
        if not isinstance(each, dict) or not isinstance(each.get("linkId"), str):
            self.faults.append(Fault(place, "it is no item with a linkId"))
            return
        question = self._definition.get(each["linkId"])
        if question is None:
            self.faults.append(Fault(place, "the form has no such linkId"))
        elif question.parent != parent:
            self._fault(question, place, "in the form, this linkId stands elsewhere")
        elif each.get("modifierExtension"):
            self._fault(question, place, MODIFIED)
        elif not question.read_only:
            self._known(question, each, place, depth)

    def _known(self, question: Question, each: dict[str, Any], place: str, depth: int) -> None:
        self.items(each.get("item"), question.link_id, place, depth + 1)
        given = each.get("answer")
        if given is None or given == []:
            return
        if question.link_id in self._places:
            self._fault(question, place, "it is answered twice")
            return
        self._places[question.link_id] = place
        try:
            self.values[question.link_id] = _value(question, given)
        except _Refused as refused:
            self._fault(question, place, str(refused))

    def _fault(self, question: Question, place: str, reason: str) -> None:
        self.values.pop(question.link_id, None)
        self._places[question.link_id] = place
        self.faults.append(Fault(place, f"{question.link_id}: {reason}", question.link_id))

    def check_if_asked(self) -> None:
        """Leave out answers to questions that the other answers leave unasked."""
        for link_id in list(self.values):
            question = self._definition[link_id]
            if question.asked_if and self.values.get(question.asked_if[0]) != question.asked_if[1]:
                reason = f"it is asked only after another answer to {question.asked_if[0]}"
                self._fault(question, self._places[link_id], reason)


def _value(question: Question, given: Any) -> Value:
    if not isinstance(given, list) or len(given) != 1 or not isinstance(given[0], dict):
        raise _Refused("expected one answer")
    (answer,) = given
    if answer.get("modifierExtension"):
        raise _Refused(MODIFIED)
    if answer.get("item"):
        raise _Refused("the form has no questions under it")
    if question.type not in _TYPES:
        raise _Refused("it takes no answer")
    element, read = _TYPES[question.type]
    if [name for name in answer if name.startswith("value")] != [element]:
        raise _Refused(f"expected {element}")
    return read(question, answer[element])


def _boolean(_: Question, value: Any) -> Value:
    if type(value) is not bool:
        raise _Refused("expected true or false")
    return value


def _score(question: Question, value: Any) -> Value:
    if type(value) is not int or not question.least <= value <= question.most:
        raise _Refused(f"expected a whole number from {question.least} to {question.most}")
    return value


def _text(_: Question, value: Any) -> Value:
    if not isinstance(value, str) or not value.strip():
        raise _Refused("expected a text")
    return value


def _date(_: Question, value: Any) -> Value:
    """Return the text of a date; a dateTime is none."""
    try:
        if isinstance(value, str) and len(value) <= len("2026-01-01") and days_of(value) is not None:
            return value
    except NotADate:
        pass
    raise _Refused("expected a date: YYYY, YYYY-MM or YYYY-MM-DD, from 1850 to 2999")


def _choice(question: Question, value: Any) -> Value:
    if not isinstance(value, dict) or option_key(value) not in question.options:
        raise _Refused("expected one of the form's answers")
    return option_key(value)


_TYPES: Final[Mapping[str, tuple[str, Callable[[Question, Any], Value]]]] = {
    "boolean": ("valueBoolean", _boolean),
    "integer": ("valueInteger", _score),
    "text": ("valueString", _text),
    "date": ("valueDate", _date),
    "choice": ("valueCoding", _choice),
}


def code_of(value: Value) -> str:
    """Return the code of the answer to a choice."""
    return str(value).rpartition("|")[2]
