"""The plugins that are on for a command: those that `CCR_PLUGINS` lists, and what ccr-rules brings itself."""

import os
import sys
from collections.abc import Callable, Collection, Iterable
from contextlib import redirect_stdout
from pathlib import Path
from typing import TypeVar

from ccr_rules.cli.output import note
from ccr_rules.engine import Engine
from ccr_rules.evaluation.answers import PluginFault
from ccr_rules.exports import hooks as exports
from ccr_rules.hosting.choice import from_environment
from ccr_rules.hosting.folders import HostedLibrary
from ccr_rules.hosting.loading import CORE
from ccr_rules.hosting.part import Part
from ccr_rules.hosting.plugins import Plugins
from ccr_rules.library.cache import CacheChoice
from ccr_rules.library.library import Library

_T = TypeVar("_T")


class _Discreet(Plugins):
    """Plugins of a command: what they print goes to stderr, for stdout belongs to the answer."""

    def during(
        self, hooks: Collection[str], work: Callable[[Part], _T], library: HostedLibrary | None = None
    ) -> _T:
        with redirect_stdout(sys.stderr):
            return super().during(hooks, work, library)


def plugins_on() -> Plugins:
    """Return the plugins that are on. Raises UsageError for one that is not as it is listed."""
    with redirect_stdout(sys.stderr):
        return _Discreet.load(from_environment(os.environ), {**CORE, "exports": exports})


def engine_with(folders: list[Path] | None) -> Engine:
    """Return an engine with the plugins that are on, their rulesets, and those of further folders.

    On stderr, which plugin's are left out, and why.
    """
    plugins = plugins_on()
    return Engine(_library(plugins, folders), plugins=plugins)


def library_with(
    folders: list[Path] | None, cache: CacheChoice = "user", plugins: Plugins | None = None
) -> Library:
    """Return the library of those rulesets; on stderr, which plugin's are left out, and why."""
    return _library(plugins or plugins_on(), folders, cache).library


def _library(plugins: Plugins, folders: list[Path] | None, cache: CacheChoice = "user") -> HostedLibrary:
    hosted = plugins.library(*(folders or ()), cache=cache)
    tell(hosted.faults)
    return hosted


def tell(faults: Iterable[PluginFault]) -> None:
    """Say on stderr which plugins failed."""
    for each in faults:
        note(f"ccr: plugin {each.plugin}: {each.hook} {each.fault}")
