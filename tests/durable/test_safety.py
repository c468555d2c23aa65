"""durable-rules itself, used as it is safe: no crash, no leak, no wrong answer, nobody mixed up."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import msgspec
import pytest

from benchmarks import durable as benchmark
from benchmarks.durable import SAME_HASH, person
from benchmarks.records import AS_OF, record
from ccr_rules import Engine
from ccr_rules.cli.stories import load_stories
from ccr_rules.evaluation.durable.program import DurableProgram
from ccr_rules.evaluators import DurableEvaluator
from ccr_rules.governance.casebook import CASEBOOK_FILE, read_casebook, run_casebook
from ccr_rules.library.library import Located
from tests.cli.support import ccr
from tests.durable.support import frames, only_where_it_works
from tests.durable.test_plan import hash_of

pytestmark = only_where_it_works

ENGINE = Engine.default()
BOTH = ("qof-cancer@2023", "best-practice-ccr@2025")
LOCATED = {located.file: located for located in ENGINE.library.located()}


@pytest.fixture(scope="module")
def durable() -> Iterator[DurableEvaluator]:
    evaluator = DurableEvaluator()
    yield evaluator
    evaluator.process.close()


@pytest.mark.parametrize("file", LOCATED)
def test_every_case_of_every_casebook_is_decided_alike(durable: DurableEvaluator, file: str) -> None:
    located: Located = LOCATED[file]
    text = (located.folder / CASEBOOK_FILE).read_bytes()
    checking = Engine(ENGINE.library, durable)
    ruleset, _ = ENGINE.library.check(located)
    assert ruleset is not None
    assert run_casebook(read_casebook(text, CASEBOOK_FILE), checking, ruleset, "checked").is_passed


def test_every_story_of_the_demo_is_decided_alike() -> None:
    stories = len(load_stories())
    said = ccr("demo").stderr.splitlines()[-1]
    assert (
        said == f"Two evaluators, the reference and durable-rules, agree on {stories} of {stories} records."
    )


def test_twenty_thousand_evaluations_change_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    """Each is compared with the reference; `python -m benchmarks.durable` does it a million times."""
    assert benchmark.main(20_000) == 0
    said = capsys.readouterr().out
    assert " 0 different answers, 1 process, " in said


def test_two_people_whose_numbers_have_the_same_hash_are_not_mixed_up(durable: DurableEvaluator) -> None:
    """Nobody has these numbers. As session or fact ids they would be one person to durable-rules."""
    assert hash_of(SAME_HASH[0]) == hash_of(SAME_HASH[1])
    ill, well = (
        msgspec.structs.replace(record(1, cancer=cancer), reference=f"Patient/{number}")
        for cancer, number in zip((True, False), SAME_HASH, strict=True)
    )
    prepared = ENGINE.prepare(AS_OF, BOTH)
    asked = [each for who in (ill, well) for each in frames(who, AS_OF, prepared)]
    of_ill, of_well = (program.run(frame) for program, frame in asked[1::2])
    assert of_ill.reviews != of_well.reviews
    for order in (asked, asked[::-1], asked + asked):
        for (program, frame), run in zip(order, durable.runs(order), strict=True):
            expected = program.run(frame)
            assert (run.indicators, run.reviews) == (expected.indicators, expected.reviews)
            assert (run.prompts, run.findings) == (expected.prompts, expected.findings)


def test_nothing_that_says_who_it_is_reaches_the_process() -> None:
    """The same record of two people is the same message: small integers, and nothing else."""
    prepared = ENGINE.prepare(AS_OF, BOTH)
    told = []
    for number in SAME_HASH:
        somebody = msgspec.structs.replace(person(7), reference=f"Patient/{number}")
        facts = [DurableProgram(program).facts(frame) for program, frame in frames(somebody, AS_OF, prepared)]
        told.append(msgspec.msgpack.encode(facts))
    assert told[0] == told[1]


def test_one_process_serves_many_threads(durable: DurableEvaluator) -> None:
    prepared = ENGINE.prepare(AS_OF, BOTH)

    def same(seed: int) -> bool:
        asked = list(frames(person(seed), AS_OF, prepared))
        return not any(durable.opinion(asked, [program.run(frame) for program, frame in asked]).differences)

    with ThreadPoolExecutor(4) as threads:
        assert all(threads.map(same, range(60)))


def test_days_at_the_ends_of_the_calendar_are_whole_numbers_too(durable: DurableEvaluator) -> None:
    for day in (date(1850, 1, 1), date(2999, 12, 31), date.max):
        prepared = ENGINE.prepare(day, BOTH)
        asked = list(frames(person(7), day, prepared))
        assert durable.opinion(asked, [program.run(frame) for program, frame in asked]).agrees
