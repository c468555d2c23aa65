"""Whether a plugin leaves alone what is not its own: FHIR, files of others, and nonsense."""

from collections.abc import Callable, Iterator, Sequence
from time import perf_counter
from typing import Any, Final

from ccr_rules.hosting.plugins import Plugins
from ccr_rules.hosting.source import Source
from ccr_rules.plugin_kit.finding import Finding, judged, passed, warned
from ccr_rules.plugin_kit.samples import STRANGE, Sample

READING: Final = ("ccr_split_source", "ccr_read_record")
MOST_MS: Final = 1.0


def check_reading(plugins: Plugins, plugin: str, samples: Sequence[Sample]) -> Iterator[Finding]:
    """Yield what is found of a plugin that reads a format of its own."""
    for hook in READING:
        functions = [each for each in plugins.implementations(hook) if each.plugin == plugin]
        for each in functions:
            yield from _leaves_alone(hook, lambda source: each.function(source=source), samples)  # noqa: B023


def _leaves_alone(
    hook: str, function: Callable[[Source], Any], samples: Sequence[Sample]
) -> Iterator[Finding]:
    faults: list[str] = []
    slowest = 0.0
    sources = {sample.name: sample.content for sample in samples} | STRANGE
    for name, content in sources.items():
        began = perf_counter()
        try:
            value = function(Source(content, name))
        except BaseException as error:  # noqa: BLE001 - a plugin may raise anything
            faults.append(f"{name}: it raises {type(error).__name__}")
        else:
            if value is not None:
                faults.append(f"{name}: it is taken for a record; look at more of the first bytes")
        slowest = max(slowest, (perf_counter() - began) * 1000)
    yield judged(f"{hook} answers None to what is not its own", faults)
    check = f"{hook} says so within {MOST_MS:g} ms"
    slow = f"it took {slowest:.1f} ms; look at the first bytes, and parse nothing before"
    yield passed(check) if slowest < MOST_MS else warned(check, slow)
