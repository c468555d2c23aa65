"""Rulesets and codelists on disk: `<root>/<family>/<version>/ruleset.yaml`, `<root>/codelists/<name>/`.

Everything is read once, when it is first asked for, and kept, in memory and in the user's cache; nothing in
it is about a patient.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from difflib import get_close_matches
from functools import cached_property
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

from ccr_rules.codelists.codelist import Codelist
from ccr_rules.errors import Problem, UsageError
from ccr_rules.language.report import nearest
from ccr_rules.language.ruleset import Ruleset
from ccr_rules.library.cache import Cache, CacheChoice
from ccr_rules.library.codelist_text import releases_of
from ccr_rules.library.files import folders_in
from ccr_rules.library.kept import codelist_of, ruleset_of
from ccr_rules.library.ruleset_files import CODELISTS, RULESET_FILE, Located, RulesetFiles

__all__ = ["CODELISTS", "NEWEST", "RULESET_FILE", "Library", "Located", "load_library", "shipped_root"]

NEWEST = "newest"
"""The word for the release that is used where none is named."""


def shipped_root() -> Traversable:
    """Return the folder of the rulesets that come with the package: installed, in a checkout or zipped."""
    package = Path(__file__).parents[1]
    for folder in (package / "_rulesets", package.parent / "rulesets"):
        if folder.is_dir():
            return folder
    return files("ccr_rules") / "_rulesets"


class Library:
    """The rulesets and codelists of one or more folders; a later folder adds to the earlier ones.

    `codelists` are further folders of codelists alone, `<name>/<release>.csv`, which lead. `cache` is the
    folder in which what was read is kept for the next process; None keeps nothing.
    """

    def __init__(
        self, *roots: Traversable, codelists: Sequence[Traversable] = (), cache: CacheChoice = "user"
    ) -> None:
        self._roots = roots
        self._lists = [*(root / CODELISTS for root in roots), *codelists]
        self._files = RulesetFiles(roots)
        self.cache = Cache(cache)
        self._codelists: dict[tuple[str, str | None], Codelist] = {}
        self._loaded: dict[str, Ruleset] = {}

    @classmethod
    def shipped(cls, *, cache: CacheChoice = "user") -> "Library":
        """Return the library that comes with the package."""
        return cls(shipped_root(), cache=cache)

    # --- rulesets ------------------------------------------------------------------------------

    @cached_property
    def rulesets(self) -> tuple[Ruleset, ...]:
        """Every ruleset, by id and version. Raises RulesetError if any of them is invalid."""
        return tuple(self._load_all(self._files.texts))

    def _load_all(self, found: Iterable[Located]) -> list[Ruleset]:
        loaded = [self._load(located) for located in found]
        return sorted(loaded, key=lambda ruleset: (ruleset.id, _version_key(ruleset.version)))

    def _load(self, located: Located) -> Ruleset:
        place = str(located.folder)
        if place not in self._loaded:
            source, base = self._files.source(located), self._files.base
            self._loaded[place] = ruleset_of(source, place, base, self.codelist_names, self.cache)
        return self._loaded[place]

    def located(self) -> Iterator[Located]:
        """Yield where each ruleset stands."""
        return self._files.located()

    def check(self, located: Located) -> tuple[Ruleset | None, tuple[Problem, ...]]:
        """Read and check one ruleset afresh; return it, if it is valid, with all problems and warnings."""
        from ccr_rules.language.loading import check_ruleset  # noqa: PLC0415 - keeps `import ccr_rules` quick

        bases = RulesetFiles(self._roots).base
        return check_ruleset(located.text(), located.file, bases=bases, codelists=self.codelist_names)

    def find(self, name: str, on: date | None = None) -> Ruleset:
        """Return the ruleset that `ID` or `ID@VERSION` names; the version may be a prefix.

        Without a version it is the one in force on the day `on`, if there is one; else the newest.
        Raises UsageError, with the nearest names, where there is none.
        """
        ruleset_id, _, prefix = name.partition("@")
        heads = self._files.heads.items()
        possible = [located for located, head in heads if head is None or head.id == ruleset_id]
        matching = [
            ruleset
            for ruleset in self._load_all(possible)
            if ruleset.id == ruleset_id and _starts(ruleset.version, prefix)
        ]
        in_force = [each for each in matching if on is not None and not prefix and each.in_force(on)]
        if matching:
            return (in_force or matching)[-1]
        known = [ruleset.reference for ruleset in self.rulesets]
        close = get_close_matches(name, [*known, *(ruleset.id for ruleset in self.rulesets)], n=1)
        hint = f"did you mean {close[0]}?" if close else f"there are {', '.join(known)}"
        raise UsageError(f"there is no ruleset {name}; {hint}")

    def in_force(self, day: date) -> list[Ruleset]:
        """Return the rulesets that apply to everybody on a day, one version each.

        Retired rulesets and local schemes (overlays of another ruleset) are evaluated when named.
        """
        newest: dict[str, Ruleset] = {}
        heads = self._files.heads.items()
        possible = [located for located, head in heads if head is None or head.covers(day)]
        for ruleset in self._load_all(possible):
            local = ruleset.base is not None and ruleset.base.ruleset != ruleset.id
            if ruleset.in_force(day) and ruleset.status != "retired" and not local:
                newest[ruleset.id] = ruleset
        return list(newest.values())

    # --- codelists -----------------------------------------------------------------------------

    @cached_property
    def codelist_names(self) -> tuple[str, ...]:
        """The names of all codelists, sorted."""
        return tuple(sorted(self._codelist_folders))

    @cached_property
    def _codelist_folders(self) -> dict[str, list[Traversable]]:
        """The folders of each list, one in each root that has it."""
        folders: dict[str, list[Traversable]] = {}
        for lists in self._lists:
            for folder in folders_in(lists) if lists.is_dir() else ():
                folders.setdefault(folder.name, []).append(folder)
        return folders

    def codelist_folders(self, name: str) -> Sequence[Traversable]:
        """Return the folders of a codelist, the first to ask last. Raises UsageError if it has none."""
        if name not in self._codelist_folders:
            hint = nearest(name, self.codelist_names) or f"there are {', '.join(self.codelist_names)}"
            raise UsageError(f"there is no codelist {name}; {hint}")
        return self._codelist_folders[name]

    def codelist_releases(self, name: str) -> tuple[str, ...]:
        """Return the releases of a codelist, the newest last. Raises UsageError if there is no such list."""
        return releases_of(self.codelist_folders(name))

    def codelist(self, name: str, release: str | None = None) -> Codelist:
        """Return a codelist of one release, or of the newest of the last folder that has one.

        Raises UsageError if there is no such list, RulesetError if it or its release cannot be used.
        """
        key = (name, release)
        if key not in self._codelists:
            self._codelists[key] = codelist_of(self.codelist_folders(name), release, self.cache)
        return self._codelists[key]

    def check_releases(self, releases: Mapping[str, str]) -> Mapping[str, str]:
        """Return a choice of releases by codelist. Raises UsageError for one that there is not."""
        for name, release in releases.items():
            known = (NEWEST, *self.codelist_releases(name))
            if release not in known:
                raise UsageError(
                    f"there is no release {release} of codelist {name}; there are {', '.join(known)}"
                )
        return releases

    def finder(self, releases: Mapping[str, str]) -> Callable[[str, str | None], Codelist]:
        """Return what finds codelists: in the releases chosen, else in those that the rulesets say."""

        def find(name: str, release: str | None) -> Codelist:
            chosen = releases.get(name, release)
            return self.codelist(name, None if chosen == NEWEST else chosen)

        return find


def load_library(*folders: str | Path, cache: CacheChoice = "user") -> Library:
    """Return the shipped library with the rulesets and codelists of further folders added.

    `cache` is that of `Library`.

    Raises UsageError for a folder that does not exist.
    """
    return Library(shipped_root(), *existing(folders), cache=cache)


def existing(folders: Iterable[str | Path]) -> list[Path]:
    """Return folders of rulesets. Raises UsageError for one that does not exist."""
    paths = [Path(folder) for folder in folders]
    for path in paths:
        if not path.is_dir():
            raise UsageError(f"{path} is not a folder; name one that holds <family>/<version>/{RULESET_FILE}")
    return paths


def _version_key(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("."))


def _starts(version: str, prefix: str) -> bool:
    return not prefix or f"{version}.".startswith(f"{prefix}.")
