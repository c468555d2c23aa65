"""Looking into folders: those of the disk, where it is to be quick, and any other that packages may be in."""

import os
from importlib.resources.abc import Traversable
from pathlib import Path


def folders_in(parent: Traversable) -> list[Traversable]:
    """Return the folders in a folder, by name."""
    if isinstance(parent, Path):
        with os.scandir(parent) as items:
            return [parent / name for name in sorted(item.name for item in items if item.is_dir())]
    return sorted((item for item in parent.iterdir() if item.is_dir()), key=lambda item: item.name)


def names_in(folder: Traversable) -> set[str]:
    """Return the names of all that is in a folder."""
    if isinstance(folder, Path):
        with os.scandir(folder) as items:
            return {item.name for item in items}
    return {item.name for item in folder.iterdir()}


def read_bytes(file: Traversable) -> bytes:
    """Return the content of a file; of the disk in half the time of `Path.read_bytes`, for here are many."""
    if isinstance(file, Path):
        with file.open("rb", buffering=0) as stream:
            return stream.read()
    return file.read_bytes()
