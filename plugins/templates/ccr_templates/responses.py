"""The QuestionnaireResponses that a host hands over: which of them count, and why the others do not."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from ccr_rules.record.entry import Days
from ccr_rules.record.fhir_dates import NotADate, days_of
from ccr_rules.record.identity import name_of, subject_key
from ccr_rules.record.references import is_id
from ccr_templates.answers import Answers, read_answers
from ccr_templates.identity import is_of_place
from ccr_templates.library import KnownForm

KIND: Final = "QuestionnaireResponse"
KEY: Final = "questionnaireResponses"
"""Where a host hands them over: in `host` of an evaluation, and in the options of `review-prefill`."""

_COUNTS: Final = ("completed", "amended")
_DOES_NOT_COUNT: Final = ("in-progress", "stopped")
_STAFF_ONLY: Final = "the review template is for staff, and the patient or a related person wrote this"


@dataclass(frozen=True, slots=True)
class Read:
    """A response that counts: what it is called, its form, its answers, and when it was written."""

    reference: str
    place: str
    form: KnownForm
    answers: Answers
    authored: Days | None
    authored_text: str = ""


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A response of which nothing can be taken, and why."""

    reference: str
    place: str
    reason: str


@dataclass(slots=True)
class Responses:
    """What was handed over, sorted. `unfinished` and `strange` (of other forms) are references."""

    read: list[Read] = field(default_factory=list)
    unreadable: list[Unreadable] = field(default_factory=list)
    unfinished: list[str] = field(default_factory=list)
    strange: list[str] = field(default_factory=list)


Find = Callable[[str], KnownForm | None]
"""Finds the form that a response names (`URL|VERSION`)."""


class _Refused(Exception):
    """A response that cannot be taken; the message says why, without its values."""


def read_responses(given: Any, patient: str, find: Find, canonical: str) -> Responses:
    """Sort what a host handed over about a patient (a reference)."""
    found = Responses()
    if not isinstance(given, (list, tuple)):
        reason = "expected a list of QuestionnaireResponses, as decoded JSON"
        found.unreadable.append(Unreadable(f"{KIND}/#{KEY}", KEY, reason))
        return found
    twice = _told_twice(given)
    for number, content in enumerate(given):
        if content in given[:number]:
            continue
        place = f"{KEY}[{number}]"
        reference = _reference(content, place)
        try:
            if reference in twice:
                raise _Refused("two different responses have this id; hand over the current one")
            _check_named(_checked(content))
            if is_of_place(canonical, content["questionnaire"]):
                _sort(found, content, reference, place, patient, find)
            else:
                found.strange.append(reference)
        except _Refused as refused:
            found.unreadable.append(Unreadable(reference, place, str(refused)))
    return found


def _told_twice(given: Sequence[Any]) -> set[str]:
    first: dict[str, Any] = {}
    references = [_reference(each, str(number)) for number, each in enumerate(given)]
    pairs = zip(references, given, strict=True)
    return {name for name, content in pairs if first.setdefault(name, content) != content}


def _reference(content: Any, place: str) -> str:
    given = content.get("id") if isinstance(content, dict) else None
    return f"{KIND}/{given}" if isinstance(given, str) and is_id(given) else f"{KIND}/#{place}"


def _checked(content: Any) -> Mapping[str, Any]:
    """Return a response that may be read. Raises _Refused."""
    if not isinstance(content, dict) or content.get("resourceType") != KIND:
        raise _Refused("it is no QuestionnaireResponse, as decoded JSON")
    for element in ("modifierExtension", "implicitRules"):
        if content.get(element):
            raise _Refused(f"{element}: it may change the meaning, and it is not known here")
    return content


def _check_named(content: Mapping[str, Any]) -> None:
    named = content.get("questionnaire")
    if not isinstance(named, str) or not named:
        raise _Refused("it does not say which questionnaire it answers")


def _sort(
    found: Responses, content: Mapping[str, Any], reference: str, place: str, patient: str, find: Find
) -> None:
    """Put a response to a form of this place where it belongs. Raises _Refused."""
    _check_subject(content, patient)
    status = content.get("status")
    if status in _DOES_NOT_COUNT:
        found.unfinished.append(reference)
    elif status in _COUNTS:
        found.read.append(_read(content, reference, place, find))
    elif status != "entered-in-error":
        raise _Refused("its status is missing, or none that FHIR R4 has")


def _read(content: Mapping[str, Any], reference: str, place: str, find: Find) -> Read:
    form = find(content["questionnaire"])
    if form is None:
        raise _Refused("it answers a form, or a version of one (URL|VERSION), that is not made here")
    if form.outcomes and _is_of_patient(content):
        raise _Refused(_STAFF_ONLY)
    authored = content.get("authored")
    days = _days(authored)
    answers = read_answers(content, form.definition, place)
    return Read(reference, place, form, answers, days, authored or "")


def _check_subject(content: Mapping[str, Any], patient: str) -> None:
    key = subject_key(dict(content))
    named = None if not key or key.startswith("\0") else name_of(key)
    if named is None:
        raise _Refused("it does not say by reference which patient it is about")
    wanted = name_of(patient)
    if wanted is None or named.id != wanted.id:
        raise _Refused("it is about another patient, as far as its reference tells")


def _is_of_patient(content: Mapping[str, Any]) -> bool:
    """Say whether a response was written by the person or somebody close to them.

    If it does not say who wrote it (`author`), whoever gave the answers (`source`) may have written them too.
    """
    who = content.get("author") or content.get("source")
    if not isinstance(who, dict):
        return False
    words = [who.get("type"), *str(who.get("reference") or "").split("/")]
    return not {"Patient", "RelatedPerson"}.isdisjoint(each for each in words if isinstance(each, str))


def _days(authored: Any) -> Days | None:
    """Return the days on which a response was written; None if it does not say. Raises _Refused."""
    if authored is None:
        return None
    try:
        return days_of(authored)
    except (NotADate, TypeError):
        raise _Refused("authored: it is no dateTime") from None


def latest(responses: Iterable[Read]) -> list[Read]:
    """Return the latest responses: one, unless it cannot be told which of several is."""
    every = list(responses)
    return [each for each in every if not any(_is_surely_later(other, each) for other in every)]


def _is_surely_later(one: Read, other: Read) -> bool:
    """Say whether one was surely written after another: on a later day, or later on the same."""
    if one.authored is None or other.authored is None:
        return False
    if one.authored.first > other.authored.last:
        return True
    return one.authored == other.authored and _is_later_time(one.authored_text, other.authored_text)


def _is_later_time(one: str, other: str) -> bool:
    """Compare two times of the same day in London, if both are written with the same offset."""
    has_time = len(one) == len(other) > len("2026-01-01")
    return has_time and one[19:] == other[19:] and one[:19] > other[:19]
