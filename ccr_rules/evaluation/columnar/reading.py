"""The columns of an answer read back as verdicts, as the other evaluators give them."""

from collections.abc import Iterator, Mapping
from typing import Any

from ccr_rules.dates import ABSENT, DateValue, Presence
from ccr_rules.evaluation.columnar.decisions import NOT_CONCERNED, REVIEW_DATES, outcomes
from ccr_rules.evaluation.statuses import TIMELINE
from ccr_rules.evaluation.verdicts import Verdicts
from ccr_rules.language.ruleset import Indicator, Ruleset
from ccr_rules.truth import Truth

Row = Mapping[str, Any]


def verdicts_of(ruleset: Ruleset, row: Row) -> Verdicts:
    """Return what one row of answers says of one ruleset."""
    found: Verdicts = {}
    prefix = f"{ruleset.reference}/"
    mine = {name.removeprefix(prefix): value for name, value in row.items() if name.startswith(prefix)}
    for id_, indicator in ruleset.indicators.items():
        found.update(_indicator(indicator, f"indicator/{id_}", mine))
    for id_ in ruleset.reviews:
        found.update(_review(f"review/{id_}", mine))
    for id_ in ruleset.items:
        found[f"item/{id_}"] = _item(mine, f"item/{id_}/")
    for key, value in mine.items():
        kind, id_, *_ = key.split("/")
        if kind in ("prompt", "payment", "finding"):
            found[f"{kind}/{id_}"] = Truth(value)
    return found


def _indicator(indicator: Indicator, key: str, row: Row) -> Iterator[tuple[str, object]]:
    possible = _named(outcomes(indicator), row[f"{key}/possible"])
    yield f"{key}/population", Truth(row[f"{key}/population"])
    yield f"{key}/possible", possible
    if any(each.denominator == "included" for each in possible):
        yield f"{key}/numerator", Truth(row[f"{key}/numerator"])
    yield f"{key}/achievable_until", row[f"{key}/achievable_until"]


def _review(key: str, row: Row) -> Iterator[tuple[str, object]]:
    possible = _named(TIMELINE, row[f"{key}/possible"])
    yield f"{key}/possible", possible
    yield f"{key}/paused", Truth(row[f"{key}/paused"])
    if possible != {"not applicable"}:
        for name in REVIEW_DATES:
            yield f"{key}/{name}", date_in(row, f"{key}/{name}_")


def _named(words: tuple[Any, ...], bits: int) -> frozenset[Any]:
    return frozenset(word for place, word in enumerate(words) if bits >> place & 1)


def _item(row: Row, prefix: str) -> DateValue | None:
    return None if row[f"{prefix}presence"] == NOT_CONCERNED else date_in(row, prefix)


def date_in(row: Row, prefix: str) -> DateValue:
    """Return a date from its three columns."""
    presence = Presence(row[f"{prefix}presence"])
    if presence is Presence.ABSENT:
        return ABSENT
    return DateValue(presence, row[f"{prefix}first"], row[f"{prefix}last"])
