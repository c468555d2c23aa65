"""What a host says of this person: where they live, what concerns them, which language they speak.

It is read leniently, since it comes in the middle of a consultation: what cannot be used is set aside with a
note. No note quotes it.
"""

import re
from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from ccr_directory.domains import DOMAINS
from ccr_directory.postcodes import Place, read_postcode

KEYS: Final = ("postcode", "concerns", "language")
MOST: Final = 10
"""Concerns are scored 0 to 10."""

_PAIR: Final = re.compile(r"\s*([a-z-]+)\s*=\s*([0-9]{1,2})\s*")
_LANGUAGE: Final = re.compile(r"[a-z]{2,3}")


class Wishes(NamedTuple):
    """What was said. `place` is where services are to be, None where nobody knows; `scores` are by domain."""

    place: Place | None
    scores: Mapping[str, int]
    language: str
    notes: tuple[str, ...]


def read_wishes(host: Mapping[str, Any], practice: Place | None, language: str) -> Wishes:
    """Return what a host says, filled up with what the practice has set."""
    notes: list[str] = []
    place = _place(host.get("postcode"), practice, notes)
    scores = _scores(host.get("concerns"), notes)
    return Wishes(place, scores, _language(host.get("language"), language, notes), tuple(notes))


def _place(given: object, practice: Place | None, notes: list[str]) -> Place | None:
    own = read_postcode(given)
    if own is not None:
        return own
    if given:
        notes.append("The postcode that was given lies in no district that is known here.")
    if practice is None:
        notes.append("No place is known, so only services for a whole nation, or for everybody, are listed.")
    else:
        notes.append("Local services are those near the practice.")
    return practice


def _scores(given: object, notes: list[str]) -> dict[str, int]:
    """Return the concerns with a score, the greatest first; those of 0 last, which somebody does not have."""
    pairs = list(given.items()) if isinstance(given, Mapping) else _written(given)
    usable = {
        domain: score
        for domain, score in pairs
        if domain in DOMAINS and isinstance(score, int) and not isinstance(score, bool) and 0 <= score <= MOST
    }
    if len(usable) < len(pairs):
        notes.append(f"{len(pairs) - len(usable)} of the concerns that were given could not be used.")
    return dict(sorted(usable.items(), key=lambda each: (-each[1], DOMAINS.index(each[0]))))


def _written(given: object) -> list[tuple[object, object]]:
    """Return the pairs of a text such as `emotional=8,practical=3`."""
    if not isinstance(given, str):
        return [] if given is None else [(None, None)]
    found = [_PAIR.fullmatch(each) for each in given.split(",") if each.strip()]
    return [(each[1], int(each[2])) if each else (None, None) for each in found]


def _language(given: object, usual: str, notes: list[str]) -> str:
    if given is None:
        return usual
    if isinstance(given, str) and _LANGUAGE.fullmatch(code := given.split("-")[0].lower()):
        return code
    notes.append("The language that was given could not be used.")
    return usual
