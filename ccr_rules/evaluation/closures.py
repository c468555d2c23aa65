"""The small closures of which compiled expressions are made."""

from collections.abc import Callable

from ccr_rules.dates import ABSENT, DateValue
from ccr_rules.evaluation.frame import Frame, ReviewOf, ReviewState, TruthOf
from ccr_rules.evaluation.members import Member
from ccr_rules.evaluation.statuses import ReviewDates
from ccr_rules.language.ruleset import Extreme
from ccr_rules.truth import FALSE, TRUE, UNKNOWN, Truth, truth_of


def absent(_frame: Frame) -> DateValue:
    """The date that a review does not have."""
    return ABSENT


def never(_frame: Frame) -> Truth:
    """The condition that a review does not have."""
    return FALSE


def admits(definition: Extreme) -> Callable[[Member], bool]:
    """Return the test of class, episode and state that a date definition makes of a member."""
    classes, episodes, states = definition.classes, definition.episodes, definition.states

    def admitted(member: Member) -> bool:
        entry = member.entry
        return (
            entry.state in states
            and (not episodes or entry.episode in episodes)
            and (not classes or member.match.class_ is None or member.match.class_ in classes)
        )

    return admitted


def not_applicable(applies: Truth, opens: DateValue) -> ReviewState:
    """Return the state of a review that does not concern this person."""
    dates = ReviewDates(opens, ABSENT, ABSENT, ABSENT, ABSENT)
    return ReviewState(("not applicable",), applies, dates, FALSE)


def all_of(tests: list[TruthOf]) -> TruthOf:
    """Return the conjunction of some tests, which stops at the first FALSE."""

    def test(frame: Frame) -> Truth:
        result = TRUE
        for each in tests:
            value = each(frame)
            if value is FALSE:
                return FALSE
            if value is UNKNOWN:
                result = UNKNOWN
        return result

    return test


def any_of(tests: list[TruthOf]) -> TruthOf:
    """Return the disjunction of some tests, which stops at the first TRUE."""

    def test(frame: Frame) -> Truth:
        result = FALSE
        for each in tests:
            value = each(frame)
            if value is TRUE:
                return TRUE
            if value is UNKNOWN:
                result = UNKNOWN
        return result

    return test


def status_in(state: ReviewOf, words: frozenset[str]) -> TruthOf:
    """SEMANTICS 23: a subset is TRUE, a disjoint set FALSE, anything else UNKNOWN."""

    def test(frame: Frame) -> Truth:
        possible = state(frame).possible
        inside = sum(status in words for status in possible)
        if inside == 0:
            return FALSE
        return TRUE if inside == len(possible) else UNKNOWN

    return test


def consultation_in(words: frozenset[str]) -> TruthOf:
    """SEMANTICS 17: without a consultation the mode is in no set."""

    def test(frame: Frame) -> Truth:
        return truth_of(frame.consultation is not None and frame.consultation.mode in words)

    return test
