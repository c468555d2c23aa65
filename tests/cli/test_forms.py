"""`ccr render` and `ccr deliver`, and records that only a plugin reads."""

import json
import os
import sys
from pathlib import Path

import pytest

from tests.cli.support import DAY, OVERDUE, ROOT, ccr, process
from tests.hosting.distributions import install, look_in
from tests.hosting.samples import EXPORT, PLAIN, STORY

CODE = """
from ccr_rules import RecordError
from ccr_rules.hosting import Document, Delivery, Form, Split, hookimpl
from tests.hosting.samples import Lines, Writes

class Plugin(Lines, Writes):
    @hookimpl
    def ccr_forms(self):
        return [*super().ccr_forms(), Form("paper", "delivery", "Pages"), Form("none", "delivery", "None")]

    @hookimpl
    def ccr_deliver(self, evaluation, form, patient, options):
        if form == "paper":
            return Delivery((Document("paper.pdf", "application/pdf", b"%PDF"),), sent=True)
        return None if form == "none" else super().ccr_deliver(evaluation, form, patient)

    @hookimpl
    def ccr_split_source(self, source):
        if source.raw == b"unfit":
            raise ValueError
        if source.raw == b"refused":
            raise RecordError("there is no column of numbers; export it with one")
        return super().ccr_split_source(source)

plugin = Plugin()
"""


@pytest.fixture(autouse=True)
def _on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    site = look_in(tmp_path / "site", monkeypatch)
    install(site, "both", CODE)
    points = site / "ccr_both-1.2.0.dist-info" / "entry_points.txt"
    points.write_text("[ccr_rules]\nboth = plugin_both:plugin\n")
    monkeypatch.setenv("CCR_PLUGINS", "both")


@pytest.fixture
def export(tmp_path: Path) -> Path:
    file = tmp_path / "export.txt"
    file.write_bytes(EXPORT)
    return file


# --- evaluate -------------------------------------------------------------------------------------


def test_a_file_of_several_people_is_evaluated_person_by_person(export: Path) -> None:
    result = ccr("evaluate", export, "--as-of", DAY, "--format", "ndjson")
    answers = [json.loads(line) for line in result.stdout.splitlines()]
    assert [each["record"]["patient"] for each in answers] == ["Patient/a", "Patient/b"]
    assert result.exit_code == 11
    assert f"{export}: line 4: no name" in result.stderr
    assert "1 of 3 records could not be used" in result.stderr


def test_each_of_several_people_has_a_name(export: Path) -> None:
    page = ccr("evaluate", export, "--as-of", DAY).stdout
    assert f"{export} (1)" in page
    assert f"{export} (2)" in page


def test_one_record_that_only_a_plugin_reads_is_explained(tmp_path: Path, export: Path) -> None:
    file = tmp_path / "one.txt"
    file.write_bytes(b"lines\na;2026-03-01;254837009\n")
    assert ccr("explain", file, "--as-of", DAY).exit_code == 0
    result = ccr("explain", export, "--as-of", DAY)
    assert (result.exit_code, result.stdout) == (11, "")


def test_a_plugin_that_fails_to_take_a_file_apart_is_named(tmp_path: Path) -> None:
    file = tmp_path / "unfit.txt"
    file.write_bytes(b"unfit")
    result = ccr("evaluate", file, "--as-of", DAY)
    assert result.exit_code == 11
    assert "ccr: plugin both: ccr_split_source raised ValueError" in result.stderr


def test_a_file_that_cannot_be_taken_apart_is_named_and_the_others_are_evaluated(tmp_path: Path) -> None:
    file = tmp_path / "refused.txt"
    file.write_bytes(b"refused")
    result = ccr("evaluate", file, OVERDUE, "--as-of", DAY, "--format", "ndjson")
    assert (result.exit_code, len(result.stdout.splitlines())) == (11, 1)
    assert f"{file}: there is no column of numbers; export it with one" in result.stderr


def test_a_record_that_is_refused_is_named(tmp_path: Path) -> None:
    file = tmp_path / "one.txt"
    file.write_bytes(b"line\na;2026-03-01;unreadable")
    result = ccr("explain", file, "--as-of", DAY)
    assert (result.exit_code, result.stdout) == (11, "")
    assert f"{file}: line 0: there is no code" in result.stderr


# --- render ---------------------------------------------------------------------------------------


