"""`ccr evaluate`: formats, several records, options, exit codes."""

import json
from pathlib import Path

import jsonschema
import pytest

from tests.cli.support import (
    CASES,
    DAY,
    EXAMPLES,
    OVERDUE,
    bundle,
    ccr,
    diagnosis,
    patient,
    process,
    write_record,
    write_ruleset,
)

SCHEMA = json.loads(ccr("schema").stdout)


def test_the_table_says_what_is_due_what_to_record_and_why() -> None:
    result = ccr("evaluate", OVERDUE, "--as-of", DAY)
    assert result.exit_code == 0
    assert result.stderr == ""
    page = result.stdout
    assert "as of 20-Nov-2026" in page
    assert "Cancer support conversation  suggested date passed  due 30-Oct-2026  21 days past" in page
    assert "Provision of information about cancer support services" in page
    assert "Or not now" in page
    assert "not found from 30-Jul-2026" in page
    assert "draft, not clinically approved: best-practice-ccr@2026.1.0" in page
    assert "Decision" in page


def test_no_line_ends_in_blanks_or_is_wider_than_the_page() -> None:
    for columns in (60, 80, 100, 200):
        page = ccr("evaluate", OVERDUE, "--as-of", DAY, COLUMNS=str(columns)).stdout
        for line in page.splitlines():
            assert line == line.rstrip()
            assert len(line) <= min(columns, 110) or " " not in line.strip(), line


@pytest.mark.parametrize("story", sorted(path.parent.name for path in EXAMPLES.glob("*/story.md")))
def test_json_of_every_example_fits_the_schema(story: str) -> None:
    result = ccr("evaluate", EXAMPLES / story, "--as-of", DAY, "--format", "json")
    assert result.exit_code == 0
    jsonschema.validate(json.loads(result.stdout), SCHEMA)


def test_ndjson_has_a_line_for_each_record() -> None:
    folders = [EXAMPLES / "support-overdue", EXAMPLES / "died"]
    result = ccr("evaluate", *folders, "--as-of", DAY, "--format", "ndjson")
    lines = [json.loads(line) for line in result.stdout.splitlines()]
    assert [line["headline"].split(":")[0] for line in lines] == ["Cancer support conversation", "Died"]
    for line in lines:
        jsonschema.validate(line, SCHEMA)


def test_several_tables_are_headed_by_their_files(tmp_path: Path) -> None:
    for name in ("a b.json", "c.json"):
        write_record(tmp_path, patient(), diagnosis(), name=name)
    page = ccr("evaluate", tmp_path, "--as-of", DAY, COLUMNS="110").stdout
    assert "a b.json: Patient/p1" in page.replace("\n", " ")
    assert page.count("Patient/p1") == 2


def test_json_is_for_one_record(tmp_path: Path) -> None:
    for name in ("a.json", "b.json"):
        write_record(tmp_path, patient(), name=name)
    result = ccr("evaluate", tmp_path, "--format", "json")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "use --format ndjson" in result.stderr


def test_stdin_is_a_record() -> None:
    result = ccr("evaluate", "-", "--as-of", DAY, "--format", "json", given=OVERDUE.read_bytes())
    assert json.loads(result.stdout)["headline"].startswith("Cancer support conversation")


