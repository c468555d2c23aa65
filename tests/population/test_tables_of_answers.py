"""The tables say of each person what the engine says of their record alone."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ccr_rules import PatientRecord
from ccr_rules.agreement.drawn import groups_of
from ccr_rules.agreement.people import Question, questions
from ccr_rules.agreement.rulesets import rulesets
from ccr_rules.evaluation.asof import Moment
from ccr_rules.evaluation.groups import Group, prepare
from ccr_rules.evaluation.program import Program
from ccr_rules.governance.case_questions import questions as case_questions
from ccr_rules.governance.casebook import CASEBOOK_FILE, read_casebook, runner_for
from ccr_rules.language.ruleset import Ruleset
from tests.population.answered import (
    ENGINE,
    LIBRARY,
    answer,
    by_reference,
    data_set,
    everything,
)

LOCATED = {located.file: located for located in LIBRARY.located()}
THOROUGH = settings().max_examples > 1000
RULESETS = max(1, settings().max_examples // 5)
"""Each ruleset is compiled anew, so fewer are drawn, with more people."""


def check(records: Sequence[PatientRecord], moment: Moment, groups: Sequence[Group]) -> int:
    """Compare every row about everybody; return how many there are."""
    alone = [msgspec.structs.replace(record, consultations=()) for record in records]
    half = len(alone) // 2
    with TemporaryDirectory() as name:
        folder, out = Path(name, "data"), Path(name, "answers")
        people = data_set(folder, alone[:half], alone[half:], keeps=dict(alone[0].keeps))
        answer(folder, out, moment, groups, threads=1)
        expected = by_reference(people, moment, groups)
        assert everything(out, list(people)) == expected
    return sum(len(rows) for tables in expected.values() for rows in tables.values())


@pytest.mark.parametrize("file", LOCATED)
def test_the_days_of_a_casebook_have_the_rows_of_each_case(file: str) -> None:
    """By default only the day on which most cases are asked: tests/agreement puts all to the columns."""
    located = LOCATED[file]
    ruleset, _ = LIBRARY.check(located)
    assert ruleset is not None
    casebook = read_casebook((located.folder / CASEBOOK_FILE).read_bytes(), CASEBOOK_FILE)
    runner = runner_for(casebook, ENGINE, ruleset)
    asked = list(case_questions(casebook, runner.records))
    moments = Counter(each.moment for each in asked).most_common(None if THOROUGH else 1)
    groups = prepare([Program(ruleset)], LIBRARY.codelist)
    for moment, _ in moments:
        hosts: dict[str, list[PatientRecord]] = {}
        for each in asked:
            if each.moment == moment:
                hosts.setdefault(repr(each.record.keeps), []).append(each.record)
        for records in hosts.values():
            check(records, moment, groups)


@settings(max_examples=RULESETS)
@given(rulesets(), st.lists(questions(), min_size=15, max_size=40))
def test_drawn_people_have_the_rows_of_drawn_rulesets(ruleset: Ruleset, people: list[Question]) -> None:
    moment = Moment(people[0].as_of, people[0].known_on)
    check([each.record for each in people], moment, groups_of(ruleset))
