"""Tables, files of the primary care domain, ValueSets: what is read of them, and what is refused."""

import json
import zipfile
from pathlib import Path

import pytest

from ccr_rules.codelists.codelist import Refset
from ccr_rules.errors import RulesetError, UsageError
from ccr_rules.library.importing.formats import Source, read_source
from ccr_rules.library.importing.reading import Format, Reading
from tests.library.codelist_sources import REFSET, code, description_id, value_set, write_pcd, write_text

WANTED = Refset(REFSET, "CAN_COD")
A, B, C = (code(number) for number in range(1, 4))


def read(path: Path, format_: Format | None = None, encoding: str = "utf-8") -> Reading:
    return read_source(Source(path, format_, WANTED, encoding=encoding))


def codes(reading: Reading) -> list[tuple[str, str]]:
    return [(each.code, each.term) for each in reading.entries]


def refused(path: Path, format_: Format | None = None) -> str:
    with pytest.raises(RulesetError) as raised:
        read(path, format_)
    return str(raised.value)


class TestTables:
    @pytest.mark.parametrize(
        ("text", "format_"),
        [
            (f"code,term\n{A},One\n{B},Two\n", "csv"),
            (f"\ufeffSNOMED code,Description\r\n{A},One\r\n\r\n{B},Two\r\n", "csv"),
            (f"{A},One\n{B},Two", "csv"),
            (f"{A}\tOne\n{B}\tTwo\n", "tsv"),
            (f'ConceptId\tFSN\n{A}\t"One"\n{B}\t Two \n', "tsv"),
            (f"code,term,class,status,note\n{A},One,,verified,\n{B},Two,,verified,\n", "csv"),
        ],
        ids=["CSV", "from Windows", "without names", "TSV", "TSV with names", "a release of ours"],
    )
    def test_codes_and_terms_are_read_by_the_names_of_their_columns(
        self, tmp_path: Path, text: str, format_: str
    ) -> None:
        found = read(write_text(tmp_path / "list.txt", text))
        assert (codes(found), found.format) == ([(A, "One"), (B, "Two")], format_)

    def test_a_class_is_taken_over(self, tmp_path: Path) -> None:
        found = read(write_text(tmp_path / "list.csv", f"code,term,class\n{A},One,metastasis\n"))
        assert found.entries[0].class_ == "metastasis"

    def test_further_columns_of_opencodelists_are_named_and_not_read(self, tmp_path: Path) -> None:
        file = write_text(tmp_path / "list.csv", f"code,term,categery\n{A},One,x\n")
        found = read(file, "opencodelists")
        assert codes(found) == [(A, "One")]
        assert found.remarks == ["columns of list.csv that were not read: categery"]
        file = write_text(tmp_path / "list.csv", f"code,term\n{A},One\n")
        assert read(file, "opencodelists").remarks == []

    def test_text_of_windows_is_read_if_somebody_says_so(self, tmp_path: Path) -> None:
        file = tmp_path / "list.csv"
        file.write_bytes(f"code,term\n{A},Sézary\n".encode("cp1252"))
        assert codes(read(file, encoding="cp1252")) == [(A, "Sézary")]
        message = refused(file)
        assert "list.csv:2:1: error: the file is not utf-8" in message
        assert "--encoding cp1252" in message

    @pytest.mark.parametrize(
        ("text", "says"),
        [
            (
                f"code,term,clas\n{A},One,x\n",
                "list.csv:1:1: error: unknown column `clas` (did you mean `class`?; or delete it",
            ),
            (
                f"code,term,zzzz\n{A},One,x\n",
                "(one of: code, term, class, status, note; or delete it, or say --format opencodelists)",
            ),
            (f"code,other\n{A},One\n", "no column of codes and of terms"),
            ("hello\n", "no column of codes and of terms"),
            (f"{A}\n", "no column of codes and of terms"),
            ("", "no column of codes and of terms"),
            (
                f"code,term\n{A},One\n{B}\n",
                "list.csv:3:1: error: 1 cells instead of 2 (is the file cut off here?)",
            ),
            (f'code,term\n{A},"One\n', "list.csv:2:1: error: not readable as a table"),
            (
                f"code,term\n{A},One\n{A},Two\n",
                f"list.csv:3:1: error: `{A}` stands here twice (the first is in line 2)",
            ),
            (
                f"code,term\n{description_id(1)},One\n",
                "list.csv:2:1: error: this is the identifier of a description",
            ),
            (
                f"code,term\n{A[:-1]}{9 - int(A[-1])},One\n",
                "list.csv:2:1: error: the check digit does not fit",
            ),
            ("code,term\n9.99999E+16,One\n", "a spreadsheet rounds long codes"),
            ("code,term\n100721000119000,One\n", "a spreadsheet rounds long codes"),
            ("code,term\n", "nothing in it belongs to this list"),
        ],
    )
    def test_each_fault_is_named_with_its_line(self, tmp_path: Path, text: str, says: str) -> None:
        assert says in refused(write_text(tmp_path / "list.csv", text))

    def test_faults_are_told_together_up_to_a_number_that_can_be_read(self, tmp_path: Path) -> None:
        rows = "".join(f"{number},x\n" for number in range(300))
        message = refused(write_text(tmp_path / "list.csv", f"code,term\n{rows}"))
        assert message.count("error:") == 20

    def test_utf16_is_refused_by_its_name(self, tmp_path: Path) -> None:
        (tmp_path / "list.csv").write_bytes(f"code,term\n{A},One\n".encode("utf-16"))
        assert "list.csv:1:1: error: the file is UTF-16 (save it as UTF-8)" in refused(tmp_path / "list.csv")