def test_one_unusable_record_among_several_does_not_stop_the_others(tmp_path: Path) -> None:
    write_record(tmp_path, patient(), diagnosis(), name="good.json")
    (tmp_path / "bad.json").write_text("{", encoding="utf-8")
    result = ccr("evaluate", tmp_path, "--as-of", DAY, "--format", "ndjson")
    assert result.exit_code == 11
    assert len(result.stdout.splitlines()) == 1
    assert "bad.json: the record is not JSON" in result.stderr
    assert "1 of 2 records could not be used" in result.stderr


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--as-of", "20-11-2026"], "write it as YYYY-MM-DD"),
        (["--as-of", "2025-02-30"], "write it as YYYY-MM-DD"),
        (["--known-on", "soon"], "known_on"),
        (["--profile", "gp-conect"], "did you mean 'gp-connect'"),
        (["--supplied", "Condition,Encountr"], "did you mean 'Encounter'"),
        (["--ruleset", "best-practice-cr"], "did you mean best-practice-ccr"),
        (["--fhir-version", "R6"], "R6"),
        (["--format", "xml"], "xml"),
        (["--rulesets", "nowhere"], "nowhere is not a folder"),
        (["--responses", "nowhere.json"], "nowhere.json: cannot be read"),
    ],
)
def test_a_wrong_option_is_a_usage_error(arguments: list[str], says: str) -> None:
    result = ccr("evaluate", OVERDUE, *arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    assert says in result.stderr


def test_options_reach_the_engine(tmp_path: Path) -> None:
    story = EXAMPLES / "condition-encounter-with-profile" / "record.json"
    vague = json.loads(ccr("evaluate", story, "--as-of", DAY, "-f", "json").stdout)
    sure = json.loads(
        ccr("evaluate", story, "--as-of", DAY, "-f", "json", "--profile", "condition-encounter").stdout
    )
    assert vague["reviews"][0]["status"] == "cannot tell"
    assert sure["reviews"][0]["status"] == "overdue"
    kinds = "Condition,Encounter,Observation,Procedure,ServiceRequest"
    stated = json.loads(ccr("evaluate", story, "--as-of", DAY, "-f", "json", "--supplied", kinds).stdout)
    assert stated["reviews"][0]["status"] == "overdue"
    early = json.loads(
        ccr("evaluate", OVERDUE, "--as-of", DAY, "--known-on", "2026-08-01", "-f", "json").stdout
    )
    assert early["known_on"] == "2026-08-01"
    named = ["-r", "qof-cancer@2023", "-r", "best-practice-ccr"]
    both = json.loads(ccr("evaluate", OVERDUE, "--as-of", DAY, *named, "-f", "json").stdout)
    assert [each["id"] for each in both["rulesets"]] == ["qof-cancer", "best-practice-ccr"]
    record = write_record(tmp_path, patient(), diagnosis(clinicalStatus=7))
    strict = json.loads(ccr("evaluate", record, "--as-of", DAY, "--strict", "-f", "json").stdout)
    assert strict["record"]["quarantined"]
    other = ccr("evaluate", OVERDUE, "--as-of", DAY, "--patient", "Patient/somebody-else")
    assert other.exit_code == 11


def test_two_rulesets_are_named_on_the_page() -> None:
    named = ["-r", "qof-cancer@2023", "-r", "best-practice-ccr"]
    page = ccr(
        "evaluate", EXAMPLES / "two-rulesets-2024", "--as-of", "2024-02-15", *named, COLUMNS="110"
    ).stdout
    assert "qof-cancer@2023" in page
    assert "not in force on this day, so nothing is prompted by best-practice-ccr" in page
    assert "CAN004" in page
    assert "excluded (DIAGCRV12M), can be met until 31-Mar-2024" in page


def test_what_is_undecided_is_said() -> None:
    page = ccr("evaluate", EXAMPLES / "broken-resources", "--as-of", DAY).stdout
    assert "not read: Observation/impossible-date" in page
    assert "Undecided" in page
    assert "Unclear" in page
    assert ": not everything that the rulesets need was supplied" in page


def test_what_can_come_out_of_an_indicator_is_said() -> None:
    story = EXAMPLES / "condition-encounter-without-profile"
    page = ccr("evaluate", story, "--as-of", "2024-02-15", "-r", "qof-cancer@2023").stdout
    assert "Indicators" in page
    undecided = ccr(
        "evaluate",
        EXAMPLES / "two-rulesets-2024",
        "--as-of",
        "2024-02-15",
        "-r",
        "qof-cancer@2023",
        "--supplied",
        "Condition",
    ).stdout
    assert "possible: " in undecided


def test_what_was_known_on_another_day_is_in_the_heading() -> None:
    page = ccr("evaluate", OVERDUE, "--as-of", DAY, "--known-on", "2026-09-01").stdout
    assert "as of 20-Nov-2026, known on 01-Sep-2026" in page


def test_items_that_were_seen_are_shown_with_their_day() -> None:
    page = ccr("evaluate", EXAMPLES / "all-done-in-time", "--as-of", DAY).stdout
    assert "  Seen " in page


def test_the_day_is_today_unless_it_is_given(monkeypatch: pytest.MonkeyPatch) -> None:
    from datetime import date

    monkeypatch.setattr("ccr_rules.cli.question.today", lambda: date(2026, 11, 21))
    assert json.loads(ccr("evaluate", OVERDUE, "-f", "json").stdout)["as_of"] == "2026-11-21"


def test_a_scheme_of_ones_own_is_evaluated(tmp_path: Path) -> None:
    write_ruleset(tmp_path, cases=CASES)
    record = write_record(tmp_path / "records", patient(), diagnosis())
    result = ccr(
        "evaluate",
        record,
        "--as-of",
        DAY,
        "-r",
        "local-scheme",
        "--rulesets",
        tmp_path,
        "--profile",
        "whole-record",
    )
    assert "visit: 50.00 GBP per year" in result.stdout
    assert "draft" not in result.stdout
    assert "Or not now" not in result.stdout
    assert "assumed: The host sends the whole record" in result.stdout


def test_no_ruleset_in_force_is_said() -> None:
    page = ccr("evaluate", OVERDUE, "--as-of", "1999-01-01").stdout
    assert "No ruleset is in force on this day" in page


# --- responses -----------------------------------------------------------------------------------


def responses(folder: Path, *items: object) -> Path:
    path = folder / "responses.json"
    path.write_text(json.dumps(list(items)), encoding="utf-8")
    return path


def test_what_was_snoozed_is_held_back_and_until_when_is_said(tmp_path: Path) -> None:
    snoozed = responses(
        tmp_path,
        {"kind": "snoozed", "review": "support-conversation", "until": "2026-12-31", "reason": "not-now"},
    )
    page = ccr("evaluate", OVERDUE, "--as-of", DAY, "--responses", snoozed).stdout
    assert "support-conversation-due: snoozed until 31-Dec-2026 (not-now)" in page
    declined = responses(tmp_path, {"kind": "declined", "review": "support-conversation"})
    page = ccr("evaluate", OVERDUE, "--as-of", DAY, "--responses", declined).stdout
    assert "support-conversation-due: declined until the host withdraws it" in page


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("nothing", "not JSON"),
        ("[" * 20_000, "not JSON"),
        ("{}", "not a list"),
        ('[{"kind": "snoozed", "untill": "2026-12-31"}]', "no key 'untill'"),
        ('[{"kind": "put off"}]', "item 1"),
        ('["snoozed"]', "item 1"),
    ],
)
def test_responses_that_do_not_fit_are_refused(tmp_path: Path, text: str, says: str) -> None:
    path = tmp_path / "responses.json"
    path.write_text(text, encoding="utf-8")
    result = ccr("evaluate", OVERDUE, "--as-of", DAY, "--responses", path)
    assert result.exit_code == 2
    assert says in result.stderr
    assert len(result.stderr) < 400


