"""The report: asked for as a form, or by a job that runs every day."""

import json
import runpy
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from ccr_care_team.__main__ import main
from ccr_care_team.counts import SEEN, Key
from ccr_care_team.files import append
from ccr_care_team.plugin import FORM, CareTeam

from ccr_rules import Engine, UsageError
from ccr_rules.hosting.plugins import Plugins

EXAMPLES = Path(__file__).parents[1] / "examples"
RECORD = Path("fhir_examples/support-overdue/record.json").read_bytes()
REVIEW = "cancer-care-review-due@best-practice-ccr@2026.1.0"
SUPPORT = "support-conversation-due@best-practice-ccr@2026.1.0"
ON = date(2026, 11, 21)


def practice(folder: Path, *, is_silent: bool = True) -> None:
    """Write ten weeks of a practice, in the last two of which reviews are not prompted for any more."""
    for day, seen, review, support in (
        (date(2026, 9, 14), 300, 40, 11),
        (date(2026, 10, 5), 350, 38, 9),
        (date(2026, 11, 2), 310, 41, 12),
        (date(2026, 11, 10), 120, 0 if is_silent else 14, 4),
        (date(2026, 11, 20), 121, 0 if is_silent else 16, 3),
    ):
        fired = [(Key("fired", REVIEW), review)] if review else []
        append(folder, day, [(SEEN, seen), (Key("fired", SUPPORT), support), *fired])
    append(
        folder,
        date(2026, 11, 10),
        [
            (Key("withheld", SUPPORT, "receptionist"), 2),
            (Key("accepted", SUPPORT), 5),
            (Key("declined", SUPPORT, "not-now"), 3),
            (Key("declined", SUPPORT, "patient-declined"), 1),
            (Key("overridden"), 4),
            (Key("code", "", "1239431000000104"), 5),
        ],
    )


def rendered(folder: Path | None, options: dict[str, Any], *, is_asked: bool = True) -> str:
    settings = {"folder": str(folder)} if folder else {}
    engine = Engine.hosting(Plugins.of({"care-team": CareTeam()}, {"care-team": settings}))
    evaluations = [engine.evaluate(RECORD, day) for day in ("2026-11-20", "2026-11-21")] if is_asked else []
    document = engine.plugins.render(evaluations, FORM, options)
    assert document is not None
    assert document.name.startswith("care-team-report-2026-11-21.")
    return document.content.decode()


def test_the_report_of_a_practice_in_which_a_rule_fell_silent(tmp_path: Path) -> None:
    practice(tmp_path)
    text = rendered(tmp_path, {})
    assert (
        "ALARM cancer-care-review-due@best-practice-ccr fired 119 times, in 3 of the earlier weeks, then not "
        "once where 30.1 were to be expected (p = 2.2e-12)\n"
    ) in text
    assert text.count("ALARM") == 1
    found = json.loads(rendered(tmp_path, {"as": "json"}))
    states = {each["rule"]: each["state"] for each in found["watched"]["rules"]}
    assert states == {
        "cancer-care-review-due@best-practice-ccr": "silent",
        "invite-to-cancer-care-review@best-practice-ccr": "never fired",
        "support-conversation-due@best-practice-ccr": "firing",
    }
    assert found["codes"] == {"1239431000000104": 5}
    assert found["answers"] == [
        {
            "rule": "(a card)",
            "withheld": {},
            "answers": {"overridden": 4},
            "reasons": {},
            "acceptance": 0.0,
        },
        {
            "rule": "support-conversation-due@best-practice-ccr",
            "withheld": {"receptionist": 2},
            "answers": {"accepted": 5, "declined": 4},
            "reasons": {"not-now": 3, "patient-declined": 1},
            "acceptance": 0.556,
        },
    ]


def test_a_practice_in_which_all_is_well(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    practice(tmp_path, is_silent=False)
    assert main([str(tmp_path), "--as-of", "2026-11-21"]) == 0
    assert "No alarm." in capsys.readouterr().out


@pytest.mark.parametrize(("withheld", "is_alarm"), [(13, False), (14, True)])
def test_a_prompt_that_is_withheld_each_time_is_an_alarm(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], withheld: int, is_alarm: bool
) -> None:
    """Of 14 firings: one that was shown is enough; what happened before the recent span does not count."""
    append(tmp_path, date(2026, 11, 7), [(SEEN, 300), (Key("fired", REVIEW), 60)])
    half = Key("withheld", REVIEW, "receptionist"), Key("withheld", REVIEW, "GP")
    counts = [(SEEN, 70), (Key("fired", REVIEW), 14), (half[0], 7), (half[1], withheld - 7)]
    append(tmp_path, date(2026, 11, 8), counts)
    assert main([str(tmp_path), "--as-of", "2026-11-21"]) == int(is_alarm)
    assert (
        "fired 14 times from 2026-11-08 to 2026-11-21, and was withheld each time: nobody has seen it"
        in (capsys.readouterr().out)
    ) is is_alarm