class TestClusters:
    ROWS = (
        ("CAN_COD", REFSET, A, "One"),
        ("MDRV_COD", "999013371000230104", C, "Review"),
        ("CAN_COD", REFSET, B, "Two"),
        ("CAN_COD", REFSET, A, "One"),
    )

    def test_the_codes_of_the_reference_set_are_read_each_once(self, tmp_path: Path) -> None:
        found = read(write_pcd(tmp_path / "content.txt", self.ROWS))
        assert (codes(found), found.format, found.refset) == ([(A, "One"), (B, "Two")], "pcd", REFSET)

    def test_without_its_column_those_of_the_cluster(self, tmp_path: Path) -> None:
        columns = ("Cluster_ID", "SNOMED_code", "SNOMED_code_description")
        assert codes(read(write_pcd(tmp_path / "content.txt", self.ROWS, columns))) == [
            (A, "One"),
            (B, "Two"),
        ]

    def test_codes_that_were_taken_out_of_the_reference_set_are_not_read(self, tmp_path: Path) -> None:
        text = (
            f"Cluster_ID,Active_in_Refset,ConceptId,ConceptId_Description\nCAN_COD,1,{A},One\nCAN_COD,0,{B},Two\n"
        )
        assert codes(read(write_text(tmp_path / "clusters.csv", text))) == [(A, "One")]

    def test_all_files_of_the_download_are_read_that_hold_clusters(self, tmp_path: Path) -> None:
        write_pcd(tmp_path / "content.txt", self.ROWS[:2])
        write_pcd(tmp_path / "content_by_output.txt", self.ROWS)
        write_text(tmp_path / "names.txt", "Ruleset_ID\tRuleset_Short_Name\nCAN\tCancer\n")
        with zipfile.ZipFile(tmp_path / "portal.zip", "w") as archive:
            for file in sorted(tmp_path.glob("*.txt")):
                archive.write(file, file.name)
        found = read(tmp_path / "portal.zip")
        assert codes(found) == [(A, "One"), (B, "Two")]
        assert found.files == ["content.txt", "content_by_output.txt"]

    def test_another_table_is_no_file_of_clusters(self, tmp_path: Path) -> None:
        file = write_text(tmp_path / "list.csv", f"code,term\n{A},One\n")
        assert "it needs the columns Cluster_ID, SNOMED_code" in refused(file, "pcd")

    def test_a_line_that_is_cut_off_is_refused_wherever_it_stands(self, tmp_path: Path) -> None:
        file = write_pcd(tmp_path / "content.txt", self.ROWS)
        file.write_text(file.read_text(encoding="utf-8") + "CAN_COD\ta clu", encoding="utf-8")
        assert "content.txt:6:1: error: 2 cells instead of 6" in refused(file)


