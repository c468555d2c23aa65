"""The answer of GP Connect as plain JSON values: its resources, and what their references lead to.

Nothing is trusted to have its type: what has not is passed over here, and the core, which reads every
resource, sets it aside with the reason.
"""

from collections.abc import Iterator
from typing import Any

from ccr_rules.record.references import is_id, local_name

Resource = dict[str, Any]


def objects(value: Any) -> list[dict[str, Any]]:
    """Return the objects in a list, or none where it is no list."""
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def text(value: Any, *path: str) -> str:
    """Return the text at a path of keys, or nothing."""
    for key in path:
        value = value.get(key) if isinstance(value, dict) else None
    return value if isinstance(value, str) else ""


def codings(concept: Any) -> list[tuple[str, str]]:
    """Return system and code of each coding of a CodeableConcept."""
    given = concept.get("coding") if isinstance(concept, dict) else None
    return [(text(each, "system"), text(each, "code")) for each in objects(given)]


class Answer:
    """A Bundle of GP Connect; `resources` are those that can be referred to, each with its reference.

    A resource sent twice is there twice: which copy counts is for the core to say.
    """

    def __init__(self, bundle: Resource) -> None:
        self.bundle = bundle
        self.resources: list[tuple[str, Resource]] = []
        self._known: dict[str, str] = {}
        for entry in objects(bundle.get("entry")):
            self._add(entry)

    def _add(self, entry: dict[str, Any]) -> None:
        resource = entry.get("resource")
        if not isinstance(resource, dict):
            return
        id_ = text(resource, "id")
        if not is_id(id_):
            return
        reference = f"{text(resource, 'resourceType')}/{id_}"
        self.resources.append((reference, resource))
        self._known[reference] = reference
        if url := text(entry, "fullUrl"):
            self._known[local_name(url)] = reference

    def of_type(self, *types: str) -> Iterator[tuple[str, Resource]]:
        """Yield the resources of some types."""
        return ((ref, each) for ref, each in self.resources if each.get("resourceType") in types)

    def find(self, reference: str) -> str:
        """Return the name by which the core calls what a reference leads to, or nothing if it is not here."""
        return self._known.get(local_name(reference), "") if reference else ""
