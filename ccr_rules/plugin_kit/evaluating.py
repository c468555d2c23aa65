"""Whether evaluations with a plugin come out as they should: no fault, the same twice, quick, discreet."""

import io
import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from statistics import median
from time import process_time
from typing import Final

from ccr_rules.engine import Engine
from ccr_rules.errors import RecordError
from ccr_rules.evaluation.answers import PluginFault
from ccr_rules.evaluation.result import Evaluation
from ccr_rules.hosting.plugins import Plugins
from ccr_rules.plugin_kit.finding import Finding, judged, passed, warned
from ccr_rules.plugin_kit.samples import Sample
from ccr_rules.record.patient import PatientRecord
from ccr_rules.record.reading import read_record

MOST_MS: Final = 0.2
ROUNDS: Final = 30
SHORTEST: Final = 6
"""Words of a record that are shorter than this may stand in a log by chance."""


def check_evaluations(plugins: Plugins, samples: Sequence[Sample]) -> Iterator[Finding]:
    """Yield what is found when records are evaluated with a plugin."""
    engine = Engine.hosting(plugins)
    faults, changed, changing = list[str](), list[str](), list[str]()
    said = io.StringIO()
    words: set[str] = set()
    with _heard(said):
        for sample in samples:
            record = _read(sample)
            if record is None:
                continue
            words |= _words(record)
            before = repr(record)
            one, two = engine.evaluate(record, sample.as_of), engine.evaluate(record, sample.as_of)
            faults += [f"{sample.name}: {each.hook} {each.fault}" for each in _faults(one, plugins)]
            if one.to_json() != two.to_json():
                changing.append(f"{sample.name}: the second answer is another; it must have no memory")
            if repr(record) != before:
                changed.append(f"{sample.name}: the record that it was given is changed; make a new one")
    yield judged("Records are evaluated with it without a fault", faults)
    yield judged("The same record gives the same answer", changing)
    yield judged("It changes nothing that it is given", changed)
    yield judged("It writes nothing of a record to stdout, stderr or a log", list(_leaks(said, words)))
    yield _cost(engine, samples)


def _faults(evaluation: Evaluation, plugins: Plugins) -> Iterator[PluginFault]:
    yield from evaluation.hosted.faults
    yield from plugins.links(evaluation)[1]


def _read(sample: Sample) -> PatientRecord | None:
    try:
        return read_record(sample.content)
    except RecordError:
        return None


def _words(record: PatientRecord) -> set[str]:
    """Return what of a record must stand nowhere else."""
    entries = record.entries
    found = {record.reference, *(each.reference for each in entries), *(each.text for each in entries)}
    found |= {coding.display for each in entries for coding in each.codings}
    return {each for each in found if len(each) >= SHORTEST}


def _leaks(said: io.StringIO, words: set[str]) -> Iterator[str]:
    text = said.getvalue()
    for number, line in enumerate(text.splitlines(), 1):
        if any(word in line for word in words):
            yield f"line {number} of what it says holds a value of a record; say ids and counts only"


@contextmanager
def _heard(said: io.StringIO) -> Iterator[None]:
    """Write whatever is said and logged meanwhile to `said`."""
    handler = logging.StreamHandler(said)
    root = logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    try:
        with redirect_stdout(said), redirect_stderr(said):
            yield
    finally:
        root.setLevel(level)
        root.removeHandler(handler)


def _cost(engine: Engine, samples: Sequence[Sample]) -> Finding:
    """Compare evaluations with a plugin and without, in turns: the median of what it adds.

    It is the time of the processor that counts: the clock says more about what else a machine is doing.
    """
    check = f"It adds less than {MOST_MS:g} ms of the processor to an evaluation"
    plain, added = Engine(engine.library), list[float]()
    records = [(record, sample.as_of) for sample in samples if (record := _read(sample)) is not None]
    for _ in range(ROUNDS if records else 0):
        with_it, without = _seconds(engine, records), _seconds(plain, records)
        added.append((with_it - without) * 1000 / len(records))
    if not added or median(added) < MOST_MS:
        return passed(check)
    return warned(check, f"it adds {median(added):.2f} ms; prepare in ccr_configure what does not change")


def _seconds(engine: Engine, records: Sequence[tuple[PatientRecord, str]]) -> float:
    began = process_time()
    for record, as_of in records:
        _ = engine.evaluate(record, as_of).answer
    return process_time() - began
