"""Where a key stands twice: in a resource it is quarantined, in a container the record is unusable."""

from ccr_rules.errors import RecordError
from ccr_rules.record.contents import WHOLE, Contents, Located
from ccr_rules.record.findings import showable
from ccr_rules.record.kinds import KIND_OF
from ccr_rules.record.patient import Quarantined


def quarantine_repeats(contents: Contents, repeats: tuple[tuple[str, str], ...]) -> None:
    """Quarantine the resources with repeated keys; elsewhere a repeated key makes the record unusable.

    Raises:
        RecordError: if the repeated key stands in a container.
    """
    if not repeats:
        return
    places = {one.place: one for one in contents.located}
    bad: set[str] = set()
    for path, key in repeats:
        owner = next((place for place in _upwards(path) if place in places), None)
        if owner is None:
            raise RecordError(
                f"the key {showable(key, 'a key')!r} stands twice in {_shown(path) or 'the record'}: two "
                f"answers to one question; send each key once"
            )
        contents.quarantined.append(_quarantine_of(places[owner], key))
        bad.add(owner)
    contents.located = [one for one in contents.located if one.place not in bad]


def _quarantine_of(bad: Located, key: str) -> Quarantined:
    kind = KIND_OF.get(bad.resource_type, bad.resource_type)
    return Quarantined("", bad.place, f"the key {showable(key, 'a key')!r} stands twice", kind)


def _upwards(path: str) -> list[str]:
    """Return the places that a path lies in, the nearest first; a lone resource is the whole."""
    found: list[str] = []
    while path:
        found.append(path)
        path = path[: max(path.rfind("."), path.rfind("["), 0)]
    return [*found, WHOLE]


def _shown(path: str) -> str:
    return ".".join(showable(step.split("[")[0], "element") for step in path.split(".")) if path else ""
