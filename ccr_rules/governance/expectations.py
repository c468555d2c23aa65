"""Reading what a case expects of one day, into single comparisons."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Final

from ccr_rules.governance.cases import Expected, Section, days_text
from ccr_rules.language.fields import Fields, Keys, as_map, as_text, one_of
from ccr_rules.language.nodes import Node, TextNode
from ccr_rules.language.report import Report, nearest
from ccr_rules.language.scalars import read_date
from ccr_rules.language.vocabulary import CANNOT_TELL, STATUS_WORDS

_LISTS: Final[tuple[Section, ...]] = ("prompts", "findings", "unsettled", "payments", "suggested_codes")
EXPECTATION_KEYS: Final = Keys(
    (), ("known_on", "completeness", "indicators", "reviews", "dates", "items", *_LISTS)
)

POPULATION: Final = ("in", "out", "undetermined")
DENOMINATOR: Final = ("included", "excluded", "excepted", "undetermined", "not applicable")
NUMERATOR: Final = ("met", "not met", "undetermined", "not applicable")
STATUSES: Final = (*STATUS_WORDS, CANNOT_TELL)

_SHORT: Final = {
    **dict.fromkeys(POPULATION, "population"),
    **dict.fromkeys(DENOMINATOR[:3], "denominator"),
    **dict.fromkeys(NUMERATOR[:2], "numerator"),
}
_SHORT_WORD: Final = re.compile(r"not\s+met|\S+")
_REASON: Final = re.compile(r"[A-Z][A-Z0-9_]*")
_WHOLE: Final = re.compile(r"-?[0-9]{1,6}|none")

_Read = Callable[[TextNode, str, Report], str]


def read_expectations(fields: Fields, what: str, report: Report) -> tuple[Expected, ...]:
    """Read everything that a case expects of one day; `what` names the case in messages."""
    return tuple(_Reader(fields, what, report).read())


class _Reader:
    def __init__(self, fields: Fields, what: str, report: Report) -> None:
        self._fields = fields
        self._what = what
        self._report = report

    def read(self) -> Iterator[Expected]:
        if "completeness" in self._fields:
            word = self._fields.word("completeness", ("complete", "partial", "unavailable"), "complete")
            yield Expected("completeness", "", "", word, self._fields.at_key("completeness"))
        yield from self._each("indicators", self._indicator)
        yield from self._each("reviews", self._review)
        yield from self._each("dates", self._date)
        yield from self._each("items", self._item)
        for section in _LISTS:
            if section in self._fields:
                texts = tuple(node.text for node in self._fields.texts(section))
                yield Expected(section, "", "", texts, self._fields.at_key(section))

    def _each(self, section: Section, read: Callable[[str, Node], Iterator[Expected]]) -> Iterator[Expected]:
        node = self._fields.node(section)
        found = as_map(node, f"`{section}` of what {self._what} expects", self._report) if node else None
        for id_, pair in (found.pairs if found else {}).items():
            for expected in read(id_, pair.value):
                yield replace(expected, at=pair.key.at)

    # --- one indicator, review, date or item -----------------------------------------------------

    def _indicator(self, id_: str, node: Node) -> Iterator[Expected]:
        if isinstance(node, TextNode):
            yield from self._short(id_, node)
        else:
            yield from self._long("indicators", id_, node, _INDICATOR_FIELDS)

    def _short(self, id_: str, node: TextNode) -> Iterator[Expected]:
        seen: set[str] = set()
        for match in _SHORT_WORD.finditer(node.text):
            word = " ".join(match.group().split())
            field = _SHORT.get(word) or ("reason" if _REASON.fullmatch(word) else None)
            at = node.place(match.start())
            if field is None:
                message = f"`{word}` is not a word for `{id_}`"
                self._report.add("unknown-word", message, at, found=word, hint=nearest(word, _SHORT))
            elif field in seen:
                message = f"a second word for the {field} of `{id_}`"
                self._report.add("bad-value", message, at, found=word, hint="one of them is enough")
            else:
                seen.add(field)
                yield Expected("indicators", id_, field, word)

    def _review(self, id_: str, node: Node) -> Iterator[Expected]:
        if isinstance(node, TextNode):
            yield Expected("reviews", id_, "status", _one_of(STATUSES)(node, f"`{id_}`", self._report))
        else:
            yield from self._long("reviews", id_, node, _REVIEW_FIELDS)

    def _date(self, id_: str, node: Node) -> Iterator[Expected]:
        text = as_text(node, f"the date `{id_}`", self._report)
        if text:
            yield Expected("dates", id_, "", _date(text, f"`{id_}`", self._report))

    def _item(self, id_: str, node: Node) -> Iterator[Expected]:
        text = as_text(node, f"the item `{id_}`", self._report)
        if text:
            words = ("seen", "not seen", CANNOT_TELL)
            yield Expected("items", id_, "state", _one_of(words)(text, f"`{id_}`", self._report))

    def _long(
        self, section: Section, id_: str, node: Node, readers: dict[str, _Read | None]
    ) -> Iterator[Expected]:
        fields = Fields(node, f"`{id_}`", Keys((), tuple(readers)), self._report)
        for field, read in readers.items():
            if field not in fields:
                continue
            if read is None:
                texts = tuple(node.text for node in fields.texts(field))
                yield Expected(section, id_, field, texts)
            elif text := fields.text_node(field):
                yield Expected(section, id_, field, read(text, f"`{field}` of `{id_}`", self._report))


# --- one value -----------------------------------------------------------------------------------


def _one_of(words: tuple[str, ...]) -> _Read:
    return lambda node, what, report: one_of(node, words, what, report) or ""


def _any(node: TextNode, _what: str, _report: Report) -> str:
    return node.text


def _number(node: TextNode, what: str, report: Report) -> str:
    if not _WHOLE.fullmatch(node.text):
        report.add("bad-value", f"{what} is a whole number or none", node.at, found=node.text)
    return node.text


def _date(node: TextNode, what: str, report: Report) -> str:
    """Return a date in the form that answers are compared in: `none`, `2024-03-01..2024-03-31`, `maybe …`."""
    text = node.text
    if text == "none":
        return text
    ends = [read_date(end) for end in text.removeprefix("maybe ").strip().split("..")]
    first, last = ends[0], ends[-1]
    if first is None or last is None or len(ends) > 2:
        hint = "write 2024-03-31, 2024-03, 2024-03-05..2024-03-20, `maybe 2024-03` or none"
        report.add("bad-date", f"{what} is not a date of the calendar", node.at, found=text, hint=hint)
        return text
    maybe = "maybe " if text.startswith("maybe ") else ""
    return maybe + days_text(first.first, last.last)


_INDICATOR_FIELDS: Final[dict[str, _Read | None]] = {
    "population": _one_of(POPULATION),
    "denominator": _one_of(DENOMINATOR),
    "reason": _any,
    "numerator": _one_of(NUMERATOR),
    "possible": None,
    "achievable_until": _date,
}
_REVIEW_FIELDS: Final[dict[str, _Read | None]] = {
    "status": _one_of(STATUSES),
    "says": _any,
    "possible": None,
    "opens": _date,
    "due": _date,
    "days_left": _number,
    "done_on": _date,
    "paused": _one_of(("true", "false")),
    "evidence": None,
}
"""How each field is read; None stands for a list, compared whole and in any order."""
