"""Requests and plans: when one is itself the thing that was done, and when it only plans it.

A referral that was ordered has been made: the referral is the act. An order for anything else (a
GP diary entry "cancer care review", a STU3 ProcedureRequest) only says that it is to come, and a
plan of care is a document that either exists or is meant to: so a plan for a review never counts
as a done review.
"""

from ccr_rules.record.codes import words_of
from ccr_rules.record.shapes import Concept
from ccr_rules.record.status_table import Standing

_ORDERED = frozenset({"order", "original-order", "reflex-order", "filler-order", "instance-order"})
_PLAN_DOCUMENT = ("plan", "summary", "pathway")
_NOT_A_DOCUMENT = ("review", "planned", "planning")


def request_standing(standing: Standing, intent: str | None, is_referral: bool) -> Standing:
    """Return what a ServiceRequest makes of its code, given what its status makes of it.

    Ordered referrals stand as they are; anything else that would stand is planned.
    """
    if standing not in ("done", "unsure"):
        return standing
    return standing if is_referral and intent in _ORDERED else "planned"


def is_referral(resource_type: str, concepts: list[Concept]) -> bool:
    """Say whether a request is a referral: by its type (STU3), category, term or text."""
    return resource_type == "ReferralRequest" or "refer" in words_of(concepts)


def prescription_standing(standing: Standing, intent: str | None) -> Standing:
    """Return what a MedicationRequest makes of its medicine: a proposal or plan is only planned."""
    if intent in ("proposal", "plan", "option") and standing in ("done", "unsure"):
        return "planned"
    return standing


def plan_standing(
    standing: Standing, intent: str | None, concepts: list[Concept], title: str | None
) -> Standing:
    """Return what a CarePlan makes of its category.

    A document by its own words (a care plan, a treatment summary) exists once it is no draft.
    Anything else, above all a review, is planned.
    """
    if standing not in ("done", "unsure"):
        return standing
    words = f"{words_of(concepts)} | {(title or '').lower()}"
    is_document = any(w in words for w in _PLAN_DOCUMENT) and not any(w in words for w in _NOT_A_DOCUMENT)
    return standing if is_document and intent not in ("proposal", "option") else "planned"
