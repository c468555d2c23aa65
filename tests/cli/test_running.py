"""What every command has in common: streams, colours, exit codes, faults."""

import errno
import io
import json
import subprocess
import sys
from importlib.metadata import PackageNotFoundError
from pathlib import Path
from zoneinfo import ZoneInfoNotFoundError

import pytest

import ccr_rules.cli
from ccr_rules.cli import output, question, running, version
from ccr_rules.cli.layout import Page
from ccr_rules.errors import UsageError
from tests.cli.support import DAY, OVERDUE, bundle, ccr, diagnosis, patient, process, write_record

COMMANDS = [
    [],
    ["demo"],
    ["evaluate"],
    ["explain"],
    ["schema"],
    ["doctor"],
    ["serve"],
    ["ruleset"],
    ["ruleset", "list"],
    ["ruleset", "show"],
    ["ruleset", "check"],
    ["ruleset", "test"],
    ["ruleset", "diff"],
    ["ruleset", "page"],
    ["ruleset", "new"],
    ["ruleset", "export"],
    ["codelist"],
    ["codelist", "list"],
    ["codelist", "show"],
    ["codelist", "import"],
    ["codelist", "diff"],
]


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_every_command_has_help(command: list[str]) -> None:
    for option in ("--help", "-h"):
        result = ccr(*command, option)
        assert result.exit_code == 0
        assert result.stdout.startswith("Usage: ccr")
        assert all(len(line) <= 80 for line in result.stdout.splitlines())


def test_the_version_is_said() -> None:
    assert ccr("--version").stdout == "ccr-rules 0.1.0\n"


