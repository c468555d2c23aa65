"""Small populations with answers about them, as `ccr population ingest` and `run` write them."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq

from ccr_rules import Entry, PatientRecord
from ccr_rules.evaluation.columnar.tables import TableBuilder
from ccr_rules.library.library import Library
from ccr_rules.population.answers import (
    TABLES,
    Answered,
    AskedRuleset,
    Form,
    table_path,
    write_answered,
)
from ccr_rules.population.dataset import Dataset, write_dataset
from ccr_rules.population.parts import write_part
from ccr_rules.population.schema import with_attributes
from ccr_rules.record.entry import Days
from ccr_rules.record.patient import KINDS

AS_OF = date(2024, 3, 31)
QOF = "qof-cancer@2023.1.0"
BEST = "best-practice-ccr@2025.1.0"


@dataclass(frozen=True)
class Somebody:
    """A person: the name, what tells people apart, the periods of the record, and its entries."""

    name: str
    practice: str | None = None
    entries: Sequence[Entry] = ()
    periods: Mapping[str, Any] = field(default_factory=dict)
    told: Mapping[str, Any] = field(default_factory=dict)


def somebody(name: str, practice: str | None = None, *entries: Entry, **told: Any) -> Somebody:
    """Return a person; `born="1950-06-15"` and its like are periods, everything else is an attribute."""
    names = ("born", "died", "registered", "deregistered", "is_dead")
    periods = {key: day(value) for key, value in told.items() if key in names}
    return Somebody(
        name, practice, entries, periods, {key: value for key, value in told.items() if key not in names}
    )


def day(text: Any) -> Any:
    """Return a day, or two with `/` between, as days; anything else as it is."""
    if not isinstance(text, str):
        return text
    first, _, last = text.partition("/")
    return Days(date.fromisoformat(first), date.fromisoformat(last or first))


def write_data(
    folder: Path, people: Iterable[Somebody], *, lacks: Collection[str] = (), **said: Any
) -> Dataset:
    """Write a data set of people, numbered from 0 in their order; `lacks` are kinds that nobody has."""
    people = list(people)
    builder = TableBuilder()
    for each in people:
        record = PatientRecord(
            reference=f"Patient/{each.name}",
            entries=tuple(each.entries),
            supplied=frozenset(KINDS).difference(lacks),
            **each.periods,
        )
        builder.add(record)
    patients, entries, concepts = builder.take()
    attributes = [{"practice": each.practice, **each.told} for each in people]
    tables = {"patients": with_attributes(patients, attributes), "entries": entries, "concepts": concepts}
    part = write_part(folder, 0, tables)
    given = {"supplied": KINDS, "incomplete": {}, "plan": "sha256:plan"} | said
    dataset = Dataset(1, "by hand", (), len(people), len(entries), parts=(part,), **given)
    write_dataset(folder, dataset)
    return dataset


def write_answers(
    folder: Path,
    data: Path,
    rulesets: Sequence[str] = (QOF,),
    rows: Mapping[str, Sequence[Mapping[str, Any]]] | None = None,
    *,
    form: Form = "parquet",
    as_of: date = AS_OF,
    patients: int = 0,
    **said: Any,
) -> Path:
    """Write answers; what a row does not say is null, `patient` and `ruleset` apart."""
    folder.mkdir(parents=True, exist_ok=True)
    rows = rows or {}
    for name, schema in TABLES.items():
        defaults = {"patient": "Patient/x", "ruleset": rulesets[0]}
        full = [
            {field: (defaults | dict(row)).get(field) for field in schema.names} for row in rows.get(name, ())
        ]
        write_table(table_path(folder, name, form), form, pa.Table.from_pylist(full, schema=schema))
    library = Library.shipped()
    given = {"plan": "sha256:plan", "engine": "duckdb", "made_by": "by hand"} | said
    answered = Answered(
        format=1,
        data=str(data),
        as_of=as_of,
        known_on=as_of,
        form=form,
        patients=patients,
        candidates=patients,
        rulesets=tuple(asked(library, each) for each in rulesets),
        **given,
    )
    write_answered(folder, answered)
    return folder


def asked(library: Library, name: str) -> AskedRuleset:
    """Return a ruleset of the library as `run.json` names it."""
    ruleset = library.find(name)
    return AskedRuleset(ruleset.id, ruleset.version, ruleset.title, ruleset.status, ruleset.digest)


def write_table(path: Path, form: Form, table: pa.Table) -> None:
    """Write a table in one of the forms of answers."""
    if form == "parquet":
        pq.write_table(table, path)
    elif form == "ndjson":
        path.write_bytes(b"".join(msgspec.json.encode(row) + b"\n" for row in table.to_pylist()))
    else:
        import duckdb

        joined = ", ".join(
            f"array_to_string({name}, '; ') AS {name}" if name == "possible" else f'"{name}"'
            for name in table.column_names
        )
        duckdb.from_arrow(table).select(joined).write_csv(str(path))


def included(person: int, indicator: str, numerator: str = "met", **more: Any) -> dict[str, Any]:
    return outcome(person, indicator, "included", numerator=numerator, **more)


def outcome(
    person: int, indicator: str, denominator: str, reason: str | None = None, **more: Any
) -> dict[str, Any]:
    """Return the answer of an indicator about somebody in its population."""
    said = {"population": "in", "denominator": denominator, "reason": reason, "numerator": "not applicable"}
    return {"person": person, "indicator": indicator, **said, **more}


def undetermined(person: int, indicator: str, *possible: str, population: str = "in") -> dict[str, Any]:
    """Return an answer that is not settled, with everything that it may be."""
    said = outcome(person, indicator, "undetermined", numerator="undetermined", population=population)
    return said | {"possible": list(possible)}


def on_register(person: int, indicator: str = "CAN001", population: str = "in") -> dict[str, Any]:
    return outcome(person, indicator, "not applicable", population=population)


def review(person: int, name: str, status: str, **days: Any) -> dict[str, Any]:
    """Return the answer of a review; `due="2024-05-01"` sets both ends, or two days with `/` between."""
    said: dict[str, Any] = {"person": person, "review": name, "status": status, "ruleset": BEST}
    for key, value in days.items():
        if key in ("opens", "due", "until", "done", "declined"):
            said[f"{key}_first"], said[f"{key}_last"] = day(value).first, day(value).last
        else:
            said[key] = value
    return said
