"""durable-rules as an evaluator: alone, or to check the reference; and what is said when it fails."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from benchmarks.records import AS_OF, record
from ccr_rules import Engine, Evaluation, Library, PatientRecord, UsageError
from ccr_rules.errors import EvaluatorsDisagree, EvaluatorUnavailable, MissingExtraError
from ccr_rules.evaluation.asof import Moment
from ccr_rules.evaluation.durable.program import DurableProgram, NotInSubset
from ccr_rules.evaluation.durable.questions import ImpossibleAnswer, Question
from ccr_rules.evaluation.groups import prepare
from ccr_rules.evaluation.program import Program
from ccr_rules.evaluators import DurableEvaluator
from ccr_rules.governance.casebook import read_casebook, run_casebook
from ccr_rules.hosting.durable import availability
from ccr_rules.hosting.durable.process import DurableProcess
from ccr_rules.library.library import load_library
from tests.cli.support import CASES, SCHEME, write_ruleset
from tests.durable.support import only_where_it_works, stand_in
from tests.durable.test_plan import any_of, finding_when
from tests.durable.test_process import exists
from tests.semantics.specification import Specification

UNSEEN = Specification("""
dates: {DX: {earliest: diagnosis}, SEEN: {earliest: review, from: DX}}
parameters: {notice: {value: 28 days, source: spec}}
indicators:
  CAN:
    title: Reviewed
    population: DX is not null
    denominator: [{otherwise: include}]
    numerator: SEEN is not null
    source: spec
reviews:
  talk:
    title: Talk
    applies: DX is not null
    opens: DX
    due: DX + 3 months
    remind: notice
    until: never
    done: SEEN
    source: spec
prompts:
  talk-due: {when: "talk.status in {open}", severity: info, summary: Talk, source: spec}
