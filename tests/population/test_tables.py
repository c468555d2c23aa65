"""Rows of tables: every cell is text; a row that is out of order is told and does not disturb the next."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from ccr_rules.errors import CcrError, UsageError
from ccr_rules.population.flat.codes import spoilt
from ccr_rules.population.flat.dates import fhir_date
from ccr_rules.population.tables import Format, Row, columns_of, rows_of
from ccr_rules.record.fhir_dates import NotADate
from tests.population.samples import write

PLAIN = Format()


def rows(
    tmp_path: Path, content: bytes, written: Format = PLAIN, name: str = "t.csv", count: int = 2
) -> list[Row]:
    file = write(tmp_path, {name: content}) / name
    return list(rows_of(file, written, range(count)))


class TestCsv:
    @pytest.mark.parametrize("name", ["t.csv", "t.csv.gz", "t.csv.zst"])
    def test_rows_have_the_lines_on_which_they_begin(self, tmp_path: Path, name: str) -> None:
        content = b'\xef\xbb\xbfa,b\r\n1, x \r\n\r\n2,"y\r\nz"\r\n3,"1 ""2"""'
        assert rows(tmp_path, content, name=name) == [
            Row(2, ["1", "x"]),
            Row(4, ["2", "y\nz"]),
            Row(6, ["3", '1 "2"']),
        ]

    def test_only_the_columns_that_are_asked_for(self, tmp_path: Path) -> None:
        file = write(tmp_path, {"t.csv": b"a,b,c\n1,2,3\n"}) / "t.csv"
        assert list(rows_of(file, Format(), [2, 0])) == [Row(2, ["3", "1"])]

    def test_the_names_may_stand_on_a_later_line(self, tmp_path: Path) -> None:
        content = b'A "report\nof today\na,b\n1,2\n'
        assert rows(tmp_path, content, Format(header_line=3)) == [Row(4, ["1", "2"])]

    def test_a_row_of_another_width_is_told(self, tmp_path: Path) -> None:
        assert rows(tmp_path, b"a,b\n1\n1,2\n1,2,3\n") == [
            Row(2, (), "1 cells under 2 columns"),
            Row(3, ["1", "2"]),
            Row(4, (), "3 cells under 2 columns"),
        ]

    def test_a_quotation_mark_that_swallows_rows_is_told(self, tmp_path: Path) -> None:
        first, last = rows(tmp_path, b'a,b\n1,"x\n2,y\n3,"z"\n4,w\n')
        assert first == Row(2, [], "it is not CSV: ',' expected after '\"'", 3)
        assert last == Row(5, ["4", "w"])
        (only,) = rows(tmp_path, b'a,b\n1,"x\n2,y\n3\n')
        assert only == Row(2, [], "it is not CSV: unexpected end of data", 3)
        (only,) = rows(tmp_path, b'a,b\n1,x,"y\n2,z"\n')
        assert only.fault == "3 cells under 2 columns, over 2 lines: is a quotation mark missing?"

    def test_without_quotes_a_quotation_mark_is_a_character(self, tmp_path: Path) -> None:
        assert rows(tmp_path, b'a\tb\n"x\ty"\n', Format("\t", quotes=False)) == [Row(2, ['"x', 'y"'])]

    def test_bytes_that_are_no_characters_are_told_with_the_row(self, tmp_path: Path) -> None:
        fault = "it holds bytes that are no characters in the encoding of the file"
        assert [row.fault for row in rows(tmp_path, b"a,b\n1,\xe9\n1,\xc3\xa9\n")] == [fault, ""]
        assert rows(tmp_path, b"a,b\n1,\xe9\n1,\x81\n", Format(encoding="cp1252")) == [
            Row(2, ["1", "é"]),
            Row(3, ["1", "\udc81"], fault),
        ]

    @pytest.mark.parametrize(
        ("content", "says"),
        [
            (b"", "no line 1 that names the columns"),
            (b'"a\n', "no line 1 that names the columns"),
            ("a,b\n".encode("utf-16"), "UTF-16"),
        ],
    )
    def test_without_names_of_columns_there_is_no_table(
        self, tmp_path: Path, content: bytes, says: str
    ) -> None:
        file = write(tmp_path, {"t.csv": content}) / "t.csv"
        with pytest.raises(UsageError, match=says):
            columns_of(file, Format())