# --- bad input -----------------------------------------------------------------------------------


DEEP = "[" * 10_000 + "]" * 10_000


@pytest.mark.parametrize(
    "text",
    [
        "",
        "hello",
        '{"resourceType": "Bundle", "entry": [',
        DEEP,
        '{"a":' * 10_000 + "1" + "}" * 10_000,
        "[]",
        "42",
        '{"resourceType": "Teapot", "id": "t1"}',
        json.dumps(bundle(patient("p1"), patient("p2"))),
        json.dumps(bundle({"resourceType": "Organization", "id": "o1"})),
        "\ufeff",
    ],
)
def test_what_is_not_one_patients_record_is_refused_in_words(text: str) -> None:
    result = ccr("evaluate", "-", "--as-of", DAY, given=text)
    assert (result.exit_code, result.stdout) == (11, "")
    assert result.stderr.startswith("ccr: stdin: ")
    assert "Traceback" not in result.stderr
    assert len(result.stderr) < 500


def test_odd_parts_of_a_usable_record_are_set_aside() -> None:
    text = json.dumps(bundle(patient(), diagnosis(), {"resourceType": "Teapot", "id": "t1"}))
    doubled = text.replace('"id": "c1"', '"id": "c1", "id": "c1"')
    result = ccr("evaluate", "-", "--as-of", DAY, "-f", "json", given=doubled)
    assert result.exit_code == 0
    jsonschema.validate(json.loads(result.stdout), SCHEMA)
    nothing = bundle(patient(), diagnosis("2025-02-30"))
    result = ccr("evaluate", "-", "--as-of", DAY, "-f", "json", given=json.dumps(nothing))
    assert result.exit_code == 0
    assert json.loads(result.stdout)["completeness"] != "complete"


def test_a_file_that_is_not_there_is_a_usage_error(tmp_path: Path) -> None:
    result = ccr("evaluate", tmp_path / "no such.json")
    assert result.exit_code == 2
    assert "no such.json: no such file or folder" in result.stderr
    assert ccr("evaluate").exit_code == 2


def test_a_folder_without_records_is_a_usage_error(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("", encoding="utf-8")
    result = ccr("evaluate", tmp_path)
    assert result.exit_code == 2
    assert "no .json or .ndjson file in this folder" in result.stderr


def test_100_megabytes_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "large.json"
    path.write_bytes(b"[" + b" " * 100_000_000 + b"]")
    result = process("evaluate", path, "--as-of", DAY)
    assert result.returncode == 11
    assert b"more than the" in result.stderr
