"""A mapping says which column is what; what is wrong with one is told with its place, all together."""

from pathlib import Path

import pytest

from ccr_rules.errors import UsageError
from ccr_rules.population.attribute_file import COLUMNS
from ccr_rules.population.flat.cells import ENTRY_CELLS, PATIENT_CELLS
from ccr_rules.population.flat.dates import FORMS
from ccr_rules.population.flat.mapping import SIGNS, SKIP, Cell, Layout
from ccr_rules.population.flat.mapping_text import read_mapping
from ccr_rules.population.flat.resources import ELEMENTS, STATES
from ccr_rules.population.omop.cdm import TABLES
from ccr_rules.record.entry import SNOMED
from tests.cli.support import ROOT
from tests.population.extracts import ENTRIES, EXAMPLES, mapping
from tests.population.samples import write


def refusal(tmp_path: Path, text: bytes) -> str:
    file = write(tmp_path, {"m.yaml": text}) / "m.yaml"
    with pytest.raises(UsageError) as refused:
        read_mapping(file)
    return refused.value.message.replace(str(tmp_path), "")


@pytest.mark.parametrize("name", ["emis-like", "systmone-like"])
def test_the_examples_can_be_read_and_claim_no_suppliers_format(name: str) -> None:
    file = EXAMPLES / name / "mapping.yaml"
    assert read_mapping(file).mapping.name == f"{name}-example"
    assert "No supplier's format is claimed here" in file.read_text().replace("\n# ", " ")


PAGE = (ROOT / "docs" / "population-ingest.md").read_text(encoding="utf-8")


def test_the_page_has_a_mapping_that_can_be_read(tmp_path: Path) -> None:
    text = PAGE.partition("```yaml\n")[2].partition("```")[0]
    read = read_mapping(write(tmp_path, {"m.yaml": text.encode()}) / "m.yaml").mapping
    assert (read.name, read.supplied) == ("our-search", ("Patient", "Observation"))


@pytest.mark.parametrize(
    "name",
    sorted({*ENTRY_CELLS, *PATIENT_CELLS, *FORMS, *ELEMENTS, *STATES, *COLUMNS, *TABLES, SKIP, *SIGNS}),
)
def test_the_page_names_whatever_can_be_written(name: str) -> None:
    assert f"`{name}`" in PAGE


