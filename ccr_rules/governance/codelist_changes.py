"""What another codelist, or another release of it, means in codes."""

from collections.abc import Callable, Iterator
from dataclasses import replace

from ccr_rules.codelists.codelist import Codelist, CodelistEntry
from ccr_rules.governance.changes import Change, Side
from ccr_rules.language.ruleset import CodelistUse, Ruleset

CodelistOf = Callable[[str, str | None], Codelist]
"""Finds a codelist by name and release; None is the newest."""

SHOWN = 10
"""So many codes are named; the others are counted."""


def in_codes(change: Change, before: Ruleset, after: Ruleset, find: CodelistOf) -> Change:
    """Return the change of a codelist with the codes that came and went; any other change as it is."""
    if change.section != "codelists" or change.kind != "changed":
        return change
    old = _codelist(before.codelists[change.id], find)
    new = _codelist(after.codelists[change.id], find)
    differences = list(_differences(old, new)) or ["it holds the same entries"]
    side = change.after or Side("", "")
    return replace(change, after=Side(side.cql, "; ".join([side.english, *differences])))


def _codelist(use: CodelistUse, find: CodelistOf) -> Codelist:
    return find(use.codelist, use.release)


def _differences(old: Codelist, new: Codelist) -> Iterator[str]:
    before, after = _entries(old), _entries(new)
    yield from _told("added", [entry for key, entry in after.items() if key not in before])
    yield from _told("removed", [entry for key, entry in before.items() if key not in after])
    both = [(before[key], entry) for key, entry in after.items() if key in before]
    yield from _told("in another class", [entry for was, entry in both if was.class_ != entry.class_])


def _entries(codelist: Codelist) -> dict[str, CodelistEntry]:
    return {**codelist.codes, **codelist.terms}


def _told(what: str, entries: list[CodelistEntry]) -> Iterator[str]:
    if entries:
        named = ", ".join(f"{entry.code} {entry.display}".strip() for entry in entries[:SHOWN])
        more = f" and {len(entries) - SHOWN} more" if len(entries) > SHOWN else ""
        yield f"{len(entries)} {what}: {named}{more}"
