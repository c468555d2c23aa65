"""Whose record it is. A record about two people, or about nobody, is refused.

Every resource of the source counts, also those of kinds that are not read: somebody else's allergy
shows that two records were mixed up. A resource that names no subject belongs to the patient; one
about a group, a device or a place is left out.
"""

from typing import Any, NamedTuple

from ccr_rules.errors import RecordError
from ccr_rules.record.contents import Contents, Located
from ccr_rules.record.findings import showable
from ccr_rules.record.references import reference_of

ABOUT_OTHER = "\0other"
MALFORMED = "\0malformed"
_BY_IDENTIFIER = "\0identifier"


class Name(NamedTuple):
    """A patient as a reference names them: the id (or uuid), the server if given, and where it stands."""

    id: str
    server: str
    place: str

    def __str__(self) -> str:
        """Return the reference, for messages; an id that might be free text is not shown."""
        return f"Patient/{showable(self.id, '(id not shown)')}"


class Who(NamedTuple):
    """The patient: the reference, the Patient resources, and the subject keys that mean other things."""

    reference: str
    patients: tuple[Located, ...]
    others: frozenset[str]


def subject_key(content: dict[str, Any]) -> str:
    """Return what tells the subject of a resource apart: its reference, a marker, or nothing."""
    subject = content.get("subject")
    if subject is None:
        subject = content.get("patient")
        if subject is None:
            return ""
    if type(subject) is not dict:
        return MALFORMED
    reference = subject.get("reference")
    if reference is None or reference == "":
        return _identifier_key(subject.get("identifier"))
    if type(reference) is not str:
        return MALFORMED
    if reference[0] == "#":
        return _contained_key(content.get("contained"), reference[1:])
    if "?" in reference:  # a conditional reference: Patient?identifier=system|value
        system, _, value = reference.partition("?identifier=")[2].partition("|")
        return _key_of(system, value) if value else ""
    return reference


def _identifier_key(identifier: Any) -> str:
    if not isinstance(identifier, dict):
        return ""
    return _key_of(identifier.get("system"), identifier.get("value"))


def _key_of(system: Any, value: Any) -> str:
    if not isinstance(system, str) or not isinstance(value, str):
        return ""
    return f"{_BY_IDENTIFIER}\0{system}\0{value.replace(' ', '')}"


def _contained_key(contained: Any, name: str) -> str:
    for inside in contained if isinstance(contained, list) else ():
        if isinstance(inside, dict) and inside.get("id") == name:
            if inside.get("resourceType") != "Patient":
                return ABOUT_OTHER
            return next((key for key in _identifiers(inside) if key), "")
    return ""


def _identifiers(patient: dict[str, Any]) -> list[str]:
    given = patient.get("identifier")
    return [_identifier_key(one) for one in given] if isinstance(given, list) else []


def name_of(reference: str, place: str = "") -> Name | None:
    """Return the patient that a reference names, or None if it names something else."""
    plain = reference.split("/_history/", 1)[0]
    if plain.startswith("urn:"):
        return Name(plain.rsplit(":", 1)[1], "", place)
    *server, resource_type, given = ("Patient/" + plain if "/" not in plain else plain).split("/")
    return Name(given, "/".join(server), place) if resource_type == "Patient" else None


def identify(contents: Contents, asked: str | None) -> Who:
    """Return whose record it is.

    Raises:
        RecordError: if it is about two patients, about none, or not about the one asked for.
    """
    patients = tuple(one for one in contents.located if one.resource_type == "Patient")
    keys = _subject_keys(contents.located)
    names, others = _names(contents, keys)
    known = _one_patient(patients)
    _check_same(known, names)
    _check_identifiers(patients, keys)
    is_named_by_identifier = any(key.startswith(_BY_IDENTIFIER) for key in keys)
    if not patients and not names and not is_named_by_identifier:
        raise RecordError(
            "the record is about nobody: it holds no Patient, no subject, and no search for a patient; "
            "send the Patient resource with the record"
        )
    if asked is not None:
        _check_asked([*known, *names], asked)
    return Who(_reference(patients, names), patients, others)


def _subject_keys(located: list[Located]) -> dict[str, Located]:
    keys: dict[str, Located] = {}
    for one in located:
        subject = one.content.get("subject")
        reference = subject.get("reference") if type(subject) is dict else None
        if type(reference) is str and reference in keys:
            continue  # as most are
        if one.resource_type != "Patient":
            key = subject_key(one.content)
            if key:
                keys.setdefault(key, one)
    return keys


