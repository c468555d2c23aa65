"""Which prompts have fallen silent: what fired in the last weeks, against how often it fired before.

The method. Two spans of whole weeks follow each other: the recent one ends on the day of the report, the
earlier one lies before it. Of a prompt that fired n times in both together, k of them recently, the
probability is worked out that only k or fewer would be recent if it had fired at the same rate per
evaluation throughout: P(X <= k), X binomial with n draws, each recent with probability E2 / (E1 + E2), where
E1 and E2 are the evaluations of the two spans. That is the exact comparison of two Poisson rates, given
their sum. With k = 0 it is (E1 / (E1 + E2)) ** n.

A prompt fires at most once in an evaluation, so counts of one that fires nearly always vary less than
Poisson counts do, and the alarm is late rather than false. If the same people are evaluated again and again,
counts vary more, and it may be false.
"""

import math
from collections import Counter
from collections.abc import Collection
from datetime import date, timedelta
from typing import Literal

import msgspec

from ccr_care_team.counts import SEEN, Counts, Key
from ccr_care_team.settings import Watch

State = Literal["firing", "fallen", "silent", "cannot tell", "never fired"]


class Span(msgspec.Struct, frozen=True):
    """Some days, both ends included, and the evaluations on them."""

    first: date
    last: date
    evaluations: int


class Rule(msgspec.Struct, frozen=True):
    """A prompt of a ruleset, whatever its version, and how often it fired.

    `weeks` are those of the earlier span in which it fired. `expected` is how often it would have fired
    recently at the earlier rate, `probability` that of so few; both are None where nothing can be compared.
    """

    rule: str
    versions: tuple[str, ...]
    state: State
    earlier: int
    weeks: int
    recent: int
    expected: float | None
    probability: float | None


class Watched(msgspec.Struct, frozen=True):
    """The two spans, and each rule."""

    earlier: Span
    recent: Span
    rules: tuple[Rule, ...]


def spans(on: date, watch: Watch) -> tuple[tuple[date, date], tuple[date, date]]:
    """Return the first and last day of the earlier span and of the recent one, which ends on a day."""
    recent = on - timedelta(weeks=watch.recent_weeks) + timedelta(days=1)
    earlier = recent - timedelta(weeks=watch.earlier_weeks)
    return (earlier, recent - timedelta(days=1)), (recent, on)


def watched(counts: Counts, on: date, watch: Watch, known: Collection[str] = ()) -> Watched:
    """Return what a day's report says; `known` are rules that could fire, `PROMPT@RULESET-ID`."""
    before, now = spans(on, watch)
    earlier, recent = counts.between(*before), counts.between(*now)
    seen = Span(*before, earlier[SEEN]), Span(*now, recent[SEEN])
    weeks = _weeks(counts, before[0], watch.earlier_weeks)
    versions: dict[str, set[str]] = {name: set() for name in known}
    for key in (*earlier, *recent):
        if key.kind == "fired":
            versions.setdefault(line_of(key.rule), set()).add(key.rule.rpartition("@")[2])
    fired = _by_line(earlier), _by_line(recent)
    rules = (
        _rule(name, tuple(sorted(versions[name])), (fired[0][name], weeks[name], fired[1][name]), seen, watch)
        for name in sorted(versions)
    )
    return Watched(*seen, tuple(rules))


def line_of(rule: str) -> str:
    """Return a rule without its version: a new version of a ruleset goes on where the old one ends."""
    prompt, _, ruleset = rule.partition("@")
    return f"{prompt}@{ruleset.partition('@')[0]}" if ruleset else prompt


def _by_line(counts: Counter[Key]) -> Counter[str]:
    found: Counter[str] = Counter()
    for key, number in counts.items():
        if key.kind == "fired":
            found[line_of(key.rule)] += number
    return found


def _weeks(counts: Counts, first: date, number: int) -> Counter[str]:
    """Return in how many of some weeks each rule fired."""
    found: Counter[str] = Counter()
    for week in range(number):
        start = first + timedelta(weeks=week)
        found.update(set(_by_line(counts.between(start, start + timedelta(days=6)))))
    return found


def _rule(
    name: str, versions: tuple[str, ...], fired: tuple[int, int, int], seen: tuple[Span, Span], watch: Watch
) -> Rule:
    earlier, weeks, recent = fired
    evaluations = seen[0].evaluations, seen[1].evaluations
    if not all(evaluations):
        state: State = "cannot tell" if earlier or recent else "never fired"
        return Rule(name, versions, state, earlier, weeks, recent, None, None)
    expected = earlier * evaluations[1] / evaluations[0]
    chance = probability(earlier, recent, *evaluations)
    state = _state(earlier, recent, expected, chance, watch)
    return Rule(name, versions, state, earlier, weeks, recent, round(expected, 1), chance)


def _state(earlier: int, recent: int, expected: float, chance: float, watch: Watch) -> State:
    if not earlier and not recent:
        return "never fired"
    is_unlikely = chance < watch.probability
    if not recent:
        return "silent" if is_unlikely else "cannot tell"
    return "fallen" if is_unlikely and recent < watch.fallen_below * expected else "firing"


def probability(earlier: int, recent: int, before: int, now: int) -> float:
    """Return the probability of so few recent firings, by the method above.

    `before` and `now` are the evaluations of the two spans, at least 1 each.
    """
    number = earlier + recent
    share = now / (before + now)
    logs = (
        _log_choose(number, some) + some * math.log(share) + (number - some) * math.log1p(-share)
        for some in range(recent + 1)
    )
    return min(1.0, math.fsum(map(math.exp, logs)))


def _log_choose(number: int, some: int) -> float:
    return math.lgamma(number + 1) - math.lgamma(some + 1) - math.lgamma(number - some + 1)
