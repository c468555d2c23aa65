"""The files of a new plugin: one that does a little, with tests that pass."""

import re
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from string import Template
from typing import Final

from ccr_rules.errors import UsageError
from ccr_rules.plugin_kit import scaffold

_NAME: Final = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
_FILES: Final = {
    "pyproject.toml.txt": "pyproject.toml",
    "README.md.txt": "README.md",
    "init.py.txt": "{package}/__init__.py",
    "plugin.py.txt": "{package}/plugin.py",
    "py.typed.txt": "{package}/py.typed",
    "test_plugin.py.txt": "tests/test_{module}.py",
}


def new_plugin(name: str, into: Path) -> list[Path]:
    """Write the files of a new plugin into a folder of its name; return them.

    Raises UsageError for a name that is none, and for a folder that is there already or cannot be made.
    """
    if not _NAME.fullmatch(name):
        raise UsageError(
            f"{name}: the name of a plugin is small letters, digits and hyphens, as `our-clinic`"
        )
    folder = into / name
    if folder.exists():
        raise UsageError(f"{folder} is there already; name another plugin, or another folder with --into")
    try:
        return list(_written(name, folder))
    except OSError as error:
        raise UsageError(
            f"{error.filename}: cannot be written: {error.strerror}; name another folder"
        ) from None


def _written(name: str, folder: Path) -> Iterator[Path]:
    module = name.replace("-", "_")
    package = f"ccr_{module}"
    for source, target in _FILES.items():
        path = folder / target.format(package=package, module=module)
        path.parent.mkdir(parents=True, exist_ok=True)
        text = (files(scaffold) / source).read_text(encoding="utf-8")
        path.write_text(Template(text).substitute(name=name, package=package), encoding="utf-8", newline="\n")
        yield path
