"""What changed in a codelist from one release to another."""

from collections.abc import Iterable
from dataclasses import dataclass

from ccr_rules.codelists.codelist import Codelist, CodelistEntry
from ccr_rules.codelists.hazards import hazard
from ccr_rules.codelists.text import fold


@dataclass(frozen=True, slots=True)
class Item:
    """An entry of one release; `hazard` is its class, unless that is the first, or what a hazard names."""

    code: str
    term: str
    hazard: str


@dataclass(frozen=True, slots=True)
class Change:
    """An entry of both releases, of which something changed from `before` to `after`."""

    code: str
    term: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Difference:
    """Two releases compared. `moved` are entries with another hazard, `renamed` with another term."""

    codelist: str
    before: str
    after: str
    added: tuple[Item, ...]
    removed: tuple[Item, ...]
    moved: tuple[Change, ...]
    renamed: tuple[Change, ...]


def difference(before: Codelist, after: Codelist) -> Difference:
    """Compare two releases, by code or, for entries without one, by term; case and tags do not count."""
    old, new = _items(before), _items(after)
    both = [(old[key], new[key]) for key in new if key in old]
    return Difference(
        codelist=after.name,
        before=before.release,
        after=after.release,
        added=_sorted(item for key, item in new.items() if key not in old),
        removed=_sorted(item for key, item in old.items() if key not in new),
        moved=tuple(
            Change(now.code, now.term, was.hazard, now.hazard)
            for was, now in both
            if was.hazard != now.hazard
        ),
        renamed=tuple(
            Change(now.code, now.term, was.term, now.term)
            for was, now in both
            if fold(was.term) != fold(now.term)
        ),
    )


def _items(codelist: Codelist) -> dict[str, Item]:
    entries: Iterable[CodelistEntry] = (*codelist.codes.values(), *codelist.terms.values())
    return {
        entry.code or fold(entry.term): Item(entry.code, entry.display, hazard(codelist, entry))
        for entry in entries
    }


def _sorted(items: Iterable[Item]) -> tuple[Item, ...]:
    return tuple(sorted(items, key=lambda item: (item.hazard, fold(item.term), item.code)))
