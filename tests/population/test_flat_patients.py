"""A row of a table of patients says what a Patient resource says, and more."""

from datetime import date
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from ccr_rules.errors import UsageError
from ccr_rules.population.schema import ATTRIBUTES
from ccr_rules.record.entry import Days
from tests.population.extracts import CANCER, HEAD, PATIENTS, day, extract, extracted, mapping
from tests.population.samples import people, places, refused, write
from tests.record.samples import Json


class TestPatients:
    COLUMNS = (
        "patients:\n  patient: who\n  born: born\n  died: died\n"
        "  dead: {column: dead, words: {Y: 'yes', N: 'no'}}\n"
        "  registered: from\n  deregistered: to\n  sex: {column: sex, words: {F: female}}\n"
        "  practice: {constant: Y12345}\n  ethnicity: eth\n  ethnicity_term: term\n"
        "  imd_quintile: {column: imd, words: {10: '5'}, otherwise: '1'}\n  learning_disability: ld\n"
        "dates: [dd/mm/yyyy]\n"
    )
    HEAD = "who,born,died,dead,from,to,sex,eth,term,imd,ld\n"

    def told(self, tmp_path: Path, row: str, **options: Any) -> Json:
        files = {"patients.csv": f"{self.HEAD}{row}\n", "e.csv": f"{HEAD}p1,{CANCER},2025\n"}
        extract(tmp_path, files, mapping(more=self.COLUMNS), **options)
        (row_,) = pq.read_table(tmp_path / "data" / "patients" / "part-0000.parquet").to_pylist()
        return {name: row_[name] for name in ATTRIBUTES.names if row_[name] is not None}

    def test_a_row_says_what_a_patient_resource_says_and_more(self, tmp_path: Path) -> None:
        row = "p1,1950,01/02/2026,,01/04/1998,30/01/2026,F,A,British,10,yes"
        assert self.told(tmp_path, row) == {
            "sex": "female",
            "practice": "Y12345",
            "ethnicity": "A",
            "ethnicity_term": "British",
            "imd_quintile": 5,
            "learning_disability": True,
        }
        record = people(tmp_path)["Patient/p1"]
        assert record.born == Days(date(1950, 1, 1), date(1950, 12, 31))
        assert (record.died, record.is_dead) == (day(2026, 2, 1), True)
        assert (record.registered, record.deregistered) == (day(1998, 4, 1), day(2026, 1, 30))
        assert record.supplied == {"Patient", "Observation"}

    @pytest.mark.parametrize(("word", "is_dead"), [("Y", True), ("N", False), ("", False)])
    def test_a_death_may_be_known_without_its_day(self, tmp_path: Path, word: str, is_dead: bool) -> None:
        assert self.told(tmp_path, f"p1,,,{word},,,,,,,") == {"practice": "Y12345"}
        assert people(tmp_path)["Patient/p1"].is_dead == is_dead

    def test_a_row_that_cannot_be_read_leaves_the_person_known_and_incomplete(self, tmp_path: Path) -> None:
        for column, row in (("born", "p1,30/02/1950,,,,,,,,,"), ("dead", "p1,,,perhaps,,,,,,,")):
            self.told(tmp_path, row, replace=True)
            (one,) = refused(tmp_path)
            assert (places([one]), one["kind"], one["attributed"]) == (["patients.csv:2"], "Patient", True)
            assert f"`{column}`" in one["reason"]
            assert people(tmp_path)["Patient/p1"].supplied == {"Observation"}

    def test_a_row_with_bytes_that_are_no_characters_is_refused(self, tmp_path: Path) -> None:
        files: dict[str, str | bytes] = {"patients.csv": b"who,born\np1,\xff\n"}
        files["e.csv"] = f"{HEAD}p1,{CANCER},2025\n"
        assert extracted(tmp_path, files, mapping(more=PATIENTS)).lacking["Patient"] == 1

    def test_attributes_with_words_that_nobody_knows_end_it(self, tmp_path: Path) -> None:
        with pytest.raises(UsageError, match=r"patients\.csv:2: `sex` takes a word that stands under its"):
            self.told(tmp_path, "p1,,,,,,M,,,,")
        with pytest.raises(UsageError, match=r"csv:2: `learning_disability` takes yes, no or nothing"):
            self.told(tmp_path, "p1,,,,,,,,,,maybe")

    def test_people_may_be_in_one_of_the_two_tables_only(self, tmp_path: Path) -> None:
        files = {"patients.csv": "who,born\np1,1950\n", "e.csv": f"{HEAD}p2,{CANCER},2025\n"}
        dataset = extracted(tmp_path, files, mapping(more=PATIENTS))
        found = people(tmp_path)
        assert found["Patient/p1"].supplied == {"Patient", "Observation"}
        assert found["Patient/p2"].supplied == {"Observation"}
        assert (dataset.patients, dataset.lacking["Patient"]) == (2, 1)

    def test_two_rows_that_contradict_each_other_are_not_believed(self, tmp_path: Path) -> None:
        files = {"patients.csv": "who,born\np1,1950\np1,1951\n", "e.csv": f"{HEAD}p1,{CANCER},2025\n"}
        extract(tmp_path, files, mapping(more=PATIENTS))
        assert people(tmp_path)["Patient/p1"].born is None
        assert "two different contents" in refused(tmp_path)[0]["reason"]

    def test_a_row_of_another_width_is_nobodys(self, tmp_path: Path) -> None:
        files = {"patients.csv": "who,born\np1\n", "e.csv": f"{HEAD}p1,{CANCER},2025\n"}
        dataset = extracted(tmp_path, files, mapping(more=PATIENTS))
        assert (dataset.unattributed, refused(tmp_path)[0]["kind"]) == (1, "Patient")

    def test_an_attribute_file_may_stand_beside_it(self, tmp_path: Path) -> None:
        file = write(tmp_path, {"a.csv": b"patient,imd_quintile\n{p1},2\n"}) / "a.csv"
        files = {"patients.csv": "who,born\np1,1950\n", "e.csv": f"{HEAD}p1,{CANCER},2025\n"}
        assert extracted(tmp_path, files, mapping(more=PATIENTS), attributes=file).attributes_of_nobody == 0
        with pytest.raises(UsageError, match="attributes are in the table of patients too"):
            self.told(tmp_path, "p1,,,,,,,,,,", attributes=file, replace=True)
