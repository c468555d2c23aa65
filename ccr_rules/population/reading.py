"""The tables of a data set in an engine, as the evaluator takes them."""

from pathlib import Path

import pyarrow.parquet as pq

from ccr_rules.errors import UsageError
from ccr_rules.evaluation.columnar.members import read_concepts
from ccr_rules.evaluation.columnar.plan import Population
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
    parts = range(len(dataset.parts))
    patients, entries, concepts = (
        [part_path(folder, name, part) for part in parts] for name in ("patients", "entries", "concepts")
    )
    named = (each for path in concepts for each in read_concepts(pq.read_table(path)))
    return Population(engine.read(patients), engine.read(entries), named, dataset.keeps, engine.bring)


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
