"""What one release of a codelist is read from: the bytes of its files, gathered from its folders.

A codelist is made of this and of nothing else, so what was made of it once can be kept.
"""

from collections.abc import Iterator, Sequence
from importlib.resources.abc import Traversable
from typing import NamedTuple

from ccr_rules.library.files import names_in, read_bytes

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

    def parts(self) -> Iterator[bytes]:
        """Yield all of it as bytes: the names, with which of the files there are, then the files."""
        release = self.release
        files = (self.metadata, release and release.csv, release and release.records)
        stands = release and (release.day, release.beside)
        yield repr((self.name, self.wanted, self.releases, stands, [file is None for file in files])).encode()
        yield from (file for file in files if file is not None)


def gather(folders: Folders, wanted: str | None = None) -> CodelistText:
    """Read the files of a list.

    What the list is, the last folder says that has a `codelist.yaml`; by default the release is the newest of
    the last folder that has any.
    """
    opened = [ListFolder(folder) for folder in folders]
    releases = tuple(sorted({day for folder in opened for day in folder.releases}))
    release = next((found for folder in reversed(opened) if (found := folder.release(wanted))), None)
    return CodelistText(folders[-1].name, wanted, releases, _metadata(opened), release)


def metadata_of(folders: Folders) -> bytes | None:
    """Return the `codelist.yaml` of the last folder that has one."""
    return _metadata([ListFolder(folder) for folder in folders])


def releases_of(folders: Folders) -> tuple[str, ...]:
    """Return the releases of a codelist, the newest last."""
    return tuple(sorted({day for folder in folders for day in ListFolder(folder).releases}))


class ListFolder:
    """One folder of a list, listed once."""

    def __init__(self, folder: Traversable) -> None:
        self._folder = folder
        self._names = names_in(folder)
        self.releases = tuple(
            sorted(name.removesuffix(_SUFFIX) for name in self._names if name.endswith(_SUFFIX))
        )

    def read(self, name: str) -> bytes | None:
        """Return the content of a file, or None if there is none."""
        return read_bytes(self._folder / name) if name in self._names else None

    def release(self, wanted: str | None) -> Release | None:
        """Return the release that is wanted, or the newest, if it stands here."""
        day = self.releases[-1] if self.releases and wanted is None else wanted
        csv = self.read(f"{day}{_SUFFIX}")
        return Release(day, csv, self.read(RELEASES_FILE), self.releases) if day and csv is not None else None


def _metadata(folders: Sequence[ListFolder]) -> bytes | None:
    found = (folder.read(METADATA_FILE) for folder in reversed(folders))
    return next((metadata for metadata in found if metadata is not None), None)