def test_what_is_only_withheld_has_no_acceptance(tmp_path: Path) -> None:
    append(tmp_path, ON, [(Key("withheld", REVIEW, "GP"), 1)])
    found = json.loads(rendered(tmp_path, {"as": "json"}))
    assert [each["acceptance"] for each in found["answers"]] == [None]
    assert "withheld" in rendered(tmp_path, {})


def test_without_a_folder_the_counts_are_those_of_this_process() -> None:
    text = rendered(None, {})
    assert "recent:  2026-11-08 to 2026-11-21, 2 evaluations" in text
    assert "ALARM nothing was evaluated from 2026-09-13 to 2026-11-07: there is nothing to compare" in text


def test_a_host_that_no_longer_asks_is_an_alarm(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    practice(tmp_path)
    assert main([str(tmp_path), "--as-of", "2026-12-31"]) == 1
    assert (
        "ALARM nothing was evaluated from 2026-12-18 to 2026-12-31: no prompt can have fired"
        in capsys.readouterr().out
    )


def test_counts_that_cannot_be_read_are_an_alarm(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    practice(tmp_path, is_silent=False)
    with (tmp_path / "care-team-2026-10.ndjson").open("ab") as file:
        file.write(b"\n{")
    assert main([str(tmp_path), "--as-of", "2026-11-21"]) == 1
    said = capsys.readouterr().out
    assert "ALARM 1 parts of the counts cannot be read: all numbers may be too low" in said
    assert "  cannot be read: care-team-2026-10.ndjson:3" in said


def test_counts_that_cannot_be_written_are_an_alarm(tmp_path: Path) -> None:
    practice(tmp_path, is_silent=False)
    plugin = CareTeam()
    plugins = Plugins.of({"care-team": plugin}, {"care-team": {"folder": str(tmp_path), "write_every": 1}})
    (tmp_path / "care-team-2026-12.ndjson").mkdir()
    Engine.hosting(plugins).evaluate(RECORD, "2026-12-01")
    document = plugins.render([], FORM, {"as_of": ON})
    assert document is not None
    assert b"ALARM counts cannot be written: Is a directory" in document.content


@pytest.mark.parametrize(
    "options",
    [{"as": "pdf"}, {"as_of": "today"}, {"as_of": 7}, {"as_of": None}],
)
def test_an_option_that_does_not_fit(options: dict[str, Any]) -> None:
    with pytest.raises(UsageError, match="care-team-report: "):
        rendered(None, options, is_asked=False)


def test_an_option_that_there_is_not() -> None:
    with pytest.raises(UsageError, match="there is no option `day`; one of: as_of, as"):
        rendered(None, {"day": "2026-11-21"}, is_asked=False)


@pytest.mark.parametrize("given", ["2026-11-21", ON])
def test_the_day_may_be_asked_for(given: Any) -> None:
    assert rendered(None, {"as_of": given}).startswith("Prompts watched on 2026-11-21\n")


def test_as_a_daily_job(tmp_path: Path) -> None:
    practice(tmp_path)
    command = [sys.executable, "-m", "ccr_care_team", str(tmp_path), "--as-of", "2026-11-21", "--json"]
    done = subprocess.run(command, capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (1, b"")
    assert len(json.loads(done.stdout)["alarms"]) == 1


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["nowhere", "--as-of", "2026-11-21"], "nowhere is not a folder; name the one in which counts"),
        ([".", "--as-of", "21 November"], "invalid fromisoformat value"),
        (["."], "--as-of"),
        ([".", "--as-of", "2026-11-21", "--recent-weeks", "0"], "`int` >= 1 - at `$.recent_weeks`"),
    ],
)
def test_a_job_that_is_called_wrongly(
    arguments: list[str], says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == 2
    assert says in capsys.readouterr().err


def test_as_a_module(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(sys, "argv", ["ccr_care_team", str(tmp_path), "--as-of", "2026-11-21"])
    monkeypatch.delitem(sys.modules, "ccr_care_team.__main__")
    with pytest.raises(SystemExit) as ended:
        runpy.run_module("ccr_care_team", run_name="__main__")
    assert ended.value.code == 1


def test_a_ruleset_that_is_out_of_force_is_not_expected_to_fire() -> None:
    engine = Engine.hosting(Plugins.of({"care-team": CareTeam()}))
    document = engine.plugins.render([engine.evaluate(RECORD, ON, rulesets=["qof-cancer@2004"])], FORM)
    assert document is not None
    assert b"@qof-cancer" not in document.content