class TestParquet:
    def table(self, tmp_path: Path, **columns: Any) -> Path:
        pq.write_table(pa.table(columns), tmp_path / "t.parquet", row_group_size=2)
        return tmp_path / "t.parquet"

    def test_every_cell_is_text(self, tmp_path: Path) -> None:
        file = self.table(
            tmp_path,
            code=pa.array([999013651000230103, None, 1]),
            day=[date(2025, 1, 10), None, date(2025, 1, 11)],
            time=pa.array([datetime(2025, 1, 10, 9, 15, tzinfo=UTC), None, None], pa.timestamp("us", "UTC")),
            term=pa.array([" x ", None, "y"]).dictionary_encode(),
        )
        assert columns_of(file, Format()) == ["code", "day", "time", "term"]
        first, second, third = rows_of(file, Format(), [3, 0, 1, 2])
        assert first.cells[:3] == ("x", "999013651000230103", "2025-01-10")
        assert fhir_date(first.cells[3], ()) == "2025-01-10T09:15:00.000000Z"
        assert second == Row(2, ("", "", "", ""))
        assert (third.line, third.cells[0]) == (3, "y")

    def test_a_number_that_was_no_whole_one_is_told_by_what_reads_it(self, tmp_path: Path) -> None:
        file = self.table(tmp_path, code=pa.array([1.5e17, 254837009.0]))
        first, second = (row.cells[0] for row in rows_of(file, Format(), [0]))
        assert spoilt(first)
        assert spoilt(second) or second == "254837009"

    def test_what_is_none_or_holds_lists_is_refused(self, tmp_path: Path) -> None:
        file = self.table(tmp_path, codes=pa.array([[1], [2]]))
        with pytest.raises(UsageError, match=r"t\.parquet: not Parquet, damaged, or with something else"):
            list(rows_of(file, Format(), [0]))
        file.write_bytes(file.read_bytes()[:-9])
        with pytest.raises(UsageError, match=r"t\.parquet: not Parquet, damaged"):
            columns_of(file, Format())

    def test_what_is_not_there_is_refused(self, tmp_path: Path) -> None:
        for name in ("none.parquet", "none.csv"):
            with pytest.raises(CcrError, match="cannot be read: No such file"):
                columns_of(tmp_path / name, Format())


class TestDates:
    FORMS = ("dd/mm/yyyy", "dd-mm-yyyy", "dd.mm.yyyy", "dd-mmm-yyyy", "yyyymmdd", "mm/yyyy", "mmm-yyyy")

    @pytest.mark.parametrize(
        ("text", "means"),
        [
            ("2025-03-04", "2025-03-04"),
            ("2025-03", "2025-03"),
            ("2025", "2025"),
            ("2025-03-04 10:11:12.130", "2025-03-04T10:11:12.130"),
            ("2025-03-04T23:30:00Z", "2025-03-04T23:30:00Z"),
            ("04/03/2025", "2025-03-04"),
            ("4/3/2025 09:15", "2025-03-04"),
            ("04-03-2025", "2025-03-04"),
            ("04.03.2025 9:15:00", "2025-03-04"),
            ("04-Mar-2025", "2025-03-04"),
            ("4 march 2025", "2025-03-04"),
            ("04-SEPT-2025", "2025-09-04"),
            ("20250304", "2025-03-04"),
            ("03/2025", "2025-03"),
            ("Mar-2025", "2025-03"),
            ("29/02/2024", "2024-02-29"),
        ],
    )
    def test_are_read_in_the_forms_that_are_named(self, text: str, means: str) -> None:
        assert fhir_date(text, self.FORMS) == means

    @pytest.mark.parametrize("text", ["30/02/2025", "29.02.2025", "10-Jam-2025", "13/2025", "2025-02-29"])
    def test_must_exist(self, text: str) -> None:
        with pytest.raises(NotADate, match="a day that does not exist"):
            fhir_date(text, self.FORMS)

    @pytest.mark.parametrize("text", ["4/3/25", "45000", "soon", "2025-03-04 noon", "04/03/2025 25"])
    def test_of_another_form_are_refused_with_the_forms(self, text: str) -> None:
        with pytest.raises(NotADate, match=r"not of the form yyyy-mm-dd or yyyy-mm or yyyy or dd/mm/yyyy$"):
            fhir_date(text, ("dd/mm/yyyy",))

    def test_british_days_are_not_read_unless_they_are_named(self) -> None:
        with pytest.raises(NotADate):
            fhir_date("04/03/2025", ())


class TestCodes:
    @pytest.mark.parametrize(
        ("code", "says"),
        [
            ("1.23E+15", "in scientific notation"),
            ("2E8", "in scientific notation"),
            ("9.99013651000230e+17", "in scientific notation"),
            ("254837009.0", "with a decimal point"),
            ("999013651000230000", "the last digits of the code were made zeros"),
        ],
    )
    def test_that_a_spreadsheet_has_spoilt_are_told(self, code: str, says: str) -> None:
        assert says in spoilt(code)

    @pytest.mark.parametrize("code", ["", "254837009", "999013651000230103", "720006006", "8BAV.", "x" * 20])
    def test_that_are_whole_are_not(self, code: str) -> None:
        assert spoilt(code) == ""
