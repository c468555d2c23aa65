"""Whether what is in a pack can be used: every ruleset, its casebook, every release of every codelist."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from ccr_rules.engine import Engine
from ccr_rules.errors import Problem, RulesetError, RulesetTestsFailed
from ccr_rules.governance.casebook import CASEBOOK_FILE, read_casebook, run_casebook
from ccr_rules.language.ruleset import Ruleset
from ccr_rules.library.files import folders_in, names_in
from ccr_rules.library.library import CODELISTS, Library, Located, shipped_root
from ccr_ruleset_pack.pack import Pack

_SHOWN: Final = 10
"""So many entries are named; the others are counted."""


@dataclass
class Checked:
    """What is in a pack that can be used, and what was not tested or looks odd."""

    rulesets: list[str] = field(default_factory=list)
    codelists: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def check_pack(pack: Pack, on: Sequence[Pack] = ()) -> Checked:
    """Check a pack; it may build on the shipped library and on other packs.

    Raises RulesetError with all that is wrong, RulesetTestsFailed if a casebook's case goes otherwise.
    """
    roots = (shipped_root(), *(each.root for each in on))
    before, library = Library(*roots), Library(*roots, pack.root)
    checked = Checked(codelists=list(_codelists(library, before, pack)))
    checked.notes += _left_out(library, before, pack)
    found, problems = [], list[Problem]()
    for located in Library(pack.root).located():
        ruleset, faults = library.check(located)
        problems += faults
        if ruleset is not None:
            problems += _not_new(ruleset, before, located)
            found.append((located, ruleset))
    if any(each.severity == "error" for each in problems):
        raise RulesetError(f"{pack.manifest.title} cannot be used", tuple(problems))
    checked.notes += map(str, problems)
    engine = Engine(library)
    for located, ruleset in found:
        checked.rulesets.append(ruleset.reference)
        checked.notes += _tested(engine, located, ruleset)
    return checked


def _codelists(library: Library, before: Library, pack: Pack) -> Iterator[str]:
    """Read each release of each list, those of the pack among them; yield these."""
    lists = pack.root / CODELISTS
    for folder in folders_in(lists) if lists.is_dir() else ():
        known = before.codelist_releases(folder.name) if folder.name in before.codelist_names else ()
        for release in library.codelist_releases(folder.name):
            library.codelist(folder.name, release)
        for name in sorted(names_in(folder)):
            release = name.removesuffix(".csv")
            if release in known:
                file = f"{CODELISTS}/{folder.name}/{name}"
                raise RulesetError(
                    f"{pack.manifest.title} cannot be used",
                    (_duplicate(file, "there is a release of this day already", release),),
                )
            if release != name:
                yield f"{folder.name} {release}"


def _left_out(library: Library, before: Library, pack: Pack) -> Iterator[str]:
    """Say which entries of a codelist no longer count with the pack: who has only these goes unseen."""
    lists = pack.root / CODELISTS
    for folder in folders_in(lists) if lists.is_dir() else ():
        if folder.name in before.codelist_names:
            old, new = before.codelist(folder.name), library.codelist(folder.name)
            gone = [f"{code} {entry.display}" for code, entry in old.codes.items() if code not in new.codes]
            gone += [entry.term for term, entry in old.terms.items() if term not in new.terms]
            if gone:
                more = f" and {len(gone) - _SHOWN} more" if len(gone) > _SHOWN else ""
                yield (
                    f"codelist {folder.name}: in {old.release}, but not in {new.release}, and so counted no "
                    f"more: {', '.join(gone[:_SHOWN])}{more}"
                )


def _not_new(ruleset: Ruleset, before: Library, located: Located) -> Iterator[Problem]:
    if any(each.reference == ruleset.reference for each in before.rulesets):
        yield _duplicate(located.file, "there is a ruleset of this version already", ruleset.reference)


def _duplicate(file: str, message: str, found: str) -> Problem:
    return Problem("error", "duplicate", message, file, 1, 1, found, "give it one of its own")


def _tested(engine: Engine, located: Located, ruleset: Ruleset) -> Iterator[str]:
    """Run the casebook beside a ruleset; yield what was not tested."""
    casebook = located.folder / CASEBOOK_FILE
    if not casebook.is_file():
        yield f"{ruleset.reference}: there is no {CASEBOOK_FILE} beside it, so nothing was tested"
        return
    name = f"{located.file.rpartition('/')[0]}/{CASEBOOK_FILE}"
    result = run_casebook(read_casebook(casebook.read_bytes(), name), engine, ruleset)
    if result.failures:
        raise RulesetTestsFailed("\n\n".join(map(str, result.failures)))
    yield from (f"{ruleset.reference}: no case covers {gap}" for gap in result.gaps)
