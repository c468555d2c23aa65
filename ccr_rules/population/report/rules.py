"""The rulesets behind the answers, as the library has them: titles, points, thresholds, codelists."""

from collections.abc import Mapping
from datetime import date
from typing import Final, NamedTuple

from ccr_rules.errors import UsageError
from ccr_rules.language.ruleset import Indicator, Ruleset
from ccr_rules.library.library import Library
from ccr_rules.population.answers import Answered

Rules = Mapping[str, Ruleset]
"""Rulesets by `id@version`, in the order in which they were asked."""

_YEAR_BEGINS: Final = (4, 1)


class Period(NamedTuple):
    """The first and the last day of a payment year."""

    first: date
    last: date


def rules_of(answered: Answered, library: Library) -> Rules:
    """Return the rulesets that were asked.

    Raises:
        UsageError: if the library lacks one, or has another text of it than the one that was asked.
    """
    found = {asked.reference: library.find(asked.reference) for asked in answered.rulesets}
    for asked in answered.rulesets:
        if found[asked.reference].digest != asked.digest:
            raise UsageError(
                f"{asked.reference}: changed since the population was asked; run anew, or name the folder "
                f"that holds it as it was with --rulesets"
            )
    return found


def indicators_of(rules: Rules) -> list[tuple[str, Indicator]]:
    """Return every indicator with the reference of its ruleset."""
    return [(reference, each) for reference, ruleset in rules.items() for each in ruleset.indicators.values()]


def is_register(indicator: Indicator) -> bool:
    """Say whether an indicator only keeps a register: it has neither rows nor a numerator."""
    return not indicator.rows and indicator.numerator is None


def register_of(ruleset: Ruleset) -> str | None:
    """Return the indicator that is the register of a ruleset; None where it has none, or several."""
    registers = [each.id for each in ruleset.indicators.values() if is_register(each)]
    return registers[0] if len(registers) == 1 else None


def payment_year(ruleset: Ruleset, as_of: date) -> Period:
    """Return the payment year of a ruleset: its own, if it is in force for one, else that of a day."""
    if ruleset.in_force_to is not None and (ruleset.in_force_to - ruleset.in_force_from).days <= 366:
        return Period(ruleset.in_force_from, ruleset.in_force_to)
    began = date(as_of.year, *_YEAR_BEGINS)
    start = began if as_of >= began else date(as_of.year - 1, *_YEAR_BEGINS)
    return Period(start, date(start.year + 1, 3, 31))


def reason_text(indicator: Indicator, reason: str) -> str:
    """Return what a ruleset says of a reason; empty where it says nothing."""
    return next((row.text for row in indicator.rows if row.reason == reason and row.text), "")