class TestValueSets:
    def test_the_concepts_of_an_expansion_are_read(self, tmp_path: Path) -> None:
        below = {"system": "http://snomed.info/sct", "code": C, "display": "Three"}
        text = value_set(
            {"code": A, "display": "One"},
            {"code": B, "display": "Two", "inactive": True, "contains": [below]},
            {"code": A, "display": "One"},
            total=4,
        )
        found = read(write_text(tmp_path / "list.json", text))
        assert codes(found) == [(A, "One"), (B, "Two"), (C, "Three")]
        assert [each.active for each in found.entries] == [None, False, None]
        assert (found.format, found.remarks) == ("valueset", [])

    def test_other_systems_and_headings_are_left_out_and_counted(self, tmp_path: Path) -> None:
        text = value_set(
            {"code": A, "display": "One"},
            {"code": "C50", "system": "http://hl7.org/fhir/sid/icd-10"},
            {"abstract": True, "display": "Cancers"},
        )
        found = read(write_text(tmp_path / "list.json", text))
        assert codes(found) == [(A, "One")]
        assert found.remarks == ["2 concepts left out: of another system, or for grouping only"]

    @pytest.mark.parametrize(
        ("text", "says"),
        [
            ("hello", "not readable as a FHIR ValueSet"),
            ('{"resourceType": "ValueSet"', "not readable as a FHIR ValueSet"),
            (json.dumps({"resourceType": "ValueSet", "compose": {}}), "no ValueSet that was expanded"),
            (json.dumps({"resourceType": "CodeSystem", "expansion": {}}), "no ValueSet that was expanded"),
            (value_set({"code": A}, total=20), "1 concepts from 0 on, of 20: this is one page"),
            (value_set({"code": A}, offset=10), "this is one page"),
            (
                value_set({"code": A}, {"code": "12345678"}),
                "does not fit: a digit is wrong or missing (expansion.contains[1])",
            ),
        ],
    )
    def test_what_cannot_be_read_is_refused(self, tmp_path: Path, text: str, says: str) -> None:
        assert says in refused(write_text(tmp_path / "list.json", text))


class TestFiles:
    def test_what_is_not_there_is_said(self, tmp_path: Path) -> None:
        with pytest.raises(UsageError, match="no such file or folder"):
            read(tmp_path / "nothing.csv")

    def test_a_folder_without_a_file_to_read_is_said(self, tmp_path: Path) -> None:
        (tmp_path / "Readme.pdf").write_bytes(b"%PDF")
        with pytest.raises(UsageError, match=r"no \.txt, \.csv, \.tsv, \.json file in it"):
            read(tmp_path)

    def test_of_several_tables_one_must_be_named(self, tmp_path: Path) -> None:
        for name in ("a.csv", "b.csv"):
            write_text(tmp_path / name, f"code,term\n{A},One\n")
        with pytest.raises(UsageError, match="2 files in it could be meant"):
            read(tmp_path)

    def test_a_format_that_no_file_tells_is_believed(self, tmp_path: Path) -> None:
        assert codes(read(write_text(tmp_path / "list.txt", f"code,term\n{A},One\n"), "tsv")) == [(A, "One")]

    @pytest.mark.parametrize("part", [0.3, 0.9])
    def test_a_zip_file_that_is_cut_off_is_refused(self, tmp_path: Path, part: float) -> None:
        rows = "".join(f"{code(number)},Term {number}\n" for number in range(500))
        archive = tmp_path / "list.zip"
        with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as packed:
            packed.writestr("list.csv", f"code,term\n{rows}")
        whole = archive.read_bytes()
        archive.write_bytes(whole[: int(len(whole) * part)])
        assert "list.zip:1:1: error: not readable as a zip file (it is cut off" in refused(archive)

    def test_a_zip_file_that_is_damaged_inside_is_refused(self, tmp_path: Path) -> None:
        rows = "".join(f"{code(number)},Term {number}\n" for number in range(500))
        archive = tmp_path / "list.zip"
        with zipfile.ZipFile(archive, "w", zipfile.ZIP_STORED) as packed:
            packed.writestr("list.csv", f"code,term\n{rows}")
        archive.write_bytes(archive.read_bytes().replace(b"Term 400", b"Term 4OO"))
        message = refused(archive)
        assert "list.zip/list.csv:" in message
        assert "not readable to its end: Bad CRC-32" in message
