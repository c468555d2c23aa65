"""What FHIR R4 asks of a Questionnaire besides its shape: the invariants que-1 to que-13, and enableWhen."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

Item = dict[str, Any]

WITH_OPTIONS = {"choice", "open-choice", "date", "dateTime", "time", "integer", "decimal", "string"}
TYPES = {"group", "display", "question", "boolean", "url", "text", "quantity", "attachment", "reference"}
ANSWERS = {"boolean": "answerBoolean", "integer": "answerInteger", "choice": "answerCoding"}
STATUSES = {"draft", "active", "retired", "unknown"}


def items(questionnaire: Item) -> Iterator[Item]:
    """Yield every item, outer ones first."""
    for item in questionnaire.get("item", ()):
        yield item
        yield from items(item)


def faults(questionnaire: Item) -> list[str]:
    """Return what R4 forbids."""
    every = list(items(questionnaire))
    by_id = {item["linkId"]: item for item in every}
    counted = Counter(item["linkId"] for item in every)
    found = [f"que-2: {link_id}" for link_id, count in counted.items() if count > 1]
    found += [] if questionnaire["status"] in STATUSES else ["status"]
    return found + [f"{fault}: {item['linkId']}" for item in every for fault in _faults(item, by_id)]


def _faults(item: Item, by_id: dict[str, Item]) -> Iterator[str]:
    type_ = item["type"]
    if type_ not in TYPES | WITH_OPTIONS:
        yield "type"
    if (type_ == "group") != bool(item.get("item")):
        yield "que-1"
    if "answerOption" in item and type_ not in WITH_OPTIONS:
        yield "que-5"
    if type_ == "choice" and not item.get("answerOption"):
        yield "a choice of nothing"
    for text in (item["linkId"], item["text"]):
        if not text or text != text.strip():
            yield "a text with space around it"
    for condition in item.get("enableWhen", ()):
        yield from _disabled(condition, by_id)
    if len(item.get("enableWhen", ())) > 1 and "enableBehavior" not in item:
        yield "que-12"


def _disabled(condition: Item, by_id: dict[str, Item]) -> Iterator[str]:
    question = by_id.get(condition["question"])
    if question is None:
        yield "enableWhen asks what is not there"
        return
    answer = condition.get(ANSWERS.get(question["type"], ""))
    if answer is None or condition["operator"] != "=":
        yield "enableWhen compares with another type"
    if question["type"] == "choice" and {"valueCoding": answer} not in question["answerOption"]:
        yield "enableWhen waits for an answer that nobody can give"
