"""The tree of a ruleset's YAML: maps, lists and texts, each with its place.

Every scalar is text, as written: `2023.1` stays `2023.1`, `no` stays `no`.
"""

import re
from dataclasses import dataclass, field

from ccr_rules.language.ast import NOWHERE, Place

_QUOTED = "'\""
_VISIBLE = {
    "'": re.compile(r"''|\S"),
    '"': re.compile(r"\\(?:x..|u.{4}|U.{8}|\r?\n|.)|\S", re.DOTALL),
}
_CHARACTER = re.compile(r"\S")
_BLANK_ESCAPES = ("\\n", "\\t", "\\ ", "\\\n", "\\\r\n")


@dataclass(frozen=True, slots=True)
class Span:
    """Where a scalar stands in the text of its file: what places inside it are worked out from."""

    text: str
    start: int
    end: int
    style: str


@dataclass(frozen=True, slots=True)
class TextNode:
    """A scalar. `reported` marks one about which the reader of the YAML has already complained."""

    text: str
    at: Place = NOWHERE
    span: Span | None = field(default=None, compare=False, repr=False)
    reported: bool = field(default=False, compare=False)

    def place(self, offset: int) -> Place:
        """Return where the character at `offset` of the text stands in the file."""
        span = self.span
        if span is None:
            return self.at
        quote = 1 if span.style and span.style in _QUOTED else 0
        is_as_written = span.end - span.start == len(self.text) + 2 * quote
        if is_as_written and "\n" not in span.text[span.start : span.end]:
            return Place(self.at.file, self.at.line, self.at.column + quote + offset)
        ordinal = sum(not character.isspace() for character in self.text[:offset])
        return self._place_of_index(_index_of_visible(span, ordinal), span)

    def _place_of_index(self, index: int, span: Span) -> Place:
        lines = span.text.count("\n", span.start, index)
        if not lines:
            return Place(self.at.file, self.at.line, self.at.column + index - span.start)
        return Place(self.at.file, self.at.line + lines, index - span.text.rfind("\n", 0, index))


@dataclass(frozen=True, slots=True)
class ListNode:
    """A sequence."""

    items: "tuple[Node, ...]"
    at: Place = NOWHERE


@dataclass(frozen=True, slots=True)
class Pair:
    """A key of a map and what it holds."""

    key: TextNode
    value: "Node"


@dataclass(frozen=True, slots=True)
class MapNode:
    """A mapping, in the order of the text."""

    pairs: dict[str, Pair]
    at: Place = NOWHERE

    def get(self, key: str) -> "Node | None":
        """Return what a key holds, or None."""
        pair = self.pairs.get(key)
        return pair.value if pair else None


Node = TextNode | ListNode | MapNode


def kind(node: Node) -> str:
    """Return what a node is, in the words of messages."""
    if isinstance(node, MapNode):
        return "a map"
    return "a list" if isinstance(node, ListNode) else "a text"


def shown(node: Node) -> str:
    """Return what to show of a node as the offending text."""
    return node.text if isinstance(node, TextNode) else kind(node)


def _index_of_visible(span: Span, ordinal: int) -> int:
    """Return the index in the file of a scalar's visible character, counted from 0, or of its end.

    Folding and indentation change blanks only, so visible characters are counted, escapes as one.
    """
    start, end = span.start, span.end
    if span.style and span.style in _QUOTED:
        start, end = start + 1, end - 1
    elif span.style:
        start = span.text.find("\n", start) + 1
    behind = start
    for token in _VISIBLE.get(span.style, _CHARACTER).finditer(span.text, start, end):
        if token.group() in _BLANK_ESCAPES:
            continue
        if ordinal == 0:
            return token.start()
        ordinal -= 1
        behind = token.end()
    return behind
