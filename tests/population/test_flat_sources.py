"""Which tables are read, by which mapping, and what the data set says of it; with the examples."""

from datetime import date
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from ccr_rules.errors import UsageError
from ccr_rules.population.flat import sink
from ccr_rules.population.flat.ingest import ingest_flat
from ccr_rules.record.entry import Days
from tests.population.extracts import (
    CANCER,
    EXAMPLES,
    HEAD,
    PATIENTS,
    REVIEW,
    day,
    extract,
    extracted,
    mapping,
)
from tests.population.samples import people, places, refused, write


class TestSources:
    def test_a_folder_holds_tables_in_any_packing(self, tmp_path: Path) -> None:
        names = ("a.csv", "b.tsv.gz", "c/d.txt.zst", "read.me")
        files = {name: f"{HEAD}{name[0]},{REVIEW},2025\n".encode() for name in names}
        folder = write(tmp_path / "export", files)
        mapped = write(tmp_path, {"m.yaml": mapping()}) / "m.yaml"
        dataset = ingest_flat([str(folder), str(folder / "a.csv")], tmp_path / "data", mapped, jobs=2).dataset
        assert (dataset.patients, len(dataset.sources)) == (3, 3)

    def test_a_second_run_has_nothing_to_do_and_another_mapping_is_another_data_set(
        self, tmp_path: Path
    ) -> None:
        files = {"e.csv": f"{HEAD}p1,{CANCER},2025\n"}
        assert extract(tmp_path, files).is_new
        assert not ingest_flat(
            [str(tmp_path / "export" / "e.csv")], tmp_path / "data", tmp_path / "mapping.yaml"
        ).is_new
        with pytest.raises(UsageError, match="holds a data set of other sources, or made with other options"):
            extract(tmp_path, files, mapping(supplied="[Flag]"))

    def test_what_is_supplied_may_be_stated_anew(self, tmp_path: Path) -> None:
        dataset = extracted(
            tmp_path, {"e.csv": f"{HEAD}p1,{CANCER},2025\n"}, supplied=["Observation", "Flag"]
        )
        assert dataset.supplied == ("Observation", "Flag")
        assert dataset.incomplete["Condition"] == "the profile test does not supply it"

    def test_the_data_set_says_what_the_mapping_says(self, tmp_path: Path) -> None:
        text = mapping(more="keeps: {diagnosis: [Observation]}\n")
        dataset = extracted(tmp_path, {"e.csv": f"{HEAD}p1,{CANCER},2025\n"}, text)
        assert (dataset.profile, dataset.keeps) == ("test", {"*diagnosis": ("Observation",)})
        assert dataset.assumed[-1] == "It has every diagnosis as Observation."
        record = people(tmp_path)["Patient/p1"]
        assert (record.keeps, record.assumed) == (dataset.keeps, dataset.assumed)

    def test_many_patients_are_forgotten_now_and_then(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(sink, "MOST_KNOWN", 3)
        rows = "".join(f"p{number},{CANCER},2025\n" for number in range(9))
        assert extracted(tmp_path, {"e.csv": HEAD + rows}).patients == 9

    def refusal(self, tmp_path: Path, files: dict[str, str], text: bytes = b"", **options: Any) -> str:
        with pytest.raises(UsageError) as error:
            extract(tmp_path, files, text, **options)
        return error.value.message.replace(str(tmp_path), "")

    def test_a_column_that_is_not_there_is_told_with_the_nearest(self, tmp_path: Path) -> None:
        message = self.refusal(tmp_path, {"e.csv": "who,Code,term,date\n"})
        assert (
            message == "/export/e.csv: no column `code`, which /mapping.yaml:6:9 names; did you mean `Code`?"
        )
        message = self.refusal(tmp_path, {"e.csv": "who,code,term,date,date\n"})
        assert message == "/export/e.csv: several columns `date`, which /mapping.yaml:8:9 names"
        message = self.refusal(
            tmp_path,
            {"patients.csv": "who\n", "e.csv": HEAD},
            mapping(more=PATIENTS),
        )
        assert "/patients.csv: no column `born`, which" in message

    def test_patients_and_mapping_must_fit(self, tmp_path: Path) -> None:
        assert "it cannot say how to read" in self.refusal(tmp_path, {"patients.csv": "who\n", "e.csv": HEAD})
        message = self.refusal(tmp_path, {"e.csv": HEAD}, mapping(more=PATIENTS))
        assert "name it with --patients, or delete `patients`" in message

    def test_a_folder_without_tables_or_with_the_data_set_in_it(self, tmp_path: Path) -> None:
        mapped = write(tmp_path, {"m.yaml": mapping()}) / "m.yaml"
        folder = write(tmp_path / "export", {"read.me": b""})
        with pytest.raises(UsageError, match=r"no \.csv, \.tsv, \.txt, \.parquet file in this folder"):
            ingest_flat([str(folder)], tmp_path / "data", mapped)
        with pytest.raises(UsageError, match="lies inside the source"):
            ingest_flat([str(folder)], folder / "data", mapped)
        with pytest.raises(UsageError, match="did you mean 'Observation'"):
            ingest_flat([str(folder)], tmp_path / "data", mapped, supplied=["Observations"])


class TestExamples:
    def taken(self, tmp_path: Path, name: str) -> Any:
        folder = EXAMPLES / name
        given: dict[str, Any] = {"patients": folder / "patients.csv", "jobs": 1}
        return ingest_flat(
            [str(folder / "entries.csv")], tmp_path / "data", folder / "mapping.yaml", **given
        ).dataset

    def test_of_an_emis_like_extract(self, tmp_path: Path) -> None:
        dataset = self.taken(tmp_path, "emis-like")
        found = people(tmp_path)
        assert (dataset.patients, dataset.entries, dataset.unattributed) == (3, 3, 0)
        first, second = found["Patient/0A-TEST-1"].entries
        assert (first.reference, first.episode, first.recorded) == (
            "Observation/E-1",
            "first",
            day(2026, 1, 12),
        )
        assert second.episode == "unstated"
        (only,) = found["Patient/0A-TEST-2"].entries
        assert only.clinical == Days(date(2025, 6, 1), date(2025, 6, 30))
        assert places(refused(tmp_path)) == [f"{EXAMPLES.as_posix()}/emis-like/entries.csv:8"]
        assert found["Patient/0A-TEST-3"].supplied == {"Patient"}
        assert dataset.findings == {}

    def test_of_a_systmone_like_extract(self, tmp_path: Path) -> None:
        dataset = self.taken(tmp_path, "systmone-like")
        found = people(tmp_path)
        assert [each.kind for each in found["Patient/test-1"].entries] == ["Condition", "Encounter"]
        assert found["Patient/test-1"].supplied == {"Patient", "Condition", "Encounter", "Observation"}
        assert found["Patient/test-2"].supplied == {"Patient", "Condition", "Encounter"}
        assert dataset.not_read == {"rows that the mapping skips": 1}
        rows = pq.read_table(tmp_path / "data" / "patients" / "part-0000.parquet").to_pylist()
        assert {row["patient"]: row["imd_quintile"] for row in rows} == {
            "Patient/test-1": 2,
            "Patient/test-2": 5,
        }
