"""The functions of CCRCalculus, and what CCRRecord sees of an entry, against the reference evaluator's."""

from collections.abc import Iterator, Sequence
from typing import Any

from ccr_rules.exports.cql.files import support_libraries
from tests.cql.engine import run_cql
from tests.cql.grids import Answer, Grid
from tests.cql.grids_of_decisions import rows, statuses
from tests.cql.grids_of_entries import entries, windows
from tests.cql.grids_of_values import durations, pairs, truths

GRIDS = (pairs, durations, truths, windows, statuses, rows, entries)
ASKING = "Asking-1.0.0.cql"
HEAD = """\
library Asking version '1.0.0'
using FHIR version '4.0.1'
include CCRCalculus version '1.0.0' called Calculus
include CCRRecord version '1.0.0' called Record
"""


def library(grids: Sequence[Grid]) -> str:
    """Return a library that calls each function for each case."""
    parameters = (f'parameter "{grid.name}" List<Tuple {{ {grid.elements} }}>\n' for grid in grids)
    definitions = (
        f'define "{grid.name} {number}": "{grid.name}" each return all {answer.call}\n'
        for grid in grids
        for number, answer in enumerate(grid.answers)
    )
    return f"{HEAD}{''.join(parameters)}context Patient\n{''.join(definitions)}"


def differing(grid: Grid, answer: Answer, came: Sequence[Any]) -> Iterator[str]:
    for case, wanted, value in zip(grid.cases, answer.wanted, came, strict=True):
        if answer.read(value) != wanted:
            yield f"{answer.call} of {case}: {wanted}, and {answer.read(value)} in CQL"


def test_the_support_libraries_calculate_as_the_reference_evaluator_does() -> None:
    """Comparisons, choices, durations, truth, windows, statuses, rows, entries as of a day: 10,000 values."""
    grids = [build() for build in GRIDS]
    patient = {"resource": {"resourceType": "Patient", "id": "p"}}
    question = {
        "bundle": {"resourceType": "Bundle", "type": "collection", "entry": [patient]},
        "parameters": {grid.name: grid.cases for grid in grids},
    }
    files = {**support_libraries(), ASKING: library(grids)}
    run = run_cql(files, [{"library": ASKING, "questions": [question]}], shown=".")
    assert run.problems == [], "the translator finds neither errors nor warnings"
    found = [
        each
        for grid in grids
        for number, answer in enumerate(grid.answers)
        for each in differing(grid, answer, run.answers[0][0][f"{grid.name} {number}"])
    ]
    assert not found, "\n".join([f"{len(found)} values differ", *found[:20]])
    assert sum(len(answer.wanted) for grid in grids for answer in grid.answers) > 10_000
