"""Plugins that are installed: distributions with an entry point, in a folder that Python looks in."""

import subprocess
import sys
from pathlib import Path

import pytest

PLUGIN = """
from ccr_rules.hosting import hookimpl

@hookimpl
def ccr_configure(settings, folder):
    pass
"""


def install(folder: Path, name: str, code: str = PLUGIN, version: str = "1.2.0", module: str = "") -> Path:
    """Write a distribution with one plugin; return the folder of its package."""
    package = folder / (module or "plugin_" + name.replace("-", "_"))
    package.mkdir()
    (package / "__init__.py").write_text(code)
    info = folder / f"ccr_{name.replace('-', '_')}-{version}.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: ccr-{name}\nVersion: {version}\n")
    (info / "entry_points.txt").write_text(f"[ccr_rules]\n{name} = {package.name}\n")
    return package


def look_in(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Have Python look in a folder."""
    folder.mkdir(exist_ok=True)
    monkeypatch.syspath_prepend(str(folder))
    return folder


def build(folder: Path, into: Path) -> None:
    """Install a plugin's folder with pip, as its author would, into a folder that Python looks in."""
    subprocess.run(
        [
            *(sys.executable, "-m", "pip", "--disable-pip-version-check", "install", "-qq", "--no-index"),
            *("--no-deps", "--no-build-isolation", "--target", str(into), str(folder)),
        ],
        check=True,
    )
