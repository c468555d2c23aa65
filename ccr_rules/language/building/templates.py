"""Texts with placeholders: `Suggested by {support-conversation.due}`."""

import re
from datetime import date
from typing import Literal

from ccr_rules.dates import display
from ccr_rules.language.ast import DateName, ReviewDate
from ccr_rules.language.building.context import Context
from ccr_rules.language.fields import Fields
from ccr_rules.language.names import ParameterValue
from ccr_rules.language.nodes import TextNode
from ccr_rules.language.report import nearest
from ccr_rules.language.ruleset import Placeholder, Template
from ccr_rules.language.vocabulary import REVIEW_FIELDS

_PIECES = re.compile(r"\{\{|\}\}|\{[^{}]*\}|[{}]|[^{}]+")
_WORDS: tuple[Literal["status", "says", "days_left"], ...] = ("status", "says", "days_left")
_ALL_FIELDS = (*REVIEW_FIELDS, *_WORDS)
_BRACES = {"{{": "{", "}}": "}"}


def read_template(fields: Fields, key: str, context: Context) -> Template | None:
    """Read a text with placeholders, or None if the key is not there."""
    node = fields.text_node(key)
    if node is None:
        return None
    parts: list[str | Placeholder] = []
    for piece in _PIECES.finditer(node.text.strip()):
        part = _part(piece.group(), node, node.text.index(node.text.strip()) + piece.start(), context)
        if isinstance(part, str) and parts and isinstance(parts[-1], str):
            parts[-1] += part
        else:
            parts.append(part)
    return Template(node.text.strip(), tuple(parts))


def _part(piece: str, node: TextNode, offset: int, context: Context) -> str | Placeholder:
    if piece in _BRACES:
        return _BRACES[piece]
    if piece in ("{", "}"):
        at = node.place(offset)
        hint = "a brace that is meant as such is written twice"
        context.report.add("template", "a brace without its partner", at, found=piece, hint=hint)
        return piece
    if piece.startswith("{"):
        return _placeholder(piece[1:-1].strip(), node, offset, context)
    return piece


def _placeholder(name: str, node: TextNode, offset: int, context: Context) -> Placeholder:
    names = context.names
    names.use(name)
    if name in names.dates:
        return Placeholder(name, date=DateName(name, at=node.place(offset + 1)))
    if name in names.parameters:
        return Placeholder(name, text=parameter_in_words(names.parameters[name]))
    review, _, field = name.partition(".")
    if review in names.reviews:
        if field in REVIEW_FIELDS:
            at = node.place(offset + 1)
            return Placeholder(name, ReviewDate(review, field, at=at), review)
        for word in _WORDS:
            if field == word:
                return Placeholder(name, review=review, field=word)
    _unknown(name, node, offset, context)
    return Placeholder(name, text="")


def _unknown(name: str, node: TextNode, offset: int, context: Context) -> None:
    names = context.names
    review, dot, field = name.partition(".")
    if dot and review in names.reviews:
        hint = nearest(field, _ALL_FIELDS)
    else:
        fields = [f"{known}.{word}" for known in names.reviews for word in _ALL_FIELDS]
        hint = nearest(name, [*names.dates, *names.parameters, *fields])
    message = f"nothing to show is named `{name}`"
    context.report.add("unknown-placeholder", message, node.place(offset), found=f"{{{name}}}", hint=hint)


def parameter_in_words(value: ParameterValue | None) -> str:
    """Return a parameter's value as texts show it: `12 months`, `31-Mar-2024`."""
    return display(value) if isinstance(value, date) else str(value)
