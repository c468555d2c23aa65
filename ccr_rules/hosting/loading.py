"""From the list of plugins to plugins that are ready, or a clear refusal before anything starts."""

import inspect
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import pluggy

from ccr_rules.errors import PluginFailed, RecordError, UsageError
from ccr_rules.hosting import core, specs
from ccr_rules.hosting.calls import SECONDS, Implementation
from ccr_rules.hosting.choice import Chosen
from ccr_rules.hosting.markers import PROJECT
from ccr_rules.language.report import nearest
from ccr_rules.record.patient import KINDS

if TYPE_CHECKING:
    from ccr_rules.hosting.installed import Installed

HOOKS: Final = tuple(name for name in vars(specs) if name.startswith("ccr_"))
"""The names of the hooks, in the order of their lives."""

ANSWERS: Final[Mapping[str, tuple[type[Exception], ...]]] = {
    "ccr_split_source": (RecordError,),
    "ccr_read_record": (RecordError,),
    "ccr_render": (UsageError,),
    "ccr_export": (UsageError,),
    "ccr_deliver": (UsageError, PluginFailed),
}
"""The errors that are no fault of a plugin but what it has to say, about a record or what was asked."""

_LATER: Final = (inspect.iscoroutinefunction, inspect.isasyncgenfunction, inspect.isgeneratorfunction)

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
    if not chosen:
        return []
    from ccr_rules.hosting.installed import installed  # noqa: PLC0415 - only where one is listed: it takes time

    there = installed()
    names = [each.name for each in chosen]
    for name in names:
        if names.count(name) > 1:
            raise UsageError(f"plugin {name}: it is listed twice; list it once")
    return [_found(each, there) for each in chosen]


def _found(chosen: Chosen, there: "Mapping[str, Installed]") -> Plugin:
    found = there.get(chosen.name)
    if found is None:
        close = get_close_matches(chosen.name, there, n=1)
        known = f"installed are {', '.join(there)}" if there else "none is installed"
        hint = f"did you mean {close[0]}?" if close else known
        raise UsageError(f"plugin {chosen.name}: it is not installed; {hint}")
    if found.rivals:
        raise UsageError(
            f"plugin {chosen.name}: {', '.join((found.distribution, *found.rivals))} all bring one of this "
            "name; uninstall all but the one that is meant"
        )
    if chosen.version and chosen.version != found.version:
        raise UsageError(
            f"plugin {chosen.name}: version {chosen.version} is listed, and {found.version} is installed; "
            "install the one that is listed, or list the other after checking it"
        )
    if chosen.digest and chosen.digest != found.digest:
        raise UsageError(
            f"plugin {chosen.name}: its files are not those that are listed (their digest is "
            f"{found.digest}); install it anew, or list this digest after checking what changed"
        )
    with starting(chosen.name, "it cannot be imported"):
        return Plugin(chosen.name, found.version, found.load(), chosen)


@contextmanager
def starting(plugin: str, what: str) -> Iterator[None]:
    """Run code of a plugin before anything starts. Raises UsageError, whatever it raises.

    SystemExit is no way out either: a program that ends in silence seems to have found nothing.
    """
    try:
        yield
    except UsageError as fault:
        raise UsageError(f"plugin {plugin}: {fault.message}") from None
    except (Exception, SystemExit) as error:
        raise UsageError(f"plugin {plugin}: {what}: {type(error).__name__}: {error}") from error


def register(plugins: Sequence[Plugin], built_in: Mapping[str, Any]) -> pluggy.PluginManager:
    """Return a manager with plugins and the parts of the core. Raises UsageError for unfit hooks."""
    manager = pluggy.PluginManager(PROJECT)
    manager.add_hookspecs(specs)
    for name, itself in built_in.items():
        manager.register(itself, name)
    for plugin in plugins:
        with starting(plugin.name, "it does not fit (docs/plugins.md has each hook)"):
            _check_names(plugin.itself)
            manager.register(plugin.itself, plugin.name)
    return manager


def _check_names(itself: Any) -> None:
    """Refuse what is marked as an implementation and named like no hook. Raises UsageError."""
    marked = [name for name in dir(itself) if hasattr(getattr(itself, name, None), f"{PROJECT}_impl")]
    for name in marked:
        if name not in HOOKS:
            close = get_close_matches(name, HOOKS, n=1)
            hint = f"did you mean {close[0]}?" if close else f"there are {', '.join(HOOKS)}"
            raise UsageError(f"there is no hook {name}; {hint}")


def implementations(
    manager: pluggy.PluginManager, plugins: Sequence[Plugin]
) -> dict[str, tuple[Implementation, ...]]:
    """Return what implements each hook, in the order in which it is asked: as listed, the core last.

    Raises UsageError.
    """
    by_name = {plugin.name: plugin for plugin in plugins}
    places = {name: place for place, name in enumerate(by_name)}
    found: dict[str, tuple[Implementation, ...]] = {}
    for hook in HOOKS:
        made = [
            _implementation(each, hook, by_name.get(each.plugin_name))
            for each in getattr(manager.hook, hook).get_hookimpls()
        ]
        found[hook] = tuple(sorted(made, key=lambda each: places.get(each.plugin, len(places))))
    return found


def _implementation(each: pluggy.HookImpl, hook: str, plugin: Plugin | None) -> Implementation:
    if each.wrapper or each.hookwrapper:
        raise UsageError(
            f"plugin {each.plugin_name}: {hook} is a wrapper around others; one plugin cannot change what "
            "another returns, so leave `wrapper` out"
        )
    if any(is_later(each.function) for is_later in _LATER):
        raise UsageError(
            f"plugin {each.plugin_name}: {hook} is async or a generator, which does nothing when it is "
            "called; write a plain function"
        )
    limits = SECONDS if plugin is None else {**SECONDS, **plugin.chosen.seconds}
    return Implementation(
        each.plugin_name,
        hook,
        each.function,
        each.argnames,
        limits.get(hook, 0.0),
        is_core=plugin is None,
        raises=ANSWERS.get(hook, ()),
    )


def check_limits(plugin: Plugin) -> None:
    """Refuse a time limit of no hook. Raises UsageError."""
    for hook in plugin.chosen.seconds:
        if hook not in SECONDS:
            raise UsageError(f"plugin {plugin.name}: seconds.{hook}: {nearest(hook, SECONDS)}")


def kinds_of(plugin: Plugin) -> tuple[str, ...]:
    """Return the kinds of which a plugin may add entries. Raises UsageError for one that is not read."""
    with starting(plugin.name, "its ccr_kinds cannot be read"):
        kinds = tuple(getattr(plugin.itself, "ccr_kinds", ()))
        for kind in kinds:
            if kind not in KINDS:
                raise UsageError(f"ccr_kinds: {kind!r} is no kind that is read; there are {', '.join(KINDS)}")
        return kinds


def configure(plugins: Sequence[Plugin], configuring: Sequence[Implementation]) -> None:
    """Give each plugin its settings. Raises UsageError where they do not fit."""
    taking = {each.plugin: each for each in configuring}
    for plugin in plugins:
        chosen = plugin.chosen
        if plugin.name in taking:
            given = {"settings": chosen.settings, "folder": Path(chosen.folder)}
            with starting(plugin.name, "it does not start with these settings"):
                taking[plugin.name].function(**{name: given[name] for name in taking[plugin.name].takes})
        elif chosen.settings:
            raise UsageError(f"plugin {plugin.name}: it takes no settings; leave them out")
