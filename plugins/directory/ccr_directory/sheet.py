"""The sheet to take home: which services stand under which heading, and what is said below them."""

from collections.abc import Mapping
from datetime import date
from typing import NamedTuple

from ccr_directory.choosing import NO_SUCH_CANCER, STALE, Search, on_sheet
from ccr_directory.domains import TITLES
from ccr_directory.service import Service


class Group(NamedTuple):
    """A heading, the services under it, and the names of those that stand under an earlier one too."""

    title: str
    services: tuple[Service, ...]
    also: tuple[str, ...]


class Sheet(NamedTuple):
    """A sheet; `notes` are for the person, `practice_notes` for whoever keeps the directory.

    `left_out` says how many services were left out, by reason. It is not printed: some reasons are not for
    whoever finds the sheet.
    """

    groups: tuple[Group, ...]
    notes: tuple[str, ...]
    practice_notes: tuple[str, ...]
    left_out: Mapping[str, int]
    since: date | None
    as_of: date


def make_sheet(search: Search, as_of: date, most_each: int) -> Sheet | None:
    """Return the sheet, or None where no service suits."""
    shown: set[int] = set()
    groups: list[Group] = []
    more = 0
    for domain in on_sheet(search):
        services = list(search.suitable(domain))
        more += max(len(services) - most_each, 0)
        services = services[:most_each]
        new = tuple(each for each in services if id(each) not in shown)
        also = tuple(dict.fromkeys(each.name for each in services if id(each) in shown))
        shown.update(map(id, new))
        if services:
            groups.append(Group(TITLES[domain], new, also))
    if not groups:
        return None
    left_out = {why: len(services) for why, services in sorted(search.left_out.items())}
    notes, practice_notes = _notes(search, more), _practice_notes(search, left_out)
    return Sheet(tuple(groups), notes, practice_notes, left_out, search.since, as_of)


def _notes(search: Search, more: int) -> tuple[str, ...]:
    notes = [*search.wishes.notes]
    if more:
        notes.append("There are more services than fit here; ask the practice if nothing of these suits you.")
    return tuple(notes)


def _practice_notes(search: Search, left_out: Mapping[str, int]) -> tuple[str, ...]:
    unread = len(search.directory.problems)
    notes = [f"{_counted(unread, 'row')} of the directory could not be read."] if unread else []
    notes += [
        f"{_counted(left_out[why], 'service')} left out: {why}."
        for why in (STALE, NO_SUCH_CANCER)
        if why in left_out
    ]
    return tuple(notes)


def _counted(number: int, word: str) -> str:
    return f"1 {word}" if number == 1 else f"{number} {word}s"
