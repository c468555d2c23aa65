"""The tables of a data set in an engine, as the evaluator takes them."""

from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from ccr_rules.errors import UsageError
from ccr_rules.evaluation.columnar.members import read_concepts
from ccr_rules.evaluation.columnar.plan import Population
from ccr_rules.evaluation.columnar.tables import Concept
from ccr_rules.population.dataset import Dataset
from ccr_rules.population.engines import Working
from ccr_rules.population.parts import part_path
from ccr_rules.population.schema import TABLES


def population_in(engine: Working, folder: Path, dataset: Dataset) -> Population:
    """Bring the tables of a data set into an engine; nothing is read before it is needed.

    Raises:
        UsageError: if a file is not there, or has not as many rows as it had.
    """
    check_parts(folder, dataset)
    patients, entries = (
        engine.read([part_path(folder, name, part.part) for part in dataset.parts])
        for name in ("patients", "entries")
    )
    return Population(patients, entries, concepts_in(folder, dataset), dataset.keeps, engine.bring)


def concepts_in(
    folder: Path, dataset: Dataset, only: pa.Array | None = None
) -> Iterator[tuple[int, Concept]]:
    """Yield the concepts of a data set with their numbers, or `only` those that have one of some numbers."""
    among = None if only is None else pc.field("concept").isin(only)
    for part in dataset.parts:
        yield from read_concepts(pq.read_table(part_path(folder, "concepts", part.part), filters=among))


def check_parts(folder: Path, dataset: Dataset) -> None:
    """Check that every part is there, and has as many rows as it had. Raises UsageError."""
    for part in dataset.parts:
        for name in TABLES:
            path = part_path(folder, name, part.part)
            if _rows(path) != getattr(part, name):
                raise UsageError(f"{path}: is not what `ccr population ingest` wrote there; ingest anew")


def _rows(path: Path) -> int | None:
    try:
        return int(pq.read_metadata(path).num_rows)
    except (OSError, ValueError):
        return None
