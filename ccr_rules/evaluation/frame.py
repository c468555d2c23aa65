"""The state of one evaluation of one ruleset: what was asked, and every value worked out so far."""

from collections.abc import Callable
from datetime import date

import msgspec

from ccr_rules.dates import ABSENT, DateValue, on, span
from ccr_rules.evaluation.members import RecordView
from ccr_rules.evaluation.statuses import ReviewDates
from ccr_rules.evaluation.windows import Candidate
from ccr_rules.language.ruleset import ReviewStatus
from ccr_rules.record.patient import Consultation
from ccr_rules.truth import Truth


class ReviewState(msgspec.Struct, frozen=True, gc=False):
    """What is known of one review: its possible statuses, and the values they rest on."""

    possible: tuple[ReviewStatus, ...]
    applies: Truth
    dates: ReviewDates
    paused: Truth

    @property
    def opens(self) -> DateValue:
        """When the review opens."""
        return self.dates.opens

    @property
    def due(self) -> DateValue:
        """By when it is suggested."""
        return self.dates.due

    @property
    def done(self) -> DateValue:
        """When it was done."""
        return self.dates.done

    @property
    def declined(self) -> DateValue:
        """When it was declined."""
        return self.dates.declined

    @property
    def until(self) -> DateValue:
        """When it ends; absent if never."""
        return self.dates.until


class Frame:
    """Values are worked out when first asked for, and kept; closures read and fill them by name."""

    __slots__ = (
        "as_of",
        "as_of_value",
        "candidates",
        "conditions",
        "consultation",
        "consultation_date",
        "dates",
        "dead",
        "reviews",
        "view",
    )

    def __init__(self, view: RecordView, consultation: Consultation | None, dead: Truth) -> None:
        self.view = view
        self.as_of: date = view.moment.as_of
        self.as_of_value: DateValue = on(view.moment.as_of)
        self.consultation = consultation
        self.consultation_date = _consultation_date(consultation)
        self.dead = dead
        self.dates: dict[str, DateValue] = {}
        self.candidates: dict[str, list[Candidate]] = {}
        self.conditions: dict[str, Truth] = {}
        self.reviews: dict[str, ReviewState] = {}


DateOf = Callable[[Frame], DateValue]
TruthOf = Callable[[Frame], Truth]
ReviewOf = Callable[[Frame], ReviewState]


def _consultation_date(consultation: Consultation | None) -> DateValue:
    if consultation is None or consultation.date is None:
        return ABSENT
    return span(consultation.date.first, consultation.date.last)
