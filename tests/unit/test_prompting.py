"""What a card offers for recording."""

from dataclasses import replace
from datetime import date

from ccr_rules import Engine
from ccr_rules.codelists.codelist import Codelist, CodelistEntry
from ccr_rules.evaluation.asof import Moment
from ccr_rules.evaluation.groups import Group, prepare
from ccr_rules.evaluation.program import Program
from ccr_rules.evaluation.prompting import MOST_OFFERED
from ccr_rules.evaluation.result import Evaluation
from ccr_rules.record.entry import SNOMED, Coding, Days, Entry
from ccr_rules.record.patient import KINDS, PatientRecord

ENGINE = Engine.default()
TODAY = date(2026, 10, 1)
DIAGNOSED = Days(date(2025, 11, 1), date(2025, 11, 1))
RECORD = PatientRecord(
    "Patient/p1",
    (Entry("Condition/c1", "Condition", (Coding(SNOMED, "254837009"),), "", DIAGNOSED, DIAGNOSED, "first"),),
    supplied=frozenset(KINDS),
)


def with_list(change: Codelist) -> tuple[Group, ...]:
    def find(name: str, release: str | None) -> Codelist:
        return change if name == change.name else ENGINE.library.codelist(name, release)

    return prepare([Program(ENGINE.library.find("best-practice-ccr@2025"))], find)


def asked(groups: tuple[Group, ...]) -> Evaluation:
    return ENGINE.evaluate_record(RECORD, Moment(TODAY, TODAY), groups)


def test_a_long_list_offers_only_its_preferred_codes() -> None:
    """After an import a list may hold hundreds; the rest is for the host's own search."""
    short = ENGINE.library.codelist("cancer-invitation")
    more = {
        f"{number}": CodelistEntry(f"{number}", f"Letter {number}", None, "verified") for number in range(50)
    }
    evaluation = asked(with_list(replace(short, codes={**short.codes, **more})))
    offered = [each.code for each in evaluation.suggested_codes if each.for_ == "cancer-invitation"]
    assert offered == list(short.codes)[:MOST_OFFERED]


def test_another_content_under_the_same_release_is_another_decision() -> None:
    short = ENGINE.library.codelist("cancer-care-review")
    other = replace(short, digest="sha256:other")
    assert asked(with_list(short)).decision != asked(with_list(other)).decision
