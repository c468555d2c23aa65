"""Whether a plugin leaves alone what is not its own: FHIR, files of others, and nonsense."""

from collections.abc import Callable, Iterator, Sequence
from time import perf_counter
from typing import Any, Final

from ccr_rules.errors import CcrError
from ccr_rules.hosting.plugins import Plugins
from ccr_rules.hosting.source import Source
from ccr_rules.plugin_kit.finding import Finding, judged, passed, warned
from ccr_rules.plugin_kit.samples import STRANGE, Sample
from ccr_rules.record.patient import PatientRecord
from ccr_rules.record.reading import read_record

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
    own: list[str] = []
    slowest = 0.0
    sources = {sample.name: sample.content for sample in samples} | STRANGE
    for name, content in sources.items():
        began = perf_counter()
        try:
            value = function(Source(content, name))
        except BaseException as error:  # noqa: BLE001 - a plugin may raise anything
            faults.append(f"{name}: it raises {type(error).__name__}")
        else:
            if value is not None and _is_read_as_fhir(value, content):
                own.append(name)
                continue
            if value is not None:
                faults.append(f"{name}: it is taken for a record; look at more of the first bytes")
        slowest = max(slowest, (perf_counter() - began) * 1000)
    if len(own) == len(samples) and own:
        faults.append("it reads every FHIR record itself, whoever sent it; look for what marks its format")
    yield judged(f"{hook} answers None to what is not its own", faults)
    if own and not faults:
        what = f"{', '.join(own)}: right only if that is its own format"
        yield warned(f"{hook} reads some FHIR itself", what)
    check = f"{hook} says so within {MOST_MS:g} ms"
    slow = f"it took {slowest:.1f} ms; look at the first bytes, and parse nothing before"
    yield passed(check) if slowest < MOST_MS else warned(check, slow)


def _is_read_as_fhir(value: Any, content: bytes) -> bool:
    """Say whether a record was read that is about the patient whom the core finds there: a kind of FHIR."""
    try:
        return isinstance(value, PatientRecord) and value.reference == read_record(content).reference
    except CcrError:
        return False
