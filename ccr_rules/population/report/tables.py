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

from ccr_rules.dates import CALENDAR_START
from ccr_rules.errors import UsageError
from ccr_rules.hosting.columns import ColumnEngine, need, open_duckdb
from ccr_rules.population.answers import TABLES, Answered, Form, read_answered, table_path
from ccr_rules.population.dataset import Dataset, read_dataset
from ccr_rules.population.parts import part_path
from ccr_rules.population.reading import check_parts
from ccr_rules.population.report.organisations import NOT_STATED
from ccr_rules.population.schema import TABLES as SCHEMA

if TYPE_CHECKING:
    import duckdb

EVIDENCE: Final = "evidence"
"""A table that answers may lack: then worklists name no entry."""

_TYPES: Final[Mapping[pa.DataType, str]] = {
    pa.int64(): "BIGINT",
    pa.int32(): "INTEGER",
    pa.date32(): "DATE",
    pa.string(): "VARCHAR",
    pa.list_(pa.string()): "VARCHAR[]",
}

_TEXT_TYPES: Final = {**_TYPES, pa.list_(pa.string()): "VARCHAR"}
"""A list in a CSV is one text, its parts set apart by semicolons."""

PEOPLE: Final = f"""
    WITH told AS (
        SELECT *,
            (died_first IS NOT NULL OR is_dead) AND coalesce(died_first, $start) <= $day AS may_be_dead,
            (died_first IS NOT NULL OR is_dead) AND coalesce(died_last, $known_on) <= $day AS dead,
            coalesce(deregistered_first <= $day OR registered_last > $day, false) AS may_be_away,
            coalesce(deregistered_last <= $day OR registered_first > $day, false) AS away
        FROM patients
    )
    SELECT person, born_first, born_last, incomplete,
        sex, ethnicity, ethnicity_term, imd_quintile, learning_disability, severe_mental_illness,
        coalesce(nullif(trim(practice), ''), '{NOT_STATED}') AS practice,
        CASE WHEN dead OR away THEN 'no' WHEN may_be_dead OR may_be_away THEN 'cannot tell' ELSE 'yes' END
            AS on_list
    FROM told
"""
"""`on_list` says whether somebody is registered and living on the day of the question (SEMANTICS 15)."""


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

    def give(self, name: str, table: pa.Table) -> None:
        """Give a small table a name in queries."""
        self.connection.register(name, table)

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
            f"--data, or run anew"
        )
    check_parts(folder, dataset)
    duckdb = need("duckdb", "population")
    with TemporaryDirectory(prefix="ccr-report-") as spill:
        engine = open_duckdb(temp_directory=spill, **({"threads": threads} if threads else {}))
        try:
            tables = Tables(engine, answered, dataset, folder)
            try:
                _open_answers(tables, answers)
                _open_people(tables)
            except duckdb.Error as error:
                raise UsageError(f"{answers}: not whole: {_first_line(error)}; run anew") from None
            yield tables
        finally:
            engine.connection.disconnect()


def _first_line(error: BaseException) -> str:
    """Return what went wrong, without the query."""
    return str(error).splitlines()[0]


def _open_answers(tables: Tables, folder: Path) -> None:
    for name, schema in TABLES.items():
        path, form = table_path(folder, name, tables.answered.form), tables.answered.form
        if name == EVIDENCE and not path.exists():
            tables.give(name, schema.empty_table())
            continue
        columns = ", ".join(_column(field, form) for field in schema)
        tables.run(f'CREATE TEMP VIEW "{name}" AS SELECT {columns} FROM {_reading(path, form, schema)}')


def _column(field: pa.Field, form: Form) -> str:
    if form == "csv" and pa.types.is_list(field.type):
        return f'string_split("{field.name}", \'; \') AS "{field.name}"'
    return f'"{field.name}"'


def _reading(path: Path, form: Form, schema: pa.Schema) -> str:
    files = f"{path}/**/*.{form}" if path.is_dir() else str(path)
    if form == "parquet":
        return f"read_parquet({_text(files)})"
    names = _TEXT_TYPES if form == "csv" else _TYPES
    types = ", ".join(f"{_text(field.name)}: '{names[field.type]}'" for field in schema)
    if form == "csv":
        return f"read_csv({_text(files)}, header = true, columns = {{{types}}})"
    return f"read_json({_text(files)}, format = 'newline_delimited', columns = {{{types}}})"


def _open_people(tables: Tables) -> None:
    for name in SCHEMA:
        parts = [str(part_path(tables.data, name, part.part)) for part in tables.dataset.parts]
        files = ", ".join(map(_text, parts))
        tables.run(f"CREATE TEMP VIEW {name} AS SELECT * FROM read_parquet([{files}])")
    days = {"start": CALENDAR_START, "day": tables.as_of, "known_on": tables.answered.known_on}
    tables.run(f"CREATE TEMP TABLE people AS {PEOPLE}", days)


def _text(value: str) -> str:
    """Return a text as SQL writes it."""
    return "'" + value.replace("'", "''") + "'"
