"""What a text message says, to which number, and what a questionnaire asks."""

import re
from typing import Final

from ccr_messages.contact import mobile_of, number_from
from ccr_messages.fields import Told
from ccr_messages.message import Question
from ccr_messages.refusal import refused
from ccr_messages.settings import Settings
from ccr_messages.sms import UCS2, length_of, not_in_gsm

TELLING: Final = re.compile(r"cancer|tumou?r|oncolog|chemo|radiother|palliat|macmillan", re.IGNORECASE)
"""Words that tell the illness to whoever sees the telephone. The list is ours, and not complete."""


def number_for(told: Told, given: str, needed: bool) -> str | None:
    """Return the mobile number: the one given, or the Patient's own.

    Raises UsageError for one that is none, for several, and for none where one is needed.
    """
    if given:
        number = number_from(given)
        if number is None:
            raise refused("option mobile: it is no mobile number, such as 07700 900123 or +447700900123")
        return number
    number = mobile_of(told.patient, told.evaluation.moment.as_of)
    if number is None and needed:
        raise refused("the Patient has no mobile number of today; give one with the option mobile")
    return number


def length_note(text: str, settings: Settings) -> str:
    """Return how long a text is. Raises UsageError if it is empty, too long, or tells the illness."""
    if not text:
        raise refused("the template gives an empty text")
    if TELLING.search(text) and not settings.sms_may_name_illness:
        raise refused(
            "the text message would tell the illness to whoever sees the telephone; word it without, or set "
            "sms_may_name_illness once the practice has decided so"
        )
    length = length_of(text)
    units = f"{length.units} units of {length.alphabet}"
    if length.parts > settings.max_parts:
        lacking = len(not_in_gsm(text)) if length.alphabet == UCS2 else 0
        strange = f"; GSM 03.38 lacks {lacking} of its characters" if lacking else ""
        raise refused(
            f"the text has {units}, which makes {length.parts} text messages, and the setting max_parts "
            f"allows {settings.max_parts}{strange}; shorten it"
        )
    return f"{units}: {length.parts} text message{'s' if length.parts > 1 else ''}"


def questions_of(told: Told) -> tuple[Question, ...]:
    """Return what to ask before a review: how much each concern weighs. Raises UsageError without any."""
    concerns = told.chosen.review.concerns
    if not concerns:
        raise refused(f"{told.chosen.answer.id} has no concerns in its ruleset, so there is nothing to ask")
    scored = [Question(each.id, each.title, "score-0-10") for each in concerns]
    last = "Is there anything else that you would like to talk about?"
    return (*scored, Question("anything-else", last, "text"))
