"""`ccr agree`: what is said when evaluators agree, when one does not, and when one is not there."""

from collections.abc import Callable, Sequence

import pytest

from ccr_rules.agreement import evaluators
from ccr_rules.agreement.drawn import Evaluator
from ccr_rules.errors import MissingExtraError
from ccr_rules.evaluation.agreement import Asked, Said, by_reference
from ccr_rules.evaluation.durable.program import NotInSubset
from ccr_rules.evaluation.groups import Group
from ccr_rules.hosting import columns
from tests.cli.support import ccr

Put = Callable[..., None]
ASKED = ("agree", "--examples", "5", "--seed", "3")


@pytest.fixture
def put(monkeypatch: pytest.MonkeyPatch) -> Put:
    """Put other evaluators in the place of those that there are."""

    def put(**others: Callable[[], Evaluator]) -> None:
        monkeypatch.setattr(evaluators, "EVALUATORS", others)

    return put


def another_reference() -> Evaluator:
    return by_reference


def silent() -> Evaluator:
    def answer(asked: Sequence[Asked], groups: Sequence[Group]) -> list[Said]:
        return [{} for _ in asked]

    return answer


def picky() -> Evaluator:
    def answer(asked: Sequence[Asked], groups: Sequence[Group]) -> list[Said]:
        raise NotInSubset("too much")

    return answer


def missing() -> Evaluator:
    raise MissingExtraError("it is not installed")


def test_what_was_compared_is_counted(put: Put) -> None:
    put(durable=another_reference, duckdb=another_reference)
    result = ccr(*ASKED)
    assert result.exit_code == 0
    assert result.stdout.startswith("the reference and durable and duckdb agree: 5 rulesets, ")
    assert "are not trivial" in result.stdout
    assert "Trivial is what would be said of an empty record" in result.stderr


def test_the_same_seed_counts_the_same(put: Put) -> None:
    put(durable=another_reference, duckdb=another_reference)
    assert ccr(*ASKED).stdout == ccr(*ASKED).stdout
    assert ccr(*ASKED).stdout != ccr("agree", "--examples", "5", "--seed", "4").stdout


def test_a_disagreement_has_its_own_exit_code_and_says_how_to_find_it_again(put: Put) -> None:
    put(duckdb=silent)
    result = ccr(*ASKED, "--evaluator", "duckdb")
    assert result.exit_code == 15
    assert "duckdb and the reference disagree" in result.stderr
    assert "ccr agree --examples 5 --seed 3 finds it again" in result.stderr


def test_what_an_evaluator_refuses_is_said(put: Put) -> None:
    put(durable=picky, duckdb=another_reference)
    assert "durable refused 5 of the rulesets" in ccr(*ASKED).stderr


def test_an_evaluator_that_is_not_there_takes_no_part_and_that_is_said(put: Put) -> None:
    put(durable=missing, duckdb=another_reference)
    result = ccr(*ASKED)
    assert result.stdout.startswith("the reference and duckdb agree")
    assert "durable takes no part: it is not installed" in result.stderr


def test_one_that_is_asked_for_must_be_there(put: Put) -> None:
    put(durable=missing)
    result = ccr(*ASKED, "-e", "durable")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "it is not installed" in result.stderr


def test_with_nothing_to_compare_nothing_is_claimed(put: Put) -> None:
    put(durable=missing, duckdb=missing)
    result = ccr(*ASKED)
    assert (result.exit_code, result.stdout) == (2, "")
    assert "nothing to put beside the reference" in result.stderr


def test_without_hypothesis_the_command_says_what_installs_it(monkeypatch: pytest.MonkeyPatch) -> None:
    def no_such_module(name: str) -> None:
        raise ImportError(name)

    monkeypatch.setattr(columns, "import_module", no_such_module)
    result = ccr(*ASKED)
    assert result.exit_code == 2
    assert "hypothesis is not installed; pip install 'ccr-rules[agree]'" in result.stderr
