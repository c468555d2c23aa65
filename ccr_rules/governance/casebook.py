"""Casebooks: readable cases beside a ruleset, read with `read_casebook`, asked with `run_casebook`."""

from ccr_rules.engine import Engine, EvaluatorName
from ccr_rules.errors import Problem, RulesetError
from ccr_rules.governance.case_reading import read_cases
from ccr_rules.governance.case_results import CasebookResult
from ccr_rules.governance.case_running import CaseRunner
from ccr_rules.governance.cases import Casebook
from ccr_rules.language.report import Report
from ccr_rules.language.ruleset import Ruleset
from ccr_rules.language.yaml_text import read_yaml

CASEBOOK_FILE = "casebook.yaml"


def read_casebook(text: str | bytes, file: str = "") -> Casebook:
    """Read a casebook.

    Raises:
        RulesetError: with everything that is wrong, each with its place.
    """
    report = Report()
    root = read_yaml(text, file, report, empty_lists=True)
    if root is None:
        raise _refused(file, report.problems())
    casebook = read_cases(root, file, report)
    if problems := report.problems():
        raise _refused(file, problems)
    return casebook


def run_casebook(
    casebook: Casebook, engine: Engine, ruleset: Ruleset, evaluator: EvaluatorName = "reference"
) -> CasebookResult:
    """Ask every question of a casebook, and compare the answers with what is expected.

    The ruleset need not be one of the engine's library; its codelists are those of the library.

    Raises:
        RulesetError: if the casebook names something that neither the ruleset nor a codelist has.
        EvaluatorsDisagree, EvaluatorUnavailable: if a second evaluator is asked, and decides otherwise
            or not at all.
    """
    runner = runner_for(casebook, engine, ruleset, evaluator)
    failures = tuple(failure for case in casebook.cases for failure in runner.run(case))
    failed = tuple(dict.fromkeys(failure.case.id for failure in failures))
    passed = tuple(case.id for case in casebook.cases if case.id not in failed)
    return CasebookResult(ruleset.reference, passed, failed, failures, runner.gaps())


def runner_for(
    casebook: Casebook, engine: Engine, ruleset: Ruleset, evaluator: EvaluatorName = "reference"
) -> CaseRunner:
    """Return what runs the cases of a casebook.

    Raises:
        RulesetError: if the casebook names something that neither the ruleset nor a codelist has.
    """
    runner = CaseRunner(engine, ruleset, evaluator)
    if problems := runner.check(casebook):
        raise _refused(casebook.file, problems)
    return runner


def _refused(file: str, problems: tuple[Problem, ...]) -> RulesetError:
    count = f"{len(problems)} problem{'s' if len(problems) > 1 else ''}"
    return RulesetError(f"{file or 'the casebook'} cannot be used: {count}", problems)
