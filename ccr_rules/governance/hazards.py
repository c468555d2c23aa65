"""The hazards beside a ruleset: their ids and titles, and the cases that each names as its evidence."""

import re
from collections.abc import Iterator
from itertools import zip_longest
from typing import NamedTuple

SAFETY_FILE = "SAFETY.md"

_HAZARD = re.compile(r"^\*\*(H-[A-Z0-9-]+) (.+?)\*\*", re.MULTILINE | re.DOTALL)
_EVIDENCE = re.compile(r"^Evidence: [^.]*", re.MULTILINE)
_CASE = re.compile(r"`([a-z0-9]+(?:-[a-z0-9]+)+)`")


class Hazard(NamedTuple):
    """One hazard; `cases` are the ids of the cases that show its controls at work."""

    id: str
    title: str
    cases: tuple[str, ...]


def hazards(text: str) -> Iterator[Hazard]:
    """Yield the hazards of a SAFETY.md."""
    found = list(_HAZARD.finditer(text))
    for match, following in zip_longest(found, found[1:]):
        about = text[match.end() : following.start() if following else len(text)]
        evidence = " ".join(_EVIDENCE.findall(about))
        title = " ".join(match[2].split())
        yield Hazard(match[1], title, tuple(dict.fromkeys(_CASE.findall(evidence))))
