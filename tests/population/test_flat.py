"""A row of a table becomes the entry that its FHIR resource would be; what cannot be read is told."""

from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from ccr_rules.population.flat.ingest import ingest_flat
from ccr_rules.population.flat.resources import ELEMENTS, STATES, status_of
from ccr_rules.record.entry import SNOMED, Coding, Days, Entry
from ccr_rules.record.patient import KINDS
from tests.population.extracts import CANCER, ENTRIES, HEAD, REVIEW, day, extract, extracted, mapping
from tests.population.samples import people, places, refused, write


def entry(tmp_path: Path, cells: str, head: str = HEAD, text: bytes = b"") -> Entry:
    """Return the only entry of a table with one row."""
    extract(tmp_path, {"entries.csv": f"{head}{cells}\n"}, text)
    (record,) = people(tmp_path).values()
    (one,) = record.entries
    return one


class TestEntries:
    def test_a_row_is_an_entry(self, tmp_path: Path) -> None:
        assert entry(tmp_path, f"p1,{CANCER},2025-01-10") == Entry(
            reference="Observation/entries.csv-2",
            kind="Observation",
            codings=(Coding(SNOMED, "254837009", "Malignant neoplasm of breast"),),
            clinical=day(2025, 1, 10),
        )

    def test_without_a_code_the_term_stands(self, tmp_path: Path) -> None:
        one = entry(tmp_path, "p1,,Carcinoma of a rare kind,2025-01")
        assert (one.codings, one.text) == ((), "Carcinoma of a rare kind")
        assert one.clinical == Days(date(2025, 1, 1), date(2025, 1, 31))

    def test_with_neither_there_is_no_entry_and_that_is_found(self, tmp_path: Path) -> None:
        dataset = extracted(tmp_path, {"entries.csv": f"{HEAD}p1,,,2025-01-10\n"})
        assert (dataset.entries, dataset.findings) == (0, {"entry-without-code": 1})

    def test_ids_make_the_references(self, tmp_path: Path) -> None:
        text = mapping(ENTRIES + "  id: id\n")
        one = entry(tmp_path, f"{{P-1}},{CANCER},2025,{{e 1/2}}", "who,code,term,date,id\n", text)
        assert one.reference == "Observation/e1_2f_2"
        assert "Patient/P-1" in people(tmp_path)

    def test_a_row_that_was_exported_twice_counts_once(self, tmp_path: Path) -> None:
        text, row = mapping(ENTRIES + "  id: id\n"), f"p1,{CANCER},2025,e1\n"
        files = {"a.csv": f"who,code,term,date,id\n{row}", "b.csv": f"who,code,term,date,id\n{row}"}
        assert extracted(tmp_path, files, text).entries == 1
        assert len(people(tmp_path)["Patient/p1"].entries) == 1

    def test_files_of_one_name_are_told_apart(self, tmp_path: Path) -> None:
        files = {"a/e.csv": f"{HEAD}p1,{CANCER},2025\n", "b/e.csv": f"{HEAD}p1,{REVIEW},2025\n"}
        assert extracted(tmp_path, files).quarantined == 0
        references = [each.reference for each in people(tmp_path)["Patient/p1"].entries]
        assert references == ["Observation/0-e.csv-2", "Observation/1-e.csv-2"]

    def test_the_kind_may_stand_in_a_column(self, tmp_path: Path) -> None:
        kind = "kind: {column: sort, words: {Problem: Condition, Drug: skip}, otherwise: Observation}"
        text = mapping(ENTRIES.replace("kind: Observation", kind), supplied="[Condition, Observation]")
        rows = f"p1,{CANCER},2025,PROBLEM\np1,{REVIEW},2025,\np1,1,x,2025,Drug\n"
        dataset = extracted(tmp_path, {"e.csv": f"who,code,term,date,sort\n{rows}"}, text)
        assert [each.kind for each in people(tmp_path)["Patient/p1"].entries] == ["Condition", "Observation"]
        assert dataset.not_read == {"rows that the mapping skips": 1}
        assert dataset.resources == {"Condition": 1, "Observation": 1}

    @pytest.mark.parametrize("kind", ELEMENTS)
    def test_every_kind_has_its_concept_and_its_dates_where_fhir_has_them(
        self, tmp_path: Path, kind: str
    ) -> None:
        text = mapping(ENTRIES.replace("Observation", kind) + "  recorded: entered\n", supplied=f"[{kind}]")
        row = "p1,736252007,Referral for cancer care plan,2025-01-10,2025-01-12"
        one = entry(tmp_path, row, "who,code,term,date,entered\n", text)
        assert (one.kind, one.codings[0].code, one.clinical) == (kind, "736252007", day(2025, 1, 10))
        assert one.recorded == (day(2025, 1, 12) if ELEMENTS[kind].recorded else None)
        assert (one.state, one.certain) == ("done", True)

    @pytest.mark.parametrize(
        ("cell", "episode", "finding"),
        [
            ("FIRST", "first", {}),
            ("ended", "end", {}),
            ("NONE", "unstated", {}),
            ("", "unstated", {}),
            ("Evolved", "other", {"episode-not-recognised": 1}),
        ],
    )
    @pytest.mark.parametrize("words", ["", ", words: {FIRST: first, ENDED: end, NONE: unstated}"])
    def test_episodes_are_told_by_the_words_of_the_mapping_or_those_of_fhir(
        self, tmp_path: Path, cell: str, episode: str, finding: dict[str, int], words: str
    ) -> None:
        text = mapping(ENTRIES + f"  episode: {{column: ep{words}}}\n")
        dataset = extracted(tmp_path, {"e.csv": f"who,code,term,date,ep\np1,{CANCER},2025,{cell}\n"}, text)
        (one,) = people(tmp_path)["Patient/p1"].entries
        assert (one.episode, dataset.findings) == (episode, finding)

    @pytest.mark.parametrize("kind", ["Condition", "Observation"])
    def test_states_are_told_by_the_words_of_the_mapping(self, tmp_path: Path, kind: str) -> None:
        entries = ENTRIES.replace("Observation", kind)
        text = mapping(entries + "  state: {column: st, words: {Y: entered-in-error, N: done, M: unsure}}\n")
        rows = "".join(f"p1,{CANCER},2025-01-0{n},{word}\n" for n, word in enumerate("YNM?", 1))
        dataset = extracted(tmp_path, {"e.csv": f"who,code,term,date,st\n{rows}p1,{CANCER},2024,\n"}, text)
        found = [(each.reference[-1], each.certain) for each in people(tmp_path)["Patient/p1"].entries]
        assert found == [("3", True), ("4", False), ("5", False), ("6", True)]
        assert dataset.findings == {"status-not-recognised": 1}

    def test_each_state_is_the_status_by_which_the_kind_says_it(self) -> None:
        told = {state: status_of("Procedure", state) for state in STATES}
        assert told == {
            "done": "in-progress",
            "unsure": "aborted",
            "planned": "preparation",
            "not-done": "not-done",
            "entered-in-error": "entered-in-error",
        }

    def test_codes_of_other_systems_are_kept_and_of_unknown_ones_the_term(self, tmp_path: Path) -> None:
        text = mapping(ENTRIES + "  system: {column: sys, words: {S: snomed, R: 'urn:example:read'}}\n")
        rows = f"p1,{CANCER},2025,S\np1,B34..,Cancer,2025,R\np1,99,Cancer,2025,?\n"
        dataset = extracted(tmp_path, {"e.csv": f"who,code,term,date,sys\n{rows}"}, text)
        codings = [each.codings[0] for each in people(tmp_path)["Patient/p1"].entries]
        assert codings[1:] == [Coding("urn:example:read", "B34..", "Cancer"), Coding("", "", "Cancer")]
        assert dataset.findings == {"coding-without-system": 1}

    def test_ids_of_descriptions_are_found_and_match_nothing(self, tmp_path: Path) -> None:
        dataset = extracted(tmp_path, {"e.csv": f"{HEAD}p1,1234567890111,Cancer,2025\n"})
        assert dataset.findings == {"description-id-as-code": 1}

    def test_words_that_stand_for_nothing_are_empty_cells(self, tmp_path: Path) -> None:
        text = mapping(more='empty: ["NULL", 01/01/1900]\n')
        one = entry(tmp_path, "p1,null,Cancer,01/01/1900", text=text)
        assert (one.codings, one.text, one.clinical) == ((), "Cancer", None)

    def test_a_parquet_table_is_read_too(self, tmp_path: Path) -> None:
        folder = write(tmp_path / "export", {})
        folder.mkdir()
        columns = {"who": ["p1"], "code": [720006006], "term": ["Cancer care review"]}
        table = pa.table(columns | {"date": [date(2025, 1, 10)], "other": [[1]]})
        pq.write_table(table, folder / "e.parquet")
        file = write(tmp_path, {"m.yaml": mapping()}) / "m.yaml"
        ingest_flat([str(folder)], tmp_path / "data", file, jobs=1)
        (one,) = people(tmp_path)["Patient/p1"].entries
        assert (one.reference, one.codings[0].code) == ("Observation/e.parquet-1", "720006006")
        assert one.clinical == day(2025, 1, 10)


