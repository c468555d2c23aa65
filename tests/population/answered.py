"""Records as a data set on disk, its answers by `ccr population run`, and what the reference says of them."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from ccr_rules import Engine, Library, PatientRecord
from ccr_rules.evaluation.asof import Moment
from ccr_rules.evaluation.columnar.tables import TableBuilder
from ccr_rules.evaluation.groups import Group
from ccr_rules.evaluation.result import Evaluation
from ccr_rules.population.answers import TABLES, table_path
from ccr_rules.population.asked import Asked
from ccr_rules.population.dataset import FORMAT, Dataset, write_dataset
from ccr_rules.population.ingest import silent
from ccr_rules.population.parts import write_part
from ccr_rules.population.reference_rows import Cells, cells_of, rows_of
from ccr_rules.population.run import Outcome, run_population
from ccr_rules.population.schema import first_person, with_attributes
from ccr_rules.record.patient import KINDS

LIBRARY = Library.shipped()
ENGINE = Engine(LIBRARY)


def data_set(folder: Path, *parts: Sequence[PatientRecord], **more: Any) -> dict[int, PatientRecord]:
    """Write a data set of some parts and return who has which number."""
    people: dict[int, PatientRecord] = {}
    written = []
    for number, records in enumerate(parts):
        builder = TableBuilder(first_person(number))
        people |= {builder.add(record): record for record in records}
        patients, entries, concepts = builder.take()
        tables = {
            "patients": with_attributes(patients, [{}] * len(records)),
            "entries": entries,
            "concepts": concepts,
        }
        written.append(write_part(folder, number, tables))
    entries_in_all = sum(each.entries for each in written)
    dataset = Dataset(FORMAT, "test", (), len(people), entries_in_all, KINDS, {}, tuple(written), **more)
    write_dataset(folder, dataset)
    return people


def answer(folder: Path, out: Path, moment: Moment, groups: Sequence[Group], **options: Any) -> Outcome:
    return run_population(Asked(folder, out, moment, groups, **options), silent)


def rows(out: Path, table: str) -> dict[int, set[Cells]]:
    """Return the rows of a Parquet table by person."""
    found: dict[int, set[Cells]] = {}
    for row in pq.read_table(table_path(out, table, "parquet")).to_pylist():
        found.setdefault(row["person"], set()).add(cells_of(row, TABLES[table].names))
    return found


def everything(out: Path, persons: Sequence[int]) -> dict[int, dict[str, set[Cells]]]:
    """Return the rows about each person in every table."""
    tables = {name: rows(out, name) for name in TABLES}
    return {person: {name: found.get(person, set()) for name, found in tables.items()} for person in persons}


def evaluated(record: PatientRecord, moment: Moment, groups: Sequence[Group]) -> Evaluation:
    return ENGINE.evaluate_record(record, moment, groups)


def by_reference(
    people: dict[int, PatientRecord], moment: Moment, groups: Sequence[Group]
) -> dict[int, dict[str, set[Cells]]]:
    """Return the same from the reference evaluator."""
    nothing: dict[str, set[Cells]] = {name: set() for name in TABLES}
    return {number: nothing | rows_of(evaluated(record, moment, groups)) for number, record in people.items()}
