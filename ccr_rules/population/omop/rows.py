"""The rows of OMOP tables: people, and what happened to them."""

from ccr_rules.population.flat.resources import Json, Told, concept
from ccr_rules.population.flat.row import RowRefused
from ccr_rules.population.ids import id_of
from ccr_rules.population.omop.cdm import EVENTS, Events
from ccr_rules.population.omop.days import checked_date, date_of, person_id
from ccr_rules.population.omop.files import Table
from ccr_rules.population.omop.lookup import Lookup
from ccr_rules.population.tables import Row
from ccr_rules.record.entry import SNOMED


def read_person(table: Table, row: Row, lookup: Lookup) -> tuple[str, dict[str, str]]:
    """Return the id of a person and what is said of them, as `person_of` takes it.

    Raises:
        RowRefused: if it cannot be read.
    """
    person = ""
    try:
        person = person_id(table, row)
        told = {
            "born": _born(table, row),
            "sex": lookup.sex(table.number(row, "gender_concept_id")),
            "died": lookup.death(person),
            "registered": lookup.period(person),
        }
    except RowRefused as refusal:
        raise RowRefused(refusal.reason, "Patient", refusal.patient or person) from None
    return person, {name: value for name, value in told.items() if value}


def _born(table: Table, row: Row) -> str:
    parts = [table.number(row, f"{name}_of_birth") for name in ("year", "month", "day")]
    known = parts[: parts.index("")] if "" in parts else parts
    return checked_date("-".join(part.zfill(2) for part in known), "year_of_birth")


def read_event(table: Table, row: Row, lookup: Lookup) -> Told:
    """Return what a row says happened.

    Raises:
        RowRefused: if it cannot be read.
    """
    events = EVENTS[table.name]
    person = ""
    try:
        person = person_id(table, row)
        return _told(table, row, events, person, lookup)
    except RowRefused as refusal:
        raise RowRefused(refusal.reason, events.kind, refusal.patient or person) from None


def _told(table: Table, row: Row, events: Events, person: str, lookup: Lookup) -> Told:
    given = table.number(row, events.id)
    if not given:
        raise RowRefused(f"`{events.id}` is empty")
    code, term = _coded(table, row, events, lookup)
    return Told(
        kind=events.kind,
        id=id_of(given),
        patient=person,
        system=SNOMED if code else "",
        code=code,
        term=term,
        clinical=date_of(table, row, events.date),
        value=_value(table, row, events, lookup),
    )


def _coded(table: Table, row: Row, events: Events, lookup: Lookup) -> tuple[str, str]:
    """Return code and term: what the source recorded, if that is SNOMED CT, else what OMOP made of it."""
    for column in (events.source_concept, events.concept):
        found = lookup.snomed(table.number(row, column))
        if found is not None:
            return found
    return "", table.text(row, events.source_value)


def _value(table: Table, row: Row, events: Events, lookup: Lookup) -> Json | None:
    found = lookup.snomed(table.number(row, events.value)) if events.value else None
    return None if found is None else concept(SNOMED, *found)
