"""The plugins that are installed: distributions with an entry point of the group `ccr_rules`.

Nothing of a plugin runs before it is known to be the one that was chosen: its digest is taken from its files.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from importlib.metadata import EntryPoint, entry_points
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from ccr_rules.errors import UsageError
from ccr_rules.hosting.markers import PROJECT


@dataclass(frozen=True)
class Installed:
    """An installed plugin: its name, and where it is. `rivals` are other distributions that use the name."""

    entry: EntryPoint
    rivals: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The name by which it is listed."""
        return self.entry.name

    @property
    def version(self) -> str:
        """The version of its distribution."""
        return self.entry.dist.version if self.entry.dist else ""

    @property
    def distribution(self) -> str:
        """The name of its distribution."""
        return self.entry.dist.name if self.entry.dist else ""

    @cached_property
    def digest(self) -> str:
        """A digest of every file of its package, by name and content; what Python compiles is left out.

        Raises UsageError for a file that cannot be read.
        """
        digest = hashlib.sha256()
        try:
            for name, path in sorted(self.files()):
                digest.update(f"{name}\0{hashlib.sha256(path.read_bytes()).hexdigest()}\n".encode())
        except OSError as error:
            raise UsageError(
                f"plugin {self.name}: {error.filename}: cannot be read: {error.strerror}; install it anew"
            ) from None
        return f"sha256:{digest.hexdigest()}"

    def files(self) -> Iterator[tuple[str, Path]]:
        """Yield the files of its package, each with its name in it."""
        package = self.entry.module.partition(".")[0]
        spec = find_spec(package)
        if spec is None:
            return
        if spec.submodule_search_locations is None:
            yield package, Path(str(spec.origin))
            return
        for folder in map(Path, spec.submodule_search_locations):
            for path in _below(folder, ()):
                yield path.relative_to(folder).as_posix(), path

    def load(self) -> Any:
        """Return the plugin: a module or an object. Raises whatever importing it raises."""
        return self.entry.load()


def _below(folder: Path, above: tuple[Path, ...]) -> Iterator[Path]:
    """Yield the files in a folder and below; a link to a folder is one, since Python imports through it."""
    real = folder.resolve()
    for path in folder.iterdir():
        if path.name == "__pycache__" or real in above:
            continue
        if path.is_dir():
            yield from _below(path, (*above, real))
        else:
            yield path


def installed() -> dict[str, Installed]:
    """Return the installed plugins by name, sorted."""
    by_name: dict[str, list[EntryPoint]] = {}
    for entry in entry_points(group=PROJECT):
        by_name.setdefault(entry.name, []).append(entry)
    return {name: _installed(*entries) for name, entries in sorted(by_name.items())}


def _installed(entry: EntryPoint, *others: EntryPoint) -> Installed:
    return Installed(entry, tuple(each.dist.name if each.dist else each.value for each in others))
