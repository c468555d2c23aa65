"""Falling silent: what is an alarm, what is chance, and what cannot be told."""

import math
import random
from datetime import date, timedelta
from fractions import Fraction

import pytest
from ccr_care_team.counts import SEEN, Counts, Key
from ccr_care_team.settings import Watch
from ccr_care_team.watch import Rule, line_of, probability, spans, watched
from hypothesis import given
from hypothesis import strategies as st

ON = date(2026, 11, 21)
EARLIER, RECENT = date(2026, 11, 1), date(2026, 11, 21)
LINE = "review-due@example"
RULE = f"{LINE}@2026.1.0"


def counts(*rows: tuple[date, int, int], rule: str = RULE) -> Counts:
    """Return counts of days: how many evaluations, and how often the rule fired in them."""
    found = Counts()
    for day, seen, fired in rows:
        found.add(day, [(SEEN, seen), *([(Key("fired", rule), fired)] if fired else [])])
    return found


def watched_rule(earlier: tuple[int, int], recent: tuple[int, int], watch: Watch | None = None) -> Rule:
    """Return what is said of one rule; each span is given as evaluations and firings."""
    found = watched(counts((EARLIER, *earlier), (RECENT, *recent)), ON, watch or Watch(), [LINE])
    (rule,) = found.rules
    assert (found.earlier.evaluations, found.recent.evaluations) == (earlier[0], recent[0])
    return rule


# --- the spans ------------------------------------------------------------------------------------


def test_the_spans_are_whole_weeks_up_to_the_day() -> None:
    assert spans(ON, Watch()) == (
        (date(2026, 9, 13), date(2026, 11, 7)),
        (date(2026, 11, 8), date(2026, 11, 21)),
    )


def test_over_a_leap_day_and_a_new_year() -> None:
    watch = Watch(earlier_weeks=1, recent_weeks=1)
    assert spans(date(2028, 3, 4), watch) == (
        (date(2028, 2, 20), date(2028, 2, 26)),
        (date(2028, 2, 27), date(2028, 3, 4)),
    )
    assert spans(date(2027, 1, 3), watch)[1] == (date(2026, 12, 28), date(2027, 1, 3))


@pytest.mark.parametrize(
    ("day", "span"),
    [
        (date(2026, 9, 12), "neither"),
        (date(2026, 9, 13), "earlier"),
        (date(2026, 11, 7), "earlier"),
        (date(2026, 11, 8), "recent"),
        (date(2026, 11, 21), "recent"),
        (date(2026, 11, 22), "neither"),
    ],
)
def test_each_day_belongs_to_one_span(day: date, span: str) -> None:
    found = watched(counts((day, 5, 0)), ON, Watch())
    assert {"earlier": found.earlier.evaluations, "recent": found.recent.evaluations} == {
        "earlier": 5 if span == "earlier" else 0,
        "recent": 5 if span == "recent" else 0,
    }


# --- what is said ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("earlier", "recent", "state"),
    [
        # With four evaluations in five before, 0.8 ** 20 is above 0.01 and 0.8 ** 21 below.
        ((400, 20), (100, 0), "cannot tell"),
        ((400, 21), (100, 0), "silent"),
        ((400, 21), (100, 1), "firing"),
        ((400, 200), (100, 0), "silent"),
        # Fewer evaluations, fewer firings: that is no silence.
        ((400, 21), (10, 0), "cannot tell"),
        ((400, 200), (10, 5), "firing"),
        ((400, 200), (100, 50), "firing"),
        ((400, 200), (100, 24), "fallen"),
        # Unlikely, but not half gone.
        ((4000, 2000), (1000, 300), "firing"),
        ((4000, 2000), (1000, 249), "fallen"),
        # Half gone, but not unlikely.
        ((400, 8), (100, 1), "firing"),
        ((400, 0), (100, 7), "firing"),
        ((400, 0), (100, 0), "never fired"),
        # There is nothing to compare.
        ((0, 0), (100, 7), "cannot tell"),
        ((400, 21), (0, 0), "cannot tell"),
        ((0, 0), (0, 0), "never fired"),
    ],
)
def test_the_state_of_a_rule(earlier: tuple[int, int], recent: tuple[int, int], state: str) -> None:
    assert watched_rule(earlier, recent).state == state


