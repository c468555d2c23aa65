"""What is asked of durable-rules stays within what is safe, or is refused before it is asked."""

import json
from collections.abc import Iterator
from datetime import date
from typing import Any

import msgspec
import pytest
from msgspec.structs import replace

from ccr_rules import Engine, PatientRecord
from ccr_rules.dates import on
from ccr_rules.evaluation.durable.inputs import Inputs
from ccr_rules.evaluation.durable.plan import MOST_PROPERTIES, MOST_RULES, Asked, Plan
from ccr_rules.evaluation.durable.program import DurableProgram, NotInSubset
from ccr_rules.evaluation.durable.questions import Question, TooMuch
from ccr_rules.evaluation.durable.ways import at_least, either
from ccr_rules.evaluation.program import Program
from ccr_rules.language import ast
from ccr_rules.language.ruleset import Finding, Ruleset, Template
from tests.durable.support import frames

SHIPPED = Engine.default().library.rulesets
EMPTY = Ruleset("drawn", "1.0.0", "Drawn", "GB-ENG", "draft", date(1900, 1, 1), None, "sha256:drawn")


def hash_of(name: str) -> int:
    """Return the hash by which durable-rules knows properties and sessions: 32 bits of FNV-1a."""
    value = 0x811C9DC5
    for byte in name.encode():
        value = (value ^ byte) * 16777619 & 0xFFFFFFFF
    return value


def asked_of(ruleset: Ruleset) -> tuple[Asked, ...]:
    return DurableProgram(Program(ruleset)).asked


def rules_of(asked: Asked) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """Yield the name and the tests of each rule of a definition."""
    for name, rule in json.loads(asked.definition).items():
        assert list(rule) == ["all"]
        (message,) = rule["all"]
        assert list(message) == ["m"]
        assert list(message["m"]) == ["$and"]
        yield name, message["m"]["$and"]


# --- what is asked ---------------------------------------------------------------------------------


@pytest.mark.parametrize("ruleset", SHIPPED, ids=lambda each: each.reference)
def test_no_shipped_ruleset_is_refused(ruleset: Ruleset) -> None:
    asked = asked_of(ruleset)
    rules = (
        *ruleset.indicators,
        *ruleset.reviews,
        *ruleset.prompts,
        *ruleset.payments,
        *ruleset.findings,
        *(item.id for item in ruleset.items.values() if item.applies),
    )
    assert len(asked) == len(rules), "one fact for each"


@pytest.mark.parametrize("ruleset", SHIPPED, ids=lambda each: each.reference)
def test_every_rule_is_a_flat_conjunction_of_whole_numbers(ruleset: Ruleset) -> None:
    for asked in asked_of(ruleset):
        names = {f"p{number}" for number in range(asked.size)}
        rules = dict(rules_of(asked))
        assert len(rules) <= MOST_RULES
        assert rules.pop("z") == [{"z": 1}], "the catch-all"
        assert list(rules) == [f"r{number}" for number in range(len(asked.answers))]
        for tests in rules.values():
            for test in tests:
                if test == {"z": 1}:
                    continue
                ((operator, compared),) = test.items()
                ((name, value),) = compared.items()
                assert operator in {"$gte", "$lte"}
                assert name in names
                assert type(value) is int


def test_no_two_properties_are_the_same_to_durable_rules() -> None:
    names = ["id", "sid", "z", "$s", "$forward", *(f"p{number}" for number in range(MOST_PROPERTIES))]
    assert len({hash_of(name) for name in names}) == len(names)


def test_only_small_whole_numbers_are_told_of_a_record() -> None:
    prepared = Engine.default().prepare(date(2026, 1, 20), ["best-practice-ccr@2025", "qof-cancer@2023"])
    for program, frame in frames(PatientRecord("Patient/p1"), date(2026, 1, 20), prepared):
        durable = DurableProgram(program)
        facts = durable.facts(frame)
        assert [len(fact) for fact in facts] == [asked.size for asked in durable.asked]
        assert all(type(value) is int and abs(value) <= 1_000_000 for fact in facts for value in fact)


def test_a_question_comes_after_the_reviews_that_it_needs() -> None:
    for ruleset in SHIPPED:
        for place, asked in enumerate(asked_of(ruleset)):
            assert all(question < place for _, question, _ in asked.given)


def test_what_is_sent_is_a_list_of_plain_values() -> None:
    sent = msgspec.msgpack.decode(msgspec.msgpack.encode(asked_of(SHIPPED[0])[0]))
    assert [type(each) for each in sent] == [int, str, list, list]


# --- what is refused -------------------------------------------------------------------------------


def any_of(count: int, start: int = 0) -> ast.Or:
    """Return a condition that holds in so many ways."""
    days = (date.fromordinal(738_000 + start + number) for number in range(count))
    tests = (ast.Compare("<=", ast.PatientDate("born"), ast.DateLiteral(on(day), str(day))) for day in days)
    return ast.Or(tuple(tests))


def finding_when(condition: ast.ConditionExpression) -> Ruleset:
    finding = Finding("F", condition, "info", Template("", ("found",)))
    return replace(EMPTY, findings={"F": finding})


def test_more_rules_than_are_safe_are_refused() -> None:
    with pytest.raises(NotInSubset) as refused:
        asked_of(finding_when(any_of(40)))
    assert refused.value.message == (
        "drawn@1.0.0 cannot be put to durable-rules: finding/F would need 81 rules, and more than 60 are "
        "not safe. Split it into simpler rules, or use --engine reference"
    )
    assert refused.value.exit_code == 2


def test_as_many_rules_as_are_safe_are_taken() -> None:
    (asked,) = asked_of(finding_when(any_of(29)))
    assert len(dict(rules_of(asked))) == 59


def test_more_properties_than_are_safe_are_refused() -> None:
    with pytest.raises(NotInSubset, match="finding/F would need 252 properties, and more than 249"):
        asked_of(finding_when(ast.And(any_of(83).operands)))
    (asked,) = asked_of(finding_when(ast.And(any_of(82).operands)))
    assert asked.size + 3 == MOST_PROPERTIES


def test_what_has_too_many_ways_is_refused_before_they_are_counted() -> None:
    product = ast.And(tuple(any_of(10, 100 * number) for number in range(3)))
    with pytest.raises(NotInSubset, match="finding/F would need more than 500 rules"):
        asked_of(finding_when(product))


def test_a_refusal_names_the_question() -> None:
    def asking(ways: int) -> Question:
        return Question("prompt/P", Inputs(), [("surely", either(at_least(each, 1) for each in range(ways)))])

    assert Plan([asking(59)]).asked[0].answers == (0,) * 59
    with pytest.raises(TooMuch, match="prompt/P would need 61 rules, and more than 60 are not safe"):
        Plan([asking(60)])
