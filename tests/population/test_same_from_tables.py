"""The same people as FHIR, as a flat table and as OMOP get the same records, and the same answers."""

import csv
import io
import json
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from ccr_rules import PatientRecord
from ccr_rules.population.flat.ingest import ingest_flat
from ccr_rules.population.ingest import ingest
from ccr_rules.population.omop.ingest import ingest_omop
from ccr_rules.population.people import records
from tests.population.samples import about, ndjson
from tests.population.test_same_answers import DAYS, verdicts

KINDS = ("Condition", "Observation", "Procedure")
SUPPLIED = ["Patient", *KINDS]
TERMS = {
    "254837009": "Malignant neoplasm of breast",
    "363406005": "Malignant tumour of colon",
    "720006006": "Cancer care review",
    "736252007": "Cancer care plan",
    "": "Carcinoma of a rare kind",
}
MAPPING = """\
mapping: same
supplied: [Patient, Condition, Observation, Procedure]
dates: [dd/mm/yyyy, mm/yyyy, dd-mmm-yyyy]
entries:
  patient: who
  id: id
  kind: {column: kind, words: {Problem: Condition, Activity: Procedure}, otherwise: Observation}
  code: code
  term: term
  date: date
  recorded: recorded
  episode: {column: episode, words: {FIRST: first, NEW: new, REVIEW: review, ENDED: end, NONE: unstated}}
  state: {column: deleted, words: {Y: entered-in-error}}
patients:
  patient: who
  born: born
  died: died
  registered: registered
  deregistered: deregistered
"""
SORTS = {"Condition": "Problem", "Procedure": "Activity", "Observation": ""}
EPISODES = {
    "FIRST": "first",
    "NEW": "new",
    "REVIEW": "review",
    "ENDED": "end",
    "NONE": "",
    "Evolved": "?",
    "": "",
}
CLINICAL = {
    "Condition": "onsetDateTime",
    "Observation": "effectiveDateTime",
    "Procedure": "performedDateTime",
}
RECORDED = {"Condition": "recordedDate", "Observation": "issued", "Procedure": "recorded"}


class Fact(NamedTuple):
    """One thing that happened; days as FHIR writes them."""

    who: str
    kind: str
    code: str
    day: str
    recorded: str = ""
    episode: str = ""
    is_deleted: bool = False


class Person(NamedTuple):
    who: str
    born: str = ""
    died: str = ""
    registered: str = ""
    deregistered: str = ""


DAY = st.dates(date(2023, 1, 1), date(2026, 11, 30)).map(date.isoformat)
PARTIAL = st.one_of(DAY, DAY, DAY.map(lambda day: day[:7]), DAY.map(lambda day: day[:4]), st.just(""))
WHO = ("1", "2", "3")
SIMPLE = st.tuples(st.sampled_from(WHO), st.sampled_from(KINDS), st.sampled_from(list(TERMS)), DAY).map(
    lambda cells: Fact(*cells)
)
FULL = st.builds(
    Fact,
    st.sampled_from(WHO),
    st.sampled_from(KINDS),
    st.sampled_from(list(TERMS)),
    PARTIAL,
    st.one_of(DAY, st.just("")),
    st.sampled_from(list(EPISODES)),
    st.integers(0, 9).map(lambda number: number == 0),
)
BORN = st.one_of(DAY.map(lambda day: "1950" + day[4:]), st.just("1947"), st.just("1947-05"))


def people(draw: st.DrawFn, full: bool) -> list[Person]:
    sometimes = st.one_of(st.just(""), DAY)
    return [
        Person(who, draw(BORN), draw(sometimes), draw(sometimes), draw(sometimes) if full else "")
        for who in WHO
    ]


@st.composite
def populations(draw: st.DrawFn, full: bool) -> tuple[list[Person], list[Fact]]:
    return people(draw, full), draw(st.lists(FULL if full else SIMPLE, max_size=12))


# --- as FHIR


def as_fhir(folder: Path, persons: list[Person], facts: list[Fact]) -> None:
    resources = [_patient(person) for person in persons]
    resources += [_resource(fact, number) for number, fact in enumerate(facts)]
    (folder / "all.ndjson").write_bytes(ndjson(*resources))


