"""CQL, run by an engine that none of us wrote, says of every case what the reference evaluator says."""

from functools import cache

import pytest

from ccr_rules import Engine, Library
from ccr_rules.governance.case_running import CaseRunner
from ccr_rules.governance.casebook import CASEBOOK_FILE, read_casebook
from ccr_rules.library.library import Located
from tests.cql.questions import Asked, ask_cql, posed

LIBRARY = Library.shipped()
ENGINE = Engine(LIBRARY)
LOCATED = {located.file: located for located in LIBRARY.located()}

BATCHES = {
    "best-practice": ("best-practice-ccr/", "coding-quality/"),
    "local-and-nice": ("local-", "nice-cancer/"),
    "qof-to-2012": tuple(f"qof-cancer/{year}/" for year in range(2004, 2013)),
    "qof-to-2021": tuple(f"qof-cancer/{year}/" for year in range(2013, 2022)),
    "qof-since-2022": tuple(f"qof-cancer/{year}/" for year in range(2022, 2100)),
}
"""The rulesets that one process of the CQL engine answers for, by how their files begin."""


def asked_of(located: Located) -> Asked:
    ruleset, _ = LIBRARY.check(located)
    assert ruleset is not None
    casebook = read_casebook((located.folder / CASEBOOK_FILE).read_bytes(), located.file)
    runner = CaseRunner(ENGINE, ruleset)
    questions = (
        posed(case.id, evaluation) for case in casebook.cases for _, evaluation in runner.evaluations(case)
    )
    return Asked(ruleset, tuple(questions))


@cache
def asked_in(batch: str) -> tuple[Asked, ...]:
    files = (file for file in LOCATED if file.startswith(BATCHES[batch]))
    return tuple(asked_of(LOCATED[file]) for file in files)


@pytest.mark.parametrize("batch", BATCHES)
def test_cql_agrees_on_every_case_of_every_shipped_ruleset(batch: str) -> None:
    """Every date, condition, status, outcome with its reason, prompt, payment and finding; none left out."""
    run, found = ask_cql(asked_in(batch), LIBRARY.codelist)
    assert run.problems == [], "the translator finds neither errors nor warnings"
    assert not found, "\n".join([f"{len(found)} disagreements", *(each.what for each in found[:20])])


def test_every_shipped_ruleset_is_in_a_batch() -> None:
    counted = [file for file in LOCATED for beginnings in BATCHES.values() if file.startswith(beginnings)]
    assert sorted(counted) == sorted(LOCATED)


def test_all_but_one_entry_reach_cql_as_fhir_resources() -> None:
    """R4 has no Observation that is only planned; that one is handed in as a parameter."""
    further = [
        entry
        for batch in BATCHES
        for asked in asked_in(batch)
        for each in asked.posed
        for entry in each.question["parameters"]["Further entries"]
    ]
    assert [(entry["kind"], entry["state"]) for entry in further] == [("Observation", "planned")]
