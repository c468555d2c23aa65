"""What one run decided, in a neutral and flat form: what two evaluators must agree on.

The keys, with the values that they hold:

- `indicator/ID/population`: Truth
- `indicator/ID/possible`: the set of `Decided`, whatever their order
- `indicator/ID/numerator`: Truth; only where `included` is possible, because nobody reads it elsewhere
- `indicator/ID/achievable_until`: a day, or None
- `review/ID/possible`: the set of statuses
- `review/ID/paused`: Truth
- `review/ID/opens`, `due`, `done`, `declined`, `until`: DateValue; only where the review may apply
- `item/ID`: DateValue, or None where it does not concern this person
- `prompt/ID`, `payment/ID`, `finding/ID`: Truth; a ruleset out of force decides no prompts

An absent date is always the same value, whatever interval it was left with.
"""

from collections.abc import Iterator, Mapping

from ccr_rules.dates import ABSENT, ABSENT_DATE, DateValue
from ccr_rules.evaluation.decisions import IndicatorState
from ccr_rules.evaluation.frame import ReviewState
from ccr_rules.evaluation.program import Run

Verdicts = dict[str, object]
"""What was decided, by key."""


def verdicts(run: Run) -> Verdicts:
    """Return everything that a run decided."""
    found: Verdicts = {}
    for id_, indicator in run.indicators.items():
        found.update((f"indicator/{id_}/{part}", value) for part, value in _of_indicator(indicator))
    for id_, review in run.reviews.items():
        found.update((f"review/{id_}/{part}", value) for part, value in _of_review(review))
    for id_, item in run.items.items():
        found[f"item/{id_}"] = None if item is None else _plain(item)
    for section, truths in (("prompt", run.prompts), ("payment", run.payments), ("finding", run.findings)):
        found.update((f"{section}/{id_}", truth) for id_, truth in truths.items())
    return found


def differing(one: Mapping[str, object], other: Mapping[str, object]) -> list[str]:
    """Return the keys on which two evaluators disagree, in order; what only one of them says is one."""
    return sorted(
        key for key in one.keys() | other.keys() if (key in one) != (key in other) or one[key] != other[key]
    )


def _of_indicator(state: IndicatorState) -> Iterator[tuple[str, object]]:
    yield "population", state.population
    yield "possible", frozenset(state.possible)
    if any(each.denominator == "included" for each in state.possible):
        yield "numerator", state.numerator
    yield "achievable_until", state.achievable_until


def _of_review(state: ReviewState) -> Iterator[tuple[str, object]]:
    yield "possible", frozenset(state.possible)
    yield "paused", state.paused
    if state.possible != ("not applicable",):
        for name in ("opens", "due", "done", "declined", "until"):
            value: DateValue = getattr(state.dates, name)
            yield name, _plain(value)


def _plain(value: DateValue) -> DateValue:
    return ABSENT if value.presence is ABSENT_DATE else value
