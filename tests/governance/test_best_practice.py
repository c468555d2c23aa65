"""What best practice holds in full: how reviews are prepared, what they cover, what follows, by whom."""

import pytest

from ccr_rules.language.ruleset import Actor, ContentKind, Review, Ruleset
from ccr_rules.library.library import Library

LIBRARY = Library.shipped()
BEST = LIBRARY.find("best-practice-ccr@2025")
REVIEWS = list(BEST.reviews.values())


def ids(review: str, kind: ContentKind) -> set[str]:
    return {item.id for item in BEST.reviews[review].content[kind]}


@pytest.mark.parametrize("review", BEST.reviews)
def test_each_review_is_prepared_with_invitation_checklist_leaflet_and_questionnaire(review: str) -> None:
    assert ids(review, "prepare") >= {"invitation", "concerns-checklist", "leaflet", "questionnaire"}
    (invitation,) = (item for item in BEST.reviews[review].prepare if item.id == "invitation")
    assert "letter, text message or telephone" in invitation.title


@pytest.mark.parametrize("review", BEST.reviews)
def test_each_review_asks_how_much_each_domain_concerns_the_person(review: str) -> None:
    domains = {"physical", "emotional", "practical", "relationships", "money-and-work", "information"}
    assert ids(review, "concerns") == domains


def test_the_review_covers_every_domain_and_what_patients_asked_for() -> None:
    domains = {"story-so-far", "physical-effects", "mental-health", "practical", "money", "relationships"}
    domains |= {
        "carers-needs",
        "physical-activity",
        "medication-review",
        "support-network",
        "hospital-papers",
    }
    statements = {"worry-about-return", "mental-health", "work", "someone-to-talk-to", "aftercare"}
    assert ids("cancer-care-review", "covers") >= domains | statements | {"other-conditions", "other-worries"}


def test_what_follows_the_review_is_named() -> None:
    wanted = {"care-plan", "social-prescribing", "physical-activity", "benefits-advice", "carers-needs"}
    assert ids("cancer-care-review", "follows") >= wanted | {
        "return-to-work",
        "mental-health",
        "other-conditions",
    }


@pytest.mark.parametrize("actor", ["trust", "practice", "social prescriber", "patient"])
def test_everybody_in_the_process_has_something_to_do(actor: Actor) -> None:
    assert any(actor in step.who for step in BEST.process.values())


def test_what_is_expected_of_the_trust_is_open_where_no_source_says_it() -> None:
    alone = {step.id: step.grounds for step in BEST.process.values() if step.who == ("trust",)}
    assert set(alone) == {"diagnosis-told", "needs-assessment-sent", "treatment-summary-sent"}
    assert all(grounds.unverified for grounds in alone.values())


@pytest.mark.parametrize("review", REVIEWS, ids=lambda review: review.id)
def test_each_review_has_steps_before_during_and_after_it(review: Review) -> None:
    phases = {step.phase for step in BEST.process.values() if step.review == review.id}
    assert phases == {"before", "during", "after"}


def test_the_national_cancer_plan_changes_what_is_expected_of_the_trust() -> None:
    later = LIBRARY.find("best-practice-ccr@2026").process
    changed = {id_ for id_, step in later.items() if step != BEST.process.get(id_)}
    assert changed == {"needs-assessment-sent", "treatment-summary-sent", "plan-seen"}
    assert {later[id_].grounds.source for id_ in changed} == {"national-cancer-plan"}


@pytest.mark.parametrize("ruleset", LIBRARY.rulesets, ids=lambda ruleset: ruleset.reference)
def test_what_a_step_expects_comes_before_it(ruleset: Ruleset) -> None:
    order = list(ruleset.process)
    for step in ruleset.process.values():
        assert all(order.index(expected) < order.index(step.id) for expected in step.expects), step.id
