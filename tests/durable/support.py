"""What the tests of the second evaluator share."""

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import pytest

from ccr_rules import PatientRecord
from ccr_rules.evaluation.asof import Moment
from ccr_rules.evaluation.decisions import dead_on
from ccr_rules.evaluation.durable.program import DurableProgram
from ccr_rules.evaluation.frame import Frame
from ccr_rules.evaluation.groups import Group
from ccr_rules.evaluation.members import RecordView
from ccr_rules.evaluation.program import Program
from ccr_rules.hosting.durable.availability import FIRST_WITHOUT
from ccr_rules.hosting.durable.process import DurableProcess

only_where_it_works = pytest.mark.skipif(
    sys.version_info[:2] >= FIRST_WITHOUT, reason="durable-rules does not work on this Python"
)
"""Where it works but is not installed, tests that need it fail: `make setup` says what is missing."""

STAND_IN = Path(__file__).with_name("stand_in.py")


@contextmanager
def stand_in(fault: str, seconds: float = 10.0) -> Iterator[DurableProcess]:
    """Yield a process whose durable-rules has a fault; `none` has none."""
    process = DurableProcess((sys.executable, str(STAND_IN), fault), seconds)
    try:
        yield process
    finally:
        process.close()


def frames(record: PatientRecord, day: date, prepared: Sequence[Group]) -> Iterator[tuple[Program, Frame]]:
    """Yield each ruleset with a frame of its own."""
    moment = Moment(day, day)
    for group in prepared:
        view = RecordView(record, moment, group.index, group.codelists)
        for program in group.programs:
            yield program, Frame(view, None, dead_on(record, day, day))


def translated(program: Program) -> DurableProgram:
    return DurableProgram(program)
