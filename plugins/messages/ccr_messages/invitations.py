"""The invitations that went before, whether the next may follow, and what to record of it."""

from datetime import date
from typing import Final, NamedTuple

from ccr_messages.eligibility import Chosen
from ccr_messages.refusal import refused
from ccr_messages.waiting import Wait
from ccr_rules import Coding, Evaluation
from ccr_rules.codelists.codelist import Codelist, suggestible
from ccr_rules.evaluation.members import Member, RecordView
from ccr_rules.hosting import ToRecord
from ccr_rules.record.entry import SNOMED

CODELIST: Final = "cancer-invitation"
LETTERS: Final = {1: "413738001", 2: "413740006", 3: "413741005"}
"""The codes of the first, second and third letter; domain notes, section 3.2, from BHF/GDPPR 2021."""

ANY: Final = "413739009"
"""The code of an invitation of any kind. For a text message none was found (the codelist says so)."""

_WORDS: Final = {1: "first", 2: "second", 3: "third"}


class Earlier(NamedTuple):
    """The days of the invitations that went before, and the number of the latest as its code says it."""

    days: tuple[date, ...]
    number: int

    @property
    def in_all(self) -> int:
        """How many there were: at least as many as the code of one of them says."""
        return max(len(self.days), self.number)


def earlier(
    evaluation: Evaluation, chosen: Chosen, since: date | None, invited: tuple[date, ...] | None
) -> Earlier:
    """Return the invitations since the review opened, or since the day given; those of one day are one.

    `invited` are days that whoever asks vouches for: they are added, and settle what the record leaves open.
    Raises UsageError where the record leaves open whether there were more.
    """
    today, opened = evaluation.moment.as_of, chosen.answer.opens
    start = since or (opened.first if opened else date.min)
    stated = invited or ()
    if any(day > today for day in stated):
        raise refused("option invited: a day lies after the day of the evaluation")
    view = _view(evaluation, chosen)
    members = [] if view is None else _members(view, start)
    sure = [each for each in members if each.sure and each.seen.first == each.seen.last]
    if invited is None and (view is None or CODELIST in view.missing or len(sure) < len(members)):
        raise refused(
            "it cannot be told from the record how many invitations went before; look, and say their days "
            "with the option invited (2026-10-01,2026-11-02, or none)"
        )
    days = {each.seen.first for each in sure} | {day for day in stated if day >= start}
    return Earlier(tuple(sorted(days)), max((_number(each) for each in sure), default=0))


def _view(evaluation: Evaluation, chosen: Chosen) -> RecordView | None:
    """Return the record as a ruleset sees it that knows invitations, the chosen review's own first."""
    knowing = (each for each in (chosen.result, *evaluation.results) if CODELIST in each.codelists)
    result = next(knowing, None)
    return None if result is None else result.run.frame.view


def _members(view: RecordView, start: date) -> list[Member]:
    found = view.members.get(CODELIST, [])
    return [each for each in found if each.entry.state == "done" and each.seen.last >= start]


def _number(member: Member) -> int:
    codes = {coding.code for coding in member.entry.codings if coding.system == SNOMED}
    return max((number for number, code in LETTERS.items() if code in codes), default=0)


def check_turn(number: int, before: Earlier, wait: Wait, today: date) -> None:
    """Raise UsageError unless it is the turn of this invitation, and its day has come."""
    if before.in_all >= 3:
        raise refused("three invitations went before; a letter more is not the way, a talk may be")
    if number != before.in_all + 1:
        raise refused(
            f"earlier invitations since the review opened: {before.in_all}; so the "
            f"{_WORDS[before.in_all + 1]} is next, not the {_WORDS[number]}. If one was for something else, "
            "say with the option since from which day on they count"
        )
    if before.days and today < wait.after(before.days[-1]):
        raise refused(f"the time since the last invitation is too short. {wait.note}")


def to_record(evaluation: Evaluation, chosen: Chosen, number: int, by: str) -> ToRecord:
    """Return what to record of an invitation by `letter` or `sms`: a verified code, or the term alone."""
    how = "letter" if by == "letter" else "text message"
    text = f"Invitation to {chosen.answer.title} by {how} ({_WORDS[number]})"[:200]
    code = LETTERS[number] if by == "letter" else ANY
    results = (chosen.result, *evaluation.results)
    codelist = next((each.codelists[CODELIST] for each in results if CODELIST in each.codelists), None)
    return ToRecord(CODELIST, text, evaluation.moment.as_of, _coding(codelist, code))


def _coding(codelist: Codelist | None, code: str) -> Coding | None:
    """Return a code with its term, if the codelist offers it for recording."""
    offered = {entry.code: entry for entry in suggestible(codelist)} if codelist else {}
    return Coding(SNOMED, code, offered[code].display) if code in offered else None
