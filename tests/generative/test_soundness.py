"""The engine is never surer than the record allows: its answers hold in every possible world.

A record with partial dates, doubtful entries and kinds that were not supplied stands for many exact
worlds. For drawn rulesets and records each world is read by the oracle, in two values, and the
engine's answer must leave room for what every world says. Where there is only one world, the engine
must say exactly what it says.
"""

from collections.abc import Iterator
from datetime import date

from hypothesis import event, given, settings

from ccr_rules import Engine, Evaluation, explain
from ccr_rules.agreement.codelists import tiny_library
from ccr_rules.agreement.people import Question, consultation_of, questions
from ccr_rules.agreement.rulesets import as_loaded, rulesets
from ccr_rules.dates import ABSENT, ABSENT_DATE, PRESENT, DateValue
from ccr_rules.evaluation.asof import Moment
from ccr_rules.evaluation.groups import prepare
from ccr_rules.evaluation.program import Program
from ccr_rules.language.ast import ConditionName, DateName, ReviewDate
from ccr_rules.language.ruleset import Ruleset
from ccr_rules.truth import FALSE, TRUE, Truth
from tests.semantics.oracle.interpreter import InWorld
from tests.semantics.oracle.worlds import worlds_of

ENGINE = Engine(tiny_library())

many = settings(max_examples=3 * settings().max_examples)
"""Rulesets and records are drawn together, so that it takes many to see most of what can be said."""


def answered(ruleset: Ruleset, question: Question) -> Evaluation:
    prepared = prepare([Program(as_loaded(ruleset))], tiny_library().codelist)
    moment = Moment(question.as_of, question.known_on)
    return ENGINE.evaluate_record(question.record, moment, prepared, consultation_of(question))


def allows_day(value: DateValue, day: date | None) -> bool:
    if day is None:
        return value.presence is not PRESENT
    return value.presence is not ABSENT_DATE and value.first <= day <= value.last


def allows_truth(value: Truth, holds: bool) -> bool:
    return value is not (FALSE if holds else TRUE)


Claim = tuple[str, bool, object, object]
"""What is claimed of, whether the world is allowed, the engine's answer, the world's."""


def claims(evaluation: Evaluation, there: InWorld) -> Iterator[Claim]:
    """Yield, for everything that the engine said, whether it leaves room for one world."""
    yield from _date_claims(evaluation, there)
    yield from _rule_claims(evaluation, there)
    ruleset, run = there.ruleset, evaluation.results[0].run
    for id_, review in ruleset.reviews.items():
        said, status = run.reviews[id_].possible, there.status(review)
        yield f"status of {id_}", status in said, said, status
    for id_, item in ruleset.items.items():
        seen, day = run.items[id_] or ABSENT, there.seen(item)
        yield f"item {id_}", allows_day(seen, day), seen, day
    for id_, indicator in ruleset.indicators.items():
        state = run.indicators[id_]
        inside = there.in_population(indicator)
        yield f"population of {id_}", allows_truth(state.population, inside), state.population, inside
        outcomes, outcome = (
            [(each.denominator, each.reason) for each in state.possible],
            there.outcome(indicator),
        )
        yield f"outcome of {id_}", outcome in outcomes, outcomes, outcome
        if outcome[0] == "included" and indicator.numerator:
            met = there.holds(indicator.numerator)
            yield f"numerator of {id_}", allows_truth(state.numerator, met), state.numerator, met


def _date_claims(evaluation: Evaluation, there: InWorld) -> Iterator[Claim]:
    evidence = evaluation.results[0].because.evidence
    for name in (*there.ruleset.dates, *there.ruleset.lets):
        value, day = evidence.value(DateName(name)), there.named(name)
        yield name, allows_day(value, day), value, day
    for id_, review in there.ruleset.reviews.items():
        for field in ("opens", "due", "done", "declined", "until"):
            if getattr(review, field) is not None:
                value, day = evidence.value(ReviewDate(id_, field)), there.day(ReviewDate(id_, field))
                yield f"{id_}.{field}", allows_day(value, day), value, day


def _rule_claims(evaluation: Evaluation, there: InWorld) -> Iterator[Claim]:
    ruleset, run, because = there.ruleset, evaluation.results[0].run, evaluation.results[0].because
    for name in ruleset.conditions:
        truth, holds = because.truth(ConditionName(name)), there.holds(ConditionName(name))
        yield name, allows_truth(truth, holds), truth, holds
    for id_, prompt in ruleset.prompts.items():
        yield id_, allows_truth(run.prompts[id_], there.shown(prompt)), run.prompts[id_], there.shown(prompt)
    for id_, payment in ruleset.payments.items():
        due = there.holds(payment.when)
        yield id_, allows_truth(run.payments[id_], due), run.payments[id_], due
    for id_, finding in ruleset.findings.items():
        found = there.holds(finding.when)
        yield id_, allows_truth(run.findings[id_], found), run.findings[id_], found


@many
@given(rulesets(), questions())
def test_no_world_contradicts_the_answer(ruleset: Ruleset, question: Question) -> None:
    """TRUE and FALSE hold in all worlds; statuses, outcomes and intervals contain every world's."""
    evaluation = answered(ruleset, question)
    worlds = worlds_of(question)
    event(f"{len(worlds) // 40 * 40} worlds or more")
    for world in worlds:
        for what, allowed, said, found in claims(evaluation, InWorld(ruleset, world)):
            assert allowed, f"{what}: the engine says {said}, and in this world it is {found}: {world}"


@many
@given(rulesets(exact_literals=True), questions(exact=True))
def test_what_is_exactly_known_is_answered_exactly(ruleset: Ruleset, question: Question) -> None:
    """Where a record leaves nothing open, nothing is open in the answer either."""
    evaluation = answered(ruleset, question)
    run = evaluation.results[0].run
    decided = [*run.prompts.values(), *run.payments.values(), *run.findings.values()]
    assert set(decided) <= {TRUE, FALSE}
    assert all(len(state.possible) == 1 for state in run.reviews.values())
    assert all(len(state.possible) == 1 for state in run.indicators.values())
    for name in (*ruleset.dates, *ruleset.lets):
        value = evaluation.results[0].because.evidence.value(DateName(name))
        assert value.presence is ABSENT_DATE or value.is_exact, f"{name} is {value}"
    for world in worlds_of(question):
        for what, allowed, said, found in claims(evaluation, InWorld(ruleset, world)):
            assert allowed, f"{what}: the engine says {said}, and it is {found}: {world}"


@given(rulesets(exact_literals=True), questions())
def test_every_answer_can_be_told_and_explained(ruleset: Ruleset, question: Question) -> None:
    """Whatever is drawn, the answer has its JSON, and each of its rules an explanation."""
    evaluation = answered(ruleset, question)
    told = evaluation.to_dict()
    assert evaluation.to_json()
    for rule in (
        *ruleset.reviews,
        *ruleset.indicators,
        *ruleset.prompts,
        *ruleset.findings,
        *ruleset.payments,
    ):
        assert explain(evaluation, rule)[0].id == rule
    assert all(each["needs"] for each in told["unsettled"]), "what is unsettled says what would settle it"
    shown = {prompt["id"] for prompt in told["prompts"]}
    assert shown == {id_ for id_, truth in evaluation.results[0].run.prompts.items() if truth is TRUE}
