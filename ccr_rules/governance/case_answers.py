"""Reading from an evaluation what a case expects to find there, in the same words."""

from collections.abc import Callable, Iterable
from typing import Final, NamedTuple

from ccr_rules.evaluation.answers import DateAnswer, DayRange, IndicatorAnswer, ItemAnswer, ReviewAnswer
from ccr_rules.evaluation.result import Evaluation
from ccr_rules.governance.cases import Expected, Section, days_text
from ccr_rules.language.ruleset import Ruleset

Value = str | tuple[str, ...]


class Came(NamedTuple):
    """What an evaluation answered, and the sentences that say why."""

    value: Value
    because: tuple[str, ...] = ()


def answered(evaluation: Evaluation, ruleset: Ruleset, expected: Expected) -> Came:
    """Return what came where something was expected."""
    match expected.section:
        case "indicators":
            indicator = next(each for each in evaluation.indicators if each.id == expected.id)
            return Came(_INDICATOR[expected.part](indicator), tuple(indicator.because))
        case "reviews":
            review = next(each for each in evaluation.reviews if each.id == expected.id)
            return Came(_REVIEW[expected.part](review), tuple(review.because))
        case "dates":
            return Came(_date(evaluation.answer.dates[f"{ruleset.id}/{expected.id}"]))
        case "items":
            return Came(next(_state(each) for each in evaluation.items if each.id == expected.id))
        case "completeness":
            return Came(evaluation.completeness)
        case _:
            return _listed(evaluation, expected)


def _listed(evaluation: Evaluation, expected: Expected) -> Came:
    because: Iterable[str] = ()
    if expected.section == "findings":
        wanted = set(expected.value)
        found = [each for each in evaluation.findings if each.ruleset or each.id in wanted]
        ids: Iterable[str] = [each.id for each in found]
        because = [f"{each.id}: {each.message}" for each in found if each.id not in wanted]
    else:
        ids = _LISTS[expected.section](evaluation)
    if expected.section == "unsettled":
        because = [f"{each.id}: {'; '.join(each.needs)}" for each in evaluation.unsettled]
    return Came(tuple(sorted(ids)), tuple(because))


_LISTS: Final[dict[Section, Callable[[Evaluation], Iterable[str]]]] = {
    "prompts": lambda evaluation: [each.id for each in evaluation.prompts],
    "unsettled": lambda evaluation: [each.id for each in evaluation.unsettled],
    "payments": lambda evaluation: [each.id for each in evaluation.answer.payments],
    "suggested_codes": lambda evaluation: [each.code for each in evaluation.suggested_codes],
}


# --- the fields of one answer --------------------------------------------------------------------


def _text(value: object) -> str:
    return "none" if value is None else str(value)


def _days(value: DayRange | None) -> str:
    return "none" if value is None else days_text(value.first, value.last)


def _date(value: DateAnswer) -> str:
    if value.first is None or value.last is None:
        return "none"
    maybe = "maybe " if value.presence == "maybe" else ""
    return maybe + days_text(value.first, value.last)


def _state(value: ItemAnswer) -> str:
    return value.state


def _possible_outcomes(value: IndicatorAnswer) -> tuple[str, ...]:
    outcomes = value.possible or ()
    return tuple(sorted(f"{each.denominator} {each.reason or ''}".strip() for each in outcomes))


_INDICATOR: Final[dict[str, Callable[[IndicatorAnswer], Value]]] = {
    "population": lambda each: each.population,
    "denominator": lambda each: each.denominator,
    "reason": lambda each: _text(each.reason),
    "numerator": lambda each: each.numerator,
    "possible": _possible_outcomes,
    "achievable_until": lambda each: _text(each.achievable_until),
}
_REVIEW: Final[dict[str, Callable[[ReviewAnswer], Value]]] = {
    "status": lambda each: each.status,
    "says": lambda each: each.says,
    "possible": lambda each: tuple(sorted(each.possible or ())),
    "opens": lambda each: _days(each.opens),
    "due": lambda each: _days(each.due),
    "days_left": lambda each: _text(each.days_left),
    "done_on": lambda each: _days(each.done_on),
    "paused": lambda each: str(each.paused is not None).lower(),
    "evidence": lambda each: tuple(sorted(reference.rpartition("/")[2] for reference in each.evidence)),
}
