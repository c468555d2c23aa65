"""Every question of every casebook, put to the columnar evaluator: it says what the reference says."""

import pytest

from ccr_rules import Engine, Library
from ccr_rules.evaluation.agreement import by_reference, differences, tally
from ccr_rules.evaluation.columnar.asking import by_columns
from ccr_rules.evaluation.groups import prepare
from ccr_rules.evaluation.program import Program
from ccr_rules.governance.case_questions import questions
from ccr_rules.governance.casebook import CASEBOOK_FILE, read_casebook, runner_for
from tests.agreement.duckdb import bring

LIBRARY = Library.shipped()
LOCATED = {located.file: located for located in LIBRARY.located()}


@pytest.mark.parametrize("file", LOCATED)
def test_columns_answer_a_casebook_as_the_reference_does(file: str) -> None:
    located = LOCATED[file]
    ruleset, _ = LIBRARY.check(located)
    assert ruleset is not None
    casebook = read_casebook((located.folder / CASEBOOK_FILE).read_bytes(), CASEBOOK_FILE)
    records = runner_for(casebook, Engine(LIBRARY), ruleset).records
    asked = list(questions(casebook, records))
    groups = prepare([Program(ruleset)], LIBRARY.codelist)
    reference = by_reference(asked, groups)
    assert differences(reference, by_columns(asked, groups, bring)) == []
    counted = tally(reference)
    assert counted.telling > len(asked) / 10 or counted.verdicts == 0
