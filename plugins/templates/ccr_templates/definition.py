"""A Questionnaire for whoever reads answers: what each linkId asks, where it stands, when it is asked."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from ccr_rules.exports.form import LEAST, MOST
from ccr_templates.items import Item

Value = bool | int | str
"""An answer, as it is compared: of a choice, `SYSTEM|CODE`; of a date, the text of the date."""


@dataclass(frozen=True, slots=True)
class Question:
    """One item. `parent` is the linkId of the item around it; `asked_if` another question's answer."""

    link_id: str
    type: str
    parent: str
    read_only: bool = False
    options: frozenset[str] = field(default_factory=frozenset)
    asked_if: tuple[str, Value] | None = None

    @property
    def least(self) -> int:
        """The least score."""
        return LEAST

    @property
    def most(self) -> int:
        """The greatest score."""
        return MOST


def definition_of(questionnaire: Mapping[str, Any]) -> dict[str, Question]:
    """Return the questions of a form by linkId, outer ones first."""
    return {each.link_id: each for each in _questions(questionnaire["item"], "")}


def _questions(items: list[Item], parent: str) -> Iterator[Question]:
    for each in items:
        options = (option_key(option["valueCoding"]) for option in each.get("answerOption", ()))
        yield Question(
            each["linkId"],
            each["type"],
            parent,
            each.get("readOnly", False),
            frozenset(options),
            _asked_if(each),
        )
        yield from _questions(each.get("item", []), each["linkId"])


def _asked_if(each: Item) -> tuple[str, Value] | None:
    for condition in each.get("enableWhen", ()):
        coding = condition.get("answerCoding")
        return condition["question"], option_key(coding) if coding else condition["answerBoolean"]
    return None


def option_key(coding: Mapping[str, Any]) -> str:
    """Return what tells the answers of a choice apart."""
    return f"{coding.get('system')}|{coding.get('code')}"