def _patient(person: Person) -> dict[str, Any]:
    period = {"start": person.registered, "end": person.deregistered}
    given = {name: value for name, value in period.items() if value}
    part = {"url": "registrationPeriod", "valuePeriod": given}
    extension = [{"url": "CareConnect-RegistrationDetails-1", "extension": [part]}]
    told: dict[str, Any] = {"birthDate": person.born, "deceasedDateTime": person.died}
    told["extension"] = extension if given else None
    return {
        "resourceType": "Patient",
        "id": person.who,
        **{name: value for name, value in told.items() if value},
    }


def _resource(fact: Fact, number: int) -> dict[str, Any]:
    coding = {"system": "http://snomed.info/sct", "code": fact.code, "display": TERMS[fact.code]}
    elements: dict[str, Any] = {"code": {"coding": [coding]} if fact.code else {"text": TERMS[""]}}
    if fact.day:
        elements[CLINICAL[fact.kind]] = fact.day
    if fact.recorded:
        elements[RECORDED[fact.kind]] = fact.recorded
    if EPISODES[fact.episode]:
        extension = {"url": "UKCore-ConditionEpisode", "valueCode": EPISODES[fact.episode]}
        elements["extension"] = [extension]
    if fact.is_deleted:
        elements["verificationStatus" if fact.kind == "Condition" else "status"] = "entered-in-error"
    return about(fact.kind, fact.who, f"e{number}", **elements)


# --- as a flat table


def as_tables(folder: Path, persons: list[Person], facts: list[Fact]) -> None:
    (folder / "mapping.yaml").write_text(MAPPING)
    rows = [
        {
            "who": fact.who,
            "id": f"e{number}",
            "kind": SORTS[fact.kind],
            "code": fact.code,
            "term": TERMS[fact.code],
            "date": _british(fact.day, number),
            "recorded": _british(fact.recorded, number + 1),
            "episode": fact.episode,
            "deleted": "Y" if fact.is_deleted else "",
        }
        for number, fact in enumerate(facts)
    ]
    head = ("who", "id", "kind", "code", "term", "date", "recorded", "episode", "deleted")
    (folder / "entries.csv").write_text(_csv(head, rows))
    (folder / "patients.csv").write_text(_csv(Person._fields, [person._asdict() for person in persons]))


MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def _british(day: str, number: int) -> str:
    """Write a day in one of the forms of British exports."""
    year, _, rest = day.partition("-")
    if not rest:
        return day
    if len(rest) == 2:
        return f"{rest}/{year}"
    month, _, day_ = rest.partition("-")
    forms = (day, f"{day_}/{month}/{year} 10:15", f"{day_}-{MONTHS[int(month) - 1]}-{year}")
    return forms[number % len(forms)]


def _csv(head: tuple[str, ...], rows: list[dict[str, str]]) -> str:
    text = io.StringIO()
    writer = csv.DictWriter(text, head)
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


# --- as OMOP

EVENTS = {
    "Condition": ("condition_occurrence", "condition_start_date", "condition"),
    "Observation": ("observation", "observation_date", "observation"),
    "Procedure": ("procedure_occurrence", "procedure_date", "procedure"),
}


def as_omop(folder: Path, persons: list[Person], facts: list[Fact]) -> None:
    codes = [code for code in TERMS if code]
    numbers = {"": "0"} | {code: str(number) for number, code in enumerate(codes, 1)}
    concepts = [
        {
            "concept_id": str(number),
            "concept_name": TERMS[code],
            "vocabulary_id": "SNOMED",
            "concept_code": code,
        }
        for number, code in enumerate(codes, 1)
    ]
    head = ("concept_id", "concept_name", "vocabulary_id", "concept_code")
    (folder / "concept.csv").write_text(_csv(head, concepts))
    for kind, (table, day, name) in EVENTS.items():
        columns = (f"{table}_id", "person_id", f"{name}_concept_id", day, f"{name}_source_value")
        rows = [
            (f"e{number}", fact.who, numbers[fact.code], fact.day, TERMS[fact.code])
            for number, fact in enumerate(facts)
            if fact.kind == kind
        ]
        (folder / f"{table}.csv").write_text(
            _csv(columns, [dict(zip(columns, row, strict=True)) for row in rows])
        )
    _omop_people(folder, persons)


