"""`ccr ruleset export`: a ruleset in the formats of other systems."""

import json
from pathlib import Path

import pytest

from tests.cli.support import ccr, process, write_ruleset
from tests.exports.samples import LIBRARY, TALK, base_of, made

BEST = "best-practice-ccr@2025"
COMMAND = ("ruleset", "export", BEST, "--format", "questionnaire")


def export(*arguments: str | Path) -> dict[str, object]:
    result = ccr("ruleset", "export", *arguments, "--format", "questionnaire")
    assert result.exit_code == 0, result.output
    exported: dict[str, object] = json.loads(result.stdout)
    return exported


def test_a_questionnaire_is_written_to_stdout() -> None:
    assert export(BEST) == made(LIBRARY.find(BEST))


def test_an_overlay_names_the_questionnaire_of_its_base() -> None:
    later = LIBRARY.find("best-practice-ccr@2026")
    assert export("best-practice-ccr@2026") == made(later, base=base_of(later))


def test_one_review_can_be_asked_for() -> None:
    assert export(BEST, "--review", "cancer-care-review") == made(
        LIBRARY.find(BEST), review="cancer-care-review"
    )


def test_it_can_be_said_where_resources_belong() -> None:
    assert export(BEST, "--canonical", "https://icb.example")["url"] == (
        "https://icb.example/Questionnaire/best-practice-ccr"
    )


def test_a_ruleset_outside_the_library_is_exported(tmp_path: Path) -> None:
    exported = export(write_ruleset(tmp_path, TALK))
    assert exported["url"] == "https://ccr-rules.example/fhir/Questionnaire/local-scheme"


def test_a_file_gets_what_stdout_would_and_is_written_anew(tmp_path: Path) -> None:
    file = tmp_path / "form.json"
    file.write_text("something older and longer" * 10_000, encoding="utf-8")
    result = ccr(*COMMAND, "--out", file)
    assert (result.exit_code, result.stdout, result.stderr) == (0, "", f"{file}: written\n")
    assert file.read_bytes() == ccr(*COMMAND).stdout.encode()


def test_every_process_writes_the_same_bytes() -> None:
    outputs = {process(*COMMAND, environment={"PYTHONHASHSEED": seed}).stdout for seed in ("1", "2")}
    assert outputs == {ccr(*COMMAND).stdout.encode()}


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("qof-cancer@2023", "-f", "questionnaire"), "qof-cancer@2023.1.0 has no questionnaire"),
        ((BEST, "-f", "questionnaire", "--review", "x"), "no questionnaire of a review x; name support-"),
        (
            (BEST, "-f", "spreadsheet"),
            "there is no form spreadsheet of ruleset; there are: cql,",
        ),
        ((BEST, "-f", "questionnaire", "--canonical", "here"), "here is not a place for resources; name one"),
        (("nothing", "-f", "questionnaire"), "there is no ruleset nothing"),
        ((BEST, "-f", "questionnaire", "--out", "no/such/folder"), "no/such/folder: cannot be written: "),
        ((BEST,), "Missing option '--format'"),
    ],
)
def test_what_cannot_be_exported_is_said(arguments: tuple[str, ...], said: str) -> None:
    result = ccr("ruleset", "export", *arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    assert said in " ".join(result.stderr.split())


def test_the_help_names_every_format() -> None:
    said = ccr("ruleset", "export", "--help").stdout
    assert all(name in said for name in ("cql", "questionnaire"))
