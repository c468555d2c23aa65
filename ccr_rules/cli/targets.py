"""Rulesets that a command names: by id and version in the library, or by path anywhere."""

from collections.abc import Iterator
from pathlib import Path

from ccr_rules.cli.records import read_file
from ccr_rules.errors import RulesetError, UsageError
from ccr_rules.governance.casebook import CASEBOOK_FILE
from ccr_rules.language.ruleset import Ruleset
from ccr_rules.library.library import RULESET_FILE, Library, Located


class LooseFile(Located):
    """A ruleset outside the library; `file` is its path as it was given."""

    def text(self) -> bytes:
        """Return the file's content. Raises UsageError if it cannot be read."""
        return read_file(Path(self.file))


def targets(library: Library, names: list[str]) -> list[Located]:
    """Return the rulesets named, or all of the library.

    Raises UsageError for a name that neither the library nor the disk has.
    """
    if not names:
        return list(library.located())
    return [located for name in names for located in _named(library, name)]


def casebook_of(located: Located) -> tuple[bytes, str] | None:
    """Return the text of the casebook beside a ruleset, with its file name, or None if there is none."""
    casebook = located.folder / CASEBOOK_FILE
    if not casebook.is_file():
        return None
    return casebook.read_bytes(), str(Path(located.file).with_name(CASEBOOK_FILE))


def _named(library: Library, name: str) -> list[Located]:
    path = Path(name)
    if path.is_dir():
        found: list[Located] = [_loose(file) for file in sorted(path.rglob(RULESET_FILE))]
        if not found:
            raise UsageError(f"{name}: no {RULESET_FILE} in this folder; name another")
        return found
    if path.is_file():
        return [_loose(path)]
    matching = list(_in_library(library, name))
    if not matching:
        ids = sorted({located.family for located in library.located()})
        raise UsageError(f"{name}: no such file, and no ruleset of the library; there are {', '.join(ids)}")
    return matching


def _loose(path: Path) -> LooseFile:
    return LooseFile(path.parent, path.parent.parent.name, str(path))


def _in_library(library: Library, name: str) -> Iterator[Located]:
    """Yield what an id names; a ruleset that cannot be read counts for every version of its family."""
    ruleset_id, _, prefix = name.partition("@")
    for located in library.located():
        if located.family == ruleset_id:
            ruleset, _ = library.check(located)
            if ruleset is None or f"{ruleset.version}.".startswith(f"{prefix}." if prefix else ""):
                yield located


def read_ruleset(library: Library, located: Located) -> Ruleset:
    """Return a ruleset. Raises RulesetError, with all that is wrong, if it is not valid."""
    ruleset, problems = library.check(located)
    if ruleset is None:
        raise RulesetError(f"{located.file} cannot be used", problems)
    return ruleset


def ruleset_of(library: Library, name: str) -> Ruleset:
    """Return the ruleset that a name or a path gives.

    Raises UsageError if there is none, RulesetError if it is not valid.
    """
    return read_ruleset(library, targets(library, [name])[-1]) if Path(name).exists() else library.find(name)
