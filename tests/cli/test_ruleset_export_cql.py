"""`ccr ruleset export --format cql`: the logic of a ruleset for engines of other people."""

from pathlib import Path

import pytest

from ccr_rules import Library
from ccr_rules.exports.cql.files import cql_files
from tests.cli.support import ccr, process, write_ruleset

COMMAND = ("ruleset", "export", "qof-cancer@2023", "--format", "cql")


def test_the_library_of_the_ruleset_is_written_to_stdout() -> None:
    library = Library.shipped()
    files = cql_files(library.find("qof-cancer@2023"), library.codelist)
    result = ccr(*COMMAND)
    assert (result.exit_code, result.stdout, result.stderr) == (0, next(iter(files.values())), "")


def test_a_folder_gets_every_file(tmp_path: Path) -> None:
    library = Library.shipped()
    files = cql_files(library.find("qof-cancer@2023"), library.codelist)
    for _ in range(2):
        result = ccr(*COMMAND, "--out", tmp_path / "new" / "cql")
        assert (result.exit_code, result.stdout) == (0, "")
        assert result.stderr == f"{tmp_path / 'new' / 'cql'}: {len(files)} files written\n"
    written = {path.name: path.read_bytes().decode() for path in (tmp_path / "new" / "cql").iterdir()}
    assert written == files


def test_a_ruleset_outside_the_library_is_exported(tmp_path: Path) -> None:
    result = ccr("ruleset", "export", write_ruleset(tmp_path), "-f", "cql")
    assert result.exit_code == 0
    assert "\nlibrary \"CCRLocalScheme\" version '2026.1.0'\n" in result.stdout


def test_it_can_be_said_where_value_sets_belong() -> None:
    text = ccr(*COMMAND, "--canonical", "https://icb.example/fhir").stdout
    assert "'https://icb.example/fhir/ValueSet/cancer-care-review' version" in text
    assert "ccr-rules.example" not in text


def test_every_process_writes_the_same_bytes() -> None:
    outputs = {process(*COMMAND, environment={"PYTHONHASHSEED": seed}).stdout for seed in ("1", "2")}
    assert outputs == {ccr(*COMMAND).stdout.encode()}


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("nothing", "-f", "cql"), "there is no ruleset nothing"),
        (("qof-cancer@2023", "-f", "spreadsheet"), "there is no form spreadsheet of ruleset; there are: cql"),
        (("qof-cancer@2023", "-f", "cql", "--canonical", "here"), "here is not a place for resources"),
        (
            ("qof-cancer@2023", "-f", "cql", "-o", "review=x"),
            "cql takes no option review; it takes canonical",
        ),
        (("qof-cancer@2023",), "Missing option '--format'"),
    ],
)
def test_what_cannot_be_exported_is_said(arguments: tuple[str, ...], said: str) -> None:
    result = ccr("ruleset", "export", *arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    assert said in " ".join(result.stderr.split())


def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("in the way", encoding="utf-8")
    result = ccr(*COMMAND, "--out", file)
    assert result.exit_code == 2
    assert f"{file}: cannot be written: " in " ".join(result.stderr.split())
