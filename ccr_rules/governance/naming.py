"""Telling a definition that only got another name from one that was removed and another that was added."""

from collections.abc import Iterator
from dataclasses import replace

from ccr_rules.governance.changes import WORDS, Change
from ccr_rules.governance.definitions import Section
from ccr_rules.governance.facets import Facets
from ccr_rules.governance.wholes import meaning_of


def renamed(section: Section, changes: list[Change], old: Facets, new: Facets) -> Iterator[Change]:
    """Yield the changes of a section of names, each pair that means the same as one renaming.

    Where several could be meant, nobody can tell, and they stay as they are.
    """
    gone = _by_meaning(section, "removed", changes, old)
    come = _by_meaning(section, "added", changes, new)
    both = {meaning for meaning in gone if len(gone[meaning]) == len(come.get(meaning, ())) == 1}
    before = {come[meaning][0].id: gone[meaning][0] for meaning in both}
    dropped = {change.id for change in before.values()}
    for change in changes:
        if change.kind == "added" and change.id in before:
            was = before[change.id]
            says = f"another name for {was.id}, with the same meaning"
            yield replace(change, kind="renamed", effect=WORDS, before=was.before, says=says)
        elif change.kind != "removed" or change.id not in dropped:
            yield change


def _by_meaning(
    section: Section, kind: str, changes: list[Change], facets: Facets
) -> dict[tuple[str, ...], list[Change]]:
    found: dict[tuple[str, ...], list[Change]] = {}
    for change in changes:
        meaning = meaning_of(section, change.id, facets) if change.kind == kind else ()
        if meaning:  # what is only words (a source, a step) has no meaning by which it could be known again
            found.setdefault(meaning, []).append(change)
    return found
