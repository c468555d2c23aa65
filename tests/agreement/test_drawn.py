"""Drawn rulesets and people: durable-rules and the columns in DuckDB and Spark say what the reference says.

`ccr agree` does the same, for as many as one likes.
"""

from collections.abc import Sequence
from dataclasses import replace
from functools import cache

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ccr_rules import evaluators
from ccr_rules.agreement.drawn import Evaluator, asked_of, compare, draw_and_compare, groups_of
from ccr_rules.agreement.evaluators import columns_in, in_duckdb, open_durable
from ccr_rules.agreement.people import Question, questions
from ccr_rules.agreement.rulesets import rulesets
from ccr_rules.errors import EvaluatorsDisagree
from ccr_rules.evaluation.agreement import Asked, Said, by_reference
from ccr_rules.evaluation.groups import Group
from ccr_rules.evaluators import DurableEvaluator
from ccr_rules.hosting.columns import open_duckdb
from ccr_rules.hosting.durable.availability import why_not_here
from ccr_rules.language.ruleset import Ruleset
from ccr_rules.truth import TRUE
from tests.durable.support import only_where_it_works, stand_in


@cache
def both() -> dict[str, Evaluator]:
    """Durable-rules where there is one: not on Python 3.13 and later."""
    second = {} if why_not_here() else {"durable": open_durable()}
    return {**second, "duckdb": in_duckdb()}


@given(rulesets(), st.lists(questions(), min_size=1, max_size=12))
def test_every_evaluator_says_what_the_reference_says(ruleset: Ruleset, people: list[Question]) -> None:
    compare([asked_of(each) for each in people], groups_of(ruleset), both())


# --- everybody as of one day, and people of whom no entry is known answered at once --------------


@cache
def alike() -> dict[str, Evaluator]:
    return {"at once": columns_in(open_duckdb(), alike_from=1)}


def on_the_day_of_the_first(people: list[Question]) -> list[Asked]:
    asked = [asked_of(each) for each in people]
    return [each._replace(moment=asked[0].moment) for each in asked]


def with_some_who_have_no_entries(people: list[Question]) -> list[Question]:
    return [
        replace(each, record=msgspec.structs.replace(each.record, entries=())) if place % 2 else each
        for place, each in enumerate(people)
    ]


@settings(max_examples=max(1, settings().max_examples // 3))
@given(rulesets(), st.lists(questions(), min_size=2, max_size=12))
def test_people_without_entries_are_answered_at_once_as_one_by_one(
    ruleset: Ruleset, people: list[Question]
) -> None:
    people = with_some_who_have_no_entries(people)
    compare(on_the_day_of_the_first(people), groups_of(ruleset), alike())
    compare([asked_of(each) for each in people], groups_of(ruleset), alike())


# --- what a comparison is worth --------------------------------------------------------------------


def optimist(asked: Sequence[Asked], groups: Sequence[Group]) -> Sequence[Said]:
    """Says of every payment that it is due."""
    return [
        {
            ruleset: {key: TRUE if key == "payment/money" else value for key, value in verdicts.items()}
            for ruleset, verdicts in said.items()
        }
        for said in by_reference(asked, groups)
    ]


def test_an_evaluator_that_says_something_else_is_found() -> None:
    with pytest.raises(EvaluatorsDisagree) as caught:
        draw_and_compare(20, 1, {"optimist": optimist})
    assert caught.value.message.startswith(
        "optimist and the reference disagree:\n  question 0, drawn@2024.1.0 "
    )
    assert "payment/money: false against true" in caught.value.message


def test_nothing_of_a_record_stands_in_what_is_told() -> None:
    with pytest.raises(EvaluatorsDisagree) as caught:
        draw_and_compare(20, 1, {"optimist": optimist})
    assert "Patient/" not in caught.value.message


def test_the_same_seed_draws_the_same() -> None:
    one, two, other = (draw_and_compare(20, seed, {"itself": by_reference}) for seed in (4, 4, 5))
    assert one == two
    assert one != other


@only_where_it_works
def test_durable_rules_takes_nearly_every_drawn_ruleset() -> None:
    """What it refuses is said, and proves nothing."""
    found = draw_and_compare(30, 1, {"durable": open_durable()})
    assert found.refused["durable"] < found.rulesets / 5


def test_where_durable_rules_does_not_work_its_translation_is_put_to_the_test(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with stand_in("none") as process:
        monkeypatch.setattr(evaluators, "DurableEvaluator", lambda: DurableEvaluator(process))
        found = draw_and_compare(30, 1, {"durable": open_durable()})
    assert found.refused["durable"] < found.rulesets / 5


def test_most_draws_say_something() -> None:
    """A comparison of trivial answers would prove nothing."""
    found = draw_and_compare(settings().max_examples, 1, {"itself": by_reference})
    assert found.rulesets >= settings().max_examples
    assert found.tally.telling > found.tally.verdicts / 6
