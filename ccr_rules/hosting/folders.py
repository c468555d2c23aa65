"""The library that plugins add to: their folders, if everything in them can be used."""

from collections.abc import Iterable, Sequence
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import NamedTuple

from ccr_rules.errors import CcrError
from ccr_rules.evaluation.answers import PluginFault
from ccr_rules.hosting import junk
from ccr_rules.hosting.calls import Implementation, core_first
from ccr_rules.hosting.part import Part
from ccr_rules.library.cache import CacheChoice
from ccr_rules.library.files import folders_in
from ccr_rules.library.library import Library


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

    A plugin's folders are left out if anything in them cannot be used.
    """
    roots: list[Traversable] = []
    lists: list[Traversable] = []
    took: list[str] = []
    faults: list[PluginFault] = []
    for given, asked in ((roots, rulesets), (lists, codelists)):
        for each in core_first(asked):
            found = part.ask(each, junk.folders) or ()
            given.extend(found)
            if each.is_core or not found:
                continue
            fault = _fault_of(Library(*roots, codelists=lists, cache=cache), each, found)
            if fault is None:
                took.append(each.plugin)
            else:
                del given[-len(found) :]
                faults.append(fault)
    library = Library(*roots, *folders, codelists=lists, cache=cache)
    return HostedLibrary(library, tuple(dict.fromkeys(took)), (*part.faults, *faults))


def _fault_of(library: Library, asked: Implementation, found: Sequence[Traversable]) -> PluginFault | None:
    """Return what is wrong with a library since some folders were added to it."""
    try:
        library.rulesets  # noqa: B018 - it is read when it is looked at
        for root in found:
            lists = root if asked.hook == "ccr_codelists" else root / "codelists"
            for folder in folders_in(lists) if lists.is_dir() else ():
                for release in library.codelist_releases(folder.name):
                    library.codelist(folder.name, release)
    except CcrError as error:
        why = f"its folders are left out: {error.message}"
        return PluginFault(asked.plugin, asked.hook, why)
    return None
