"""The files of a pack as folders, in memory: what was verified is read, whatever becomes of the file."""

import io
from collections.abc import Iterator, Mapping
from importlib.resources.abc import Traversable
from typing import IO, Any


class Tree:
    """The files of a pack by name, and what is in each of its folders.

    `mark` tells one pack from another, and so what a cache keeps of them; `title` is the name of its top.
    """

    def __init__(self, files: Mapping[str, bytes], mark: str, title: str) -> None:
        self.files = dict(files)
        self.mark = mark
        self.title = title
        self.folders: dict[str, set[str]] = {"": set()}
        for name in files:
            path = name
            while path:
                parent, _, last = path.rpartition("/")
                self.folders.setdefault(parent, set()).add(last)
                path = parent


class PackFolder(Traversable):
    """A file or folder of a pack; like a path it may name something that is not there."""

    def __init__(self, tree: Tree, at: str = "") -> None:
        self._tree = tree
        self._at = at

    @property
    def name(self) -> str:
        """The last part of its path."""
        return self._at.rpartition("/")[2] or self._tree.title

    def iterdir(self) -> Iterator["PackFolder"]:
        """Yield what is in the folder. Raises NotADirectoryError."""
        if not self.is_dir():
            raise NotADirectoryError(str(self))
        return (self.joinpath(name) for name in sorted(self._tree.folders[self._at]))

    def is_dir(self) -> bool:
        """Say whether there is such a folder."""
        return self._at in self._tree.folders

    def is_file(self) -> bool:
        """Say whether there is such a file."""
        return self._at in self._tree.files

    def joinpath(self, *descendants: Any) -> "PackFolder":
        """Return what has a path in this folder; `..` is no way out of it."""
        return PackFolder(self._tree, "/".join(filter(None, [self._at, *map(str, descendants)])))

    def read_bytes(self) -> bytes:
        """Return the content of the file. Raises FileNotFoundError."""
        if not self.is_file():
            raise FileNotFoundError(str(self))
        return self._tree.files[self._at]

    def read_text(self, encoding: str | None = None, errors: str | None = None) -> str:
        """Return the content of the file as text, by default UTF-8. Raises FileNotFoundError."""
        return self.read_bytes().decode(encoding or "utf-8", errors or "strict")

    def open(
        self, mode: str = "r", *_: Any, encoding: str | None = None, errors: str | None = None
    ) -> IO[Any]:
        """Return the file as a stream, to be read: of bytes if the mode is `rb`, else of text."""
        return (
            io.BytesIO(self.read_bytes()) if mode == "rb" else io.StringIO(self.read_text(encoding, errors))
        )

    def __str__(self) -> str:
        return "/".join(filter(None, [f"{self._tree.title}[{self._tree.mark}]", self._at]))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, PackFolder) and str(self) == str(other)

    def __hash__(self) -> int:
        return hash(str(self))