def _omop_people(folder: Path, persons: list[Person]) -> None:
    head = ("person_id", "gender_concept_id", "year_of_birth", "month_of_birth", "day_of_birth")
    born = [(person.who, "0", *(*person.born.split("-"), "", "")[:3]) for person in persons]
    died = [(person.who, person.died) for person in persons if person.died]
    periods = [(person.who, person.registered) for person in persons if person.registered]
    for name, columns, rows in (
        ("person", head, born),
        ("death", ("person_id", "death_date"), died),
        ("observation_period", ("person_id", "observation_period_start_date"), periods),
    ):
        text = [",".join(columns), *(",".join(row) for row in rows)]
        (folder / f"{name}.csv").write_text("\n".join(text) + "\n")


# --- and what is made of them


def _read(folder: Path) -> dict[str, PatientRecord]:
    return {record.reference: record for _, record in records(folder)}


def _same(one: PatientRecord, other: PatientRecord) -> None:
    """Compare all that the records say, but for the words about what is missing and assumed."""
    plain: dict[str, Any] = {"incomplete": {}, "assumed": (), "keeps": {}}
    in_order = sorted(
        other.entries, key=lambda entry: one.entries.index(entry) if entry in one.entries else -1
    )
    assert msgspec.structs.replace(one, **plain) == msgspec.structs.replace(
        other, **plain, entries=tuple(in_order)
    )
    assert one.incomplete.keys() == other.incomplete.keys()


@settings(max_examples=12, deadline=None)
@given(populations(full=True))
def test_a_flat_table_gives_the_records_and_answers_of_fhir(
    population: tuple[list[Person], list[Fact]],
) -> None:
    with TemporaryDirectory() as name:
        folder = Path(name, "sources")
        folder.mkdir()
        as_fhir(folder, *population)
        as_tables(folder, *population)
        first = ingest([str(folder / "all.ndjson")], Path(name, "a"), supplied=SUPPLIED, jobs=1).dataset
        second = ingest_flat(
            [str(folder / "entries.csv")],
            Path(name, "b"),
            folder / "mapping.yaml",
            patients=folder / "patients.csv",
            jobs=1,
        ).dataset
        of_fhir, of_tables = _read(Path(name, "a")), _read(Path(name, "b"))
    assert second.quarantined == first.quarantined == 0
    assert second.findings == first.findings
    assert second.resources == first.resources
    assert of_fhir.keys() == of_tables.keys()
    for reference, record in of_fhir.items():
        _same(record, of_tables[reference])
        for day in DAYS:
            assert verdicts(record, day) == verdicts(of_tables[reference], day)


@settings(max_examples=10, deadline=None)
@given(populations(full=False))
def test_omop_gives_the_records_and_answers_of_fhir_where_it_can_say_the_same(
    population: tuple[list[Person], list[Fact]],
) -> None:
    with TemporaryDirectory() as name:
        folder = Path(name, "sources")
        folder.mkdir()
        as_fhir(folder, *population)
        as_omop(folder, *population)
        ingest([str(folder / "all.ndjson")], Path(name, "a"), supplied=SUPPLIED, jobs=1)
        dataset = ingest_omop([str(folder)], Path(name, "b"), jobs=1).dataset
        of_fhir, of_omop = _read(Path(name, "a")), _read(Path(name, "b"))
    assert dataset.quarantined == 0
    assert of_fhir.keys() == of_omop.keys()
    for reference, record in of_fhir.items():
        _same(record, of_omop[reference])
        for day in DAYS:
            known = msgspec.structs.replace(of_omop[reference], keeps={}, assumed=())
            assert verdicts(record, day) == verdicts(known, day)


def test_the_drawn_people_are_no_trivial_ones() -> None:
    persons = [Person("1", "1950-06-15", registered="1998-04-01")]
    facts = [Fact("1", "Condition", "254837009", "2025-10-01", "2025-10-02", "FIRST")]
    with TemporaryDirectory() as name:
        folder = Path(name, "sources")
        folder.mkdir()
        as_tables(folder, persons, facts)
        ingest_flat(
            [str(folder / "entries.csv")],
            Path(name, "b"),
            folder / "mapping.yaml",
            patients=folder / "patients.csv",
            jobs=1,
        )
        (record,) = _read(Path(name, "b")).values()
    said = json.dumps(verdicts(record, DAYS[1]))
    assert '"overdue"' in said
