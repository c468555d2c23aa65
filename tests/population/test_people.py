"""People of a data set come back as records, some or all."""

from pathlib import Path

import pytest

from ccr_rules.errors import UsageError
from ccr_rules.population.dataset import NAME
from ccr_rules.population.people import records
from ccr_rules.population.schema import first_person
from tests.population.samples import condition, ndjson, patient, taken


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr("ccr_rules.population.plan.BYTES_OF_PART", 500)
    names = [f"p{number}" for number in range(20)]
    taken(tmp_path, {"all.ndjson": ndjson(*map(patient, names), *(condition(name, name) for name in names))})
    return tmp_path / "data"


def test_everybody_comes_in_the_order_of_the_numbers(data: Path) -> None:
    numbers = [number for number, _ in records(data)]
    assert len(numbers) == 20
    assert numbers == sorted(numbers)


def test_those_who_are_wanted_come_alone(data: Path) -> None:
    everybody = dict(records(data))
    wanted = [max(everybody), min(everybody)]
    assert dict(records(data, wanted)) == {number: everybody[number] for number in wanted}
    assert list(records(data, [])) == []


def test_numbers_are_of_their_part(data: Path) -> None:
    assert len({number >> 32 for number, _ in records(data)}) > 2
    assert first_person(3) == 3 << 32


@pytest.mark.parametrize("number", [7_777, 99 << 32])
def test_a_number_that_nobody_has_is_refused(data: Path, number: int) -> None:
    with pytest.raises(UsageError, match=f"there is no person {number}"):
        list(records(data, [number]))


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (None, "name a folder that `ccr population ingest` finished"),
        ("{", "not what `ccr population ingest` writes"),
        ('{"format": 1}', "not what `ccr population ingest` writes"),
        ('{"format": 99}', "format 99, and this version reads 1; ingest anew"),
    ],
)
def test_a_folder_without_a_data_set_is_refused(tmp_path: Path, text: str | None, says: str) -> None:
    if text is not None:
        (tmp_path / NAME).write_text(text)
    with pytest.raises(UsageError, match=says):
        list(records(tmp_path))