def test_render_writes_several_records_as_one_document(export: Path, tmp_path: Path) -> None:
    result = ccr("render", "card-text", export, OVERDUE, "--as-of", DAY)
    assert result.exit_code == 11  # a line of the export belongs to nobody
    assert result.stdout.splitlines()[-1] == PLAIN.evaluate(STORY, DAY).headline
    assert len(result.stdout.splitlines()) == 3
    out = tmp_path / "card.txt"
    again = ccr("render", "card-text", OVERDUE, "--as-of", DAY, "--out", out)
    assert (again.exit_code, again.stdout) == (0, "")
    assert out.read_text() == PLAIN.evaluate(STORY, DAY).headline


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("card-txt",), 2, "there is no form card-txt of evaluations"),
        (("card-text", "-o", "refuse=1"), 2, "refuse: not here"),
        (("card-text", "-o", "fail=1"), 16, "both: ccr_render raised ValueError"),
        (("card-text", "-o", "nothing=1"), 0, "there is nothing to write"),
        (("card-text", "-o", "nothing"), 2, "--option nothing: write NAME=VALUE"),
    ],
)
def test_what_cannot_be_written_is_said(arguments: tuple[str, ...], code: int, said: str) -> None:
    form, *options = arguments
    result = ccr("render", form, OVERDUE, "--as-of", DAY, *options)
    assert (result.exit_code, result.stdout) == (code, "")
    assert said in result.stderr


def test_where_no_record_can_be_used_nothing_is_written(tmp_path: Path) -> None:
    file = tmp_path / "none.json"
    file.write_text("{")
    result = ccr("render", "card-text", file, "--as-of", DAY)
    assert (result.exit_code, result.stdout) == (11, "")


# --- deliver --------------------------------------------------------------------------------------


def test_deliver_says_what_to_record_and_when_the_next_is_due(tmp_path: Path) -> None:
    out = tmp_path / "out"
    person = tmp_path / "person.json"
    person.write_text('{"resourceType": "Patient", "name": [{"text": "A. Person"}]}')
    result = ccr("deliver", "card-letter", OVERDUE, "--as-of", DAY, "--person", person, "--out", out)
    assert (result.exit_code, result.stdout) == (0, "")
    assert (out / "letter.txt").read_text() == "card-letter: A. Person"
    said = result.stderr
    assert "ccr: not sent: the documents are there to be printed or sent" in said
    assert "ccr: to record: Invitation (no verified code: record it by its term), 20-Nov-2026" in said
    assert "ccr: the next one: 01-Dec-2026" in said


def test_the_person_is_that_of_the_record_unless_a_file_says_otherwise(tmp_path: Path) -> None:
    record = json.loads(OVERDUE.read_bytes())
    names = [
        each["resource"]["name"]
        for each in record["entry"]
        if each["resource"]["resourceType"] == "Patient" and "name" in each["resource"]
    ]
    result = ccr("deliver", "card-letter", OVERDUE, "--as-of", DAY)
    expected = names[0][0].get("text", "") if names else ""
    assert result.stdout == f"card-letter: {expected}"


def test_a_record_that_is_no_fhir_brings_no_person(tmp_path: Path) -> None:
    file = tmp_path / "one.txt"
    file.write_bytes(b"lines\na;2026-03-01;254837009\n")
    assert ccr("deliver", "card-letter", file, "--as-of", DAY).stdout == "card-letter: "
    ndjson = tmp_path / "one.ndjson"
    ndjson.write_text('{"resourceType": "Patient", "id": "p", "name": [{"text": "B"}]}\n')
    assert ccr("deliver", "card-letter", ndjson, "--as-of", DAY).stdout == "card-letter: B"


@pytest.mark.parametrize(
    ("text", "said"), [("{", "not JSON"), ("[]", "no Patient in it"), ('{"entry": [7]}', "no Patient in it")]
)
def test_a_file_without_a_person_is_refused(text: str, said: str, tmp_path: Path) -> None:
    person = tmp_path / "person.json"
    person.write_text(text)
    result = ccr("deliver", "card-letter", OVERDUE, "--as-of", DAY, "--person", person)
    assert (result.exit_code, result.stdout) == (2, "")
    assert said in result.stderr


def test_what_is_no_text_goes_into_a_file_or_a_pipe() -> None:
    piped = process("deliver", "paper", OVERDUE, "--as-of", DAY, environment=_environment())
    assert piped.stdout == b"%PDF"
    assert b"ccr: sent" in piped.stderr


def test_no_terminal_is_shown_what_is_no_text(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ccr_rules.cli.output.is_terminal", lambda: True)
    result = ccr("deliver", "paper", OVERDUE, "--as-of", DAY)
    assert (result.exit_code, result.stdout) == (2, "")
    assert "name a file with --out" in result.stderr


def test_where_there_is_nothing_to_deliver_it_says_so() -> None:
    result = ccr("deliver", "none", OVERDUE, "--as-of", DAY)
    assert (result.exit_code, result.stdout) == (0, "")
    assert "there is nothing to deliver" in result.stderr


def _environment() -> dict[str, str]:
    site = next(each for each in sys.path if each.endswith("site"))
    return {"PYTHONPATH": os.pathsep.join((site, str(ROOT)))}
