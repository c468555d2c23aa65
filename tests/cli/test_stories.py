"""Stories and `ccr demo`."""

from datetime import date
from pathlib import Path

import pytest

from ccr_rules.cli import stories
from ccr_rules.cli.stories import load_stories, read_story
from ccr_rules.cli.story_page import why_line
from ccr_rules.engine import Engine
from ccr_rules.errors import RulesetError
from tests.cli.support import EXAMPLES, ccr

STORY = """\
---
title: "February: a title"
as_of: 2024-02-15
known_on: 2024-02-14
profile: gp-connect
supplied: [Condition, Encounter]
rulesets: [qof-cancer@2023]
record: record.ndjson
---

The words.
"""


def write_story(folder: Path, text: str) -> Path:
    path = folder / "somebody" / "story.md"
    path.parent.mkdir()
    path.write_bytes(text.encode())
    return path


@pytest.mark.parametrize("ends", ["\n", "\r\n"])
def test_a_story_is_read(tmp_path: Path, ends: str) -> None:
    story = read_story(write_story(tmp_path, STORY.replace("\n", ends)))
    assert (story.name, story.title) == ("somebody", "February: a title")
    assert (story.as_of, story.known_on) == (date(2024, 2, 15), date(2024, 2, 14))
    assert (story.profile, story.supplied) == ("gp-connect", ("Condition", "Encounter"))
    assert story.rulesets == ("qof-cancer@2023",)
    assert story.record_path == tmp_path / "somebody" / "record.ndjson"
    assert story.text == "The words."


def test_what_a_story_leaves_out_has_a_default(tmp_path: Path) -> None:
    write_story(tmp_path, "---\ntitle: A\nas_of: 2024-02-15\n---\n")
    (story,) = load_stories(tmp_path)
    assert (story.known_on, story.profile, story.supplied, story.rulesets) == (None, None, None, ())
    assert story.record_path.name == "record.json"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("---\ntitle: A\nas_of: soon\n---\n", "3:8: error"),
        ("---\ntitle: A\nas_of: 2024-02-15\nprofil: x\n---\n", "nearest"),
        ("---\n- a\n---\n", "map"),
        ("no front matter", "story.md"),
    ],
)
def test_a_story_that_does_not_fit_is_refused_with_its_place(tmp_path: Path, text: str, says: str) -> None:
    path = write_story(tmp_path, text)
    with pytest.raises(RulesetError) as raised:
        read_story(path)
    assert "cannot be used" in raised.value.message
    if says != "nearest":
        assert says in raised.value.message


def test_the_installed_examples_come_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stories.examples_folder.cache_clear()
    assert stories.examples_folder() == EXAMPLES
    stories.examples_folder.cache_clear()
    (tmp_path / "_examples").mkdir()
    monkeypatch.setattr(stories, "files", lambda _package: tmp_path)
    assert stories.examples_folder() == tmp_path / "_examples"
    stories.examples_folder.cache_clear()


def test_the_demo_tells_every_story() -> None:
    result = ccr("demo")
    assert result.exit_code == 0
    names = [story.name for story in load_stories()]
    assert [name for name in names if f"{name}: " not in result.stdout] == []
    assert result.stdout.count("draft, not clinically approved") == len(names)
    assert f"{len(names)} patients, all invented" in result.stderr


def test_the_demo_tells_a_story_by_name() -> None:
    result = ccr("demo", "last-28-days")
    page = result.stdout
    assert "Cancer care review           suggested soon  due 11-Dec-2026  21 days left" in page
    assert "720006006 Cancer care review" in page
    assert "more codes" in page
    assert "  Why  " in page
    assert "1 patient, all invented" in result.stderr
    assert ccr("demo", "two-rulesets-2024").exit_code == 0


def test_the_demo_lists_its_stories() -> None:
    lines = ccr("demo", "--list").stdout.splitlines()
    assert len(lines) == len(load_stories())
    assert any(line.split()[0] == "palliative" for line in lines)


def test_a_story_that_is_not_there_is_a_usage_error() -> None:
    result = ccr("demo", "last-27-days")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "last-28-days" in result.stderr
    assert "there is no story q;" in ccr("demo", "q").stderr


def test_where_no_ruleset_is_in_force_there_is_no_why() -> None:
    record = (EXAMPLES / "died" / "record.json").read_bytes()
    assert why_line(Engine.default().evaluate(record, "1999-01-01")) == ""
