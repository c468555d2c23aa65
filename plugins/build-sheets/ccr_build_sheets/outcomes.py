"""The answers that a sheet can give, in the words in which test patients are told apart."""

from collections.abc import Iterator
from typing import Final

from ccr_build_sheets.marks import Marks
from ccr_rules.evaluation.statuses import TIMELINE
from ccr_rules.language.ruleset import Indicator, Review, Ruleset

SHOWN: Final = "shown"
NOT_SHOWN: Final = "not shown"
DENOMINATOR: Final = {"include": "included", "exclude": "excluded", "except": "excepted"}


def outcome_of(denominator: str, reason: str | None) -> str:
    """Return the outcome of a row with its reason code: `excluded CAN_DAT24M`."""
    return f"{denominator} {reason}" if reason else denominator


def expected(ruleset: Ruleset, marks: Marks) -> dict[str, tuple[str, ...]]:
    """Return the answers of each sheet, by its mark, in the order in which they are listed."""
    found: dict[str, tuple[str, ...]] = dict.fromkeys(marks.alerts.values(), (SHOWN, NOT_SHOWN))
    for (section, id_), sheet in marks.searches.items():
        match section:
            case "reviews":
                found[sheet] = tuple(_statuses(ruleset.reviews[id_]))
            case "indicators":
                found[sheet] = tuple(dict.fromkeys(_of_indicator(ruleset.indicators[id_])))
            case "items":
                found[sheet] = ("received", "not seen")
            case "findings":
                found[sheet] = ("found", "not found")
            case _:
                found[sheet] = ("paid", "not paid")
    return found


def _statuses(review: Review) -> Iterator[str]:
    for status in TIMELINE:
        if (status != "lapsed" or review.until) and (status != "declined" or review.declined):
            yield status


def _of_indicator(indicator: Indicator) -> Iterator[str]:
    if not indicator.rows:
        yield from ("in it", "not in it")
        return
    for row in indicator.rows:
        text = outcome_of(DENOMINATOR[row.outcome], row.reason)
        if row.unreachable:
            continue
        if row.outcome == "include" and indicator.numerator is not None:
            yield from (f"{text}, met", f"{text}, not met")
        else:
            yield text
    yield "not in it"
