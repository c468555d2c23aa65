"""From the list of plugins to plugins that are ready, or a clear refusal before anything starts."""

from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Final, NamedTuple

import pluggy

from ccr_rules.errors import RecordError, UsageError
from ccr_rules.hosting import core, specs
from ccr_rules.hosting.calls import SECONDS, Implementation
from ccr_rules.hosting.choice import Chosen
from ccr_rules.hosting.installed import Installed, installed
from ccr_rules.hosting.markers import PROJECT

HOOKS: Final = tuple(name for name in vars(specs) if name.startswith("ccr_"))
"""The names of the hooks, in the order of their lives."""

CORE: Final[Mapping[str, Any]] = {"core": core}


class Plugin(NamedTuple):
    """A plugin that is on: its name, version, and what it is: a module or an object."""

    name: str
    version: str
    itself: Any
    chosen: Chosen

    @property
    def reference(self) -> str:
        """The name with the version, as decisions record it."""
        return f"{self.name}@{self.version}" if self.version else self.name


def find(chosen: Sequence[Chosen]) -> list[Plugin]:
    """Return the plugins that were chosen, imported. Raises UsageError for one that is not as listed."""
    there = installed() if chosen else {}
    names = [each.name for each in chosen]
    for name in names:
        if names.count(name) > 1:
            raise UsageError(f"plugin {name}: it is listed twice; list it once")
    return [_found(each, there) for each in chosen]


def _found(chosen: Chosen, there: Mapping[str, Installed]) -> Plugin:
    found = there.get(chosen.name)
    if found is None:
        close = get_close_matches(chosen.name, there, n=1)
        known = f"installed are {', '.join(there)}" if there else "none is installed"
        hint = f"did you mean {close[0]}?" if close else known
        raise UsageError(f"plugin {chosen.name}: it is not installed; {hint}")
    if chosen.version and chosen.version != found.version:
        raise UsageError(
            f"plugin {chosen.name}: version {chosen.version} is listed, and {found.version} is installed; "
            f"install the one that is listed, or list the other after checking it"
        )
    if chosen.digest and chosen.digest != found.digest:
        raise UsageError(
            f"plugin {chosen.name}: its files are not those that are listed (their digest is "
            f"{found.digest}); install it anew, or list this digest after checking what changed"
        )
    try:
        itself = found.load()
    except Exception as error:
        raise UsageError(
            f"plugin {chosen.name}: it cannot be imported: {type(error).__name__}: {error}"
        ) from error
    return Plugin(chosen.name, found.version, itself, chosen)


def register(plugins: Sequence[Plugin], built_in: Mapping[str, Any]) -> pluggy.PluginManager:
    """Return a manager with plugins and the parts of the core. Raises UsageError for unfit hooks."""
    manager = pluggy.PluginManager(PROJECT)
    manager.add_hookspecs(specs)
    for name, itself in built_in.items():
        manager.register(itself, name)
    for plugin in reversed(plugins):  # pluggy asks the last one first
        _register(manager, plugin)
    return manager


def _register(manager: pluggy.PluginManager, plugin: Plugin) -> None:
    strangers = [each for each in _marked(plugin.itself) if each not in HOOKS]
    if strangers:
        close = get_close_matches(strangers[0], HOOKS, n=1)
        hint = f"did you mean {close[0]}?" if close else f"there are {', '.join(HOOKS)}"
        raise UsageError(f"plugin {plugin.name}: there is no hook {strangers[0]}; {hint}")
    try:
        manager.register(plugin.itself, plugin.name)
    except (pluggy.PluginValidationError, ValueError) as fault:
        raise UsageError(f"plugin {plugin.name}: {fault}; docs/plugins.md has each hook") from None


def _marked(itself: Any) -> list[str]:
    """Return the names of what is marked as an implementation."""
    return [name for name in dir(itself) if hasattr(getattr(itself, name, None), f"{PROJECT}_impl")]


def implementations(
    manager: pluggy.PluginManager, plugins: Sequence[Plugin]
) -> dict[str, tuple[Implementation, ...]]:
    """Return what implements each hook, in the order in which it is asked. Raises UsageError."""
    limits = {plugin.name: plugin.chosen.seconds for plugin in plugins}
    found: dict[str, tuple[Implementation, ...]] = {}
    for hook in HOOKS:
        made = []
        for each in reversed(getattr(manager.hook, hook).get_hookimpls()):
            if each.wrapper or each.hookwrapper:
                raise UsageError(
                    f"plugin {each.plugin_name}: {hook} is a wrapper around others; one plugin cannot "
                    f"change what another returns, so leave `wrapper` out"
                )
            seconds = limits.get(each.plugin_name, {}).get(hook, SECONDS.get(hook, 0.0))
            raises = (RecordError,) if hook == "ccr_read_record" else ()
            is_core = each.plugin_name not in limits
            made.append(
                Implementation(each.plugin_name, hook, each.function, each.argnames, seconds, is_core, raises)
            )
        found[hook] = tuple(made)
    return found


def configure(plugins: Sequence[Plugin], configuring: Sequence[Implementation]) -> None:
    """Give each plugin its settings. Raises UsageError where they do not fit."""
    taking = {each.plugin: each for each in configuring}
    for plugin in plugins:
        chosen = plugin.chosen
        if plugin.name in taking:
            _configure(taking[plugin.name], chosen)
        elif chosen.settings:
            raise UsageError(f"plugin {plugin.name}: it takes no settings; leave them out")


def _configure(taking: Implementation, chosen: Chosen) -> None:
    given = {"settings": chosen.settings, "folder": Path(chosen.folder)}
    try:
        taking.function(**{name: given[name] for name in taking.takes})
    except UsageError as fault:
        raise UsageError(f"plugin {chosen.name}: {fault.message}") from None
    except Exception as error:
        raise UsageError(
            f"plugin {chosen.name}: it does not start with these settings: {type(error).__name__}: {error}"
        ) from error
