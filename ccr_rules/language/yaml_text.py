"""Reading YAML strictly: text to a tree with places, and nothing that YAML could guess.

Refused, each with its place: anchors, aliases, tags, merge keys, duplicate keys, keys that are not
texts, empty values, tabs, several documents, directives, characters that cannot be seen.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from ccr_rules.language.ast import Place
from ccr_rules.language.nodes import ListNode, MapNode, Node, Pair, Span, TextNode
from ccr_rules.language.report import Report, shortened

_DEEPEST = 20
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ud800-\udfff]")
"""Soft hyphens, zero-width and direction-changing characters, surrogates: text is what it looks like."""


def read_yaml(text: str | bytes, file: str, report: Report, *, empty_lists: bool = False) -> MapNode | None:
    """Read a YAML text whose top is a map.

    An empty list is a slip, unless `empty_lists` says that it can be meant.

    Returns None when nothing could be read. What is wrong goes to the report.
    """
    decoded = _decoded(text, file, report)
    if decoded is None:
        return None
    try:
        root = _Composer(_visible(decoded, file, report), file, report, empty_lists).compose()
    except _Stop:
        return None
    if isinstance(root, MapNode):
        return root
    at = root.at if root else Place(file, 1, 1)
    report.add(
        "wrong-shape",
        "the file is not a map of keys and values",
        at,
        hint="start with a key such as `title: …`",
    )
    return None


class _Stop(Exception):
    """Nothing more can be read."""


def _decoded(text: str | bytes, file: str, report: Report) -> str | None:
    if isinstance(text, str):
        return text.removeprefix("\ufeff")
    try:
        return text.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = text.count(b"\n", 0, error.start) + 1
        column = error.start - text.rfind(b"\n", 0, error.start)
        found = f"byte 0x{text[error.start]:02x}"
        report.add(
            "not-utf8",
            "the file is not UTF-8",
            Place(file, line, column),
            found=found,
            hint="save it as UTF-8",
        )
        return None


def _visible(text: str, file: str, report: Report) -> str:
    """Report tabs and invisible characters; return the text with spaces in their places."""
    for number, line in enumerate(text.split("\n"), start=1):
        if "\t" in line:
            at = Place(file, number, line.index("\t") + 1)
            report.add("tab", "a tab", at, found="\\t", hint="use spaces")
        hidden = _INVISIBLE.search(line)
        if hidden:
            at = Place(file, number, hidden.start() + 1)
            found = f"U+{ord(hidden.group()):04X}"
            report.add(
                "hidden-character", "a character that cannot be seen", at, found=found, hint="delete it"
            )
    return _INVISIBLE.sub(" ", text.replace("\t", " "))


@dataclass(slots=True)
class _Open:
    """A list or map whose end has not been read; `key` waits for its value."""

    at: Place
    is_map: bool
    items: list[Node] = field(default_factory=list)
    pairs: dict[str, Pair] = field(default_factory=dict)
    key: TextNode | None = None


class _Composer:
    """Builds the tree from the events of a YAML parser, without recursion."""

    def __init__(self, text: str, file: str, report: Report, empty_lists: bool) -> None:
        self._empty_lists = empty_lists
        self._text = text
        self._file = file
        self._report = report
        self._stack: list[_Open] = []
        self._root: Node | None = None

    def compose(self) -> Node | None:
        for event in self._events():
            name = type(event).__name__
            if name == "DocumentStartEvent":
                self._start_document(event)
            elif name == "ScalarEvent":
                self._refuse_properties(event)
                self._add(self._scalar(event))
            elif name in ("MappingStartEvent", "SequenceStartEvent"):
                self._refuse_properties(event)
                self._open(_Open(self._place(event.start_mark), name == "MappingStartEvent"))
            elif name in ("MappingEndEvent", "SequenceEndEvent"):
                self._close()
            elif name == "AliasEvent":
                self._alias(event)
        return self._root

    def _events(self) -> Iterator[Any]:
        """Yield the events of the C parser, or of the Python one where that is not installed."""
        from ruamel.yaml import YAML  # noqa: PLC0415 - loaded when a ruleset is read
        from ruamel.yaml.error import MarkedYAMLError, YAMLError  # noqa: PLC0415

        try:
            yield from YAML(typ="base").parse(self._text)
        except MarkedYAMLError as error:
            message = ", ".join(str(part) for part in (error.context, error.problem) if part)
            self._syntax(message, self._place(error.problem_mark or error.context_mark))
        except YAMLError as error:
            self._syntax(shortened(str(error)), Place(self._file, 1, 1))

    def _syntax(self, message: str, at: Place) -> None:
        hint = "quote texts that hold `: `, `#`, `{` or start with a sign"
        self._report.add("yaml-syntax", f"not readable as YAML: {message}", at, hint=hint)
        raise _Stop

    def _place(self, mark: Any) -> Place:
        """Return the place of a mark; some errors of the parser have none."""
        return Place(self._file, getattr(mark, "line", 0) + 1, getattr(mark, "column", 0) + 1)

    def _start_document(self, event: Any) -> None:
        at = self._place(event.start_mark)
        if event.version or event.tags:
            self._report.add("directive", "a YAML directive", at, hint="delete the line that starts with %")
        if self._root is not None:
            self._report.add(
                "documents", "a second document in the file", at, found="---", hint="one file, one ruleset"
            )
            raise _Stop

    def _refuse_properties(self, event: Any) -> None:
        if event.anchor:
            at = self._place(event.start_mark)
            hint = "write the value out, or name it under `let`, `conditions` or `parameters`"
            self._report.add("anchor", "a YAML anchor", at, found=f"&{event.anchor}", hint=hint)
        if event.tag is not None:
            at = self._place(event.start_mark)
            self._report.add(
                "tag", "a YAML tag", at, found=str(event.tag), hint="delete it: every value is text"
            )

    def _alias(self, event: Any) -> None:
        at = self._place(event.start_mark)
        hint = "write the value out, or name it under `let`, `conditions` or `parameters`"
        self._report.add("alias", "a YAML alias", at, found=f"*{event.anchor}", hint=hint)
        self._add(TextNode(f"*{event.anchor}", at, reported=True))

    def _scalar(self, event: Any) -> TextNode:
        at = self._place(event.start_mark)
        span = Span(self._text, event.start_mark.index, event.end_mark.index, event.style or "")
        if event.value.strip():
            return TextNode(event.value, at, span)
        self._report.add("empty", "an empty value", at, hint="write a value or delete the key")
        return TextNode("", at, span, reported=True)

    def _open(self, opened: _Open) -> None:
        if len(self._stack) == _DEEPEST:
            self._report.add("too-deep", f"nested more than {_DEEPEST} deep", opened.at)
            raise _Stop
        self._stack.append(opened)

    def _close(self) -> None:
        closed = self._stack.pop()
        if closed.is_map:
            node: Node = MapNode(closed.pairs, closed.at)
            empty = not closed.pairs
        else:
            node = ListNode(tuple(closed.items), closed.at)
            empty = not closed.items and not self._empty_lists
        if empty:
            self._report.add("empty", "an empty list or map", closed.at, hint="delete it and its key")
            node = TextNode("", closed.at, reported=True)
        self._add(node)

    def _add(self, node: Node) -> None:
        if not self._stack:
            self._root = node
            return
        parent = self._stack[-1]
        if not parent.is_map:
            parent.items.append(node)
        elif parent.key is None:
            parent.key = self._key(node)
        else:
            self._pair(parent, parent.key, node)
            parent.key = None

    def _key(self, node: Node) -> TextNode:
        if not isinstance(node, TextNode):
            self._report.add("key-not-text", "a key that is not a text", node.at, hint="keys are words")
            return TextNode("", node.at, reported=True)
        if node.text == "<<":
            hint = "write the keys out; an overlay (`extends`) shares definitions"
            self._report.add("merge-key", "a YAML merge key", node.at, found="<<", hint=hint)
            return TextNode(node.text, node.at, reported=True)
        return node

    def _pair(self, parent: _Open, key: TextNode, value: Node) -> None:
        if key.reported:
            return
        first = parent.pairs.get(key.text)
        if first:
            message = f"the key `{shortened(key.text)}` stands here twice"
            hint = f"the first is in line {first.key.at.line}"
            self._report.add("duplicate-key", message, key.at, found=key.text, hint=hint)
            return
        parent.pairs[key.text] = Pair(key, value)
