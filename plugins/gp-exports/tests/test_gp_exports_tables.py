"""From the bytes of a file to a table: how files are written, where headings are, which system it was."""

from collections.abc import Iterator
from typing import Any

import pytest
from ccr_gp_exports.lines import lines_of
from ccr_gp_exports.plugin import GpExports
from ccr_gp_exports.recipe import SYSTEMS
from ccr_gp_exports.recipe_text import read_recipe, shipped
from ccr_gp_exports.rows import CHARACTERS, MOST_LINES, QUOTES, rows_of
from ccr_gp_exports.sniffing import may_be_export
from ccr_gp_exports.table import Table, table_of

from ccr_rules import Engine, Plugins, RecordError
from ccr_rules.hosting import Source

RECIPES = {system: shipped(system) for system in SYSTEMS}
HEAD = "NHS Number,EMIS Number,Code Term,Date"
ROW = "9990000026,1001,Malignant neoplasm of breast,01-Oct-2025"


def table(text: str | bytes, system: str = "auto") -> Table:
    found = table_of(text.encode() if isinstance(text, str) else text, RECIPES, system)
    assert found is not None
    return found


def texts(raw: bytes) -> list[str]:
    return [line.text for line in lines_of(raw)]


def rows(text: str, width: int = 3) -> list[tuple[int, list[str], str]]:
    found = rows_of(lines_of(text.encode()), ",", width)
    return [(row.line, list(row.cells), row.fault) for row in found]


# --- bytes ----------------------------------------------------------------------------------------

NAME = "Sjögren’s"


@pytest.mark.parametrize(
    "raw",
    [
        NAME.encode(),
        NAME.encode("utf-8-sig"),
        NAME.encode("cp1252"),
        NAME.encode("utf-16"),
        b"\xfe\xff" + NAME.encode("utf-16-be"),
        NAME.encode("utf-16-le"),
        NAME.encode("utf-16-be"),
    ],
)
def test_a_file_in_any_of_the_usual_encodings(raw: bytes) -> None:
    assert texts(raw) == [NAME]


def test_one_bad_byte_spoils_no_other_line() -> None:
    assert texts("é\n".encode() + b"\xe9\n\x81\n") == ["é", "é", "\ufffd"]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_any_end_of_lines(end: str) -> None:
    assert texts(end.join(["a", "b", ""]).encode()) == ["a", "b"]


@pytest.mark.parametrize(
    ("raw", "may_be"),
    [
        (b"NHS Number,Date", True),
        ("NHS Number".encode("utf-16"), True),
        (b'{"resourceType": "Bundle"}', False),
        (b"\xef\xbb\xbf [", False),
        (b"<Bundle/>", False),
        (b"", False),
        (b" \n ", False),
        ("NHS Number,Date", True),
        ("\ufeff{", False),
        ({"resourceType": "Bundle"}, False),
        ([], False),
    ],
)
def test_json_and_xml_are_told_by_their_first_bytes(raw: Any, may_be: bool) -> None:
    assert may_be_export(raw) is may_be


# --- rows -----------------------------------------------------------------------------------------


def test_a_row_may_have_line_breaks_in_quotation_marks() -> None:
    assert rows('a,"b\nb",c\nd,e,f\n') == [(1, ["a", "b\nb", "c"], ""), (3, ["d", "e", "f"], "")]


def test_a_missing_quotation_mark_loses_its_own_row_only() -> None:
    assert rows('a,"b,c\nd,e,f\ng,"h",i\n') == [
        (1, [], QUOTES),
        (2, ["d", "e", "f"], ""),
        (3, ["g", "h", "i"], ""),
    ]


def test_a_quotation_mark_out_of_place() -> None:
    assert rows('a,"b"b,c\nd,e,f\n') == [(1, [], QUOTES), (2, ["d", "e", "f"], "")]


def test_a_row_has_no_more_lines_than_a_comment_has() -> None:
    text = 'a,"' + "\n".join(["x"] * MOST_LINES) + '\n",c\nd,e,f\n'
    assert rows(text)[-1] == (MOST_LINES + 2, ["d", "e", "f"], "")


def test_two_marks_that_belong_to_two_rows_are_no_pair() -> None:
    assert [row[2] for row in rows('a,"b,c\nd,e",f,g,h\ni,j,k\n')][-1] == ""


def test_cells_that_are_too_few_or_too_many() -> None:
    assert rows("a,b\na,b,c,d\n") == [
        (1, ["a", "b"], "it has 2 cells under 3 headings"),
        (2, ["a", "b", "c", "d"], "it has 4 cells under 3 headings"),
    ]


def test_a_comma_at_the_end_is_no_cell_and_an_empty_row_no_row() -> None:
    assert rows("a,b,c,,\n,,\n\n") == [(1, ["a", "b", "c"], "")]


def test_characters_that_are_none() -> None:
    found = list(rows_of(lines_of(b"a,\x81,c\n"), ",", 3))
    assert [row.fault for row in found] == [CHARACTERS]


# --- headings -------------------------------------------------------------------------------------


def test_lines_about_the_report_may_come_first() -> None:
    found = table(f"Cancer\nLast run,today,,\n\n{HEAD}\n{ROW}\n")
    assert [row.line for row in found.rows] == [5]
    assert found.places == {"nhs_number": 0, "number": 1, "term": 2, "date": 3}


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_any_of_the_usual_delimiters(delimiter: str) -> None:
    found = table(f"{HEAD}\n{ROW}\n".replace(",", delimiter))
    assert [row.cells[1] for row in found.rows] == ["1001"]


