"""What an overlay's casebook has to show, and what that of its base shows already."""

from pathlib import Path

import pytest

from ccr_rules.governance.inheritance import own_part
from ccr_rules.governance.scaffold import scaffold, write_scaffold
from ccr_rules.language.ruleset import Ruleset
from ccr_rules.library.library import Library, load_library

LIBRARY = Library.shipped()
BASE = LIBRARY.find("best-practice-ccr@2025")
SECTIONS = ("indicators", "reviews", "items", "prompts", "payments", "findings")


def own(folder: Path, text: str) -> dict[str, list[str]]:
    """Return what is an overlay's own, by section; empty sections are left out."""
    ruleset = local(folder, text)
    found = own_part(ruleset, LIBRARY)
    assert (found.dates, found.lets, found.codelists) == (ruleset.dates, ruleset.lets, ruleset.codelists)
    return {section: list(ids) for section in SECTIONS if (ids := getattr(found, section))}


def local(folder: Path, text: str) -> Ruleset:
    ruleset = write_scaffold(scaffold("local-new", BASE), folder)[0]
    with ruleset.open("a", encoding="utf-8") as file:
        file.write(text)
    return load_library(folder).find("local-new")


def test_a_ruleset_without_a_base_is_all_its_own() -> None:
    assert own_part(BASE, LIBRARY) is BASE


def test_an_overlay_that_changes_nothing_has_nothing_to_show(tmp_path: Path) -> None:
    assert own(tmp_path, "") == {}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(
            "payments:\n  talk: {title: A talk, when: has_cancer, amount: 1, currency: GBP, per: year, "
            "source: specification}\n",
            {"payments": ["talk"]},
            id="what it adds",
        ),
        pytest.param(
            "items:\n  has-carer: {title: A carer, seen: HAS_CARER_DAT, source: specification}\n",
            {"items": ["has-carer"]},
            id="what it defines anew",
        ),
        pytest.param(
            "parameters:\n  invite_lead: {value: 4 months, source: specification}\n",
            {"prompts": ["invite-to-cancer-care-review"]},
            id="what rests on a parameter",
        ),
        pytest.param(
            "parameters:\n  support_ends: {value: 9 months, source: specification}\n",
            {
                "reviews": ["support-conversation"],
                "prompts": ["support-conversation-due"],
                "findings": ["diagnosis-discussed-is-not-support-information", "confirmation-lag"],
            },
            id="what rests on a review, directly or through a condition",
        ),
        pytest.param(
            "dates:\n  HNA_DAT: {earliest: holistic-needs-assessment, from: DIAGNOSED}\n",
            {"items": ["holistic-needs-assessment"]},
            id="what rests on a date",
        ),
        pytest.param(
            "codelists:\n  holistic-needs-assessment: {list: holistic-needs-assessment, release: "
            "2026-11-21}\n",
            {"items": ["holistic-needs-assessment"]},
            id="what rests on a codelist, through a date",
        ),
        pytest.param(
            "codelists:\n  support-information-given: medication-review\n",
            {
                "reviews": ["support-conversation"],
                "prompts": ["support-conversation-due"],
                "findings": [
                    "support-before-diagnosis",
                    "review-without-diagnosis",
                    "diagnosis-discussed-is-not-support-information",
                    "confirmation-lag",
                ],
            },
            id="what records a codelist",
        ),
        pytest.param(
            'let:\n  DIAGNOSED: "Coalesce(NEW_DX, FIRST_DX, SPREAD_DX)"\n',
            None,
            id="nearly everything, where the diagnosis is another",
        ),
    ],
)
def test_what_an_overlay_changes_is_its_own(
    text: str, expected: dict[str, list[str]] | None, tmp_path: Path
) -> None:
    found = own(tmp_path, text)
    if expected is None:
        assert found["reviews"] == ["support-conversation", "cancer-care-review"]
        assert "is-carer" in found["items"], "what applies to people with cancer rests on the diagnosis"
        assert "treatment-without-diagnosis" in found["findings"]
        assert "support-before-diagnosis" not in found["findings"]
    else:
        assert found == expected


def test_a_review_with_the_name_of_a_codelist_is_not_the_codelist(tmp_path: Path) -> None:
    found = own(tmp_path, "parameters:\n  review_window: {value: 9 months, source: specification}\n")
    assert found["reviews"] == ["cancer-care-review"]
    assert "review-before-diagnosis" not in found["findings"]
    assert "review-of-an-earlier-diagnosis" in found["findings"]
