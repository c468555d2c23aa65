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

from ccr_rules.hosting.markers import PROJECT


@dataclass(frozen=True)
class Installed:
    """An installed plugin: its name, and where it is."""

    entry: EntryPoint

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
        """A digest of every file of its package, by name and content; what Python compiles is left out."""
        digest = hashlib.sha256()
        for name, path in sorted(self.files()):
            digest.update(f"{name}\0{hashlib.sha256(path.read_bytes()).hexdigest()}\n".encode())
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
            for path in folder.rglob("*"):
                if path.is_file() and "__pycache__" not in path.parts:
                    yield path.relative_to(folder).as_posix(), path

    def load(self) -> Any:
        """Return the plugin: a module or an object. Raises whatever importing it raises."""
        return self.entry.load()


def installed() -> dict[str, Installed]:
    """Return the installed plugins by name, sorted."""
    found = {entry.name: Installed(entry) for entry in entry_points(group=PROJECT)}
    return dict(sorted(found.items()))
