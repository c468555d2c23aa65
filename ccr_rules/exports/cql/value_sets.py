"""Codelists as FHIR ValueSets: one for each class of a list, so that CQL can tell the classes apart."""

from typing import Any

from ccr_rules.codelists.codelist import Codelist, CodelistEntry
from ccr_rules.exports.canonical import CANONICAL
from ccr_rules.exports.cql.names import computer_name
from ccr_rules.record.entry import SNOMED


def classes_of(codelist: Codelist) -> tuple[str, ...]:
    """Return the classes of which a list has codes, in the list's order; `` for codes without one."""
    found = {entry.class_ or "" for entry in codelist.codes.values()}
    return tuple(class_ for class_ in (*codelist.classes, "") if class_ in found)


def id_of(codelist: Codelist, class_: str) -> str:
    """Return the id of a value set as a resource."""
    return ".".join(part for part in (codelist.name, class_) if part)


def url_of(codelist: Codelist, class_: str, canonical: str) -> str:
    """Return the canonical URL of a value set, which is the same in every release."""
    return f"{canonical.rstrip('/')}/ValueSet/{id_of(codelist, class_)}"


def value_set(codelist: Codelist, class_: str, canonical: str = CANONICAL) -> dict[str, Any]:
    """Return the codes of one class of a list as a FHIR R4 ValueSet, expanded.

    It holds every code by which the list recognises entries: also those that are inactive, and those
    whose term was not verified, which its description counts.
    """
    entries = [entry for entry in codelist.codes.values() if (entry.class_ or "") == class_]
    system = {"system": SNOMED}
    return {
        "resourceType": "ValueSet",
        "id": id_of(codelist, class_),
        "url": url_of(codelist, class_, canonical),
        "version": codelist.release,
        "name": computer_name(codelist.name, class_),
        "title": f"{codelist.title}, {class_}" if class_ else codelist.title,
        "status": "draft",
        "experimental": False,
        "description": _description(codelist, entries),
        "copyright": codelist.licence,
        "compose": {"include": [system | {"concept": [_concept(entry) for entry in entries]}]},
        "expansion": {
            "timestamp": codelist.release,
            "total": len(entries),
            "contains": [system | _concept(entry) for entry in entries],
        },
    }


def _concept(entry: CodelistEntry) -> dict[str, str]:
    return {"code": entry.code, "display": entry.term}


def _description(codelist: Codelist, entries: list[CodelistEntry]) -> str:
    complete = "complete" if codelist.complete else "incomplete"
    unverified = sum(entry.status == "unverified" for entry in entries)
    return " ".join(
        part
        for part in (
            f"Release {codelist.release} of the codelist {codelist.name}, which is {complete}.",
            codelist.note,
            codelist.membership_note,
            f"Of its codes {unverified} are not verified." if unverified else "",
        )
        if part
    )
