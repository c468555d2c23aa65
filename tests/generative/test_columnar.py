"""The columnar evaluator says what the reference says: of drawn rulesets, and of drawn people."""

from typing import Any

import ibis
from hypothesis import given, settings
from hypothesis import strategies as st

from ccr_rules import Engine
from ccr_rules.evaluation.asof import Moment
from ccr_rules.evaluation.columnar.members import read_concepts
from ccr_rules.evaluation.columnar.plan import Population, evaluate
from ccr_rules.evaluation.columnar.reading import verdicts_of
from ccr_rules.evaluation.columnar.scope import Question
from ccr_rules.evaluation.columnar.tables import TableBuilder
from ccr_rules.evaluation.groups import Group, prepare
from ccr_rules.evaluation.program import Program
from ccr_rules.evaluation.verdicts import differing, verdicts
from ccr_rules.language.ruleset import Ruleset
from tests.generative.drawing import as_loaded, consultation_of, questions, rulesets
from tests.semantics.oracle import worlds
from tests.semantics.tiny_library import tiny_library

ENGINE = Engine(tiny_library())
CONNECTION = ibis.duckdb.connect()
CONNECTION.raw_sql("SET threads = 1")


def columnar(
    people: list[worlds.Question], groups: tuple[Group, ...], moment: Moment
) -> list[dict[str, Any]]:
    """Return the answers about some people, one row each, in their order."""
    builder = TableBuilder()
    for each in people:
        builder.add(each.record, consultation_of(each))
    patients, entries, concepts = builder.take()
    population = Population(
        CONNECTION.create_table("patients", patients, overwrite=True),
        CONNECTION.create_table("entries", entries, overwrite=True),
        read_concepts(concepts),
    )
    answers = evaluate(population, groups, Question(moment, in_consultation=True))
    rows: list[dict[str, Any]] = answers.everybody.order_by("person").to_pyarrow().to_pylist()
    return rows


@settings(deadline=None)
@given(rulesets(), st.lists(questions(), min_size=1, max_size=12))
def test_columns_say_of_every_person_what_the_reference_says(
    ruleset: Ruleset, people: list[worlds.Question]
) -> None:
    moment = Moment(people[0].as_of, people[0].known_on)
    groups = prepare([Program(as_loaded(ruleset))], tiny_library().codelist)
    for each, row in zip(people, columnar(people, groups, moment), strict=True):
        evaluation = ENGINE.evaluate_record(each.record, moment, groups, consultation_of(each))
        [result] = evaluation.results
        said, decided = verdicts_of(result.ruleset, row), verdicts(result.run)
        assert {key: (decided.get(key), said.get(key)) for key in differing(decided, said)} == {}
