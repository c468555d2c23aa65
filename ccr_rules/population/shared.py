"""Resources that belong to no patient, as medicines and practices, kept on disk for who refers to them."""

import sqlite3
from collections.abc import Iterable
from contextlib import closing
from functools import lru_cache
from pathlib import Path
from typing import Any

from ccr_rules.population import units
from ccr_rules.population.parts import replacing
from ccr_rules.record.json_text import decode_value
from ccr_rules.record.references import local_name


def keep_shared(path: Path, spilled: Iterable[bytes]) -> None:
    """Write what the spills hold of them, if anything. Of what was sent twice the last counts."""
    lines = (line for text in spilled for line in text.split(b"\n") if line)
    rows = (line.partition(b"\t")[::2] for line in lines)
    with replacing(path, lasting=False) as unfinished, closing(sqlite3.connect(unfinished)) as store, store:
        store.execute("create table shared (name text primary key, content blob) without rowid")
        named = ((name.decode(), units.split(unit).raw) for name, unit in rows)
        store.executemany("insert or replace into shared values (?, ?)", named)


class Shared:
    """Finds them by reference."""

    def __init__(self, path: Path) -> None:
        self._store = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)
        (self.count,) = self._store.execute("select count(*) from shared").fetchone()
        self._find = lru_cache(maxsize=10_000)(self._look_up)

    def follow(self, reference: str) -> Any:
        """Return the content of a resource, or None if it is not here."""
        return self._find(local_name(reference)) if self.count else None

    def close(self) -> None:
        """Close the store."""
        self._store.close()

    def _look_up(self, name: str) -> Any:
        row = self._store.execute("select content from shared where name = ?", (name,)).fetchone()
        return None if row is None else decode_value(row[0])[0]
