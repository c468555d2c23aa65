"""What the README shows is what comes out, and what it lists is what there is."""

import re
import tomllib
from pathlib import Path

import pytest
from ccr_messages.catalogue import FORMS
from ccr_messages.fields import HOW_TO_GIVE
from ccr_messages.options import Options
from ccr_messages.settings import Settings
from messages_support import EXAMPLES, SETTINGS, delivered, plugins, text_of
from typer.testing import CliRunner

from ccr_rules import UsageError

README = (Path(__file__).parents[1] / "README.md").read_text("utf-8")


def test_the_settings_of_the_examples_are_those_that_made_them() -> None:
    (chosen,) = tomllib.loads((EXAMPLES / "plugins.toml").read_text())["plugins"]
    assert chosen == {"name": "messages", "settings": SETTINGS}


def test_the_text_message_and_the_refusal_are_what_comes_out() -> None:
    assert f"```text\n{text_of(delivered('invitation-sms-1'))}```" in README
    with pytest.raises(UsageError) as caught:
        delivered("invitation-letter-2")
    assert f"```text\nccr: {caught.value.message}\n```" in README


def test_the_notes_are_what_a_host_is_told() -> None:
    made = delivered("invitation-letter-1")
    (one,) = made.record
    assert one.coding is not None
    assert f"ccr: to record: {one.text} ({one.coding.code}), {one.day:%d-%b-%Y}" in README
    assert f"ccr: the next one: {made.next_on:%d-%b-%Y}" in README
    for note in made.notes:
        assert f"ccr: {note}\n" in README


def test_every_form_option_setting_and_field_is_named() -> None:
    for form in FORMS:
        assert form in README or f"`{form[-2:]}`" in README
    for option in Options.__slots__:
        assert f"`{'field.NAME' if option == 'fields' else option}`" in README
    for setting in Settings.__struct_fields__:
        assert re.search(rf"`{setting}[.`]", README), setting
    for field in HOW_TO_GIVE:
        assert f"`{field}`" in README, field
    assert plugins().hooks("messages") == tuple(re.findall(r"\| `(ccr_\w+)` \|", README))


def test_the_command_makes_what_the_readme_shows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from ccr_rules.cli.app import app
    from ccr_rules.cli.question import Asker

    monkeypatch.setattr(Asker, "plugins", plugins())
    asked = ["deliver", "invitation-letter-1", str(EXAMPLES / "record.json"), "--as-of", "2026-11-21"]
    more = ["--option", "clinician=Nurse Pat Sample", "--out", str(tmp_path)]
    done = CliRunner().invoke(app, [*asked, *more])
    assert done.exit_code == 0, done.output
    shown = README.partition("letters: 2 files written\n")[2].partition("```")[0]
    assert shown in done.output
    made = tmp_path / "invitation-letter-1.txt"
    assert made.read_bytes() == (EXAMPLES / "invitation-letter-1" / "invitation-letter-1.txt").read_bytes()