def _names(contents: Contents, keys: dict[str, Located]) -> tuple[list[Name], frozenset[str]]:
    """Return the patients that subjects and searches name, and the keys that mean something else."""
    things = {one.full_url for one in contents.located if one.resource_type != "Patient" and one.full_url}
    names: list[Name] = []
    others = {key for key in (ABOUT_OTHER, MALFORMED) if key in keys}
    for key, located in keys.items():
        if key[0] == "\0":
            continue
        name = None if key in things else name_of(key, located.place)
        if name is None:
            others.add(key)
        else:
            names.append(name)
    asked = (name_of(reference, place) for reference, place in contents.asked_patients)
    return names + [name for name in asked if name is not None], frozenset(others)


def _one_patient(patients: tuple[Located, ...]) -> list[Name]:
    """Return all names of the one Patient: its id, and its place in the Bundle.

    Raises:
        RecordError: if there are two.
    """
    names: list[Name] = []
    first: Located | None = None
    for patient in patients:
        if first is not None and not _is_same(first, patient):
            raise _two(name_or_place(first), name_or_place(patient), first.place, patient.place)
        first = first or patient
        given, url = patient.content.get("id"), name_of(patient.full_url, patient.place)
        server = url.server if url else ""
        if isinstance(given, str):
            names.append(Name(given, server, patient.place))
        if url is not None and patient.full_url:
            names.append(url)
    return names


def _is_same(a: Located, b: Located) -> bool:
    if isinstance(a.content.get("id"), str):
        return bool(a.content.get("id") == b.content.get("id"))
    return a.content == b.content or bool(a.full_url and a.full_url == b.full_url)


def name_or_place(patient: Located) -> str:
    """Return what to call a Patient resource in a message."""
    reference = reference_of(patient)
    return f"Patient/{showable(reference.removeprefix('Patient/'), patient.place)}"


def _two(first: str, second: str, first_place: str, second_place: str) -> RecordError:
    return RecordError(
        f"the record is about two patients: {first} ({first_place}) and {second} ({second_place}); send "
        f"one patient's record"
    )


def _check_same(known: list[Name], names: list[Name]) -> None:
    """All names must be of one person: of the Patient resource, or else the same id everywhere.

    Raises:
        RecordError: if they are not.
    """
    everybody = [*known, *names]
    ids = {name.id for name in known} or {name.id for name in names[:1]}
    for name in names:
        if name.id not in ids:
            raise _two(str(everybody[0]), str(name), everybody[0].place, name.place)
    with_server = [name for name in everybody if name.server]
    for name in with_server:
        if name.server != with_server[0].server:
            raise RecordError(
                f"the record names {name} of two servers ({with_server[0].place} and {name.place}), which "
                f"may be two people; send one server's record"
            )


def _check_identifiers(patients: tuple[Located, ...], keys: dict[str, Located]) -> None:
    """Subjects that are named by an identifier must not contradict the Patient or each other."""
    of_system: dict[str, set[str]] = {}
    for patient in patients:
        for key in _identifiers(patient.content):
            if key:
                of_system.setdefault(key.split("\0")[2], set()).add(key)
    for key, located in keys.items():
        if key.startswith(_BY_IDENTIFIER):
            system = key.split("\0")[2]
            if key not in of_system.setdefault(system, {key}):
                raise RecordError(
                    f"the record is about two patients: the subject at {located.place} has another "
                    f"identifier; send one patient's record"
                )


def _check_asked(names: list[Name], asked: str) -> None:
    wanted = name_of(asked)
    if wanted is None or not names:
        raise RecordError("the record cannot be shown to be that of the patient asked for: it names none")
    servers = {name.server for name in names if name.server}
    if all(name.id != wanted.id for name in names) or (
        wanted.server and servers and wanted.server not in servers
    ):
        raise RecordError(
            f"the record is about {names[0]}, not about {wanted}, who was asked for; send the right record"
        )


def _reference(patients: tuple[Located, ...], names: list[Name]) -> str:
    if patients and isinstance(patients[0].content.get("id"), str):
        return reference_of(patients[0])
    if names:
        return f"Patient/{names[0].id}"
    return reference_of(patients[0]) if patients else "Patient/#identifier"
