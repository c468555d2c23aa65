"""Where the cache is, unless somebody says so: where the system has such things."""

import os
import sys
from pathlib import Path

import pytest

from ccr_rules.library.cache import Cache
from ccr_rules.library.cache_folder import user_folder


@pytest.fixture(autouse=True)
def nothing_said(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("CCR_CACHE", "XDG_CACHE_HOME", "LOCALAPPDATA"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(Path, "home", lambda: tmp_path)


@pytest.mark.parametrize(
    ("platform", "folder"),
    [
        ("linux", ".cache/ccr-rules"),
        ("freebsd14", ".cache/ccr-rules"),
        ("darwin", "Library/Caches/ccr-rules"),
        ("win32", "AppData/Local/ccr-rules/Cache"),
    ],
)
def test_each_system_has_its_place(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, platform: str, folder: str
) -> None:
    monkeypatch.setattr(sys, "platform", platform)
    assert user_folder() == tmp_path / folder


@pytest.mark.parametrize(
    ("platform", "variable", "inner"),
    [("linux", "XDG_CACHE_HOME", "ccr-rules"), ("win32", "LOCALAPPDATA", "ccr-rules/Cache")],
)
def test_the_system_s_own_variable_is_heeded_if_it_names_a_whole_path(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, platform: str, variable: str, inner: str
) -> None:
    monkeypatch.setattr(sys, "platform", platform)
    usual = user_folder()
    monkeypatch.setenv(variable, str(tmp_path / "elsewhere"))
    assert user_folder() == tmp_path / "elsewhere" / inner
    monkeypatch.setenv(variable, "half/a/path")
    assert user_folder() == usual


def test_ccr_cache_goes_before_all(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "elsewhere"))
    monkeypatch.setenv("CCR_CACHE", str(tmp_path / "named"))
    assert user_folder() == tmp_path / "named"
    assert Cache().folder == tmp_path / "named"
    assert Cache(tmp_path).folder == tmp_path
    monkeypatch.setenv("CCR_CACHE", "off")
    assert Cache().fault == "it is switched off"


def test_a_user_without_a_home_keeps_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def homeless() -> Path:
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.setattr(Path, "home", homeless)
    monkeypatch.setattr(sys, "platform", "linux")
    assert user_folder() is None


def test_tests_leave_the_user_s_cache_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    assert os.environ["CCR_CACHE"] == "off"
