"""A plugin prints, fails or sends while a command runs: the answer stands, and what went wrong is said."""

import json
from pathlib import Path

import pytest

from tests.cli.support import DAY, OVERDUE, ccr
from tests.hosting.distributions import install, look_in
from tests.hosting.samples import PLAIN, STORY

CODE = """
from pathlib import Path
from ccr_rules.hosting import Delivery, Document, Form, Source, Split, hookimpl
from ccr_rules.record.patient import PatientRecord

print("imported")

@hookimpl
def ccr_configure(settings):
    print("configured")

@hookimpl
def ccr_forms():
    print("asked for forms")
    return [Form("heads", "evaluations", "Headlines"), Form("letter", "delivery", "A letter")]

@hookimpl
def ccr_rulesets():
    return [Path(__file__).parent / "broken"]

@hookimpl
def ccr_split_source(source):
    print("splitting")
    if source.raw == b"nobody":
        return Split(())
    if source.raw == b"two":
        return Split.of([source.with_content(CONTENT), source.with_content(CONTENT)])

@hookimpl
def ccr_enrich_record(record):
    print("enriching")
    1 / 0

@hookimpl
def ccr_render(evaluations):
    print("rendering")
    return Document("heads.txt", "text/plain", "\\n".join(e.headline for e in evaluations).encode())

@hookimpl
def ccr_deliver(evaluation):
    (Path(__file__).parent / "sent").write_text("sent")
    return Delivery((Document("letter.txt", "text/plain", b"Dear"),), sent=True)

CONTENT = Path(%r).read_bytes()
"""


@pytest.fixture(autouse=True)
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    site = look_in(tmp_path / "site", monkeypatch)
    module = f"loud_{tmp_path.name.replace('-', '_')}"
    package = install(site, "loud", CODE % str(OVERDUE), module=module)
    broken = package / "broken" / "family" / "1"
    broken.mkdir(parents=True)
    (broken / "ruleset.yaml").write_text("ruleset: [")
    monkeypatch.setenv("CCR_PLUGINS", "loud")
    return package


def test_what_plugins_print_is_no_part_of_an_answer() -> None:
    result = ccr("evaluate", OVERDUE, "--as-of", DAY, "--format", "json")
    assert result.exit_code == 0
    assert json.loads(result.stdout)["headline"]
    for said in ("imported", "configured", "asked for forms", "splitting", "enriching"):
        assert said in result.stderr
    assert ccr("render", "heads", OVERDUE, "--as-of", DAY).stdout == PLAIN.evaluate(STORY, DAY).headline


def test_a_plugin_that_failed_stands_on_the_page() -> None:
    page = " ".join(ccr("evaluate", OVERDUE, "--as-of", DAY).stdout.split())
    assert "loud: ccr_rulesets its folder broken is left out" in page
    assert "loud: ccr_enrich_record raised ZeroDivisionError" in page


@pytest.mark.parametrize("command", [("render", "heads"), ("evaluate", "--format", "ndjson")])
def test_what_failed_is_said_once_for_all_records(command: tuple[str, ...], tmp_path: Path) -> None:
    file = tmp_path / "two.txt"
    file.write_bytes(b"two")
    name, *more = command
    result = ccr(name, *more, file, "--as-of", DAY)
    assert result.exit_code == 0
    assert result.stderr.count("ccr: plugin loud: ccr_enrich_record raised ZeroDivisionError") == 1
    assert result.stderr.count("ccr: plugin loud: ccr_rulesets its folder broken is left out") == 1


def test_a_file_with_nobody_in_it_is_no_answer(tmp_path: Path) -> None:
    file = tmp_path / "nobody.txt"
    file.write_bytes(b"nobody")
    result = ccr("evaluate", file, "--as-of", DAY)
    assert (result.exit_code, result.stdout) == (11, "")
    assert f"ccr: {file}: there is nobody's record in it" in result.stderr


# --- sending --------------------------------------------------------------------------------------


def test_nothing_is_sent_where_no_document_could_be_written(package: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    result = ccr("deliver", "letter", OVERDUE, "--as-of", DAY, "--out", tmp_path / "file" / "out")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "no folder can be made" in result.stderr
    assert not (package / "sent").exists()


def test_what_was_sent_is_said_also_where_writing_fails(package: Path, tmp_path: Path) -> None:
    (tmp_path / "out" / "letter.txt").mkdir(parents=True)
    result = ccr("deliver", "letter", OVERDUE, "--as-of", DAY, "--out", tmp_path / "out")
    assert result.exit_code == 2
    assert "ccr: sent" in result.stderr
    assert "cannot be written" in result.stderr
    assert (package / "sent").exists()
