"""The file of organisations: what it may hold, and what is refused."""

from pathlib import Path

import pytest

from ccr_rules.errors import UsageError
from ccr_rules.population.report.organisations import EVERYBODY, Organisations, Unit, read_organisations


def read(tmp_path: Path, text: str | bytes) -> Organisations:
    path = tmp_path / "organisations.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return read_organisations(path)


def test_a_practice_is_in_its_network_and_board(tmp_path: Path) -> None:
    told = read(tmp_path, "\ufeffpractice,pcn,icb,icb_name\n\nA, U1 ,Q1,A board\n")
    practice = Unit("practice", "Q1", "U1", "A")
    assert told.units_of("A") == (EVERYBODY, Unit("icb", "Q1"), Unit("pcn", "Q1", "U1"), practice)
    assert [told.name_of(unit) for unit in told.units_of("A")] == ["", "A board", "", ""]
    assert [unit.code for unit in told.units_of("A")] == ["", "Q1", "U1", "A"]


def test_levels_that_the_file_lacks_are_not_there(tmp_path: Path) -> None:
    assert read(tmp_path, "practice\nA\n").levels == ("all", "practice")
    assert read(tmp_path, "practice,pcn\nA,U1\n").levels == ("all", "pcn", "practice")
    assert Organisations().units_of("A") == (EVERYBODY, Unit("practice", practice="A"))


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("name\nA\n", "organisations.csv:1: no column `practice`"),
        ("", "no column `practice`"),
        ("practice,ward\nA,1\n", "column 2 is unknown or there twice; there are practice,"),
        ("practice,practice\nA,A\n", "column 2 is unknown or there twice"),
        ("practice,pcn\nA\n", "organisations.csv:2: 1 values under 2 columns"),
        ("practice,pcn\n,U1\n", "organisations.csv:2: `practice` is empty"),
        ("practice\nA\nB\nA\n", "organisations.csv:4: this practice is there already"),
        ("practice,pcn,icb\nA,U1,Q1\nB,U1,Q2\n", "one network is in two boards"),
        (b"practice\n\xff\n", "not UTF-8"),
    ],
)
def test_a_file_that_does_not_fit_is_refused(tmp_path: Path, text: str | bytes, says: str) -> None:
    with pytest.raises(UsageError, match=says):
        read(tmp_path, text)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"nothing\.csv: cannot be read"):
        read_organisations(tmp_path / "nothing.csv")
