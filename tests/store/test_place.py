"""Where a store is, unless it is named."""

import sys
from pathlib import Path

import pytest

from ccr_rules.errors import UsageError
from ccr_rules.store.place import chosen_url


@pytest.fixture(autouse=True)
def nothing_said(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("XDG_STATE_HOME", "LOCALAPPDATA"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(Path, "home", lambda: tmp_path)


@pytest.mark.parametrize(
    ("platform", "folder"),
    [
        ("linux", ".local/state/ccr-rules"),
        ("darwin", "Library/Application Support/ccr-rules"),
        ("win32", "AppData/Local/ccr-rules/State"),
    ],
)
def test_each_system_has_its_place_which_is_the_user_s_alone(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, platform: str, folder: str
) -> None:
    monkeypatch.setattr(sys, "platform", platform)
    assert chosen_url(None, {}) == f"sqlite:///{tmp_path / folder / 'store.sqlite3'}"
    assert (tmp_path / folder).stat().st_mode & 0o077 == 0


def test_what_is_named_counts_before_the_environment_and_that_before_the_system() -> None:
    environment = {"CCR_DATABASE_URL": "postgresql://host/name"}
    assert chosen_url("sqlite:///here", environment) == "sqlite:///here"
    assert chosen_url(None, environment) == "postgresql://host/name"


def test_a_folder_that_others_can_write_to_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    folder = tmp_path / ".local" / "state" / "ccr-rules"
    folder.mkdir(parents=True)
    folder.chmod(0o777)
    with pytest.raises(
        UsageError, match="others can write to it; name the store with --store or CCR_DATABASE_URL"
    ):
        chosen_url(None, {})


def test_without_a_home_the_store_is_to_be_named(monkeypatch: pytest.MonkeyPatch) -> None:
    def nobody() -> Path:
        raise RuntimeError

    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(Path, "home", nobody)
    with pytest.raises(UsageError, match="name the store with --store"):
        chosen_url(None, {})
