"""What is asked over HTTP, and what of it can be refused before a record is looked at."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Annotated, Any

import msgspec
from msgspec import UNSET, Meta, Raw, UnsetType

from ccr_rules.dates import within_calendar
from ccr_rules.engine import EvaluatorName
from ccr_rules.errors import UsageError
from ccr_rules.library.library import NEWEST, Library
from ccr_rules.record.entry import Days
from ccr_rules.record.kinds import SUPPLY_NAMES
from ccr_rules.record.patient import Consultation
from ccr_rules.record.profiles import PROFILES
from ccr_rules.record.responses import Response
from ccr_rules.service.problems import Problem

Name = Annotated[str, Meta(max_length=200)]


class AskedDays(Days, frozen=True, forbid_unknown_fields=True):
    """The first and the last day on which something can lie."""


class AskedConsultation(Consultation, frozen=True, forbid_unknown_fields=True):
    """The current contact; by default the record's last Encounter on the day of the question."""

    date: AskedDays | None = None


class AskedResponse(Response, frozen=True, forbid_unknown_fields=True):
    """An earlier snooze or decline, or an attested item, as in docs/answer.md."""


class Question(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, omit_defaults=True):
    """A record, and what is asked about it; everything but the record may be left out."""

    record: Raw
    as_of: date | None = None
    known_on: date | None = None
    profile: Name | None = None
    supplied: Annotated[list[Name], Meta(max_length=100)] | None = None
    consultation: AskedConsultation | None = None
    responses: Annotated[list[AskedResponse], Meta(max_length=500)] = []
    rulesets: Annotated[list[Name], Meta(max_length=20)] = []
    releases: Annotated[dict[Name, Name], Meta(max_length=50)] = {}
    patient: Name | None = None
    host: dict[str, Any] = {}
    engine: EvaluatorName = "reference"


class ExplainQuestion(Question, frozen=True, forbid_unknown_fields=True, kw_only=True, omit_defaults=True):
    """The same, and which rules are to be explained; by default all."""

    rules: Annotated[list[Name], Meta(max_length=100)] = []


class BatchLine(Question, frozen=True, forbid_unknown_fields=True, kw_only=True, omit_defaults=True):
    """One line of a batch: the same, with the id under which it is answered."""

    id: Name | int | UnsetType = UNSET


def checked(question: Question, library: Library, engines: Sequence[str], today: date) -> None:
    """Refuse names that do not exist, and days that lie outside the calendar. Raises Problem (422).

    The engine would refuse them too, but it quotes them, and a body may hold anything anywhere.
    """
    for name, day in (("as_of", question.as_of or today), ("known_on", question.known_on)):
        if day is not None and not within_calendar(day):
            raise _wrong(f"$.{name}", "this day is outside the calendar, which goes from 1850 to 2999")
    if question.profile is not None and question.profile not in PROFILES:
        raise _wrong("$.profile", f"there is no such profile; there are {', '.join(PROFILES)}")
    for number, kind in enumerate(question.supplied or ()):
        if kind not in SUPPLY_NAMES:
            raise _wrong(f"$.supplied[{number}]", "this is no kind of resource that is read: docs/fhir.md")
    if question.engine not in engines:
        raise _wrong("$.engine", f"this service evaluates with {', '.join(engines)}")
    _check_rulesets(question.rulesets, library, question.as_of or today)
    _check_releases(question.releases, library)
    _check_consultation(question.consultation)
    for number, response in enumerate(question.responses):
        _check_response(response, f"$.responses[{number}]", library)


def _wrong(place: str, what: str) -> Problem:
    return Problem("invalid-request", f"{place}: {what}")


def _check_rulesets(names: Sequence[str], library: Library, day: date) -> None:
    for number, name in enumerate(names):
        try:
            library.find(name, day)
        except UsageError:
            raise _wrong(
                f"$.rulesets[{number}]", "there is no such ruleset; GET /rulesets lists them"
            ) from None


def _check_releases(releases: Mapping[str, str], library: Library) -> None:
    for name, release in releases.items():
        if name not in library.codelist_names:
            raise _wrong("$.releases", "a key is the name of no codelist")
        if release not in (NEWEST, *library.codelist_releases(name)):
            known = ", ".join((NEWEST, *library.codelist_releases(name)))
            raise _wrong("$.releases", f"of the codelist {name} there are the releases {known}")


def _check_consultation(consultation: AskedConsultation | None) -> None:
    days = consultation.date if consultation else None
    if days is None:
        return
    if days.first > days.last or not (within_calendar(days.first) and within_calendar(days.last)):
        raise _wrong("$.consultation.date", "first comes after last, or they lie outside the calendar")


def _check_response(response: AskedResponse, place: str, library: Library) -> None:
    if response.kind != "attested":
        if not (response.prompt or response.review):
            raise _wrong(place, "name the prompt or the review that was answered")
        return
    if response.codelist not in library.codelist_names:
        raise _wrong(f"{place}.codelist", "an attestation names a codelist, and this is none")
    if response.day is None or not within_calendar(response.day):
        raise _wrong(f"{place}.day", "an attestation needs the day on which it was done")