def test_headings_that_are_printed_again_are_no_row() -> None:
    assert len(list(table(f"{HEAD}\n{ROW}\n{HEAD}\n{ROW}\n").rows)) == 2


@pytest.mark.parametrize(
    "last", ["Total,5", "Total,5,,", "Grand total", "Patient Count: 12,,,", "Page 1 of 3", "End of report,,,"]
)
def test_totals_are_no_row(last: str) -> None:
    assert len(list(table(f"{HEAD}\n{ROW}\n{last}\n").rows)) == 1


@pytest.mark.parametrize(
    "last",
    ["Total,x", "Total,5,,Total", ",,Total,", "1001,5", "Total,1,2", "Total knee,5", "Total,5,,01/02/2024"],
)
def test_what_might_be_an_entry_is_no_total(last: str) -> None:
    assert len(list(table(f"{HEAD}\n{ROW}\n{last}\n").rows)) == 2


def test_of_two_synonyms_the_likelier_counts() -> None:
    head = HEAD.replace("EMIS Number", "Effective Date")
    assert table(f"{head}\n{ROW}\n").places["date"] == 3
    assert table(f"{HEAD},Effective Date\n{ROW},x\n").places["date"] == 3


def test_a_heading_that_stands_twice_is_ambiguous() -> None:
    with pytest.raises(RecordError, match=r"`Date` stands in columns 4 and 5"):
        table(f"{HEAD},Date\n{ROW},x\n")


def test_a_missing_column_is_named_with_what_is_there_and_what_is_looked_for() -> None:
    with pytest.raises(RecordError) as error:
        table("NHS Number,EMIS Number,Code Term,When\n")
    assert "no column for `Date` or `Effective Date` (EMIS Web); it has `NHS Number`" in error.value.message
    assert "`mapping`" in error.value.message


def test_an_export_that_names_no_patient() -> None:
    with pytest.raises(RecordError, match="no column for `NHS Number` or"):
        table("Code Term,Date,Age\n")


# --- systems --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("headings", "system"),
    [
        (HEAD, "emis"),
        ("NHS Number,Code Term,Date", "emis"),
        ("Patient ID,Event Date,CTV3Code,CTV3Text", "systmone"),
        ("NHS number,Event Date,SNOMEDCode,Code Description", "systmone"),
        ("PID,DATE,CODE,RUBRIC", "vision"),
        ("NHS_NUMBER,DATE,SNOMED_CODE,RUBRIC", "vision"),
    ],
)
def test_which_system_it_was_is_told_by_its_headings(headings: str, system: str) -> None:
    assert table(f"{headings}\n").recipe.system == system


def test_headings_of_two_systems_are_asked_about() -> None:
    both = "NHS Number,Code Term,Rubric,Date,EMIS Number,PID"
    with pytest.raises(RecordError, match="could be of emis and vision; state which in the setting `system`"):
        table(f"{both}\n")
    assert table(f"{both}\n", "vision").recipe.system == "vision"


def test_a_mapping_of_ones_own_is_told_by_the_headings_that_it_alone_knows() -> None:
    north = read_recipe(b"extends: emis\nsystem: north\ncolumns:\n  id: Chart row\n", "north.yaml", shipped)
    recipes = RECIPES | {"north": north}
    found = table_of(f"{HEAD},Chart row\n".encode(), recipes, "auto")
    assert found is not None
    assert found.recipe.system == "north"
    with pytest.raises(RecordError, match="could be of emis and north"):
        table_of(f"{HEAD}\n".encode(), recipes, "auto")


def test_a_table_of_something_else_is_none_of_these() -> None:
    assert table_of(b"Name,Colour\nRose,red\n", RECIPES, "auto") is None
    with pytest.raises(
        RecordError, match=r"none of the first 60 lines has the headings of an export of Vision"
    ):
        table(b"Name,Colour,Scent\nRose,red,sweet\n", "vision")


@pytest.mark.parametrize(
    "content", [b"", b"\xff\xfe\x00\x01\x80", b"Dear Sir,\nyours\n", b"x,y\n1,2\n", b"7", b"word\n" * 90]
)
def test_what_is_no_such_table_is_left_to_others_also_where_the_system_is_stated(content: bytes) -> None:
    assert table_of(content, RECIPES, "emis") is None


# --- as the plugin --------------------------------------------------------------------------------


@pytest.fixture
def plugins() -> Iterator[Plugins]:
    made = Plugins.of({"gp-exports": GpExports()})
    yield made
    made.close()


def test_what_is_not_an_export_is_left_to_others(plugins: Plugins) -> None:
    engine = Engine.hosting(plugins)
    bundle: dict[str, Any] = {"resourceType": "Patient", "id": "p1"}
    assert engine.evaluate(bundle, "2026-01-20").record.reference == "Patient/p1"
    for content in (bundle, b'{"resourceType": "Patient", "id": "p1"}', "Name,Colour\nRose,red\n"):
        split, faults = plugins.split(Source(content))
        assert (len(split.sources), faults) == (1, ())


def test_an_export_that_cannot_be_used_says_so_when_it_is_read(plugins: Plugins) -> None:
    source = Source(f"{HEAD},Date\n{ROW},x\n")
    split, faults = plugins.split(source)
    assert (split.sources, faults) == ((source,), ())
    with pytest.raises(RecordError, match="stands in columns"):
        Engine.hosting(plugins).evaluate(source, "2026-01-20")
