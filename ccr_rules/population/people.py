"""Back from the tables to records: for explaining an answer, and for proving that nothing was lost."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from ccr_rules.errors import UsageError
from ccr_rules.evaluation.columnar.tables import PERIODS, supplied_kinds
from ccr_rules.population.dataset import Dataset, read_dataset
from ccr_rules.population.parts import part_path
from ccr_rules.population.schema import PERSONS_OF_PART_BITS
from ccr_rules.record.entry import Coding, Days, Entry
from ccr_rules.record.patient import KINDS, PatientRecord

SOME_UNREAD: Final = "some of it could not be read, or was not supplied, for this patient"


def records(folder: Path, persons: Iterable[int] | None = None) -> Iterator[tuple[int, PatientRecord]]:
    """Yield people of a data set, by number and in that order, as the records that they were ingested from.

    Consultations, findings and what was quarantined are not in the tables, so they are not in the records.

    Args:
        folder: the data set.
        persons: the numbers of those wanted; by default everybody.

    Raises:
        UsageError: if the folder holds no data set, or nobody has one of the numbers.
    """
    dataset = read_dataset(folder)
    wanted = None if persons is None else _by_part(persons)
    for part in range(len(dataset.parts)) if wanted is None else sorted(wanted):
        if part >= len(dataset.parts):
            raise UsageError(f"{folder}: there is no person {min(wanted[part]) if wanted else part}")
        yield from _of_part(folder, dataset, part, None if wanted is None else wanted[part])


def _by_part(persons: Iterable[int]) -> dict[int, set[int]]:
    parts: dict[int, set[int]] = {}
    for person in persons:
        parts.setdefault(person >> PERSONS_OF_PART_BITS, set()).add(person)
    return parts


def _of_part(
    folder: Path, dataset: Dataset, part: int, wanted: set[int] | None
) -> Iterator[tuple[int, PatientRecord]]:
    among = None if wanted is None else pc.field("person").isin(sorted(wanted))
    patients = pq.read_table(part_path(folder, "patients", part), filters=among)
    entries = pq.read_table(part_path(folder, "entries", part), filters=among)
    if wanted is not None and len(patients) < len(wanted):
        missing = wanted.difference(patients["person"].to_pylist())
        raise UsageError(f"{folder}: there is no person {min(missing)}")
    concepts = _concepts(folder, part, entries)
    found: dict[int, list[Entry]] = {}
    for row in entries.to_pylist():
        found.setdefault(row["person"], []).append(_entry(row, concepts[row["concept"]]))
    for row in patients.to_pylist():
        yield row["person"], _record(row, tuple(found.get(row["person"], ())), dataset)


Concept = tuple[str, tuple[Coding, ...], str]


def _concepts(folder: Path, part: int, entries: pa.Table) -> dict[int, Concept]:
    named = pc.field("concept").isin(entries["concept"].unique())
    rows = pq.read_table(part_path(folder, "concepts", part), filters=named).to_pylist()
    return {
        row["concept"]: (row["kind"], tuple(Coding(**coding) for coding in row["codings"]), row["text"])
        for row in rows
    }


def _entry(row: dict[str, Any], concept: Concept) -> Entry:
    kind, codings, text = concept
    return Entry(
        reference=row["reference"],
        kind=kind,
        codings=codings,
        text=text,
        clinical=_days(row["first"], row["last"]),
        recorded=_days(row["recorded_first"], row["recorded_last"]),
        episode=row["episode"],
        state=row["state"],
        certain=row["certain"],
    )


def _record(row: dict[str, Any], entries: tuple[Entry, ...], dataset: Dataset) -> PatientRecord:
    supplied = supplied_kinds(row["incomplete"])
    born, died, registered, deregistered = (
        _days(row[f"{name}_first"], row[f"{name}_last"]) for name in PERIODS
    )
    reasons = dataset.incomplete
    return PatientRecord(
        reference=row["patient"],
        entries=entries,
        born=born,
        died=died,
        is_dead=row["is_dead"],
        registered=registered,
        deregistered=deregistered,
        supplied=supplied,
        incomplete={kind: reasons.get(kind, SOME_UNREAD) for kind in KINDS if kind not in supplied},
        assumed=dataset.assumed,
        keeps=dict(dataset.keeps),
    )


def _days(first: Any, last: Any) -> Days | None:
    return None if first is None else Days(first, last)
