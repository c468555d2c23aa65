"""Whose a row of an OMOP table is, and on which day; rows of deaths and observation periods say no more."""

from typing import Final, NamedTuple

from ccr_rules.population.flat.dates import fhir_date
from ccr_rules.population.flat.row import NO_ID, NO_PATIENT, RowRefused
from ccr_rules.population.ids import is_id
from ccr_rules.population.omop.cdm import DEATH, PERIOD, PERSON_ID
from ccr_rules.population.omop.files import Table
from ccr_rules.population.tables import Row
from ccr_rules.record.fhir_dates import NotADate

_FORMS: Final = ("yyyymmdd",)
_DAY_OF: Final = {DEATH: "death_date", PERIOD: "observation_period_start_date"}


class Day(NamedTuple):
    """A day in the life of a person."""

    person: str
    day: str


def read_day(table: Table, row: Row) -> Day:
    """Return whose death, or observation period, a row tells of, and its day.

    Raises:
        RowRefused: if it cannot be read.
    """
    person = ""
    try:
        person = person_id(table, row)
        day = date_of(table, row, _DAY_OF[table.name])
        if not day:
            raise RowRefused(f"`{_DAY_OF[table.name]}` is empty")
    except RowRefused as refusal:
        raise RowRefused(refusal.reason, "Patient", refusal.patient or person) from None
    return Day(person, day)


def person_id(table: Table, row: Row) -> str:
    """Return the person of a row. Raises RowRefused if there is none, or the row cannot be read."""
    if not row.cells:
        raise RowRefused(row.fault)
    person = table.number(row, PERSON_ID)
    if not is_id(person):
        raise RowRefused(NO_ID if person else NO_PATIENT)
    if row.fault:
        raise RowRefused(row.fault, patient=person)
    return person


def date_of(table: Table, row: Row, name: str) -> str:
    """Return a date as FHIR writes it, empty if there is none. Raises RowRefused if it cannot be read."""
    return checked_date(table.text(row, name), name)


def checked_date(text: str, name: str) -> str:
    """Return the date that a text is, as FHIR writes it. Raises RowRefused, naming its column."""
    if not text:
        return ""
    try:
        return fhir_date(text, _FORMS)
    except NotADate as fault:
        raise RowRefused(f"`{name}`: {fault}") from None
