"""durable-rules and the reference decide alike, whatever is drawn: rulesets, records, days, consultations.

Of the few rulesets that durable-rules cannot be asked safely the refusal says so; that they are few is
part of what is tested.
"""

from collections import Counter
from collections.abc import Iterator
from datetime import date

import pytest
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from ccr_rules import Consultation, Engine, Evaluation, PatientRecord
from ccr_rules.agreement.codelists import tiny_library
from ccr_rules.agreement.people import Question, consultation_of, questions
from ccr_rules.agreement.rulesets import as_loaded, rulesets
from ccr_rules.evaluation.asof import Moment
from ccr_rules.evaluation.groups import prepare
from ccr_rules.evaluation.program import Program
from ccr_rules.evaluation.second_opinion import SecondOpinion
from ccr_rules.evaluators import DurableEvaluator
from ccr_rules.language.ruleset import Ruleset
from tests.durable.support import only_where_it_works
from tests.generative.patients import BOTH, ENGINE, consultations, days, records

pytestmark = only_where_it_works


@pytest.fixture(scope="module")
def durable() -> Iterator[DurableEvaluator]:
    evaluator = DurableEvaluator()
    yield evaluator
    evaluator.process.close()


def checked(durable: DurableEvaluator, ruleset: Ruleset, question: Question) -> Evaluation:
    prepared = prepare([Program(as_loaded(ruleset))], tiny_library().codelist)
    moment = Moment(question.as_of, question.known_on)
    engine = Engine(tiny_library(), durable)
    return engine.evaluate_record(
        question.record, moment, prepared, consultation_of(question), engine="checked"
    )


def test_both_decide_alike_on_every_draw(durable: DurableEvaluator) -> None:
    met: Counter[str] = Counter()

    @settings(suppress_health_check=list(HealthCheck))
    @given(rulesets(), st.lists(questions(), min_size=1, max_size=4))
    def compare(ruleset: Ruleset, asked: list[Question]) -> None:
        for question in asked:
            evaluation = checked(durable, ruleset, question)
            assert evaluation.opinion
            assert not evaluation.opinion.differences
            for why in evaluation.opinion.unavailable.values():
                assert "and more than 60 are not safe" in why or "would need more than 500 rules" in why
            met.update(kinds_of_answers(evaluation))

    compare()
    assert met["refused"] <= met["asked"] * 0.05, "few rulesets are too much for it"
    assert {"true", "unknown"} <= met.keys(), "the answers compared are not all alike"


@given(records(), days, consultations)
def test_both_decide_alike_about_people_as_they_are(
    durable: DurableEvaluator, record: PatientRecord, as_of: date, consultation: Consultation | None
) -> None:
    """With the shipped rulesets: partial dates, kinds that were not supplied, unlisted cancers, deaths."""
    engine = Engine(ENGINE.library, durable)
    evaluation = engine.evaluate(record, as_of, consultation=consultation, rulesets=BOTH, engine="checked")
    assert evaluation.opinion == SecondOpinion()
    for kind in set(kinds_of_answers(evaluation)):
        event(kind)


def kinds_of_answers(evaluation: Evaluation) -> Iterator[str]:
    """Yield what the answers are like, so that it is seen what was compared."""
    yield "asked"
    if evaluation.opinion and evaluation.opinion.unavailable:
        yield "refused"
    for result in evaluation.results:
        run = result.run
        for truth in (*run.prompts.values(), *run.payments.values(), *run.findings.values()):
            yield str(truth)
        possible = [
            *(review.possible for review in run.reviews.values()),
            *(indicator.possible for indicator in run.indicators.values()),
        ]
        yield from ["several are possible" for each in possible if len(each) > 1]
