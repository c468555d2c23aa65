"""The library that plugins add to: their folders, if everything in them can be used."""

from collections.abc import Iterable, Sequence
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Final, NamedTuple

from ccr_rules.errors import CcrError
from ccr_rules.evaluation.answers import PluginFault
from ccr_rules.hosting import junk
from ccr_rules.hosting.calls import Implementation, core_first
from ccr_rules.hosting.part import Part
from ccr_rules.library.cache import CacheChoice
from ccr_rules.library.files import folders_in
from ccr_rules.library.library import CODELISTS, Library

LIBRARY: Final = ("ccr_rulesets", "ccr_codelists")
"""The hooks at which plugins add to the library."""


class HostedLibrary(NamedTuple):
    """A library, the plugins that gave something of it, and those whose folders were left out."""

    library: Library
    took: tuple[str, ...] = ()
    faults: tuple[PluginFault, ...] = ()


def read_library(
    part: Part,
    rulesets: Iterable[Implementation],
    codelists: Iterable[Implementation],
    folders: Sequence[Path],
    cache: CacheChoice,
) -> HostedLibrary:
    """Return the shipped library with what plugins add, and then the host's own folders.

    Of a plugin, each folder in which anything cannot be used is left out, and each that holds another text
    of a ruleset that is there: a plugin adds rulesets, it does not replace them. A folder may build on those
    before it.
    """
    roots: list[Traversable] = []
    lists: list[Traversable] = []
    took: list[str] = []
    faults: list[PluginFault] = []
    for given, asked in ((roots, rulesets), (lists, codelists)):
        for each in core_first(asked):
            found = part.ask(each, junk.folders) or ()
            for folder in found:
                given.append(folder)
                if each.is_core:
                    continue
                why = _fault_of(Library(*roots, codelists=lists, cache=cache), each.hook, folder)
                if why is None:
                    took.append(each.plugin)
                    continue
                given.pop()
                faults.append(
                    PluginFault(each.plugin, each.hook, f"its folder {folder.name} is left out: {why}")
                )
    library = Library(*roots, *folders, codelists=lists, cache=cache)
    return HostedLibrary(library, tuple(dict.fromkeys(took)), (*part.faults, *faults))


def _fault_of(library: Library, hook: str, root: Traversable) -> str | None:
    """Return what is wrong with a library since a folder was added to it."""
    digests: dict[str, str] = {}
    try:
        for ruleset in library.rulesets:
            if digests.setdefault(ruleset.reference, ruleset.digest) != ruleset.digest:
                return (
                    f"{ruleset.reference} is there already, and says something else; give it another version"
                )
        lists = root if hook == "ccr_codelists" else root / CODELISTS
        for folder in folders_in(lists) if lists.is_dir() else ():
            for release in library.codelist_releases(folder.name):
                library.codelist(folder.name, release)
    except CcrError as error:
        return error.message
    except Exception as error:  # noqa: BLE001 - a folder may be anything that has the methods of one
        return f"it cannot be read ({type(error).__name__})"
    return None
