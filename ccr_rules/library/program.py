"""What reads rulesets and codelists, as a digest: it changes where the same text might be read otherwise."""

import hashlib
import sys
from collections.abc import Iterable, Iterator
from functools import cache
from importlib.resources.abc import Traversable
from importlib.util import find_spec
from pathlib import Path

import msgspec

from ccr_rules.library.files import folders_in, names_in, read_bytes

SOURCES = (
    "codelists",
    "dates.py",
    "errors.py",
    "language",
    "library",
    "record/entry.py",
    "record/patient.py",
    "truth.py",
)
"""The modules and packages of ccr_rules on which reading rests, directly or not."""

_PARSERS = ("lark", "ruamel.yaml", "_ruamel_yaml")


def digest(parts: Iterable[bytes]) -> bytes:
    """Return the SHA-256 of some parts, each with its length."""
    total = hashlib.sha256()
    for part in parts:
        total.update(len(part).to_bytes(8, "big"))
        total.update(part)
    return total.digest()


@cache
def program_digest() -> bytes | None:
    """Return the digest of this program, or None where its source is not at hand and nothing vouches for it.

    Python is part of it, since small letters and blanks are what its version of Unicode says.
    """
    root = Path(__file__).parents[1]
    versions = f"{sys.implementation.cache_tag} {msgspec.__version__}".encode()
    try:
        sources = [read_bytes(file) for name in SOURCES for file in _modules(root / name)]
        return digest([versions, *map(_first_file, _PARSERS), *sources])
    except OSError:
        return None


def _modules(path: Traversable) -> Iterator[Traversable]:
    """Yield a module, or those of a package in their order."""
    if path.name.endswith(".py"):
        yield path
        return
    yield from (path / name for name in sorted(names_in(path)) if name.endswith(".py"))
    for folder in folders_in(path):
        if folder.name != "__pycache__":
            yield from _modules(folder)


def _first_file(module: str) -> bytes:
    """Return what tells one version of a package from another, without importing it."""
    spec = find_spec(module)
    if spec is None or spec.origin is None:
        return b""
    file = Path(spec.origin)
    return file.read_bytes() if file.suffix == ".py" else f"{file.name} {file.stat().st_size}".encode()
