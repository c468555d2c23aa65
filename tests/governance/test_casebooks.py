"""The casebooks that the project ships: every case, what no case exercises, the hazards that name cases."""

import re
from collections.abc import Iterator
from functools import cache

import pytest

from ccr_rules.engine import Engine
from ccr_rules.governance.case_running import CaseRunner
from ccr_rules.governance.casebook import CASEBOOK_FILE, read_casebook, run_casebook
from ccr_rules.governance.cases import Case, Casebook
from ccr_rules.language.ruleset import Ruleset
from ccr_rules.library.library import Library, Located

LIBRARY = Library.shipped()
ENGINE = Engine(LIBRARY)
LOCATED = {located.file: located for located in LIBRARY.located()}


@cache
def casebook_of(file: str) -> Casebook:
    located = LOCATED[file]
    name = file.replace("ruleset.yaml", CASEBOOK_FILE)
    return read_casebook((located.folder / CASEBOOK_FILE).read_bytes(), name)


@cache
def ruleset_of(file: str) -> Ruleset:
    ruleset, problems = LIBRARY.check(LOCATED[file])
    assert ruleset is not None, "\n".join(str(problem) for problem in problems)
    return ruleset


@cache
def runner_of(file: str) -> CaseRunner:
    return CaseRunner(ENGINE, ruleset_of(file))


def cases() -> Iterator[object]:
    for file, located in LOCATED.items():
        if (located.folder / CASEBOOK_FILE).is_file():
            for case in casebook_of(file).cases:
                yield pytest.param(file, case, id=f"{file.rpartition('/')[0]}:{case.id}")


@pytest.mark.parametrize(("file", "case"), list(cases()))
def test_every_case_goes_as_expected(file: str, case: Case) -> None:
    failures = runner_of(file).run(case)
    assert not failures, "\n\n".join(str(failure) for failure in failures)


@pytest.mark.parametrize("located", LOCATED.values(), ids=list(LOCATED))
class TestEveryRuleset:
    def test_has_a_casebook_that_names_only_what_is_there(self, located: Located) -> None:
        assert (located.folder / CASEBOOK_FILE).is_file()
        problems = runner_of(located.file).check(casebook_of(located.file))
        assert not problems, "\n".join(str(problem) for problem in problems)

    def test_has_a_case_for_every_part(self, located: Located) -> None:
        result = run_casebook(casebook_of(located.file), ENGINE, ruleset_of(located.file))
        assert result.gaps == ()

    def test_says_what_changed(self, located: Located) -> None:
        version = ruleset_of(located.file).version
        assert version in (located.folder / "CHANGELOG.md").read_text("utf-8")

    def test_has_hazards_whose_evidence_are_cases(self, located: Located) -> None:
        safety = (located.folder / "SAFETY.md").read_text("utf-8")
        sentences = re.findall(r"^Evidence: [^.]*", safety, re.MULTILINE)
        named = {
            name for sentence in sentences for name in re.findall(r"`([a-z0-9]+(?:-[a-z0-9]+)+)`", sentence)
        }
        assert named
        assert named <= {case.id for case in casebook_of(located.file).cases}
