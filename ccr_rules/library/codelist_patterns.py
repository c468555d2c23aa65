"""The patterns by which a codelist guesses: regular expressions over folded text, with named word lists.

`<cancer>` in a pattern stands for the alternatives listed under `words: {cancer: […]}`, so that a vocabulary
is written once. Patterns are in small letters, as folded text is, and capture nothing: they are joined.
"""

import re
from collections.abc import Mapping
from typing import Final

from ccr_rules.codelists.codelist import LooksLike
from ccr_rules.language.fields import Fields, Keys, as_map, as_text, wrong_shape
from ccr_rules.language.nodes import ListNode, Node, TextNode
from ccr_rules.language.report import Report, nearest

_USE_OF_WORDS: Final = re.compile(r"<([a-z][a-z-]*)>")
_OF_A_CLASS: Final = Keys(("pattern", "class"))
_WITHOUT_CLASSES: Final = Keys(("pattern",), ("class",))
_HAZARD: Final = Keys(("name", "pattern"))
_NO_FLAGS: Final = re.compile("").flags
_CAPITAL: Final = re.compile(r"\\.|[A-Z]", re.DOTALL)


def read_words(node: Node | None, report: Report) -> dict[str, str]:
    """Return, by name, the alternatives that a pattern may use, as one expression each."""
    found = as_map(node, "`words`", report) if node else None
    words: dict[str, str] = {}
    for name, pair in found.pairs.items() if found else ():
        if not isinstance(pair.value, ListNode):
            wrong_shape(pair.value, "a list", f"`{name}` of `words`", report)
            continue
        listed = (as_text(item, f"an item of `{name}` of `words`", report) for item in pair.value.items)
        checked = [node.text for node in listed if node and read_pattern(node, {}, report)]
        words[name] = "(?:" + "|".join(checked) + ")"
    return words


def read_likeness(
    node: Node, words: Mapping[str, str], classes: tuple[str, ...], report: Report
) -> LooksLike | None:
    """Return one line of `looks_like`. Where a list has classes, a guess must say which."""
    keys = _OF_A_CLASS if classes else _WITHOUT_CLASSES
    fields = Fields(node, "a line of `looks_like`", keys, report)
    class_ = fields.word("class", classes, "") or None
    pattern = _pattern_of(fields, words, report)
    return LooksLike(pattern, class_) if pattern else None


def read_hazard(node: Node, words: Mapping[str, str], report: Report) -> LooksLike | None:
    """Return a hazard: a pattern with a name, which stands in the place of a class."""
    fields = Fields(node, "a hazard", _HAZARD, report)
    pattern = _pattern_of(fields, words, report)
    return LooksLike(pattern, fields.text("name")) if pattern else None


def _pattern_of(fields: Fields, words: Mapping[str, str], report: Report) -> str | None:
    node = fields.text_node("pattern")
    return read_pattern(node, words, report) if node else None


def read_pattern(node: TextNode, words: Mapping[str, str], report: Report) -> str | None:
    """Return a pattern with its words written out; None, with a problem, if it cannot be used."""
    for use in _USE_OF_WORDS.finditer(node.text):
        if use.group(1) not in words:
            message = f"unknown words `{use.group()}`"
            hint = nearest(use.group(1), words) or "list them under `words`"
            report.add("unknown-name", message, node.place(use.start()), found=use.group(), hint=hint)
            return None
    expression = _USE_OF_WORDS.sub(lambda use: words[use.group(1)], node.text)
    try:
        pattern = re.compile(expression)
    except re.error as error:
        report.add("bad-value", f"not a regular expression: {error}", node.at, found=node.text)
        return None
    fault = _fault(node.text, pattern)
    if fault:
        report.add("bad-value", fault[0], node.at, found=node.text, hint=fault[1])
    return None if fault else expression


def _fault(written: str, pattern: re.Pattern[str]) -> tuple[str, str] | None:
    """Return what is wrong with a pattern that compiles, and what to do."""
    if any(len(found) == 1 for found in _CAPITAL.findall(written)):
        return "a capital letter never matches: text is compared in small letters", "write it small"
    if pattern.flags != _NO_FLAGS:
        return "a flag, which would count for the patterns that it is joined with", "delete (?…) at its start"
    if pattern.groups:
        return "a group that captures", "write (?:…)"
    if pattern.search(""):
        return "this pattern finds every text", "name at least one word that must be there"
    return None
