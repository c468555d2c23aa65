"""Whether a plugin leaves alone what is not its own: FHIR, files of others, and nonsense."""

from collections.abc import Iterator, Sequence
from time import perf_counter
from typing import Final

from ccr_rules.errors import RecordError
from ccr_rules.hosting.calls import Failed, Implementation
from ccr_rules.hosting.plugins import Plugins
from ccr_rules.hosting.source import Source
from ccr_rules.plugin_kit.finding import Finding, judged, passed, warned
from ccr_rules.plugin_kit.samples import STRANGE, Sample

READING: Final = ("ccr_split_source", "ccr_read_record")
MOST_MS: Final = 1.0


def check_reading(plugins: Plugins, plugin: str, samples: Sequence[Sample]) -> Iterator[Finding]:
    """Yield what is found of a plugin that reads a format of its own."""
    for hook in READING:
        for each in plugins.implementations(hook):
            if each.plugin == plugin:
                yield from _leaves_alone(plugins, each, samples)


def _leaves_alone(plugins: Plugins, asked: Implementation, samples: Sequence[Sample]) -> Iterator[Finding]:
    hook, faults, slowest = asked.hook, list[str](), 0.0
    sources = {sample.name: sample.content for sample in samples} | STRANGE
    for name, content in sources.items():
        began = perf_counter()
        fault = _fault_of(plugins, asked, Source(content, name))
        slowest = max(slowest, (perf_counter() - began) * 1000)
        faults += [f"{name}: {fault}"] if fault else []
    yield judged(f"{hook} answers None to what is not its own", faults)
    check = f"{hook} says so within {MOST_MS:g} ms"
    slow = f"it took {slowest:.1f} ms; look at the first bytes, and parse nothing before"
    yield passed(check) if slowest < MOST_MS else warned(check, slow)


def _fault_of(plugins: Plugins, asked: Implementation, source: Source) -> str:
    """Ask it as hosts would, in its time; return what is wrong with its answer."""
    try:
        value = plugins.during([asked.hook], lambda part: part.insist(asked, _is_something, source=source))
    except Failed as failed:
        return f"it {failed.fault.fault}"
    except RecordError as error:
        return f"it raised {type(error).__name__}, which ends the evaluation"
    return "it is taken for a record; look at more of the first bytes" if value else ""


def _is_something(_: object) -> bool:
    """Whatever it is, it is not None."""
    return True