class TestRefused:
    @pytest.mark.parametrize(
        ("row", "reason"),
        [
            (f"p1,{CANCER},31/02/2025", "`date`: not of the form yyyy-mm-dd or yyyy-mm or yyyy"),
            (f"p1,{CANCER},2025-02-30", "`date`: a day that does not exist"),
            ("p1,2.54E+08,Cancer,2025", "the code is a number in scientific notation"),
            ("p1,254837009,\xff,2025", "bytes that are no characters"),
        ],
    )
    def test_a_bad_row_makes_its_kind_incomplete_for_its_patient(
        self, tmp_path: Path, row: str, reason: str
    ) -> None:
        good = f"p1,{REVIEW},2025\np2,{REVIEW},2025\n"
        content = f"{HEAD}{good}{row}\n".encode("latin-1")
        dataset = extracted(tmp_path, {"e.csv": content}, mapping(supplied="[Observation, Flag]"))
        (one,) = refused(tmp_path)
        assert (places([one]), one["kind"], one["attributed"]) == (["e.csv:4"], "Observation", True)
        assert one["reason"].startswith(reason) or reason in one["reason"]
        assert (dataset.quarantined, dataset.unattributed, dataset.lacking["Observation"]) == (1, 0, 1)
        assert people(tmp_path)["Patient/p1"].supplied == {"Flag"}
        assert people(tmp_path)["Patient/p2"].supplied == {"Observation", "Flag"}

    @pytest.mark.parametrize(
        ("row", "reason"),
        [
            (f",{CANCER},2025", "it names no patient"),
            (f"1/2,{CANCER},2025", "what names its patient is no id"),
            (f"p1,{CANCER}", "3 cells under 4 columns"),
            ('p1,1,"x"y,2025', "it is not CSV"),
        ],
    )
    def test_what_nobody_owns_is_counted_and_strictly_counts_for_everybody(
        self, tmp_path: Path, row: str, reason: str
    ) -> None:
        content = f"{HEAD}p1,{REVIEW},2025\n{row}\n"
        dataset = extracted(tmp_path, {"e.csv": content})
        (one,) = refused(tmp_path)
        assert (places([one]), one["kind"], one["attributed"]) == (["e.csv:3"], "Observation", False)
        assert one["reason"].startswith(reason)
        assert dataset.unattributed == 1
        assert people(tmp_path)["Patient/p1"].supplied == {"Observation"}
        extract(tmp_path, {"e.csv": content}, strict=True, replace=True)
        assert people(tmp_path)["Patient/p1"].supplied == frozenset()

    def test_a_row_of_no_known_kind_may_be_of_any(self, tmp_path: Path) -> None:
        kind = "kind: {column: sort, words: {Problem: Condition}}"
        text = mapping(ENTRIES.replace("kind: Observation", kind), supplied="[Condition, Flag]")
        content = f"who,code,term,date,sort\np1,{REVIEW},2025,Problem\np1,{REVIEW},2025,Diary\np1\n"
        extract(tmp_path, {"e.csv": content}, text)
        assert [each["kind"] for each in refused(tmp_path)] == ["", ""]
        assert people(tmp_path)["Patient/p1"].supplied == frozenset()

    def test_of_a_patient_of_whom_nothing_can_be_read_nobody_can_tell(self, tmp_path: Path) -> None:
        dataset = extracted(tmp_path, {"e.csv": f"{HEAD}p1,{CANCER},soon\np1,{CANCER},later\n"})
        assert (dataset.patients, dataset.unusable, dataset.quarantined) == (1, 1, 2)
        assert people(tmp_path)["Patient/p1"].supplied == frozenset()

    def test_of_rows_of_which_none_can_be_used_all_are_told(self, tmp_path: Path) -> None:
        text = mapping(ENTRIES + "  id: id\n")
        rows = f"p1,{CANCER},soon,e1\np1,{CANCER},2025,e2\np1,{REVIEW},2025,e2\n"
        dataset = extracted(tmp_path, {"e.csv": f"who,code,term,date,id\n{rows}"}, text)
        assert (dataset.unusable, places(refused(tmp_path))) == (1, ["e.csv:3", "e.csv:2"])


def test_nothing_but_the_columns_of_the_mapping_reaches_the_data_set(tmp_path: Path) -> None:
    head, row = "who,code,term,date,name\n", f"p1,{CANCER},2025,Zzyzxson-test\n"
    extract(tmp_path, {"e.csv": f"{head}{row}p1,{CANCER},Zzyzxson-test,Zzyzxson-test\n"})
    data = b"".join(path.read_bytes() for path in (tmp_path / "data").rglob("*") if path.is_file())
    assert b"Zzyzxson" not in data
    assert set(KINDS) > people(tmp_path)["Patient/p1"].supplied
