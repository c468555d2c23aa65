"""Whether a plugin leaves alone what is not its own: FHIR, files of others, and nonsense."""

from collections.abc import Iterator, Sequence
from time import perf_counter
from typing import Any, Final

from ccr_rules.errors import CcrError, RecordError
from ccr_rules.hosting.calls import Failed, Implementation
from ccr_rules.hosting.plugins import Plugins
from ccr_rules.hosting.source import Source
from ccr_rules.plugin_kit.finding import Finding, judged, passed, warned
from ccr_rules.plugin_kit.samples import STRANGE, Sample
from ccr_rules.record.patient import PatientRecord
from ccr_rules.record.reading import read_record

READING: Final = ("ccr_split_source", "ccr_read_record")
MOST_MS: Final = 1.0
TAKEN: Final = "it is taken for a record; look at more of the first bytes"


def check_reading(plugins: Plugins, plugin: str, samples: Sequence[Sample]) -> Iterator[Finding]:
    """Yield what is found of a plugin that reads a format of its own."""
    for hook in READING:
        for each in plugins.implementations(hook):
            if each.plugin == plugin:
                yield from _leaves_alone(plugins, each, samples)


def _leaves_alone(plugins: Plugins, asked: Implementation, samples: Sequence[Sample]) -> Iterator[Finding]:
    hook, faults, own, slowest = asked.hook, list[str](), list[str](), 0.0
    sources = {sample.name: sample.content for sample in samples} | STRANGE
    for name, content in sources.items():
        began = perf_counter()
        value, fault = _answer(plugins, asked, Source(content, name))
        took = (perf_counter() - began) * 1000
        if _is_read_as_fhir(value, content):
            own.append(name)
            continue
        slowest = max(slowest, took)
        fault = fault or (TAKEN if value is not None else "")
        faults += [f"{name}: {fault}"] if fault else []
    if len(own) == len(samples) and own:
        faults.append("it reads every FHIR record itself, whoever sent it; look for what marks its format")
    yield judged(f"{hook} answers None to what is not its own", faults)
    if own and not faults:
        what = f"{', '.join(own)}: right only if that is its own format"
        yield warned(f"{hook} reads some FHIR itself", what)
    check = f"{hook} says so within {MOST_MS:g} ms"
    slow = f"it took {slowest:.1f} ms; look at the first bytes, and parse nothing before"
    yield passed(check) if slowest < MOST_MS else warned(check, slow)


def _answer(plugins: Plugins, asked: Implementation, source: Source) -> tuple[Any, str]:
    """Ask it as hosts would, in its time; return its answer, or what is wrong with it."""
    try:
        return plugins.during([asked.hook], lambda part: part.insist(asked, _as_it_is, source=source)), ""
    except Failed as failed:
        return None, f"it {failed.fault.fault}"
    except RecordError as error:
        return None, f"it raised {type(error).__name__}, which ends the evaluation"


def _as_it_is(value: Any) -> Any:
    return value


def _is_read_as_fhir(value: Any, content: bytes) -> bool:
    """Say whether a record was read that is about the patient whom the core finds there: a kind of FHIR."""
    try:
        return type(value) is PatientRecord and value.reference == read_record(content).reference
    except CcrError:
        return False
