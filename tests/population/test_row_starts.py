"""Several processes share a table: each row is read once, by one of them, wherever line ends stand."""

import csv
import io
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ccr_rules.population import row_starts
from ccr_rules.population.csv_rows import CsvRows, Format, Row
from ccr_rules.population.flat.ingest import ingest_flat
from ccr_rules.population.omop.ingest import ingest_omop
from ccr_rules.population.plan import Piece
from ccr_rules.population.running import Outcome
from ccr_rules.population.tables import rows_of
from tests.population.extracts import CANCER, CONCEPTS, CONDITIONS, HEAD, PEOPLE, mapping
from tests.population.samples import people, places, refused, write
from tests.population.test_resuming import digests

WIDTH = 3
CELL = st.text("ab,\n\"' é", max_size=8)
ROWS = st.lists(st.lists(CELL, min_size=WIDTH, max_size=WIDTH), max_size=12)


def table(rows: list[list[str]]) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows([["x", "y", "z"], *rows])
    return text.getvalue().encode()


def shared(file: Path, size: int, written: Format = Format()) -> list[list[str]]:  # noqa: B008 - a constant
    """Return the cells of all rows, read in stretches."""
    length = file.stat().st_size
    pieces = [Piece(0, start, min(start + size, length)) for start in range(0, length, size)]
    rows = [row for piece in pieces for row in rows_of(file, written, range(WIDTH), piece)]
    assert not any(row.fault for row in rows)
    return [list(row.cells) for row in rows]


@settings(max_examples=200)
@given(rows=ROWS, size=st.integers(20, 60), ends_at_once=st.booleans())
def test_each_row_is_read_once(
    tmp_path_factory: pytest.TempPathFactory, rows: list[list[str]], size: int, ends_at_once: bool
) -> None:
    file = tmp_path_factory.mktemp("rows") / "t.csv"
    file.write_bytes(table(rows).removesuffix(b"\r\n") if ends_at_once else table(rows))
    whole = [list(row.cells) for row in CsvRows(file, Format(), range(WIDTH))]
    assert shared(file, size) == whole
    assert whole == [[cell.strip() for cell in row] for row in rows]


@pytest.mark.parametrize(("window", "ahead"), [(8, 30), (30, 8), (1000, 1000)])
def test_however_far_ahead_one_looks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, window: int, ahead: int
) -> None:
    monkeypatch.setattr(row_starts, "WINDOW", window)
    monkeypatch.setattr(row_starts, "LOOK_AHEAD", ahead)
    rows = [[str(number), "a long text\nof two lines, with a comma", "z"] for number in range(30)]
    file = write(tmp_path, {"t.csv": table(rows)}) / "t.csv"
    for size in (30, 100, 1000):
        assert shared(file, size) == rows


def test_without_quotes_every_line_is_a_row(tmp_path: Path) -> None:
    rows = [[str(number), 'a "text', 'z"'] for number in range(30)]
    text = "".join("\t".join(row) + "\n" for row in [["x", "y", "z"], *rows])
    file = write(tmp_path, {"t.csv": text.encode()}) / "t.csv"
    assert shared(file, 40, Format("\t", quotes=False)) == rows


def test_rows_that_are_out_of_order_are_told_once(tmp_path: Path) -> None:
    lines = [f"{number},y,z\n" if number % 7 else f'{number},"y"y\n' for number in range(1, 60)]
    file = write(tmp_path, {"t.csv": b"x,y,z\n" + "".join(lines).encode()}) / "t.csv"
    length = file.stat().st_size
    found: list[Row] = []
    for start in range(0, length, 50):
        found += rows_of(file, Format(), range(WIDTH), Piece(0, start, min(start + 50, length)))
    assert len(found) == len(lines)
    assert sum(bool(row.fault) for row in found) == 8


@pytest.fixture
def in_stretches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ccr_rules.population.plan.STRETCH", 700)
    monkeypatch.setattr("ccr_rules.population.plan.BYTES_OF_PART", 4000)


@pytest.mark.usefixtures("in_stretches")
class TestIngest:
    def extract(self, tmp_path: Path) -> None:
        rows = [f'p{number % 20},254837009,"Cancer\nof a kind",2025-01-10\n' for number in range(99)]
        content = f"{HEAD}{''.join(rows)}p1,{CANCER},soon\n{HEAD[:9]}\n".encode()
        write(tmp_path / "export", {"e.csv": content})
        write(tmp_path, {"m.yaml": mapping()})

    def flat(self, tmp_path: Path, out: str, **options: Any) -> Outcome:
        table = tmp_path / "export" / "e.csv"
        return ingest_flat([str(table)], tmp_path / out, tmp_path / "m.yaml", **options)

    def test_of_a_large_table_comes_to_the_same_with_any_number_of_processes(self, tmp_path: Path) -> None:
        self.extract(tmp_path)
        self.flat(tmp_path, "data", jobs=1)
        self.flat(tmp_path, "other", jobs=3)
        assert digests(tmp_path / "data") == digests(tmp_path / "other")
        found = people(tmp_path)
        assert sum(len(record.entries) for record in found.values()) == 99
        references = [entry.reference for record in found.values() for entry in record.entries]
        assert len(set(references)) == 99
        assert "Observation/e.csv-2" in references
        assert sorted(places(refused(tmp_path))) == ["e.csv:200", "e.csv:201"]

    @pytest.mark.parametrize("step", ["scatter", "gather"])
    def test_that_was_interrupted_goes_on_where_it_stopped(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
    ) -> None:
        from ccr_rules.population.flat import ingest as module

        self.extract(tmp_path)
        self.flat(tmp_path, "whole", jobs=1)
        real, done = getattr(module.FLAT, step), 0

        def failing(folder: str, number: int) -> Any:
            nonlocal done
            if done == 2:
                raise KeyboardInterrupt
            done += 1
            return real(folder, number)

        with monkeypatch.context() as patch:
            given: dict[str, Any] = {step: failing}
            patch.setattr(module, "FLAT", module.FLAT._replace(**given))
            with pytest.raises(KeyboardInterrupt):
                self.flat(tmp_path, "data", jobs=1)
        told: list[tuple[str, int, int]] = []
        outcome = self.flat(tmp_path, "data", jobs=1, progress=lambda *each: told.append(each))
        assert outcome.was_continued
        name = "Reading" if step == "scatter" else "Writing"
        assert next(each for each in told if each[0] == name)[1] == 2
        assert digests(tmp_path / "data") == digests(tmp_path / "whole")

    def test_of_large_omop_tables_too(self, tmp_path: Path) -> None:
        rows = [f"{number},{10 + number % 2},1,2025-01-10,,\n" for number in range(99)]
        files = {"person.csv": PEOPLE, "concept.csv": CONCEPTS}
        files["condition_occurrence.csv"] = f"{CONDITIONS}{''.join(rows)}1,10,1,soon,,\n"
        folder = write(tmp_path / "export", {name: text.encode() for name, text in files.items()})
        dataset = ingest_omop([str(folder)], tmp_path / "data", jobs=1).dataset
        assert (dataset.entries, places(refused(tmp_path))) == (99, ["condition_occurrence.csv:101"])
