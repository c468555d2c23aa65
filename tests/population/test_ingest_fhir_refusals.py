"""FHIR and options with which nothing is ingested: it ends before there is a data set."""

import json
from pathlib import Path
from typing import Any

import pytest

from ccr_rules.errors import RecordError, UsageError
from ccr_rules.population.ingest import ingest
from tests.population.samples import TWO, bundle, ndjson, observation, patient, write


class TestRefusals:
    def refusal(self, tmp_path: Path, *sources: str | Path, **options: Any) -> str:
        with pytest.raises((UsageError, RecordError)) as refusal:
            ingest(
                [str(source) for source in sources], options.pop("out", tmp_path / "data"), jobs=1, **options
            )
        assert not (tmp_path / "data" / "dataset.json").exists()
        return refusal.value.message

    def test_a_source_that_is_not_there(self, tmp_path: Path) -> None:
        assert "no-such.ndjson: cannot be read: No such file" in self.refusal(
            tmp_path, tmp_path / "no-such.ndjson"
        )

    def test_a_folder_without_fhir(self, tmp_path: Path) -> None:
        write(tmp_path / "export", {"readme.txt": b"hello", "expected.json": {}})
        assert "no .json, .ndjson, .jsonl file in this folder" in self.refusal(tmp_path, tmp_path / "export")

    def test_a_data_set_inside_its_source(self, tmp_path: Path) -> None:
        folder = write(tmp_path / "export", {"all.ndjson": ndjson(*TWO)})
        assert "lies inside the source" in self.refusal(tmp_path, folder, out=folder / "data")

    def test_a_data_set_that_is_a_file(self, tmp_path: Path) -> None:
        folder = write(tmp_path / "export", {"all.ndjson": ndjson(*TWO)})
        assert "is a file; name a folder" in self.refusal(tmp_path, folder, out=folder / "all.ndjson")

    @pytest.mark.parametrize("name", ["all.ndjson.gz", "all.ndjson.zst", "all.json.gz"])
    def test_a_packed_file_that_is_cut_off(self, tmp_path: Path, name: str) -> None:
        lines = ndjson(*(observation("p1", f"o{number}", note=str(number * 7919)) for number in range(4000)))
        folder = write(tmp_path / "export", {name: lines})
        whole = (folder / name).read_bytes()
        (folder / name).write_bytes(whole[:-9])
        message = self.refusal(tmp_path, folder)
        assert f"{name}: damaged or cut off near byte {len(whole) - 9:,}" in message

    def test_a_file_in_another_encoding(self, tmp_path: Path) -> None:
        folder = write(tmp_path / "export", {"all.json": json.dumps(patient()).encode("utf-16")})
        assert "all.json: encoded as UTF-16 or UTF-32; write it as UTF-8" in self.refusal(tmp_path, folder)

    @pytest.mark.parametrize("name", ["big.json", "big.json.zst"])
    def test_a_document_too_large_to_be_read_at_once(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
    ) -> None:
        for module in ("sources", "scatter"):
            monkeypatch.setattr(f"ccr_rules.population.{module}.MAX_BYTES", 3000)
        folder = write(tmp_path / "export", {name: bundle(*[observation("p1", f"o{n}") for n in range(99)])})
        assert "one JSON document of" in self.refusal(tmp_path, folder)

    @pytest.mark.parametrize("name", ["long.ndjson", "long.ndjson.gz"])
    def test_a_line_too_long_to_be_read(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
    ) -> None:
        monkeypatch.setattr("ccr_rules.population.lines.LONGEST_LINE", 3000)
        monkeypatch.setattr("ccr_rules.population.plan.STRETCH", 500)
        long = observation(note="x" * 5000)
        folder = write(tmp_path / "export", {name: ndjson(*TWO, long)[:-1]})
        assert f"{name}: a line of more than 3,000 bytes near byte" in self.refusal(tmp_path, folder)

    @pytest.mark.parametrize(
        ("option", "says"),
        [
            ({"profile": "gp"}, "no profile 'gp'"),
            ({"supplied": ["Conditions"]}, "did you mean 'Condition'?"),
            ({"version": "R6"}, "no FHIR version 'R6'"),
        ],
    )
    def test_an_option_that_does_not_exist(self, tmp_path: Path, option: dict[str, Any], says: str) -> None:
        folder = write(tmp_path / "export", {"all.ndjson": ndjson(*TWO)})
        assert says in self.refusal(tmp_path, folder, **option)
