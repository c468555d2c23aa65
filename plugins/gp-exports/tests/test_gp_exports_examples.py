"""The exports in `examples`, from the file to the lists; what comes out stands in `examples/expected`.

To write these anew after a change that is meant: `WRITE_EXPECTED=1 pytest …`, then read the difference.
"""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from ccr_gp_exports.plugin import GpExports

from ccr_rules import Engine, Evaluation, Plugins
from ccr_rules.hosting import Source

EXAMPLES = Path(__file__).parents[1] / "examples"
AS_OF = "2026-01-20"
EXPORTS = [
    f"{system}-{which}-nhs-number"
    for system in ("emis", "systmone", "vision")
    for which in ("with", "without")
]
FORMS = {
    "worklist-csv": "worklist.csv",
    "due-reviews-csv": "due-reviews.csv",
    "worklist-page": "worklist.html",
}


class Practice:
    """An engine with the plugin, and what it makes of an export."""

    def __init__(self, **settings: Any) -> None:
        self.plugin = GpExports()
        self.plugins = Plugins.of({"gp-exports": self.plugin}, {"gp-exports": settings})
        self.engine = Engine.hosting(self.plugins)

    def evaluated(self, name: str) -> list[Evaluation]:
        source = Source((EXAMPLES / f"{name}.csv").read_bytes(), f"{name}.csv")
        split, faults = self.plugins.split(source)
        assert faults == ()
        assert split.faults == ()
        evaluations = [self.engine.evaluate(each, AS_OF) for each in split.sources]
        assert not [each.answer.plugin_faults for each in evaluations if each.answer.plugin_faults]
        return evaluations

    def written(self, name: str, form: str) -> bytes:
        system = name.partition("-")[0]
        document = self.plugins.render(self.evaluated(name), form, {"system": system})
        assert document is not None
        return document.content


@pytest.fixture(scope="module")
def practice() -> Iterator[Practice]:
    made = Practice(holds=["everything", "patients"])
    yield made
    made.plugins.close()


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("name", EXPORTS)
def test_what_comes_of_each_example_stands_beside_it(practice: Practice, name: str, form: str) -> None:
    file = EXAMPLES / "expected" / f"{name}.{FORMS[form]}"
    written = practice.written(name, form)
    if os.environ.get("WRITE_EXPECTED"):
        file.parent.mkdir(exist_ok=True)
        file.write_bytes(written)
    assert written == file.read_bytes()


@pytest.mark.parametrize("name", [each for each in EXPORTS if each != "vision-without-nhs-number"])
def test_every_system_says_the_same(practice: Practice, name: str) -> None:
    reviews = [
        [(each.id, each.status) for each in evaluation.reviews] for evaluation in practice.evaluated(name)
    ]
    support, review = "support-conversation", "cancer-care-review"
    assert reviews == [
        [(support, "overdue"), (review, "open")],
        [(support, "done late"), (review, "done")],
        [(support, "open"), (review, "open")],
        [(support, "cannot tell"), (review, "cannot tell")],
        [(support, "not applicable"), (review, "not applicable")],
        [(support, "done late"), (review, "done")],
    ]


def test_a_partial_date_is_an_interval(practice: Practice) -> None:
    evaluation = practice.evaluated("systmone-with-nhs-number")[1]
    diagnosis = evaluation.record.entries[0]
    assert diagnosis.clinical is not None
    assert [str(diagnosis.clinical.first), str(diagnosis.clinical.last)] == ["2025-02-01", "2025-02-28"]


def test_a_row_that_cannot_be_read_is_told_with_its_line_in_the_export(practice: Practice) -> None:
    evaluation = practice.evaluated("emis-with-nhs-number")[3]
    (refused,) = evaluation.record.quarantined
    assert (refused.place, refused.kind) == ("line 10", "Observation")
    assert "two digits" in refused.reason


def test_read_codes_and_terms_alone_settle_nothing(practice: Practice) -> None:
    """Codelists are of SNOMED CT: without its codes a cancer is possible, and never sure."""
    evaluation = practice.evaluated("vision-without-nhs-number")[0]
    assert {each.status for each in evaluation.reviews} == {"cannot tell"}
    assert evaluation.record.entries[0].codings[0].system == "http://read.info/readv2"
    assert b"cannot tell" in practice.written("vision-without-nhs-number", "worklist-csv")


def test_a_telephone_consultation_is_one(practice: Practice) -> None:
    record = practice.evaluated("vision-with-nhs-number")[5].record
    assert [each.mode for each in record.consultations] == ["telephone"]


@pytest.mark.parametrize("name", EXPORTS)
def test_without_a_statement_nothing_is_complete(name: str) -> None:
    practice = Practice()
    for evaluation in practice.evaluated(name):
        assert evaluation.record.supplied == frozenset()
        assert {each.status for each in evaluation.reviews} <= {"cannot tell", "not applicable"}
        assert evaluation.completeness != "complete"


def test_the_numbers_of_people_can_be_told_for_the_lists(practice: Practice) -> None:
    name = "emis-with-nhs-number"
    source = Source((EXAMPLES / f"{name}.csv").read_bytes())
    people = practice.plugin.people(source)
    assert people["Patient/9990000026"] == {"nhs_number": "9990000026", "number": "1001"}
    document = practice.plugins.render(practice.evaluated(name), "worklist-csv", {"people": people})
    assert document is not None
    assert ",1001,999 000 0026," in document.content.decode()
    assert practice.plugin.people(Source(b"{}")) == {}


def test_what_the_readme_shows_is_what_comes_out() -> None:
    shown = (EXAMPLES / "expected" / "emis-with-nhs-number.worklist.csv").read_text("utf-8-sig")
    readme = (EXAMPLES.parent / "README.md").read_text("utf-8")
    assert f"```text\n{shown}```" in readme
