"""CQL expressions as nested calls, written on one line where they fit and on several where they do not."""

from collections.abc import Iterable
from dataclasses import dataclass

from ccr_rules.exports.cql.text import WIDTH, identifier


@dataclass(frozen=True, slots=True)
class Group:
    """Some parts between an opening and a closing: a call, a list, a tuple."""

    opening: str
    parts: tuple["Term", ...]
    closing: str


Term = str | Group


def call(function: str, *arguments: Term) -> Term:
    """Return the call of a function."""
    return Group(f"{function}(", arguments, ")")


def listed(parts: Iterable[Term]) -> Term:
    """Return a list."""
    return Group("{ ", tuple(parts), " }")


def tuple_of(**elements: Term) -> Term:
    """Return a tuple with its elements by name."""
    return Group("Tuple { ", tuple(_labelled(name, term) for name, term in elements.items()), " }")


def define(name: str, term: Term) -> str:
    """Return the definition of a name."""
    return f"define {identifier(name)}:\n  {written(term, 2)}\n"


def written(term: Term, indent: int) -> str:
    """Return a term as text whose first line begins at a column, and whose others are indented from it."""
    flat = _flat(term)
    if isinstance(term, str) or indent + len(flat) <= WIDTH:
        return flat
    inner = indent + 2
    gap = ",\n" + " " * inner
    parts = gap.join(written(part, inner) for part in term.parts)
    return f"{term.opening.rstrip()}\n{' ' * inner}{parts}{term.closing}"


def _labelled(name: str, term: Term) -> Term:
    if isinstance(term, str):
        return f"{name}: {term}"
    return Group(f"{name}: {term.opening}", term.parts, term.closing)


def _flat(term: Term) -> str:
    if isinstance(term, str):
        return term
    return f"{term.opening}{', '.join(map(_flat, term.parts))}{term.closing}"