class TestWhatItSays:
    def test_a_cell_is_a_column_or_a_constant_or_words_with_their_meanings(self, tmp_path: Path) -> None:
        entries = (
            "  patient: {column: who}\n  date: day\n  kind: {column: sort, words: {Problem: Condition, "
            "Drug: skip}, otherwise: Observation}\n  system: snomed\n"
        )
        more = "patients:\n  patient: who\n  practice: {constant: Y12345}\n"
        read = read_mapping(write(tmp_path, {"m.yaml": mapping(entries, more)}) / "m.yaml").mapping
        assert read.entries == {
            "patient": Cell("who"),
            "kind": Cell("sort", words={"problem": "Condition", "drug": "skip"}, otherwise="Observation"),
            "system": Cell(constant=SNOMED),
            "date": Cell("day"),
        }
        assert read.patients["practice"] == Cell(constant="Y12345")
        assert read.kinds() == {"Condition", "Observation"}

    def test_words_are_told_without_regard_to_capitals(self) -> None:
        cell = Cell("sort", words={"first": "first"})
        assert (cell.meaning("FIRST"), cell.meaning("evolved")) == ("first", None)

    def test_how_files_are_written_may_be_left_out(self, tmp_path: Path) -> None:
        given = "layout: {delimiter: tab, encoding: cp1252, header_line: 9}\n"
        for more, layout in (("", Layout()), (given, Layout("tab", "cp1252", 9))):
            file = write(tmp_path, {"m.yaml": mapping(more=more)}) / "m.yaml"
            assert read_mapping(file).mapping.layout == layout

    def test_what_the_host_keeps_where_stands_in_the_answers(self, tmp_path: Path) -> None:
        more = "keeps: {diagnosis: Observation, activity: [Procedure, Observation]}\n"
        read = read_mapping(write(tmp_path, {"m.yaml": mapping(more=more)}) / "m.yaml").mapping
        host = read.host(None, frozenset())
        assert host.keeps == {"*diagnosis": ("Observation",), "*activity": ("Observation", "Procedure")}
        assert host.supplies == ("Patient", "Observation")
        assert host.assumed == (
            "The extract holds all that is recorded as Patient or Observation (mapping test).",
            "It has every diagnosis as Observation.",
            "It has every activity as Observation or Procedure.",
        )

    def test_what_is_supplied_may_be_stated_anew(self, tmp_path: Path) -> None:
        read = read_mapping(write(tmp_path, {"m.yaml": mapping()}) / "m.yaml").mapping
        assert read.host(("Flag",), frozenset()).assumed == (
            "The extract holds all that is recorded as Flag (mapping test).",
        )

    def test_dates_of_recording_that_are_not_read_are_told(self, tmp_path: Path) -> None:
        entries = ENTRIES.replace("Observation", "Encounter") + "  recorded: entered\n"
        read = read_mapping(write(tmp_path, {"m.yaml": mapping(entries)}) / "m.yaml").mapping
        assert (
            "entries of the kind Encounter were recorded is not read"
            in read.host(None, frozenset({"Encounter"})).assumed[-1]
        )


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (b"", "/m.yaml:1:1: error: the file is not a map"),
        (b"mapping: x\n", "a mapping needs `entries`"),
        (b"mapping: x\n", "a mapping needs `supplied`"),
        (
            mapping() + b"  recordd: x\n",
            "/m.yaml:9:3: error: `entries` has no key `recordd` (did you mean `recorded`?)",
        ),
        (mapping(ENTRIES.replace("  date: date\n", "")), "`entries` needs `date`"),
        (mapping(ENTRIES.replace("Observation", "Observatio")), "did you mean `Observation`?"),
        (mapping(ENTRIES.replace("kind: Observation", "kind: skip")), "every row is skipped (name a `kind`)"),
        (mapping(ENTRIES.replace("kind: Observation", "kind: [a]")), "`kind` is a map, not a list"),
        (
            mapping(ENTRIES + "  episode: {column: e, words: {FIRST: frist}}\n"),
            "`frist` is not a word for `episode`",
        ),
        (
            mapping(ENTRIES + "  episode: {column: e, words: {FIRST: [first]}}\n"),
            "`FIRST` of `episode` is a text",
        ),
        (
            mapping(ENTRIES + "  episode: {column: e, words: {a: new, A: new}}\n"),
            "the word `A` stands here twice",
        ),
        (
            mapping(ENTRIES + "  state: deleted\n"),
            "`state` needs the words of its column (state: {column: deleted",
        ),
        (
            mapping(ENTRIES + "  state: {column: d, words: {Y: planned}}\n"),
            "of the kind Observation cannot be `planned`",
        ),
        (mapping(ENTRIES + "  recorded: {constant: 2024}\n"), "`recorded` has no key `constant`"),
        (mapping(ENTRIES + "  system: {constant: [a]}\n"), "`constant` of `system` is a text, not a list"),
        (mapping(more="keeps: {diagnoses: [Condition]}\n"), "did you mean `diagnosis`?"),
        (mapping(more="dates: [dd/mm/yy]\n"), "`dd/mm/yy` is not a word for `dates`"),
        (mapping(more="layout: {header_line: 0}\n"), "it is the number of the line that names the columns"),
        (mapping(more="layout: {header_line: two}\n"), "it is the number of the line that names the columns"),
        (mapping(supplied="[Patient, Observatoin]"), "did you mean `Observation`?"),
        (mapping(more="patients: {patient: who, sex: gender}\n"), "`sex` needs the words of its column"),
    ],
)
def test_what_is_wrong_is_told_with_its_place(tmp_path: Path, text: bytes, says: str) -> None:
    message = refusal(tmp_path, text)
    assert message.startswith("the mapping /m.yaml cannot be used\n")
    assert says in message


def test_a_mapping_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"none\.yaml: cannot be read"):
        read_mapping(tmp_path / "none.yaml")
