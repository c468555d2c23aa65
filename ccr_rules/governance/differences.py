"""Comparing the parts of one definition on both sides."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from ccr_rules.governance.changes import ANSWERS, SAME_MEANING, WORDS, ChangeKind, Effect, Side
from ccr_rules.governance.facets import Facet


class Difference(NamedTuple):
    """One part that differs, and what is said of it."""

    part: str
    kind: ChangeKind
    effect: Effect
    before: Side | None
    after: Side | None
    says: str


def differences(old: Mapping[str, Facet], new: Mapping[str, Facet]) -> Iterator[Difference]:
    """Yield the parts whose text differs. What changed only because a name changed is told of the name."""
    for part in dict.fromkeys([*old, *new]):
        before, after = old.get(part), new.get(part)
        if before is None or after is None or before.cql != after.cql:
            kind = _kind(before, after)
            effect = _effect(before, after)
            says = f"{part} {kind}"
            if before and after and effect == WORDS and before.effect == ANSWERS:
                says = f"{part} {SAME_MEANING}"
            yield Difference(part, kind, effect, _side(before), _side(after), says)


def _effect(before: Facet | None, after: Facet | None) -> Effect:
    if before and after and before.meaning == after.meaning:
        return WORDS
    return ANSWERS if any(each and each.effect == ANSWERS for each in (before, after)) else WORDS


def _kind(before: Facet | None, after: Facet | None) -> ChangeKind:
    return "added" if before is None else "removed" if after is None else "changed"


def _side(facet: Facet | None) -> Side | None:
    return Side(facet.cql, facet.english) if facet else None
