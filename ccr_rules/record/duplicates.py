"""The same resource sent more than once: equal copies count once, versions by the newest.

Where nothing says which of two different contents is the newer, neither is believed: both are
quarantined, and their kind is not completely supplied.
"""

import re
from datetime import datetime
from typing import Any

from ccr_rules.record.contents import Contents, Located
from ccr_rules.record.kinds import KIND_OF
from ccr_rules.record.patient import Quarantined
from ccr_rules.record.references import reference_of


def without_duplicates(contents: Contents) -> tuple[list[tuple[str, Located]], list[Quarantined]]:
    """Return each resource once, with its reference, and those whose versions contradict each other."""
    first: dict[str, Located] = {}
    repeated: dict[str, list[Located]] = {}
    for located in contents.located:
        reference = reference_of(located)
        known = first.setdefault(reference, located)
        if known is not located:
            repeated.setdefault(reference, [known]).append(located)
    bad: list[Quarantined] = []
    for reference, copies in repeated.items():
        newest = _newest(copies)
        if newest is None:
            bad.append(_refused(reference, first.pop(reference), "two different contents, none the newer"))
        else:
            first[reference] = newest
    for reference, place in contents.deleted.items():
        if reference in first:
            bad.append(_refused(reference, first.pop(reference), f"also deleted, at {place}"))
    return list(first.items()), bad


def _refused(reference: str, located: Located, reason: str) -> Quarantined:
    kind = KIND_OF.get(located.resource_type, located.resource_type)
    return Quarantined(reference, located.place, reason, kind)


def _newest(copies: list[Located]) -> Located | None:
    best = copies[0]
    for other in copies[1:]:
        if _body(other) == _body(best):
            continue
        order = _order(best, other)
        if order == 0:
            return None
        best = other if order > 0 else best
    return best


def _body(located: Located) -> dict[str, Any]:
    return {key: value for key, value in located.content.items() if key not in ("meta", "text")}


def _order(a: Located, b: Located) -> int:
    """Return 1 if b is newer than a, -1 if it is older, 0 if that cannot be said."""
    signs: set[int] = set()
    for key in (_updated, _version):
        first, second = key(a), key(b)
        if first is not None and second is not None and first != second:
            signs.add(1 if second > first else -1)
    return signs.pop() if len(signs) == 1 else 0


def _meta(located: Located, name: str) -> str:
    meta = located.content.get("meta")
    value = meta.get(name) if isinstance(meta, dict) else None
    return value if isinstance(value, str) else ""


def _updated(located: Located) -> float | None:
    try:
        moment = datetime.fromisoformat(_meta(located, "lastUpdated"))
    except ValueError:
        return None
    return moment.timestamp() if moment.tzinfo is not None else None


def _version(located: Located) -> float | None:
    version = _meta(located, "versionId")
    return int(version) if re.fullmatch(r"[0-9]{1,15}", version) else None
