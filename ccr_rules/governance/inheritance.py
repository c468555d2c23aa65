"""What an overlay takes from its base as it is: the base's casebook shows that, and the overlay's need not.

A definition is taken as it is only if everything that it rests on is, down to the parameters and codelists.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from ccr_rules.language.ruleset import Ruleset
from ccr_rules.library.library import Library

_NAMED = ("parameters", "lets", "dates", "conditions", "reviews")
"""The sections whose names other definitions use."""

_ALIASES = ("codelist", "record")
_ALIAS = "codelist "
"""The fields that name codelists; a review and a codelist may have one name."""

_SHOWN = ("indicators", "reviews", "items", "prompts", "payments", "findings")
"""The sections that a casebook exercises."""


def own_part(ruleset: Ruleset, library: Library) -> Ruleset:
    """Return a ruleset without the indicators, reviews, … that it takes unchanged from its base."""
    if ruleset.base is None:
        return ruleset
    base = library.find(f"{ruleset.base.ruleset}@{ruleset.base.version}")
    changed = _changed_names(ruleset, base)
    own: dict[str, Any] = {
        section: {
            id_: definition
            for id_, definition in _section(ruleset, section).items()
            if definition != _section(base, section).get(id_) or not changed.isdisjoint(_texts(definition))
        }
        for section in _SHOWN
    }
    return replace(ruleset, **own)


def _changed_names(ruleset: Ruleset, base: Ruleset) -> set[str]:
    """Return the names that mean something else than in the base, by themselves or by what they rest on."""
    definitions, before = _definitions(ruleset), _definitions(base)
    uses = {name: frozenset(_texts(each)) for name, each in definitions.items()}
    changed: set[str] = set()
    more = {name for name, each in definitions.items() if each != before.get(name)}
    while more:
        changed |= more
        more = {name for name in definitions.keys() - changed if not changed.isdisjoint(uses[name])}
    return changed


def _definitions(ruleset: Ruleset) -> dict[str, object]:
    named = {name: each for section in _NAMED for name, each in _section(ruleset, section).items()}
    return named | {
        _ALIAS + alias: f"{use.codelist}@{use.release}" for alias, use in ruleset.codelists.items()
    }


def _section(ruleset: Ruleset, section: str) -> Mapping[str, object]:
    found: Mapping[str, object] = getattr(ruleset, section)
    return found


def _texts(value: object, mark: str = "") -> Iterator[str]:
    """Yield every text in a definition, the names that it uses among them.

    A text that is only spelt like a name counts as a use: that can ask for a case too many, never for
    one too few.
    """
    if isinstance(value, str):
        yield mark + value
    elif isinstance(value, tuple | frozenset):
        for each in value:
            yield from _texts(each, mark)
    elif isinstance(value, Struct):
        for field in value.__struct_fields__:
            yield from _texts(getattr(value, field), _ALIAS if field in _ALIASES else "")
