"""The merge fields: what a template may print, by name. A field that is not there is not in the mapping."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Final, NamedTuple

from ccr_messages.catalogue import Made
from ccr_messages.eligibility import Chosen
from ccr_messages.names import called
from ccr_messages.options import Options
from ccr_messages.person import elements
from ccr_messages.settings import Settings
from ccr_messages.words import in_full, kept, nhs_number, text_of
from ccr_rules import Evaluation
from ccr_rules.dates import display

NHS_NUMBER: Final = "https://fhir.nhs.uk/Id/nhs-number"

NAMES: Final[Mapping[str, str]] = {
    "cancer-care-review": "cancer care review",
    "support-conversation": "support conversation",
}
"""What reviews are called in a letter; the setting `review_names` adds others."""

HOW_TO_GIVE: Final[Mapping[str, str]] = {
    "practice_name": "set practice.name",
    "practice_phone": "set practice.phone",
    "practice_website": "set practice.website",
    "booking": "set practice.booking",
    "sender": "set sender",
    "sender_role": "set sender_role",
    "questionnaire_link": "set questionnaire_link",
    "leaflets": "set leaflets",
    "clinician": "give the option clinician",
    "nhs_number": "the Patient has none whose check digit fits",
    "due": "no day that is known, and still to come",
    "due_in_full": "no day that is known, and still to come",
    "last_invited": "no earlier invitation is known",
    "concerns": "the review's ruleset names none",
}
"""What to do where a field is missing."""


class Told(NamedTuple):
    """What the fields are made from."""

    made: Made
    evaluation: Evaluation
    chosen: Chosen
    patient: Mapping[str, Any]
    invited: tuple[date, ...]


def fields_of(told: Told, settings: Settings, options: Options) -> dict[str, Any]:
    """Return the merge fields; texts are on one line. Raises UsageError where the Patient has no name."""
    found = _of_practice(settings) | _of_person(told, options) | _of_review(told, settings)
    found |= {
        "clinician": options.clinician,
        "questionnaire_link": text_of(settings.questionnaire_link),
        "leaflets": [{"title": each.title, "link": each.link} for each in settings.leaflets],
    }
    return {name: value for name, value in found.items() if value} | {
        "number": told.made.number,
        "fields": dict(options.fields),
    }


def _of_practice(settings: Settings) -> dict[str, Any]:
    practice = settings.practice
    return {
        "practice_name": text_of(practice.name),
        "practice_address": [text_of(each) for each in practice.address],
        "practice_phone": kept(text_of(practice.phone)),
        "practice_website": text_of(practice.website),
        "booking": text_of(practice.booking),
        "sender": text_of(settings.sender),
        "sender_role": text_of(settings.sender_role),
    }


def _of_person(told: Told, options: Options) -> dict[str, Any]:
    today = told.evaluation.moment.as_of
    names = called(told.patient, today, options.greeting)
    numbers = (
        nhs_number(text_of(each.get("value")))
        for each in elements(told.patient, "identifier")
        if each.get("system") == NHS_NUMBER
    )
    return {
        "name": names.full,
        "greeting": names.greeting,
        "nhs_number": kept(next(filter(None, numbers), "")),
    }


def _of_review(told: Told, settings: Settings) -> dict[str, Any]:
    answer, today = told.chosen.answer, told.evaluation.moment.as_of
    due = answer.due.first if answer.due and answer.due.first == answer.due.last >= today else None
    return {
        "today": in_full(today),
        "review": settings.review_names.get(answer.id) or NAMES.get(answer.id, "review"),
        "due": due and display(due),
        "due_in_full": due and in_full(due),
        "last_invited": in_full(told.invited[-1]) if told.invited else "",
        "concerns": [each.title for each in told.chosen.review.concerns],
    }
