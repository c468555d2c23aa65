"""A plugin tried from end to end: what a host would see of it, and what its author should mend."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from ccr_rules.errors import UsageError
from ccr_rules.hosting.choice import Chosen
from ccr_rules.hosting.installed import Installed
from ccr_rules.hosting.outputs import Feedback
from ccr_rules.hosting.plugins import Plugins
from ccr_rules.plugin_kit.distribution import check_distribution
from ccr_rules.plugin_kit.evaluating import check_evaluations
from ccr_rules.plugin_kit.finding import Finding, failed, judged, passed
from ccr_rules.plugin_kit.forms import check_forms
from ccr_rules.plugin_kit.importing import check_import
from ccr_rules.plugin_kit.reading import check_reading
from ccr_rules.plugin_kit.samples import Sample

_HEARD = Feedback(
    "declined", datetime(2026, 11, 20, 12, tzinfo=UTC), ("example@ruleset@1",), reason="not-now"
)


def check_plugin(plugin: Installed, chosen: Chosen, samples: Sequence[Sample]) -> Iterator[Finding]:
    """Yield what is found of an installed plugin, with the settings that are chosen."""
    importing = list(check_import(plugin.entry.module))
    yield from importing
    if importing[0].outcome == "failed":
        return  # it might end this process too
    starts = "It starts"
    try:
        plugins = Plugins.load([chosen])
    except UsageError as refused:
        yield failed(starts, refused.message)
        return
    yield passed(starts)
    hooks = plugins.hooks(plugin.name)
    yield passed("It uses a hook") if hooks else failed("It uses a hook", "mark a function with hookimpl")
    yield from check_distribution(plugin, hooks)
    yield _library(plugins)
    yield from check_reading(plugins, plugin.name, samples)
    yield from check_evaluations(plugins, samples)
    yield from check_forms(plugins, plugin.name, samples)
    yield judged("It hears feedback", [each.fault for each in plugins.feedback(_HEARD)])
    plugins.close()


def _library(plugins: Plugins) -> Finding:
    faults = [f"{each.hook}: {each.fault}" for each in plugins.library().faults]
    return judged("Its rulesets and codelists can be used", faults)
