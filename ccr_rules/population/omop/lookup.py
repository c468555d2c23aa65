"""What rows of one OMOP table need of others: SNOMED CT codes, sexes, deaths, registrations.

It is kept on disk in the work folder, made once, before the tables are read, and never changed then.
"""

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from functools import lru_cache
from pathlib import Path
from typing import Final

from ccr_rules.errors import UsageError
from ccr_rules.population.flat.row import RowRefused
from ccr_rules.population.omop.cdm import CONCEPT, DEATH, PERIOD
from ccr_rules.population.omop.days import read_day
from ccr_rules.population.omop.files import Table
from ccr_rules.population.parts import replacing

NAME: Final = "omop.sqlite"

SNOMED_CT: Final = "SNOMED"
GENDER: Final = "Gender"
NO_CONCEPT: Final = ("", "0")
"""What stands where nothing was mapped."""

_VOCABULARIES: Final = frozenset({SNOMED_CT, GENDER})
_LONGEST_NUMBER: Final = 18
_SEXES: Final = frozenset({"female", "male"})
_SCHEMA: Final = """
create table concept (id integer primary key, vocabulary text, code text, name text);
create table death (person text primary key, day text) without rowid;
create table observation_period (person text primary key, day text) without rowid;
"""


def keep_lookup(path: Path, files: Iterable[Path]) -> None:
    """Write what the tables of concepts, deaths and observation periods say.

    Of several deaths of a person the first counts, of several periods the last. What of these cannot be read
    is told when the tables are scattered.

    Raises:
        UsageError: if the table of concepts has a row that cannot be read: entries would lose their code.
        OSError: if it cannot be written.
    """
    with replacing(path, lasting=False) as unfinished, closing(sqlite3.connect(unfinished)) as store:
        store.executescript(_SCHEMA)
        with store:
            _keep(store, files)


def _keep(store: sqlite3.Connection, files: Iterable[Path]) -> None:
    for file in files:
        table = Table(file)
        if table.name == CONCEPT:
            store.executemany("insert or replace into concept values (?, ?, ?, ?)", _concepts(table, file))
        elif table.name in _KEPT:
            store.executemany(_KEPT[table.name], _days(table))


_KEPT: Final = {
    DEATH: "insert into death values (?, ?) on conflict do update set day = min(day, excluded.day)",
    PERIOD: "insert into observation_period values (?, ?) "
    "on conflict do update set day = max(day, excluded.day)",
}


def _concepts(table: Table, file: Path) -> Iterator[tuple[int, str, str, str]]:
    for row in table.rows():
        if row.fault:
            raise UsageError(f"{file}:{row.line}: {row.fault}; fetch the vocabulary again")
        vocabulary, number = table.text(row, "vocabulary_id"), table.number(row, "concept_id")
        if not _is_number(number):
            raise UsageError(f"{file}:{row.line}: `concept_id` is no number; fetch the vocabulary again")
        if vocabulary in _VOCABULARIES:
            code, name = table.text(row, "concept_code"), table.text(row, "concept_name")
            yield int(number), vocabulary, code, name
        else:
            yield int(number), "", "", ""


def _days(table: Table) -> Iterator[tuple[str, str]]:
    for row in table.rows():
        try:
            yield read_day(table, row)
        except RowRefused:
            continue


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= _LONGEST_NUMBER


class Lookup:
    """Finds what was kept."""

    def __init__(self, path: Path) -> None:
        self._store = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)
        self._concept = lru_cache(maxsize=100_000)(self._look_up)

    def snomed(self, concept_id: str) -> tuple[str, str] | None:
        """Return code and name of a concept of SNOMED CT, or None for any other, or where none is given.

        Raises:
            RowRefused: if there is no such concept.
        """
        if concept_id in NO_CONCEPT:
            return None
        found = self._concept(concept_id)
        if found is None:
            raise RowRefused("its concept is not in the table of concepts")
        vocabulary, code, name = found
        return (code, name) if vocabulary == SNOMED_CT else None

    def sex(self, concept_id: str) -> str:
        """Return the sex that a concept stands for, empty for any other."""
        vocabulary, _, name = self._concept(concept_id) or ("", "", "")
        return name.lower() if vocabulary == GENDER and name.lower() in _SEXES else ""

    def death(self, person: str) -> str:
        """Return the day on which a person died, empty if there is none."""
        return self._day("select day from death where person = ?", person)

    def period(self, person: str) -> str:
        """Return the first day of a person's latest observation period, empty if there is none."""
        return self._day("select day from observation_period where person = ?", person)

    def close(self) -> None:
        """Close the store."""
        self._store.close()

    def _look_up(self, concept_id: str) -> tuple[str, str, str] | None:
        if not _is_number(concept_id):
            return None
        query = "select vocabulary, code, name from concept where id = ?"
        row: tuple[str, str, str] | None = self._store.execute(query, (int(concept_id),)).fetchone()
        return row

    def _day(self, query: str, person: str) -> str:
        row = self._store.execute(query, (person,)).fetchone()
        return "" if row is None else str(row[0])