def test_a_checkout_that_was_not_installed_has_no_version(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(_name: str) -> str:
        raise PackageNotFoundError

    monkeypatch.setattr(version, "installed_version", missing)
    assert version.version() == "not installed"


@pytest.mark.parametrize(
    "arguments", [["evalute"], ["--nothing"], ["evaluate", "--nothing"], ["ruleset", "no"]]
)
def test_what_does_not_exist_is_a_usage_error(arguments: list[str]) -> None:
    result = ccr(*arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    assert "Usage: " in result.stderr


# --- processes of their own ----------------------------------------------------------------------


def test_results_go_to_stdout_and_the_rest_to_stderr() -> None:
    result = process("evaluate", OVERDUE, "--as-of", DAY, "--format", "json")
    assert (result.returncode, result.stderr) == (0, b"")
    assert json.loads(result.stdout)["as_of"] == DAY
    failed = process("evaluate", "-", given=b"{")
    assert (failed.returncode, failed.stdout) == (11, b"")
    assert failed.stderr.startswith(b"ccr: stdin: ")


@pytest.mark.parametrize("environment", [{}, {"NO_COLOR": "1"}])
def test_a_pipe_gets_utf_8_without_colours(environment: dict[str, str]) -> None:
    environment = {"PYTHONIOENCODING": "ascii", "LC_ALL": "C", **environment}
    result = process("demo", "last-28-days", environment=environment)
    assert result.returncode == 0
    assert b"\x1b" not in result.stdout
    result = process("explain", OVERDUE, "support-conversation", "--as-of", DAY, environment=environment)
    assert "→" in result.stdout.decode("utf-8")


def test_a_reader_that_goes_away_is_no_fault() -> None:
    command = [
        sys.executable,
        "-m",
        "ccr_rules.cli",
        "explain",
        str(OVERDUE),
        "--format",
        "json",
        "--as-of",
        DAY,
    ]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as running_process:
        assert running_process.stdout is not None
        assert running_process.stderr is not None
        running_process.stdout.close()
        said = running_process.stderr.read()
    assert (running_process.returncode, said) == (141, b"")


def test_a_path_may_hold_blanks_and_letters_of_any_script(tmp_path: Path) -> None:
    record = write_record(tmp_path / "Dr Müller 診療所", patient(), diagnosis())
    result = process("evaluate", record, "--as-of", DAY)
    assert (result.returncode, result.stderr) == (0, b"")


def test_nothing_that_a_record_says_of_a_person_is_on_stderr(tmp_path: Path) -> None:
    """Names, numbers and free text: not even when the record cannot be used."""
    secrets = ["Zzyzxson", "Quillon", "9990000018", "hush-hush", "Hidden lump"]
    odd = diagnosis(onsetDateTime="hush-hush", code={"text": "Hidden lump"}, note=[{"text": "Hidden lump"}])
    records = [
        bundle(patient(), odd),
        bundle(patient("p1"), patient("p2"), odd),
        bundle({**patient(), "birthDate": "hush-hush", "gender": 9990000018}),
        bundle({**patient(), "id": 7}, {**odd, "subject": "Zzyzxson"}),
        [{"resourceType": "Patient", "name": "Zzyzxson"}],
    ]
    texts = [json.dumps(record) for record in records]
    texts += [texts[0][:-40], texts[0].replace('"resourceType": "Bundle"', '"resourceType": "Zzyzxson"')]
    for number, text in enumerate(texts):
        path = tmp_path / f"{number}.json"
        path.write_text(text, encoding="utf-8")
        for command in (["evaluate"], ["evaluate", "--strict"], ["explain"]):
            said = ccr(*command, path, "--as-of", DAY).stderr
            assert not [secret for secret in secrets if secret in said], (text, said)


# --- faults --------------------------------------------------------------------------------------


def spoil(monkeypatch: pytest.MonkeyPatch, fault: BaseException) -> None:
    def fail(_text: str) -> None:
        raise fault

    monkeypatch.setattr(output, "write", fail)


def test_a_fault_of_the_program_is_said_without_what_the_record_says(monkeypatch: pytest.MonkeyPatch) -> None:
    spoil(monkeypatch, KeyError("Zzyzxson"))
    result = ccr("schema")
    assert result.exit_code == 70
    assert "a fault in ccr-rules itself: KeyError at tests/cli/test_running.py:" in result.stderr
    assert "Zzyzxson" not in result.stderr


def test_the_whole_trace_is_shown_when_it_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    spoil(monkeypatch, KeyError("Zzyzxson"))
    result = ccr("schema", CCR_TRACEBACK="1")
    assert result.exit_code == 70
    assert "Traceback" in result.stderr


def test_an_interrupt_ends_quietly(monkeypatch: pytest.MonkeyPatch) -> None:
    spoil(monkeypatch, KeyboardInterrupt())
    result = ccr("schema")
    assert result.exit_code == 130
    assert "Traceback" not in result.stderr


@pytest.mark.parametrize("number", [errno.EPIPE, errno.EINVAL])
def test_a_closed_pipe_lets_go_of_stdout(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, number: int
) -> None:
    spoil(monkeypatch, OSError(number, "closed"))
    assert ccr("schema").exit_code == 141
    with (tmp_path / "out").open("w", encoding="utf-8") as file:
        monkeypatch.setattr(sys, "stdout", file)
        running._let_go_of_stdout()
        file.write("nowhere")
    assert (tmp_path / "out").read_text(encoding="utf-8") == ""


# --- streams and the clock -----------------------------------------------------------------------


class Terminal(io.TextIOWrapper):
    def isatty(self) -> bool:
        return True


def test_a_terminal_keeps_its_encoding_and_never_fails_on_a_character(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    terminal = Terminal(io.BytesIO(), encoding="cp1252")
    pipe = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    monkeypatch.setattr(sys, "stdout", terminal)
    monkeypatch.setattr(sys, "stderr", pipe)
    output.prepare_streams()
    assert (terminal.encoding, terminal.errors) == ("cp1252", "replace")
    assert (pipe.encoding, pipe.errors) == ("utf-8", "backslashreplace")
    monkeypatch.setattr(sys, "stdout", io.StringIO())
    output.prepare_streams()


@pytest.mark.parametrize(("no_color", "coloured"), [("", True), ("1", False)])
def test_colours_are_for_terminals_without_no_color(
    monkeypatch: pytest.MonkeyPatch, no_color: str, coloured: bool
) -> None:
    monkeypatch.setenv("NO_COLOR", no_color)
    monkeypatch.setenv("TERM", "xterm")
    page = Page(80)
    page.say("overdue", "yellow")
    terminal = Terminal(io.BytesIO(), encoding="utf-8")
    output.show(page, terminal)
    terminal.flush()
    written = terminal.buffer.getvalue().decode()  # type: ignore[attr-defined]
    assert ("\x1b[33m" in written) is coloured
    assert "overdue" in written


def test_a_ruleset_is_shown_as_a_page_on_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    shown: list[Page] = []
    monkeypatch.setattr(output, "show", shown.append)
    monkeypatch.setattr(output, "is_terminal", lambda: True)
    result = ccr("ruleset", "show", "qof-cancer@2023")
    assert result.exit_code == 0
    assert shown[0].lines[0].plain == "QOF cancer indicators 2023/24"


def test_the_width_of_a_page_has_bounds(monkeypatch: pytest.MonkeyPatch) -> None:
    for columns, width in (("20", 60), ("80", 80), ("400", 110)):
        monkeypatch.setenv("COLUMNS", columns)
        assert output.page_width() == width


def test_today_is_the_day_in_the_united_kingdom(monkeypatch: pytest.MonkeyPatch) -> None:
    assert question.today().year >= 2025

    def missing(_name: str) -> None:
        raise ZoneInfoNotFoundError

    monkeypatch.setattr(question, "ZoneInfo", missing)
    with pytest.raises(UsageError, match="give the day with --as-of"):
        question.today()


def test_main_runs_the_arguments_of_the_process(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["ccr", "--version"])
    with pytest.raises(SystemExit) as ended:
        ccr_rules.cli.main()
    assert not ended.value.code
    assert capsys.readouterr().out == "ccr-rules 0.1.0\n"
