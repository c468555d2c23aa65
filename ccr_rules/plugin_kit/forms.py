"""Whether every form that a plugin names can be written, and comes out the same twice."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from ccr_rules.engine import Engine
from ccr_rules.errors import PluginFailed, RecordError, UsageError
from ccr_rules.evaluation.result import Evaluation
from ccr_rules.hosting.outputs import Form
from ccr_rules.hosting.plugins import HOOK_OF, Plugins
from ccr_rules.plugin_kit.finding import Finding, judged
from ccr_rules.plugin_kit.samples import Sample


def check_forms(plugins: Plugins, plugin: str, samples: Sequence[Sample]) -> Iterator[Finding]:
    """Yield what is found of the forms of a plugin. Nothing is delivered: that is for its own tests."""
    engine = Engine.hosting(plugins)
    for form in plugins.forms_of(plugin):
        hook = HOOK_OF[form.of]
        has = [] if hook in plugins.hooks(plugin) else [f"{form.name} is of {form.of}: there must be {hook}"]
        yield judged(f"The form {form.name} has its hook", has)
        if not has and form.of != "delivery":
            tried = _evaluations(engine, plugins, form, samples)
            if form.of == "ruleset":
                tried = _rulesets(engine, plugins, form)
            yield judged(f"The form {form.name} can be written, twice the same", list(tried))


def _evaluations(engine: Engine, plugins: Plugins, form: Form, samples: Sequence[Sample]) -> Iterator[str]:
    evaluations: list[Evaluation] = []
    for sample in samples:
        try:
            evaluations.append(engine.evaluate(sample.content, sample.as_of))
        except RecordError:
            continue
        yield from _twice(lambda: plugins.render(evaluations[-1:], form.name), sample.name)
    yield from _twice(lambda: plugins.render(evaluations, form.name), "all examples together")


def _rulesets(engine: Engine, plugins: Plugins, form: Form) -> Iterator[str]:
    for ruleset in engine.library.rulesets:
        yield from _twice(lambda: plugins.export(ruleset, engine.library, form.name), ruleset.reference)  # noqa: B023


def _twice(write: Callable[[], Any], name: str) -> Iterator[str]:
    try:
        if write() != write():
            yield f"{name}: the second time it is another; leave clocks and random numbers out"
    except UsageError:
        return  # a form may need options, or a ruleset of another sort
    except PluginFailed as failure:
        yield f"{name}: {failure.message}"
