"""What a searchset holds completely, told by its `self` link (SEMANTICS 12)."""

import re
from typing import NamedTuple

_ESCAPE = re.compile(r"%([0-7][0-9A-Fa-f])")
_TYPE = re.compile(r"[A-Z][A-Za-z]{1,40}")

_PATIENT = frozenset({"patient", "subject", "patient:Patient", "subject:Patient"})
_PATIENT_BY_IDENTIFIER = frozenset(
    {"patient:identifier", "subject:identifier", "patient.identifier", "subject.identifier"}
    | {"patient:Patient.identifier", "subject:Patient.identifier"}
)
_HARMLESS = frozenset(
    # They order, format or page the answer, or add resources of other kinds; none leaves one out.
    # Whether a page or count cut the answer short is told by `link.next` and `total`.
    {"_count", "_sort", "_format", "_pretty", "_total", "_include", "_include:iterate"}
    | {"_revinclude", "_revinclude:iterate"}
)
_PATIENT_SEARCH = frozenset({"_id", "identifier"})


class Answered(NamedTuple):
    """The question that a searchset answers.

    `kinds` are those that it holds completely; `everything` is True after `$everything`; `searched`
    is the type searched for, and `filters` are the parameters that left resources of it out;
    `patients` are the references of the patients that it asked for.
    """

    kinds: tuple[str, ...] = ()
    everything: bool = False
    searched: str = ""
    filters: tuple[str, ...] = ()
    patients: tuple[str, ...] = ()


def answered(url: str) -> Answered:
    """Read the `self` link of a searchset; an unknown parameter counts as a filter."""
    path_text, _, query = url.partition("#")[0].partition("?")
    parameters = [_split(pair) for pair in query.split("&") if pair]
    path = [_plain(step) for step in path_text.split("/") if step and step != "_search"]
    patients = _patients(path, parameters)
    if path and path[-1] == "$everything":
        return _everything(parameters, patients)
    searched = path[-1] if path and _TYPE.fullmatch(path[-1]) else ""
    filters = tuple(sorted({name for name, value in parameters if _filters(searched, name, value)}))
    if not searched or not patients[1]:
        filters = filters or ("no-patient",)
    return Answered(() if filters else (searched,), False, searched, filters, patients[0])


def _split(pair: str) -> tuple[str, str]:
    name, _, value = pair.partition("=")
    return _plain(name), _plain(value)


def _plain(text: str) -> str:
    """Undo the percent encoding of a part of a URL."""
    return _ESCAPE.sub(lambda found: chr(int(found.group(1), 16)), text.replace("+", " "))


def _filters(searched: str, name: str, value: str) -> bool:
    if searched == "Patient" and name in _PATIENT_SEARCH:
        return False
    if name in ("_summary", "_elements"):
        return value != "false"
    return name not in _PATIENT | _PATIENT_BY_IDENTIFIER | _HARMLESS


def _patients(path: list[str], parameters: list[tuple[str, str]]) -> tuple[tuple[str, ...], bool]:
    """Return the patients asked for, and whether any was asked for at all (maybe by identifier)."""
    found: list[str] = []
    if len(path) >= 3 and path[-3] == "Patient":  # Patient/p1/Condition, Patient/p1/$everything
        found.append(f"Patient/{path[-2]}")
    is_patient_search = bool(path) and path[-1] == "Patient"
    asked = False
    for name, value in parameters:
        if name in _PATIENT or (is_patient_search and name == "_id"):
            found += [_reference(one) for one in value.split(",") if one]
        asked = asked or name in _PATIENT_BY_IDENTIFIER or (is_patient_search and name == "identifier")
    return tuple(found), asked or bool(found)


def _reference(value: str) -> str:
    return value if "/" in value or ":" in value else f"Patient/{value}"


def _everything(parameters: list[tuple[str, str]], patients: tuple[tuple[str, ...], bool]) -> Answered:
    types = [kind for name, value in parameters if name == "_type" for kind in value.split(",") if kind]
    filters = tuple(sorted({name for name, _ in parameters if name not in _HARMLESS | {"_type"}}))
    if filters or not patients[1]:
        return Answered((), False, "", filters or ("no-patient",), patients[0])
    return Answered(tuple(types), not types, "", (), patients[0])
