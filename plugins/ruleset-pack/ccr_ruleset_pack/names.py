"""The names of files in a pack: such as mean the same on every system, and lead nowhere else."""

import re
from collections.abc import Iterable
from typing import Final

from ccr_rules.errors import UsageError

_PART: Final = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]*(?<!\.)")
_LONGEST: Final = 200


def check_name(name: str) -> None:
    """Raise UsageError for a name that is not made of plain names with slashes between them.

    So nothing is absolute, leads out of the pack, or is read as another name by some system.
    """
    parts = name.split("/")
    if len(name) > _LONGEST or not all(_PART.fullmatch(part) for part in parts):
        raise UsageError(
            f"{name!r} is no name for a file in a pack; name files and folders with letters a to z, digits, "
            "'.', '_' and '-' (no dot at the beginning or end)"
        )


def check_apart(names: Iterable[str]) -> None:
    """Raise UsageError for names of which two are the same, on this system or on one that ignores case."""
    spelled: dict[str, str] = {}
    files: set[str] = set()
    for name in names:
        if name in files:
            raise UsageError(f"{name} is there twice, so that nobody can say which of them counts; keep one")
        files.add(name)
        parts = name.split("/")
        for length in range(1, len(parts) + 1):
            path = "/".join(parts[:length])
            before = spelled.setdefault(path.lower(), path)
            if before != path:
                raise UsageError(f"{before} and {path} differ only in case; rename one of them")
    for name in files:
        parents = ("/".join(name.split("/")[:length]) for length in range(1, name.count("/") + 1))
        for parent in parents:
            if parent in files:
                raise UsageError(f"{parent} is a file and a folder; rename one of them")
