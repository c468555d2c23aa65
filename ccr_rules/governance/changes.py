"""What differs between two rulesets: single changes, each with what it may do and the words of both sides."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Literal

from ccr_rules.language.ruleset import Ruleset

ChangeKind = Literal["added", "removed", "changed", "moved", "renamed"]
Effect = Literal["may change answers", "words only"]

ANSWERS: Effect = "may change answers"
WORDS: Effect = "words only"
SAME_MEANING = "written differently, with the same meaning"
EFFECTS: tuple[Effect, ...] = (ANSWERS, WORDS)


@dataclass(frozen=True, slots=True)
class Side:
    """One side of a change: as the ruleset writes it, and in plain English."""

    cql: str
    english: str


@dataclass(frozen=True, slots=True)
class Change:
    """One difference. `part` names the part of the definition, or nothing for the whole of it.

    `reaches` names the rules of either side, as `section/id`, whose answers rest on what changed. A rule
    reaches itself, and is not named.
    """

    section: str
    id: str
    part: str
    kind: ChangeKind
    effect: Effect
    before: Side | None = None
    after: Side | None = None
    says: str = ""
    reaches: tuple[str, ...] = ()

    @property
    def told(self) -> str:
        """Return what changed and how: `CAN004: row 3: test changed`."""
        row = f"{self.part}: " if self.part.removeprefix("former ").startswith("row ") else ""
        return f"{self.id or 'the ruleset'}: {row}{self.says}"

    @property
    def is_rewording(self) -> bool:
        """Whether the text of a rule differs and its meaning does not."""
        return self.says.endswith(SAME_MEANING) and self.kind == "changed"


@dataclass(frozen=True, slots=True)
class RulesetDiff:
    """Everything that differs between two rulesets, in the order of their sections."""

    before: Ruleset
    after: Ruleset
    changes: tuple[Change, ...]

    def of(self, effect: Effect) -> tuple[Change, ...]:
        """Return the changes with one effect."""
        return tuple(change for change in self.changes if change.effect == effect)

    def to_dict(self) -> dict[str, Any]:
        """Return the difference as plain data; docs/diff.md says what each key holds."""
        return {
            "before": _reference(self.before),
            "after": _reference(self.after),
            "counts": {effect: len(self.of(effect)) for effect in EFFECTS},
            "changes": [_change(change) for change in self.changes],
        }


def _reference(ruleset: Ruleset) -> dict[str, str]:
    return {
        "id": ruleset.id,
        "version": ruleset.version,
        "title": ruleset.title,
        "status": ruleset.status,
        "digest": ruleset.digest,
    }


def _change(change: Change) -> dict[str, Any]:
    return {
        "section": change.section,
        "id": change.id,
        "part": change.part,
        "kind": change.kind,
        "effect": change.effect,
        "says": change.says,
        "before": _side(change.before),
        "after": _side(change.after),
        "reaches": list(change.reaches),
    }


def _side(side: Side | None) -> dict[str, str] | None:
    return {"cql": side.cql, "english": side.english} if side else None


def by_section(changes: Iterable[Change]) -> Iterator[tuple[str, list[Change]]]:
    """Yield changes section by section, in their order."""
    sections: dict[str, list[Change]] = {}
    for change in changes:
        sections.setdefault(change.section, []).append(change)
    yield from sections.items()