def test_the_numbers_of_a_rule() -> None:
    rule = watched_rule((400, 21), (100, 0))
    assert (rule.rule, rule.versions, rule.earlier, rule.weeks, rule.recent) == (
        LINE,
        ("2026.1.0",),
        21,
        1,
        0,
    )
    assert rule.expected == 5.2
    assert rule.probability == pytest.approx(0.8**21)
    nothing = watched_rule((400, 21), (0, 0))
    assert (nothing.expected, nothing.probability) == (None, None)


def test_the_threshold_is_a_setting() -> None:
    assert watched_rule((400, 14), (100, 0), Watch(probability=0.05)).state == "silent"
    assert watched_rule((400, 13), (100, 0), Watch(probability=0.05)).state == "cannot tell"
    assert watched_rule((400, 200), (100, 24), Watch(fallen_below=0.4)).state == "firing"


def test_the_weeks_in_which_it_fired() -> None:
    first = date(2026, 9, 13)
    rows = [(first + timedelta(days=day), 10, 1) for day in (0, 6, 7, 20, 55)]
    (rule,) = watched(counts(*rows), ON, Watch()).rules
    assert (rule.earlier, rule.weeks) == (5, 4)


def test_a_new_version_goes_on_where_the_old_one_ended() -> None:
    """So a rule that is lost in an upgrade is missed, and one that lives on is not."""
    found = counts((EARLIER, 400, 100))
    found.merge(counts((RECENT, 100, 20), rule=f"{LINE}@2027.1.0"))
    (rule,) = watched(found, ON, Watch()).rules
    assert (rule.rule, rule.state, rule.versions) == (LINE, "firing", ("2026.1.0", "2027.1.0"))
    assert [line_of(each) for each in (RULE, "other", "")] == [LINE, "other", ""]


def test_each_rule_for_itself() -> None:
    found = counts((EARLIER, 400, 100), (RECENT, 100, 0))
    found.merge(counts((EARLIER, 0, 40), (RECENT, 0, 9), rule="other@example@1.0.0"))
    states = {each.rule: each.state for each in watched(found, ON, Watch(), ["third@example"]).rules}
    assert states == {LINE: "silent", "other@example": "firing", "third@example": "never fired"}


# --- the probability ------------------------------------------------------------------------------


@given(
    earlier=st.integers(0, 60), recent=st.integers(0, 20), before=st.integers(1, 500), now=st.integers(1, 500)
)
def test_the_probability_is_that_of_its_definition(earlier: int, recent: int, before: int, now: int) -> None:
    number, share = earlier + recent, Fraction(now, before + now)
    exact = sum(
        math.comb(number, some) * share**some * (1 - share) ** (number - some) for some in range(recent + 1)
    )
    assert probability(earlier, recent, before, now) == pytest.approx(float(exact), rel=1e-9)


def test_large_numbers_overflow_nothing() -> None:
    assert probability(100_000, 0, 800_000, 200_000) == pytest.approx(0.0, abs=1e-300)
    assert probability(80_000, 20_000, 800_000, 200_000) == pytest.approx(0.5, abs=0.01)


def test_a_rule_that_goes_on_as_before_is_seldom_called_silent() -> None:
    """2,000 rules that fire at the same rate throughout: fewer than one in a hundred may be called silent."""
    drawn = random.Random(20261121)
    alarms = 0
    for _ in range(2000):
        rate = drawn.uniform(0.005, 0.2)
        earlier, recent = (sum(drawn.random() < rate for _ in range(seen)) for seen in (400, 100))
        alarms += watched_rule((400, earlier), (100, recent)).state == "silent"
    assert alarms <= 20


def test_a_rule_that_fell_silent_is_found_if_it_fired_often_enough() -> None:
    """One that fired in 10 of 100 evaluations before, over 400: found in at least 95 of 100 draws."""
    drawn = random.Random(20261121)
    found = 0
    for _ in range(500):
        earlier = sum(drawn.random() < 0.1 for _ in range(400))
        found += watched_rule((400, earlier), (100, 0)).state == "silent"
    assert found >= 475
