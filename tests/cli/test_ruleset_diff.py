"""`ccr ruleset diff`: two versions, or a base and its overlay."""

import json
import re
from pathlib import Path

import pytest

from ccr_rules.language.loading import load_ruleset
from tests.cli.support import ROOT, SCHEME, ccr, write_ruleset

OTHER = (
    SCHEME.replace("version: 2026.1.0", "version: 2026.2.0")
    .replace("DIAGNOSED + 3 months", "DIAGNOSED + 2 months")
    .replace("title: Talk", "title: A talk")
    .replace("until: DIAGNOSED + 12 months", "until: DIAGNOSED + 1 year")
    .replace("  has_cancer:", "  reviewed: REVIEWED is not null\n  has_cancer:")
    .replace("when: has_cancer,", "when: reviewed,")
)
OVERLAY = """\
ruleset: our-scheme
version: 2026.1.0
title: A local scheme
jurisdiction: GB-ENG
status: active
in_force: {{from: 2026-01-01}}
extends: {{ruleset: local-scheme, version: 2026.1.0, digest: "{digest}"}}
parameters:
  reminder: {{value: 14 days, choice: "ours: two weeks are enough"}}
"""


@pytest.fixture
def both(tmp_path: Path) -> Path:
    """A folder with two versions of a scheme, and an overlay of the first."""
    digest = load_ruleset(SCHEME, "scheme.yaml").digest
    for place, text in (
        ("local-scheme/2026", SCHEME),
        ("local-scheme/2026-2", OTHER),
        ("our-scheme/2026", OVERLAY.format(digest=digest)),
    ):
        folder = tmp_path / place
        folder.mkdir(parents=True)
        (folder / "ruleset.yaml").write_text(text, encoding="utf-8")
    return tmp_path


def diff(folder: Path, *arguments: str) -> str:
    result = ccr("ruleset", "diff", *arguments, "--rulesets", folder)
    assert result.exit_code == 0, result.output
    return result.stdout


def test_what_may_change_answers_comes_first(both: Path) -> None:
    assert diff(both, "local-scheme@2026.1", "local-scheme@2026.2") == """\
local-scheme@2026.1.0 -> local-scheme@2026.2.0
3 that may change answers, 2 of words only.

May change answers                                                                                 3

  Conditions
    reviewed: added
      reaches visit
      now: test: review (REVIEWED) is recorded
           test: REVIEWED is not null

  Reviews
    talk: due changed
      was: 3 months after diagnosis (DIAGNOSED)
           DIAGNOSED + 3 months
      now: 2 months after diagnosis (DIAGNOSED)
           DIAGNOSED + 2 months

  Payments
    visit: when changed
      was: “has cancer” holds
           has_cancer
      now: “reviewed” holds
           reviewed

Words only                                                                                         2

  Reviews
    talk: title changed
      was: Talk
      now: A talk
    Written differently, with the same meaning: talk (until)
"""  # fmt: skip


def test_an_overlay_alone_is_compared_with_its_base(both: Path) -> None:
    page = diff(both, "our-scheme")
    assert page.startswith("local-scheme@2026.1.0 -> our-scheme@2026.1.0\n")
    assert "    reminder: value changed\n      was: 28 days\n      now: 14 days\n" in page
    by_path = diff(both, str(both / "our-scheme" / "2026" / "ruleset.yaml"))
    assert by_path == page


def test_nothing_to_tell_is_said(both: Path) -> None:
    page = diff(both, "local-scheme@2026.1", str(both / "local-scheme" / "2026"))
    assert page.splitlines()[1] == "No difference but for layout, comments and version."


def test_decision_rows_are_told_by_their_number(tmp_path: Path) -> None:
    old = (ROOT / "rulesets" / "qof-cancer" / "2023" / "ruleset.yaml").read_text("utf-8")
    new = old.replace("CAN_DAT <= LAST_DAY_OUTSIDE_24_MONTHS, then", "CAN_DAT < PPED - 24 months, then")
    new = new.replace("> PPED - last_months and CANPCSUPP_DAT", "> YEAR_BEFORE + 9 months and CANPCSUPP_DAT")
    path = write_ruleset(tmp_path / "elsewhere", new.replace("PPED", "PERIOD_END"))
    (tmp_path / "library").mkdir()
    page = diff(tmp_path / "library", "qof-cancer@2023", str(path))
    assert "    CAN004: row 1: test changed\n" in page
    assert re.search(r"Written differently, with the same meaning: CAN001 \(period end\), CAN004 \(", page)
    assert re.search(r"Written differently, with the same meaning: YEAR_BEFORE, LAST", page)


def test_json_holds_both_sides_and_the_rules_reached(both: Path) -> None:
    found = json.loads(diff(both, "local-scheme@2026.1", "local-scheme@2026.2", "--format", "json"))
    assert found["counts"] == {"may change answers": 3, "words only": 2}
    assert found["before"]["version"] == "2026.1.0"
    assert found["changes"][0] == {
        "section": "conditions",
        "id": "reviewed",
        "part": "",
        "kind": "added",
        "effect": "may change answers",
        "says": "added",
        "before": None,
        "after": {"cql": "test: REVIEWED is not null", "english": "test: review (REVIEWED) is recorded"},
        "reaches": ["payments/visit"],
    }


def test_every_key_of_the_json_is_documented(both: Path) -> None:
    page = (ROOT / "docs" / "diff.md").read_text("utf-8")
    found = json.loads(diff(both, "local-scheme@2026.1", "local-scheme@2026.2", "-f", "json"))
    change = next(each for each in found["changes"] if each["before"])
    for part in (found, found["before"], found["counts"], change, change["before"]):
        for key in part:
            assert f"`{key}`" in page, key


def test_a_ruleset_without_a_base_needs_another(both: Path) -> None:
    result = ccr("ruleset", "diff", "local-scheme@2026.1", "--rulesets", both)
    assert (result.exit_code, result.stdout) == (2, "")
    assert "local-scheme@2026.1.0 builds on no other ruleset: name two to compare" in result.stderr
