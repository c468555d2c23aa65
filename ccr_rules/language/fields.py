"""Reading the keys of one map by what they hold; what does not fit goes to the report.

Reading goes on after a problem: a text that is missing reads as empty, an expression as None.
A ruleset with problems is never handed out, so nothing sees these stand-ins but the checker.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TypeVar

from ccr_rules.language.ast import Place
from ccr_rules.language.nodes import ListNode, MapNode, Node, TextNode, kind, shown
from ccr_rules.language.report import Report, nearest, shortened
from ccr_rules.language.scalars import read_day

_NUMBER = re.compile(r"[0-9]{1,9}(\.[0-9]{1,4})?")
_W = TypeVar("_W", bound=str)


@dataclass(frozen=True, slots=True)
class Keys:
    """The keys that a map of some sort must and may have."""

    required: tuple[str, ...]
    optional: tuple[str, ...] = ()

    @property
    def all(self) -> tuple[str, ...]:
        """Return every valid key."""
        return self.required + self.optional


class Fields:
    """The keys of one map: unknown and missing ones are reported when it is opened."""

    def __init__(self, node: Node, what: str, keys: Keys, report: Report) -> None:
        self._what = what
        self._report = report
        self._map = as_map(node, what, report) or MapNode({}, node.at)
        self.at: Place = node.at
        self.readable = bool(self._map.pairs)
        if self.readable:
            self._check_keys(keys)

    def _check_keys(self, keys: Keys) -> None:
        for name, pair in self._map.pairs.items():
            if name not in keys.all:
                message = f"{self._what} has no key `{name}`"
                is_rest_of_text = isinstance(pair.value, TextNode) and pair.value.reported
                hint = "a text that holds a comma is quoted" if is_rest_of_text else nearest(name, keys.all)
                self._report.add("unknown-key", message, pair.key.at, found=name, hint=hint)
        for name in keys.required:
            if name not in self._map.pairs:
                self._report.add(
                    "missing-key", f"{self._what} needs `{name}`", self.at, hint=f"add `{name}: …`"
                )

    def __contains__(self, key: str) -> bool:
        return key in self._map.pairs

    def node(self, key: str) -> Node | None:
        """Return what a key holds, whatever it is."""
        return self._map.get(key)

    def at_key(self, key: str) -> Place:
        """Return the place of a key's value, or of the map."""
        node = self._map.get(key)
        return node.at if node else self.at

    def text_node(self, key: str) -> TextNode | None:
        """Return the text that a key holds, with its place."""
        node = self._map.get(key)
        return None if node is None else as_text(node, f"`{key}` of {self._what}", self._report)

    def text(self, key: str) -> str:
        """Return the text of a key, or an empty one."""
        node = self.text_node(key)
        return node.text.strip() if node else ""

    def bad(self, key: str, meant: str, hint: str = "") -> None:
        """Report that a key's value is not what is meant."""
        node = self._map.get(key)
        if isinstance(node, TextNode) and node.reported:
            return
        found = shown(node) if node else ""
        message = f"`{shortened(found)}` cannot be `{key}` of {self._what}: it is {meant}"
        self._report.add("bad-value", message, self.at_key(key), found=found, hint=hint)

    def matched(self, key: str, pattern: re.Pattern[str], meant: str) -> str:
        """Return a text that has a given form."""
        text = self.text(key)
        if text and not pattern.fullmatch(text):
            self.bad(key, meant)
        return text

    def word(self, key: str, words: Collection[_W], default: _W) -> _W:
        """Return one of some words."""
        node = self.text_node(key)
        return (
            default
            if node is None
            else one_of(node, words, f"`{key}` of {self._what}", self._report) or default
        )

    def words(self, key: str, words: Collection[_W]) -> frozenset[_W]:
        """Return one or several of some words."""
        what = f"`{key}` of {self._what}"
        read = (one_of(node, words, what, self._report) for node in self.texts(key))
        return frozenset(word for word in read if word is not None)

    def texts(self, key: str) -> list[TextNode]:
        """Return a list of texts; a single text is a list of one."""
        node = self._map.get(key)
        if node is None:
            return []
        items = node.items if isinstance(node, ListNode) else (node,)
        read = (as_text(item, f"`{key}` of {self._what}", self._report) for item in items)
        return [item for item in read if item is not None]

    def maps(self, key: str) -> list[Node]:
        """Return the items of a list of maps."""
        node = self._map.get(key)
        if node is None:
            return []
        if isinstance(node, ListNode):
            return list(node.items)
        wrong_shape(node, "a list", f"`{key}` of {self._what}", self._report)
        return []

    def day(self, key: str) -> date | None:
        """Return a day."""
        text = self.text(key)
        value = read_day(text)
        if text and value is None:
            self.bad(key, "a day of the calendar, written 2024-03-31")
        return value

    def decimal(self, key: str) -> Decimal | None:
        """Return a number such as 6 or 50.00."""
        text = self.text(key)
        if _NUMBER.fullmatch(text):
            return Decimal(text)
        if text:
            self.bad(key, "a number such as 6 or 50.00")
        return None


def wrong_shape(node: Node, meant: str, what: str, report: Report) -> None:
    """Report a list where a text is meant, and the like."""
    if not (isinstance(node, TextNode) and node.reported):
        report.add("wrong-shape", f"{what} is {meant}, not {kind(node)}", node.at, found=shown(node))


def as_text(node: Node, what: str, report: Report) -> TextNode | None:
    """Return the node if it is a text."""
    if isinstance(node, TextNode):
        return None if node.reported else node
    wrong_shape(node, "a text", what, report)
    return None


def as_map(node: Node, what: str, report: Report) -> MapNode | None:
    """Return the node if it is a map."""
    if isinstance(node, MapNode):
        return node
    wrong_shape(node, "a map", what, report)
    return None


def one_of(node: TextNode, words: Collection[_W], what: str, report: Report) -> _W | None:
    """Return the word of a text, if it is one of some words."""
    for word in words:
        if word == node.text:
            return word
    hint = nearest(node.text, words)
    report.add("unknown-word", f"`{node.text}` is not a word for {what}", node.at, found=node.text, hint=hint)
    return None
