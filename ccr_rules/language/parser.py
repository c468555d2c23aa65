"""Expression text to a syntax tree; whether it makes sense is not asked here."""

from dataclasses import dataclass
from functools import cache, lru_cache
from typing import TYPE_CHECKING, cast

from ccr_rules.language.grammar import GRAMMAR

if TYPE_CHECKING:
    from lark import Lark, Token, Tree

_IN_WORDS = {
    "NAME": "a name",
    "DOTTED": "a date such as `patient.born`",
    "DATE": "a date such as `@2024-03-31`",
    "WHOLE": "a number",
    "SET": "words in braces",
    "COMPARISON": "a comparison",
    "LPAR": "`(`",
    "RPAR": "`)`",
    "COMMA": "`,`",
    "PLUS": "`+`",
    "MINUS": "`-`",
    "$END": "the end",
}
_REMEDIES = {
    "-": "minus needs a space on both sides; a name does not end with a hyphen",
    "==": "equal is `=`",
    "<>": "not equal is `!=`",
    "&": "write `and`",
    "|": "write `or`",
    "!": "write `not`, or `!=` for not equal",
    "{": "words in braces stand after `in`",
    "'": "words and dates stand without quotation marks",
    '"': "words and dates stand without quotation marks",
}


@dataclass(frozen=True, slots=True)
class SyntaxProblem(Exception):
    """A text that is no expression; `offset` is where it stops making sense."""

    offset: int
    found: str
    message: str
    hint: str = ""


@lru_cache(maxsize=512)
def parse(text: str) -> "Tree[Token]":
    """Parse an expression. The tree is only read: an overlay's expressions are mostly those of its base.

    Raises:
        SyntaxProblem: if the text is not an expression.
    """
    from lark.exceptions import UnexpectedCharacters, UnexpectedToken  # noqa: PLC0415 - loaded when used

    try:
        return _parser().parse(text)
    except UnexpectedCharacters as error:
        offset = cast(int, error.pos_in_stream)
        found = text[offset : offset + 1]
        raise SyntaxProblem(offset, found, f"`{found}` cannot stand here", _remedy(found)) from None
    except UnexpectedToken as error:
        raise _unexpected(text, error.token, set(error.accepts or error.expected)) from None


@cache
def _parser() -> "Lark":
    from lark import Lark  # noqa: PLC0415 - loaded when the first expression is read

    return Lark(GRAMMAR, parser="lalr")


def _unexpected(text: str, token: "Token", expected: set[str]) -> SyntaxProblem:
    wanted = ", ".join(_IN_WORDS.get(name, f"`{name.lower()}`") for name in sorted(expected))
    if token.type == "$END":
        return SyntaxProblem(len(text.rstrip()), "", "the expression ends too early", f"expected {wanted}")
    offset = token.start_pos or 0
    remedy = _remedy(text[offset - 1 : offset + 1]) or _remedy(str(token)) or f"expected {wanted}"
    return SyntaxProblem(offset, str(token), f"`{token}` cannot stand here", remedy)


def _remedy(found: str) -> str:
    return _REMEDIES.get(found) or _REMEDIES.get(found[:1], "")
