"""The columnar evaluator says what the reference says: of drawn rulesets, and of drawn people."""

from hypothesis import given
from hypothesis import strategies as st

from ccr_rules.agreement.codelists import tiny_library
from ccr_rules.agreement.people import Question, consultation_of, questions
from ccr_rules.agreement.rulesets import as_loaded, rulesets
from ccr_rules.evaluation.agreement import Asked, by_reference, differences
from ccr_rules.evaluation.asof import Moment
from ccr_rules.evaluation.columnar.asking import by_columns
from ccr_rules.evaluation.groups import prepare
from ccr_rules.evaluation.program import Program
from ccr_rules.language.ruleset import Ruleset
from tests.agreement.duckdb import bring


def asked_of(question: Question) -> Asked:
    return Asked(question.record, Moment(question.as_of, question.known_on), consultation_of(question))


@given(rulesets(), st.lists(questions(), min_size=1, max_size=12))
def test_columns_say_of_every_person_what_the_reference_says(
    ruleset: Ruleset, people: list[Question]
) -> None:
    groups = prepare([Program(as_loaded(ruleset))], tiny_library().codelist)
    asked = [asked_of(each) for each in people]
    assert differences(by_reference(asked, groups), by_columns(asked, groups, bring)) == []
