"""What the forms and their own questions are called.

A form of a ruleset is the Questionnaire `…/Questionnaire/RULESET.templates.FORM`. No id of a ruleset or of
anything in it holds a full stop, so it is never taken for the questionnaire of one review.

The linkIds of the ruleset's questionnaire are kept (docs/questionnaire.md). Those added here begin with
`templates.`, or have words behind a linkId of a question; none of those can be made of a ruleset's ids.
"""

from dataclasses import dataclass
from typing import Final, Literal

from ccr_rules.exports.canonical import url_of
from ccr_rules.exports.questionnaire import KIND
from ccr_rules.language.ruleset import Ruleset

LAYOUT: Final = 1
"""Counts up whenever a form asks something else, or elsewhere, with the same ruleset."""

FormKind = Literal["review", "pre-review"]

TABS: Final = "templates.tabs"
RECORD: Final = "templates.record"
DIAGNOSIS: Final = "templates.record.diagnosis"
ITEMS: Final = "templates.record.items"
SOURCES: Final = "templates.sources"


def version_of(ruleset: Ruleset) -> str:
    """Return the version of a ruleset's forms."""
    return f"{ruleset.version}-templates.{LAYOUT}"


def form_url(canonical: str, ruleset: Ruleset, kind: FormKind, review: str = "") -> str:
    """Return the canonical URL of a form; a form for one review names it."""
    return url_of(canonical, KIND, ruleset, ".".join(("templates", kind, *([review] if review else []))))


@dataclass(frozen=True, slots=True)
class Asked:
    """What a response says that it answers: the form's ruleset, version and kind."""

    ruleset: str
    version: str
    kind: FormKind
    review: str = ""


def asked_by(canonical: str, questionnaire: str) -> Asked | None:
    """Return which form a `questionnaire` of this place (`URL|VERSION`) names, or None if it is none."""
    url, _, version = questionnaire.partition("|")
    ruleset, _, form = url.removeprefix(_start(canonical)).partition(".templates.")
    if form == "review":
        return Asked(ruleset, version, "review")
    kind, _, review = form.partition(".")
    return Asked(ruleset, version, "pre-review", review) if kind == "pre-review" and review else None


def is_of_place(canonical: str, questionnaire: str) -> bool:
    """Say whether a `questionnaire` is named as one of this place, whatever it is."""
    return questionnaire.startswith(_start(canonical))


def _start(canonical: str) -> str:
    return f"{canonical.rstrip('/')}/{KIND}/"


def raised(concern: str) -> str:
    """Return the linkId of whether something concerns the person; `concern` is that of its score."""
    return f"{concern}.raised"


def own_words(concern: str) -> str:
    """Return the linkId of what the person says of a concern."""
    return f"{concern}.words"


def about(concern: str) -> str:
    """Return the linkId of the group of one concern."""
    return f"{concern}.about"


def record_as(question: str, codelist: str) -> str:
    """Return the linkId of whether something is to be recorded under a codelist."""
    return f"{question}.record.{codelist}"


def of_review(review: str, question: Literal["from", "due", "held"]) -> str:
    """Return the linkId of what the record says about a review."""
    return f"{RECORD}.review.{review}.{question}"


def of_item(item: str) -> str:
    """Return the linkId of the day on which something of the record was received or done."""
    return f"{RECORD}.item.{item}"


def evidence(link_id: str) -> str:
    """Return the linkId of where an answer of the record stands."""
    return f"{link_id}.evidence"


def beforehand(review: str, question: Literal["most", "else", "taken"]) -> str:
    """Return the linkId of what is asked beforehand, beside the concerns."""
    return f"templates.{question}.{review}"
