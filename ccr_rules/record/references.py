"""References between resources: what a resource is called, and what a reference leads to."""

import re
from collections.abc import Iterable
from typing import Any

from ccr_rules.record.contents import Located
from ccr_rules.record.shapes import Medication, PractitionerRole, Unreadable, typed

ID = "[A-Za-z0-9._-]{1,128}"
"""What an id is, by which a resource can be called: a pattern."""

is_id = re.compile(ID).fullmatch
"""Says whether a text is an id, by which a resource can be called."""

_FOLLOWED: dict[str, type[Medication | PractitionerRole]] = {
    "Medication": Medication,
    "PractitionerRole": PractitionerRole,
}


def reference_of(located: Located) -> str:
    """Return `Type/id`; a resource without a proper id is called by its place: `Condition/#entry[3]`.

    A contained resource is called by the one that contains it: `Encounter/e1#c1`.
    """
    given = located.content.get("id")
    if type(given) is str and is_id(given):
        inside = located.inside
        return f"{located.resource_type}/{given}" if inside is None else f"{reference_of(inside)}#{given}"
    return f"{located.resource_type}/#{located.place.removesuffix('.resource')}"


def local_name(reference: str) -> str:
    """Return a reference without server and version: `Type/id`, or the urn."""
    plain = reference.split("/_history/", 1)[0]
    return plain if plain.startswith("urn:") else "/".join(plain.split("/")[-2:])


class Index:
    """Finds the resources that others refer to: medicines and the roles of clinicians."""

    def __init__(self, located: Iterable[Located]) -> None:
        self._bundled: dict[str, Located] = {}
        for one in located:
            if one.resource_type in _FOLLOWED:
                self._bundled[local_name(reference_of(one))] = one
                if one.full_url:
                    self._bundled[local_name(one.full_url)] = one

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing here to which a resource can refer."""
        return not self._bundled

    def follow(self, content: dict[str, Any], reference: str) -> Medication | PractitionerRole | None:
        """Return what a reference in a resource leads to, or None if it is not here or not readable."""
        if reference.startswith("#"):
            inside = content.get("contained")
            inside = inside if isinstance(inside, list) else []
            found = next((c for c in inside if isinstance(c, dict) and c.get("id") == reference[1:]), None)
        else:
            bundled = self._bundled.get(local_name(reference))
            found = bundled.content if bundled else None
        return _typed(found)


def _typed(content: dict[str, Any] | None) -> Medication | PractitionerRole | None:
    shape = _FOLLOWED.get(str(content.get("resourceType"))) if content else None
    if shape is None:
        return None
    try:
        return typed(content, shape)
    except Unreadable:
        return None
