"""Files in stretches, packed files, and spills: nothing is lost between them, and nothing comes twice."""

from importlib.metadata import PackageNotFoundError
from pathlib import Path

import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from ccr_rules.population import dataset
from ccr_rules.population.lines import lines_of_stream, lines_of_stretch
from ccr_rules.population.packing import blocks
from ccr_rules.population.spill import Spill, is_whole, lines_of_bucket, told, write_spill
from tests.population.samples import ndjson, patient, taken

LINES = st.binary(max_size=9).map(lambda text: text.replace(b"\n", b""))
TEXTS = st.lists(LINES, max_size=12).map(b"\n".join)


@given(text=TEXTS, size=st.integers(1, 30))
def test_the_stretches_of_a_file_hold_each_line_once(
    tmp_path_factory: pytest.TempPathFactory, text: bytes, size: int
) -> None:
    file = tmp_path_factory.mktemp("stretches") / "file"
    file.write_bytes(text)
    starts = range(0, len(text), size)
    found = [line for start in starts for line in lines_of_stretch(file, start, min(start + size, len(text)))]
    assert found == (text.removesuffix(b"\n").split(b"\n") if text else [])


@given(text=TEXTS, size=st.integers(1, 40), packed=st.booleans())
def test_a_stream_gives_each_line_once(
    tmp_path_factory: pytest.TempPathFactory, text: bytes, size: int, packed: bool
) -> None:
    file = tmp_path_factory.mktemp("stream") / "file"
    file.write_bytes(zstandard.compress(text) if packed else text)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("ccr_rules.population.lines.blocks", lambda path, how: blocks(path, how, size))
        found = [line for lines in lines_of_stream(file, "zst" if packed else "") for line in lines]
    assert found == (text.removesuffix(b"\n").split(b"\n") if text else [])


def test_frames_of_zstandard_follow_each_other(tmp_path: Path) -> None:
    file = tmp_path / "file.zst"
    file.write_bytes(zstandard.compress(b"one ") + zstandard.compress(b"") + zstandard.compress(b"two"))
    for size in (1, 100, 10_000):
        assert b"".join(blocks(file, "zst", size)) == b"one two"


class TestSpill:
    def test_holds_lines_by_bucket_and_what_was_told(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("ccr_rules.population.spill.MOST_WAITING", 10)

        def fill(spill: Spill) -> dict[str, int]:
            for number in range(10):
                spill.buckets[number % 3].append(b"%d\n" % number)
                spill.waits(4)
            return {"lines": 10}

        path = tmp_path / "one.spill"
        assert not is_whole(path)
        write_spill(path, 4, fill)
        assert is_whole(path)
        assert b"".join(lines_of_bucket(path, 1)) == b"1\n4\n7\n"
        assert len(list(lines_of_bucket(path, 1))) > 1
        assert list(lines_of_bucket(path, 3)) == []
        assert told(path, dict[str, int]) == {"lines": 10}

    def test_that_fails_leaves_nothing(self, tmp_path: Path) -> None:
        def fail(_: Spill) -> None:
            raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            write_spill(tmp_path / "one.spill", 1, fail)
        assert list(tmp_path.iterdir()) == []


def test_many_patients_in_a_packed_file_are_forgotten_now_and_then(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ccr_rules.population.scatter.MOST_KNOWN", 3)
    everybody = ndjson(*(patient(f"p{number}") for number in range(9)))
    assert taken(tmp_path, {"all.ndjson.gz": everybody}).patients == 9


def test_a_data_set_says_what_made_it(monkeypatch: pytest.MonkeyPatch) -> None:
    assert dataset.made_by().startswith("ccr-rules ")

    def missing(_: str) -> str:
        raise PackageNotFoundError

    monkeypatch.setattr(dataset, "version", missing)
    assert dataset.made_by() == "ccr-rules, not installed"
