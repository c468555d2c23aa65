"""The same columns in a real Spark on this machine: a batch of drawn people, and two whole casebooks."""

import gc
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from pyspark.sql import SparkSession

from ccr_rules import Engine, Library
from ccr_rules.agreement.drawn import Evaluator, asked_of, compare, groups_of
from ccr_rules.agreement.evaluators import in_spark
from ccr_rules.agreement.people import Question, questions
from ccr_rules.agreement.rulesets import rulesets
from ccr_rules.evaluation.groups import prepare
from ccr_rules.evaluation.program import Program
from ccr_rules.governance import case_questions
from ccr_rules.governance.casebook import CASEBOOK_FILE, read_casebook, runner_for
from ccr_rules.language.ruleset import Ruleset

LIBRARY = Library.shipped()
# Spark's own Python leaves sockets to the garbage collector, and Ibis asks pandas for what pandas regrets.
pytestmark = pytest.mark.filterwarnings(
    "ignore::DeprecationWarning",
    "ignore::FutureWarning",
    "ignore::ResourceWarning",
    "ignore::pytest.PytestUnraisableExceptionWarning",
)


@pytest.fixture(scope="module")
def spark() -> Iterator[dict[str, Evaluator]]:
    yield {"spark": in_spark()}
    SparkSession.builder.getOrCreate().stop()
    gc.collect()


@pytest.mark.parametrize("folder", ["qof-cancer/2023", "best-practice-ccr/2025"])
def test_spark_answers_a_casebook_as_the_reference_does(folder: str, spark: dict[str, Evaluator]) -> None:
    located = next(each for each in LIBRARY.located() if each.file.startswith(folder))
    ruleset, _ = LIBRARY.check(located)
    assert ruleset is not None
    casebook = read_casebook((located.folder / CASEBOOK_FILE).read_bytes(), CASEBOOK_FILE)
    records = runner_for(casebook, Engine(LIBRARY), ruleset).records
    asked = list(case_questions.questions(casebook, records))
    compare(asked, prepare([Program(ruleset)], LIBRARY.codelist), spark)


@seed(1)
@settings(
    max_examples=5,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
    database=None,
)
@given(rulesets(), st.lists(questions(), min_size=20, max_size=40))
def test_spark_says_what_the_reference_says(
    spark: dict[str, Evaluator], ruleset: Ruleset, people: list[Question]
) -> None:
    compare([asked_of(each) for each in people], groups_of(ruleset), spark)
