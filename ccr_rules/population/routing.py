"""Whose a resource is: the patient that it names, by the same rules as `record.identity`."""

import re
from typing import Any, Final

import msgspec

from ccr_rules.record.contents import Contents, Located
from ccr_rules.record.identity import ABOUT_OTHER, MALFORMED, name_of, subject_key
from ccr_rules.record.kinds import KIND_OF

OF_A_PATIENT: Final = frozenset(KIND_OF) - {"Patient"}
"""Types of resource that are read, and that name their patient."""

NOBODY: Final = ""
"""Not about a patient, but about a group, a device or a place."""


class CannotTell(Exception):
    """The patient of a resource cannot be told; the message says why."""


class Subject(msgspec.Struct, gc=False):
    """A reference, as far as routing needs it."""

    reference: str | None = None


class Head(msgspec.Struct, gc=False, rename="camel"):
    """Of a resource what tells its patient; the rest is passed over, though it must be JSON."""

    resource_type: str
    id: str | None = None
    subject: Subject | None = None
    patient: Subject | None = None


def patient_of(content: dict[str, Any], resource_type: str) -> str:
    """Return the id of the patient that a resource is about, or NOBODY.

    Raises:
        CannotTell: if it names no patient, or in a way that cannot be followed.
    """
    if resource_type == "Patient":
        given = content.get("id")
        if not isinstance(given, str):
            raise CannotTell("a Patient without an id")
        return _checked(given)
    key = subject_key(content)
    if key in _UNTOLD:
        raise CannotTell(_UNTOLD[key])
    if key.startswith("\0"):
        if key == ABOUT_OTHER:
            return NOBODY
        raise CannotTell("its patient is named by an identifier only; send references, or Bundles")
    name = name_of(key)
    return NOBODY if name is None else _checked(name.id)


def plain_patient(reference: str | None) -> str | None:
    """Return the id in a reference of the plainest form, `Patient/id`, or None: then look closer."""
    plain = None if reference is None else _PLAIN(reference)
    return plain[1] if plain is not None and plain[1].isprintable() else None


_PLAIN: Final = re.compile(r"Patient/([^/?#|]+)").fullmatch
_UNTOLD: Final = {"": "it names no patient", MALFORMED: "its subject is no reference"}


def _checked(given: str) -> str:
    if not _is_proper(given):
        raise CannotTell("the id of its patient is empty, or holds characters that no id has")
    return given


def people_of(contents: Contents) -> dict[str, list[Located]]:
    """Return the resources of a Bundle by the id of their patient; under NOBODY those of nobody.

    A Patient without an id goes by its place in the Bundle.
    """
    names: dict[str, str] = {}
    people: dict[str, list[Located]] = {}
    for one in contents.located:
        if one.resource_type == "Patient":
            people.setdefault(_named(one, names), []).append(one)
    for reference, _ in contents.asked_patients:
        asked = name_of(reference)
        if asked is not None:
            people.setdefault(names.get(asked.id, asked.id), [])
    for one in contents.located:
        if one.resource_type != "Patient":
            people.setdefault(_subject_in(one, names), []).append(one)
    return people


def _named(patient: Located, names: dict[str, str]) -> str:
    """Return the id of a Patient, and note what else the Bundle calls it."""
    url = name_of(patient.full_url) if patient.full_url else None
    given = patient.content.get("id")
    names_given: list[Any] = [given, url.id if url else None]
    own: str = next((name for name in names_given if _is_proper(name)), f"#{patient.place}")
    if url is not None:
        names[url.id] = own
    return own


def _is_proper(given: Any) -> bool:
    return isinstance(given, str) and bool(given) and given.isprintable()


def _subject_in(one: Located, names: dict[str, str]) -> str:
    try:
        told = patient_of(one.content, one.resource_type)
    except CannotTell:
        return NOBODY
    return names.get(told, told)
