"""The plugins that are on for a command: those that `CCR_PLUGINS` lists, and what ccr-rules brings itself."""

import os
from pathlib import Path

from ccr_rules.cli.output import note
from ccr_rules.engine import Engine
from ccr_rules.exports import hooks as exports
from ccr_rules.hosting.choice import from_environment
from ccr_rules.hosting.loading import CORE
from ccr_rules.hosting.plugins import Plugins
from ccr_rules.library.cache import CacheChoice
from ccr_rules.library.library import Library


def plugins_on() -> Plugins:
    """Return the plugins that are on. Raises UsageError for one that is not as it is listed."""
    return Plugins.load(from_environment(os.environ), {**CORE, "exports": exports})


def engine_with(folders: list[Path] | None) -> Engine:
    """Return an engine with the plugins that are on, their rulesets, and those of further folders."""
    return Engine.hosting(plugins_on(), *(folders or ()))


def library_with(
    folders: list[Path] | None, cache: CacheChoice = "user", plugins: Plugins | None = None
) -> Library:
    """Return the library of those rulesets; on stderr, which plugin's are left out, and why."""
    hosted = (plugins or plugins_on()).library(*(folders or ()), cache=cache)
    for fault in hosted.faults:
        note(f"ccr: plugin {fault.plugin}: {fault.hook}: {fault.fault}")
    return hosted.library
