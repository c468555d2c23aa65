"""The tables of a report in DuckDB: the answers, the people with their practices, the organisations.

Nothing is read before it is asked for; a table of answers has the columns of `population.answers.TABLES`
whatever file it stands in.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Final

import pyarrow as pa

from ccr_rules.errors import UsageError
from ccr_rules.hosting.columns import ColumnEngine, need, open_duckdb
from ccr_rules.population.answers import TABLES, Answered, Form, read_answered, table_path
from ccr_rules.population.dataset import Dataset, read_dataset
from ccr_rules.population.parts import part_path
from ccr_rules.population.report.organisations import NOT_STATED

if TYPE_CHECKING:
    import duckdb

_TYPES: Final[Mapping[pa.DataType, str]] = {
    pa.int64(): "BIGINT",
    pa.int32(): "INTEGER",
    pa.date32(): "DATE",
    pa.string(): "VARCHAR",
    pa.list_(pa.string()): "VARCHAR[]",
}

PEOPLE: Final = f"""
    SELECT person, patient, born_first, born_last, is_dead,
        died_first, died_last, registered_first, registered_last, deregistered_first, deregistered_last,
        sex, ethnicity, imd_quintile, learning_disability, severe_mental_illness,
        coalesce(nullif(trim(practice), ''), '{NOT_STATED}') AS practice
    FROM patients
"""


class Tables:
    """The answers and the data set that they are about, as views of one connection."""

    def __init__(self, engine: ColumnEngine, answered: Answered, dataset: Dataset, data: Path) -> None:
        self.engine = engine
        self.connection: duckdb.DuckDBPyConnection = engine.connection.con
        self.answered = answered
        self.dataset = dataset
        self.data = data

    @property
    def as_of(self) -> date:
        """The day of the question."""
        return self.answered.as_of

    def rows(self, query: str, parameters: Mapping[str, Any] | None = None) -> list[tuple[Any, ...]]:
        """Return the rows of a query."""
        found: list[tuple[Any, ...]] = self.connection.execute(query, parameters or {}).fetchall()
        return found

    def run(self, query: str, parameters: Mapping[str, Any] | None = None) -> None:
        """Run a statement."""
        self.connection.execute(query, parameters or {})


@contextmanager
def open_tables(answers: Path, data: Path | None, threads: int | None = None) -> Iterator[Tables]:
    """Open the answers, and the data set that they say they are about unless another place is named.

    Raises:
        UsageError: if either is not there, is not whole, or the answers are about another data set.
        MissingExtraError: if DuckDB or Ibis is not installed.
    """
    answered = read_answered(answers)
    folder = data if data is not None else Path(answered.data)
    dataset = read_dataset(folder)
    if dataset.plan != answered.plan:
        raise UsageError(
            f"{answers}: answers about another data set than {folder}; name the one that was asked with "
            "--data, or run anew"
        )
    errors = need("duckdb", "population").Error
    with TemporaryDirectory(prefix="ccr-report-") as spill:
        engine = open_duckdb(temp_directory=spill, **({"threads": threads} if threads else {}))
        try:
            tables = Tables(engine, answered, dataset, folder)
            _open_answers(tables, answers)
            _open_people(tables)
            yield tables
        except errors as error:
            raise UsageError(f"{answers}, {folder}: not whole: {_first_line(error)}; run anew") from None
        finally:
            engine.connection.disconnect()


def _first_line(error: BaseException) -> str:
    """Return what went wrong, without the query."""
    return str(error).splitlines()[0]


def _open_answers(tables: Tables, folder: Path) -> None:
    for name, schema in TABLES.items():
        source = _reading(table_path(folder, name, tables.answered.form), tables.answered.form, schema)
        columns = ", ".join(f'"{field.name}"' for field in schema)
        tables.run(f'CREATE TEMP VIEW "{name}" AS SELECT {columns} FROM {source}')


def _reading(path: Path, form: Form, schema: pa.Schema) -> str:
    files = f"{path}/**/*.{form}" if path.is_dir() else str(path)
    if form == "parquet":
        return f"read_parquet({_text(files)})"
    types = ", ".join(f"{_text(field.name)}: '{_TYPES[field.type]}'" for field in schema)
    if form == "csv":
        return f"read_csv({_text(files)}, header = true, columns = {{{types}}})"
    return f"read_json({_text(files)}, format = 'newline_delimited', columns = {{{types}}})"


def _open_people(tables: Tables) -> None:
    for name in ("patients", "entries"):
        parts = [str(part_path(tables.data, name, part.part)) for part in tables.dataset.parts]
        files = ", ".join(map(_text, parts))
        tables.run(f"CREATE TEMP VIEW {name} AS SELECT * FROM read_parquet([{files}])")
    tables.run(f"CREATE TEMP TABLE people AS {PEOPLE}")


def _text(value: str) -> str:
    """Return a text as SQL writes it."""
    return "'" + value.replace("'", "''") + "'"
