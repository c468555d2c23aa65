"""The report: which prompts fire, which have fallen silent, and what became of those that were shown."""

from collections import Counter
from collections.abc import Collection, Iterator
from datetime import date
from typing import Final

import msgspec

from ccr_care_team.counts import Counts, Key
from ccr_care_team.files import Found
from ccr_care_team.settings import Watch
from ccr_care_team.watch import Rule, Watched, line_of, spans, watched

_ANSWERS: Final = ("accepted", "overridden", "snoozed", "declined", "attested")
_ALARMS: Final = ("silent", "fallen")

CARD: Final = "(a card)"
"""What feedback is about that names no prompt."""


class Answers(msgspec.Struct, frozen=True):
    """What users did with a prompt in both spans.

    `withheld` is by role, `reasons` by code; `acceptance` is the share of the answers that accepted, None
    where there is none.
    """

    rule: str
    withheld: dict[str, int]
    answers: dict[str, int]
    reasons: dict[str, int]
    acceptance: float | None


class Report(msgspec.Struct, frozen=True):
    """The whole report. `unreadable` are parts of the counts, as `FILE:LINE`."""

    on: date
    watched: Watched
    answers: tuple[Answers, ...]
    codes: dict[str, int]
    alarms: tuple[str, ...]
    unreadable: tuple[str, ...]


def make_report(found: Found, on: date, watch: Watch, known: Collection[str] = (), fault: str = "") -> Report:
    """Return the report of a day; `fault` is why counts cannot be written, `known` rules that could fire."""
    result = watched(found.counts, on, watch, known)
    alarms = [*_nothing_seen(result), *(_alarm(rule) for rule in result.rules if rule.state in _ALARMS)]
    alarms += _unseen(found.counts, result.recent.first, on)
    if fault:
        alarms.append(f"counts cannot be written: {fault}")
    if found.unreadable:
        alarms.append(
            f"{len(found.unreadable)} parts of the counts cannot be read: all numbers may be too low"
        )
    answers, codes = _answers(found.counts, on, watch)
    return Report(on, result, answers, codes, tuple(alarms), found.unreadable)


def _nothing_seen(result: Watched) -> Iterator[str]:
    if not result.recent.evaluations:
        yield (
            f"nothing was evaluated from {result.recent.first} to {result.recent.last}: "
            "no prompt can have fired"
        )
    if not result.earlier.evaluations:
        yield (
            f"nothing was evaluated from {result.earlier.first} to {result.earlier.last}: "
            "there is nothing to compare with yet"
        )


def _alarm(rule: Rule) -> str:
    often = f"fired {rule.earlier} times, in {rule.weeks} of the earlier weeks"
    now = "then not once" if rule.state == "silent" else f"then {rule.recent} times"
    return (
        f"{rule.rule} {often}, {now} where {rule.expected} were to be expected (p = {rule.probability:.2g})"
    )


def _unseen(counts: Counts, first: date, last: date) -> Iterator[str]:
    """Say which rules fired, and were withheld each time: of these nobody has seen anything."""
    fired, withheld = Counter[str](), Counter[str]()
    for key, number in counts.between(first, last).items():
        if key.kind == "fired":
            fired[line_of(key.rule)] += number
        elif key.kind == "withheld":
            withheld[line_of(key.rule)] += number
    for rule, number in sorted(fired.items()):
        if withheld[rule] >= number:
            yield (
                f"{rule} fired {number} times from {first} to {last}, and was withheld each time: nobody has "
                "seen it; look at does_not_act_on, and at the role that the host passes along"
            )


def _answers(counts: Counts, on: date, watch: Watch) -> tuple[tuple[Answers, ...], dict[str, int]]:
    (first, _), _ = spans(on, watch)
    tables: dict[str, _Table] = {}
    codes: Counter[str] = Counter()
    for key, number in counts.between(first, on).items():
        if key.kind == "code":
            codes[key.detail] += number
        elif key.kind in ("withheld", *_ANSWERS):
            tables.setdefault(line_of(key.rule) or CARD, _Table()).add(key, number)
    return tuple(table.told(rule) for rule, table in sorted(tables.items())), _sorted(codes)


class _Table:
    """What became of one prompt, while it is counted."""

    def __init__(self) -> None:
        self.withheld: Counter[str] = Counter()
        self.answers: Counter[str] = Counter()
        self.reasons: Counter[str] = Counter()

    def add(self, key: Key, number: int) -> None:
        if key.kind == "withheld":
            self.withheld[key.detail] += number
            return
        self.answers[key.kind] += number
        if key.detail:
            self.reasons[key.detail] += number

    def told(self, rule: str) -> Answers:
        answers = self.answers
        acceptance = round(answers["accepted"] / answers.total(), 3) if answers else None
        return Answers(rule, _sorted(self.withheld), _sorted(answers), _sorted(self.reasons), acceptance)


def _sorted(counts: Counter[str]) -> dict[str, int]:
    return dict(sorted(counts.items()))


def text_of(report: Report) -> str:
    """Return a report as plain text."""
    return "\n".join(_lines(report)) + "\n"


def _lines(report: Report) -> Iterator[str]:
    earlier, recent = report.watched.earlier, report.watched.recent
    yield f"Prompts watched on {report.on}"
    yield f"  earlier: {earlier.first} to {earlier.last}, {earlier.evaluations} evaluations"
    yield f"  recent:  {recent.first} to {recent.last}, {recent.evaluations} evaluations"
    yield ""
    yield from (f"ALARM {alarm}" for alarm in report.alarms)
    if not report.alarms:
        yield "No alarm."
    yield from (f"  cannot be read: {place}" for place in report.unreadable)
    yield ""
    yield f"{'fired':60} {'earlier':>8} {'recent':>8} {'expected':>9}  state"
    for rule in report.watched.rules:
        expected = "" if rule.expected is None else f"{rule.expected:.1f}"
        yield f"{rule.rule:60} {rule.earlier:>8} {rule.recent:>8} {expected:>9}  {rule.state}"
    yield ""
    yield f"{'answered':60} {'answers':>8} {'accepted':>9}  by answer; by reason; withheld"
    for each in report.answers:
        share = "" if each.acceptance is None else f"{each.acceptance:.0%}"
        parts = "; ".join(_counted(part) for part in (each.answers, each.reasons, each.withheld))
        yield f"{each.rule:60} {sum(each.answers.values()):>8} {share:>9}  {parts}"
    yield f"codes taken: {_counted(report.codes)}"


def _counted(counts: dict[str, int]) -> str:
    return ", ".join(f"{name} {number}" for name, number in counts.items()) or "none"
