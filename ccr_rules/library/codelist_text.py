"""What one release of a codelist is read from: the bytes of its files, gathered from its folders.

A codelist is made of this and of nothing else, so what was made of it once can be kept.
"""

from collections.abc import Sequence
from importlib.resources.abc import Traversable
from typing import NamedTuple

METADATA_FILE = "codelist.yaml"
RELEASES_FILE = "releases.yaml"
_SUFFIX = ".csv"

Folders = Sequence[Traversable]
"""The folders of one list, one in each library that has it; a later one goes before the earlier."""


class Release(NamedTuple):
    """One release: its day, its text, `releases.yaml` beside it, and the releases that stand there too."""

    day: str
    csv: bytes
    records: bytes | None
    beside: tuple[str, ...]


class CodelistText(NamedTuple):
    """A list, the release of it that is `wanted` (None: the newest), and all releases, the newest last."""

    name: str
    wanted: str | None
    releases: tuple[str, ...]
    metadata: bytes | None
    release: Release | None


def gather(folders: Folders, wanted: str | None = None) -> CodelistText:
    """Read the files of a list.

    What the list is, the last folder says that has a `codelist.yaml`; by default the release is the newest of
    the last folder that has any.
    """
    return CodelistText(
        folders[-1].name, wanted, releases_of(folders), metadata_of(folders), _release(folders, wanted)
    )


def metadata_of(folders: Folders) -> bytes | None:
    """Return the `codelist.yaml` of the last folder that has one."""
    found = (bytes_of(folder, METADATA_FILE) for folder in reversed(folders))
    return next((metadata for metadata in found if metadata is not None), None)


def releases_of(folders: Folders) -> tuple[str, ...]:
    """Return the releases of a codelist, the newest last."""
    names = {item.name for folder in folders for item in folder.iterdir()}
    return tuple(name.removesuffix(_SUFFIX) for name in sorted(names) if name.endswith(_SUFFIX))


def bytes_of(folder: Traversable, name: str) -> bytes | None:
    """Return the content of a file, or None if there is none."""
    file = folder / name
    return file.read_bytes() if file.is_file() else None


def _release(folders: Folders, wanted: str | None) -> Release | None:
    for folder in reversed(folders):
        here = releases_of([folder])
        day = here[-1] if here and wanted is None else wanted
        if day in here:
            csv = (folder / f"{day}{_SUFFIX}").read_bytes()
            return Release(day, csv, bytes_of(folder, RELEASES_FILE), here)
    return None