""")
BOTH = ("qof-cancer@2023", "best-practice-ccr@2025")
RECORD = record(1)
LIBRARY = Library.shipped()


def engine(process: DurableProcess, library: Library = LIBRARY) -> Engine:
    return Engine(library, DurableEvaluator(process))


def asked(engine: Engine, evaluator: Any, record: PatientRecord = RECORD) -> Evaluation:
    return engine.evaluate(record, AS_OF, rulesets=BOTH, engine=evaluator)


def told(evaluation: Evaluation) -> dict[str, Any]:
    return evaluation.to_dict()


REFERENCE = told(asked(Engine(LIBRARY), "reference"))


# --- where both decide alike -----------------------------------------------------------------------


def test_alone_it_gives_the_answer_of_the_reference() -> None:
    with stand_in("none") as process:
        evaluation = asked(engine(process), "durable")
    assert evaluation.opinion is None
    assert told(evaluation) == REFERENCE


def test_where_it_agrees_the_answer_is_that_of_the_reference() -> None:
    with stand_in("none") as process:
        evaluation = asked(engine(process), "checked")
    assert evaluation.opinion
    assert evaluation.opinion.agrees
    evaluation.opinion.insist("here")
    assert told(evaluation) == REFERENCE


def test_the_reference_asks_nobody() -> None:
    with stand_in("crashes") as process:
        evaluation = asked(engine(process), "reference")
        assert process.pid is None
    assert evaluation.opinion is None


def test_an_evaluator_that_does_not_exist_is_a_usage_error() -> None:
    with pytest.raises(UsageError, match="engine: 'drools' is not one of reference, durable, checked"):
        asked(Engine(LIBRARY), "drools")


def test_a_ruleset_is_translated_once() -> None:
    with stand_in("none") as process:
        evaluator = DurableEvaluator(process)
        program = Program(LIBRARY.find("qof-cancer@2023"))
        assert evaluator.translated(program) is evaluator.translated(program)


# --- where they do not -----------------------------------------------------------------------------


def small(tmp_path: Path) -> Library:
    write_ruleset(tmp_path, SCHEME, CASES)
    return load_library(tmp_path)


def about_nobody(engine: Engine, evaluator: Any) -> Evaluation:
    return engine.evaluate(
        PatientRecord("Patient/p1"), date(2026, 7, 1), rulesets=["local-scheme"], engine=evaluator
    )


def test_a_difference_stands_in_the_answer_of_the_reference(tmp_path: Path) -> None:
    library = small(tmp_path)
    with stand_in("forgets a rule") as process:
        evaluation = about_nobody(engine(process, library), "checked")
    expected = told(about_nobody(Engine(library), "reference"))
    answer = told(evaluation)
    assert evaluation.opinion
    assert not evaluation.opinion.agrees
    assert answer["findings"][0] == {
        "id": "evaluators-disagree",
        "severity": "critical",
        "message": "A second evaluator (durable-rules) decides differently: payment/visit, "
        "review/talk/applies. One of the two is wrong: do not rely on these answers, and report it.",
        "evidence": [],
        "ruleset": "local-scheme@2026.1.0",
    }
    assert answer["headline"] == f"Two evaluators disagree: {expected['headline']}"
    assert answer["reviews"] == expected["reviews"]
    assert answer["plugin_faults"] == []


def test_a_difference_can_be_insisted_on(tmp_path: Path) -> None:
    with stand_in("forgets a rule") as process:
        evaluation = about_nobody(engine(process, small(tmp_path)), "checked")
    assert evaluation.opinion
    with pytest.raises(
        EvaluatorsDisagree, match=r"local-scheme@2026\.1\.0: case one: durable-rules decides"
    ) as raised:
        evaluation.opinion.insist("case one")
    assert raised.value.exit_code == 15


# --- where there is no second opinion --------------------------------------------------------------


def test_alone_and_unavailable_there_is_no_answer() -> None:
    """Silence would look like "nothing due"."""
    with stand_in("crashes") as process, pytest.raises(EvaluatorUnavailable, match="killed by signal 9"):
        asked(engine(process), "durable")


def test_unavailable_the_answer_of_the_reference_stands_and_says_so() -> None:
    with stand_in("crashes") as process:
        evaluation = asked(engine(process), "checked")
    answer = told(evaluation)
    why = (
        "durable-rules is unavailable: its process ended, killed by signal 9; ask again, or use --engine "
        "reference"
    )
    finding = {
        "id": "second-opinion-unavailable",
        "severity": "warning",
        "message": f"Nothing was decided a second time: {why}.",
        "evidence": [],
    }
    rulesets = ("qof-cancer@2023.1.0", "best-practice-ccr@2025.1.0")
    assert answer["findings"][:2] == [{**finding, "ruleset": each} for each in rulesets]
    assert answer["plugin_faults"] == [{"plugin": "durable-rules", "hook": "decide", "fault": why}]
    assert {**answer, "findings": answer["findings"][2:], "plugin_faults": []} == REFERENCE
    assert evaluation.opinion
    assert not evaluation.opinion.agrees
    with pytest.raises(
        EvaluatorUnavailable, match=r"qof-cancer@2023\.1\.0: here: durable-rules is unavailable"
    ):
        evaluation.opinion.insist("here")


def test_an_answer_that_its_rules_cannot_give_is_no_answer() -> None:
    """A rule that was lost is noticed where the others contradict it; the process is then not trusted."""
    with stand_in("forgets a rule") as process:
        with pytest.raises(EvaluatorUnavailable, match="it gave an impossible answer") as raised:
            engine(process).evaluate(RECORD, AS_OF, rulesets=["qof-cancer@2026"], engine="durable")
        assert "indicator/cancer-register: population unknown, and 0 outcomes" in raised.value.message
        assert process.pid is None


@pytest.mark.parametrize(
    ("name", "fired", "says"),
    [
        ("indicator/CAN", {"population surely"}, "population surely and not possibly"),
        ("indicator/CAN", {"population possibly", "row 1"}, "population unknown, and 1 outcomes"),
        (
            "indicator/CAN",
            {"population surely", "population possibly", "row 1", "not applicable"},
            "population true, and 2 outcomes",
        ),
        (
            "indicator/CAN",
            {"population surely", "population possibly", "row 1", "numerator surely"},
            "numerator surely and not possibly",
        ),
        ("review/talk", {"applies surely", "applies possibly"}, "no status"),
        ("review/talk", {"applies surely", "open"}, "applies surely and not possibly"),
        ("prompt/talk-due", {"holds surely"}, "holds surely and not possibly"),
    ],
)
def test_what_no_rules_can_give_together(name: str, fired: set[str], says: str) -> None:
    evaluation = UNSEEN.answer(as_of="2024-05-20")
    durable = DurableProgram(evaluation.results[0].program)
    answers = [answered(question, fired if question.name == name else None) for question in durable.questions]
    with pytest.raises(ImpossibleAnswer, match=f"^{name}: {says}$"):
        durable.run(evaluation.results[0].run.frame, answers)


@pytest.mark.parametrize(
    ("answers", "says"),
    [
        ([[]], "1 answers to 3 questions"),
        ([[], [], [], []], "4 answers to 3 questions"),
        ([[99], [], []], "there is no answer 99"),
        ([[-1], [], []], "there is no answer -1"),
    ],
)
def test_what_was_not_asked_is_no_answer(answers: list[list[int]], says: str) -> None:
    evaluation = UNSEEN.answer(as_of="2024-05-20")
    with pytest.raises(ImpossibleAnswer, match=says):
        DurableProgram(evaluation.results[0].program).run(evaluation.results[0].run.frame, answers)


def answered(question: Question, fired: set[str] | None) -> list[int]:
    """Return the answers with these names, or some that go together."""
    if fired is None:
        fired = {"not applicable"}
    return [number for number, name in enumerate(question.rules) if name in fired]


def test_a_ruleset_that_is_too_much_for_it_is_refused_alone_and_said_when_checking() -> None:
    too_much = finding_when(any_of(40))
    prepared = prepare([Program(too_much), Program(LIBRARY.find("qof-cancer@2026"))], LIBRARY.codelist)
    with stand_in("none") as process:
        asking = engine(process)
        with pytest.raises(NotInSubset, match="finding/F would need 81 rules"):
            asking.evaluate_record(RECORD, Moment(AS_OF, AS_OF), prepared, engine="durable")
        evaluation = asking.evaluate_record(RECORD, Moment(AS_OF, AS_OF), prepared, engine="checked")
    assert evaluation.opinion
    assert list(evaluation.opinion.unavailable) == ["drawn@1.0.0"], "the other was decided, and alike"
    assert not evaluation.opinion.differences
    assert "finding/F would need 81 rules" in evaluation.findings[0].message


# --- casebooks -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fault", "error"), [("forgets a rule", EvaluatorsDisagree), ("crashes", EvaluatorUnavailable)]
)
def test_a_casebook_fails_when_it_cannot_be_checked(
    tmp_path: Path, fault: str, error: type[Exception]
) -> None:
    library = small(tmp_path)
    casebook = read_casebook(CASES, "casebook.yaml")
    with stand_in(fault) as process, pytest.raises(error, match="overdue, as of 2026-07-01"):
        run_casebook(casebook, engine(process, library), library.find("local-scheme"), "checked")


def test_a_casebook_passes_where_both_decide_alike(tmp_path: Path) -> None:
    library = small(tmp_path)
    casebook = read_casebook(CASES, "casebook.yaml")
    with stand_in("none") as process:
        checking = engine(process, library)
        for evaluator in ("durable", "checked"):
            assert run_casebook(casebook, checking, library.find("local-scheme"), evaluator).is_passed


# --- where it cannot run at all --------------------------------------------------------------------


def test_on_a_python_on_which_it_does_not_work_that_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(availability, "FIRST_WITHOUT", (3, 0))
    for evaluator in ("durable", "checked"):
        with pytest.raises(
            MissingExtraError,
            match=r"no second opinion: durable-rules 2\.0\.28 does not work on Python 3\.13",
        ) as raised:
            asked(Engine(LIBRARY), evaluator)
        assert "use Python 3.11 or 3.12" in raised.value.message


def test_where_it_is_not_installed_the_command_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(availability, "FIRST_WITHOUT", (4, 0))
    monkeypatch.setattr(availability, "MODULE", "no_such_module")
    with pytest.raises(MissingExtraError, match=r"pip install 'ccr-rules\[durable\]'"):
        asked(Engine(LIBRARY), "durable")


@only_where_it_works
def test_by_default_an_engine_has_one_process_of_its_own() -> None:
    checking = Engine(LIBRARY)
    assert told(asked(checking, "checked")) == REFERENCE
    pid = checking.durable.process.pid
    assert told(asked(checking, "durable")) == REFERENCE
    assert checking.durable.process.pid == pid is not None
    checking.durable.process.close()
    assert not exists(pid)
