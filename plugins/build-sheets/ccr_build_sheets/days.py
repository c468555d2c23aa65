"""How to work out a day by hand or in a search: one instruction for each thing that a date can be."""

from collections.abc import Iterator

from ccr_build_sheets.marks import Marks
from ccr_rules.language.ast import (
    AnyExpression,
    AsOf,
    ConsultationDate,
    DateExpression,
    DateLiteral,
    DateName,
    PatientDate,
    ReviewDate,
    Shift,
)
from ccr_rules.language.english.phrases import date_in_words, sentence_case
from ccr_rules.language.english.sentences import Sentences
from ccr_rules.language.ruleset import Ruleset

_PICKED = {
    "later": "Take the later of these; one that is not there is passed over:",
    "earlier": "Take the earlier of these; one that is not there is passed over:",
    "coalesce": "Take the first of these that is there, in this order:",
}
_PATIENT = {
    "born": "Take the date of birth.",
    "died": "Take the date of death; there is none for the living.",
    "registered": "Take the date of the current registration.",
    "deregistered": "Take the date on which the registration ended, if it did.",
}


class DayWriter:
    """Writes the days of one ruleset."""

    def __init__(self, ruleset: Ruleset, marks: Marks) -> None:
        self._say = Sentences(ruleset)
        self._marks = marks

    def english(self, date: DateExpression) -> str:
        """Return a day in words, with a capital at the start."""
        return sentence_case(self._say.day(date))

    def marked(self, date: DateExpression) -> str:
        """Return a day in words with the marks of what it is counted from."""
        marks = ", ".join(self._marks.refs(date))
        return self._say.day(date) + (f" ({marks})" if marks else "")

    def refs(self, *dates: AnyExpression | None) -> tuple[str, ...]:
        """Return the marks of what days are counted from."""
        return self._marks.refs(*dates)

    def how(self, date: DateExpression) -> Iterator[str]:
        """Yield instructions by which a person gets to a day."""
        match date:
            case DateLiteral(value=value):
                yield f"Write the fixed date {date_in_words(value)}."
            case DateName() | ReviewDate():
                yield f"Take {self.marked(date)}."
            case AsOf():
                yield "Take the day on which the search runs or the record is opened."
            case PatientDate(field=field):
                yield _PATIENT[field]
            case ConsultationDate():
                yield "Take the date of the consultation; outside a consultation there is none."
            case Shift():
                yield from self.how(date.date)
                yield from _count(date)
            case _:
                yield _PICKED[date.pick]
                for number, each in enumerate(date.dates, start=1):
                    yield f"({number}) {' '.join(self.how(each))}"


def _count(shift: Shift) -> Iterator[str]:
    if shift.duration.amount:
        direction = "forward" if shift.sign > 0 else "back"
        calendar = "" if shift.duration.unit in ("day", "week") else " in the calendar"
        yield f"Count {shift.duration} {direction}{calendar}."
