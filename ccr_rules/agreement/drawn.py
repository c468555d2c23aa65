"""Drawn rulesets and people put to several evaluators; what they differ on is made as small as possible."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from ccr_rules.agreement.codelists import tiny_library
from ccr_rules.agreement.people import Question, consultation_of, questions
from ccr_rules.agreement.rulesets import as_loaded, rulesets
from ccr_rules.errors import EvaluatorsDisagree
from ccr_rules.evaluation.agreement import Asked, Said, Tally, by_reference, differences, tally
from ccr_rules.evaluation.asof import Moment
from ccr_rules.evaluation.durable.program import NotInSubset
from ccr_rules.evaluation.groups import Group, prepare
from ccr_rules.evaluation.program import Program
from ccr_rules.language.ruleset import Ruleset

Evaluator = Callable[[Sequence[Asked], Sequence[Group]], Sequence[Said]]
PEOPLE = 12
"""At most so many people are drawn with a ruleset."""

MOST_SHOWN = 10
"""At most so many differences are named."""


@dataclass
class Agreement:
    """What was compared; `refused` says of how many rulesets an evaluator would have none."""

    rulesets: int = 0
    questions: int = 0
    tally: Tally = field(default_factory=lambda: Tally(0, 0))
    refused: Counter[str] = field(default_factory=Counter)


def asked_of(question: Question) -> Asked:
    """Return a drawn question as evaluators take it."""
    return Asked(question.record, Moment(question.as_of, question.known_on), consultation_of(question))


def groups_of(ruleset: Ruleset) -> tuple[Group, ...]:
    """Return a drawn ruleset, ready to run with the codelists that drawn people use."""
    return prepare([Program(as_loaded(ruleset))], tiny_library().codelist)


class Compared(NamedTuple):
    """What all said that were asked, and the evaluators that do not take these rulesets."""

    said: Sequence[Said]
    refused: tuple[str, ...]


def compare(asked: Sequence[Asked], groups: Sequence[Group], evaluators: Mapping[str, Evaluator]) -> Compared:
    """Put questions to every evaluator.

    Raises:
        EvaluatorsDisagree: naming the evaluator that says something else than the reference.
    """
    reference = by_reference(asked, groups)
    refused: list[str] = []
    for name, evaluator in evaluators.items():
        try:
            said = evaluator(asked, groups)
        except NotInSubset:
            refused.append(name)
            continue
        if found := differences(reference, said):
            shown = "\n".join(f"  {each}" for each in found[:MOST_SHOWN])
            raise EvaluatorsDisagree(f"{name} and the reference disagree:\n{shown}")
    return Compared(reference, tuple(refused))


def draw_and_compare(examples: int, number: int, evaluators: Mapping[str, Evaluator]) -> Agreement:
    """Draw rulesets, each with up to `PEOPLE` people, and put them to every evaluator.

    The same `number` draws the same. Raises EvaluatorsDisagree with the smallest case that was found.
    """
    agreement = Agreement()

    @seed(number)
    @settings(
        max_examples=examples,
        deadline=None,
        database=None,
        print_blob=False,
        phases=(Phase.generate, Phase.shrink),
        suppress_health_check=list(HealthCheck),
    )
    @given(rulesets(), st.lists(questions(), min_size=1, max_size=PEOPLE))
    def agree(ruleset: Ruleset, people: list[Question]) -> None:
        found = compare([asked_of(each) for each in people], groups_of(ruleset), evaluators)
        agreement.rulesets += 1
        agreement.questions += len(people)
        agreement.tally = agreement.tally.plus(tally(found.said))
        agreement.refused.update(found.refused)

    agree()
    return agreement
