"""One run of one ruleset, told in the words of the public contract."""

from typing import Literal, NamedTuple

from ccr_rules.dates import ABSENT_DATE, MAYBE, PRESENT, DateValue, Presence
from ccr_rules.evaluation.answers import (
    DateAnswer,
    DayRange,
    FindingAnswer,
    IndicatorAnswer,
    ItemAnswer,
    PaymentAnswer,
    PossibleOutcome,
    ReviewAnswer,
)
from ccr_rules.evaluation.because import Because
from ccr_rules.evaluation.decisions import IndicatorState
from ccr_rules.evaluation.frame import ReviewState
from ccr_rules.evaluation.program import Program, Run
from ccr_rules.evaluation.text import OUTSTANDING, Texts, days_left, says, status_word
from ccr_rules.language.ruleset import Indicator, Review
from ccr_rules.language.unparse import source
from ccr_rules.truth import FALSE, TRUE, UNKNOWN, Truth

Population = Literal["in", "out", "undetermined"]
Denominator = Literal["included", "excluded", "excepted", "undetermined", "not applicable"]
Numerator = Literal["met", "not met", "undetermined", "not applicable"]

_POPULATION: dict[Truth, Population] = {
    TRUE: "in",
    FALSE: "out",
    UNKNOWN: "undetermined",
}
_PRESENCE: dict[Presence, Literal["absent", "maybe", "present"]] = {
    ABSENT_DATE: "absent",
    MAYBE: "maybe",
    PRESENT: "present",
}
_SEEN: dict[Presence, Literal["seen", "not seen", "cannot tell"]] = {
    ABSENT_DATE: "not seen",
    MAYBE: "cannot tell",
    PRESENT: "seen",
}


class Telling:
    """The answers of one run; each part is built when asked for."""

    def __init__(self, program: Program, run: Run, because: Because, texts: Texts) -> None:
        self.ruleset = program.ruleset
        self.run = run
        self._because = because
        self._evidence = because.evidence
        self._texts = texts

    # --- dates, reviews, items -----------------------------------------------------------------

    def dates(self) -> dict[str, DateAnswer]:
        """Return every date and let of the ruleset by `ruleset/name`."""
        return {
            f"{self.ruleset.id}/{name}": self._date(name)
            for name in (*self.ruleset.dates, *self.ruleset.lets)
        }

    def _date(self, name: str) -> DateAnswer:
        value = self._evidence.named(name)
        if value.presence is ABSENT_DATE:
            return DateAnswer("absent", None, None, [])
        evidence = self._evidence.of_named(name)
        return DateAnswer(_PRESENCE[value.presence], value.first, value.last, evidence)

    def reviews(self) -> list[ReviewAnswer]:
        """Return every review of the ruleset, in its order."""
        return [self._review(review, self.run.reviews[id_]) for id_, review in self.ruleset.reviews.items()]

    def _review(self, review: Review, state: ReviewState) -> ReviewAnswer:
        return ReviewAnswer(
            id=review.id,
            ruleset=self.ruleset.reference,
            title=review.title,
            status=status_word(state),
            says=says(review, state),
            possible=None if len(state.possible) == 1 else list(state.possible),
            opens=day_range(state.opens),
            due=day_range(state.due),
            days_left=days_left(state, self.run.frame.as_of),
            done_on=day_range(state.done),
            paused=self._paused(review, state),
            evidence=self._evidence.of(review.opens, review.done),
            because=self._because.review(review, state),
        )

    def _paused(self, review: Review, state: ReviewState) -> str | None:
        if state.paused is not TRUE or review.pause is None or not OUTSTANDING & set(state.possible):
            return None
        return self._because.in_short(review.pause)

    def items(self) -> list[ItemAnswer]:
        """Return what is shown as received or not seen, as far as it concerns this person."""
        return [self._item(id_, value) for id_, value in self.run.items.items() if value is not None]

    def _item(self, item_id: str, value: DateValue) -> ItemAnswer:
        item = self.ruleset.items[item_id]
        when = day_range(value)
        evidence = self._evidence.of(item.seen) if when else []
        return ItemAnswer(item_id, self.ruleset.reference, item.title, _SEEN[value.presence], when, evidence)

    # --- indicators ----------------------------------------------------------------------------

    def indicators(self) -> list[IndicatorAnswer]:
        """Return every indicator of the ruleset, in its order."""
        return [
            self._indicator(indicator, self.run.indicators[id_])
            for id_, indicator in self.ruleset.indicators.items()
        ]

    def _indicator(self, indicator: Indicator, state: IndicatorState) -> IndicatorAnswer:
        words = indicator_words(state)
        return IndicatorAnswer(
            id=indicator.id,
            ruleset=self.ruleset.reference,
            title=indicator.title,
            population=words.population,
            denominator=words.denominator,
            reason=words.reason,
            numerator=words.numerator,
            possible=words.possible,
            achievable_until=state.achievable_until if words.denominator != "not applicable" else None,
            because=self._why_indicator(indicator, state),
        )

    def _why_indicator(self, indicator: Indicator, state: IndicatorState) -> list[str]:
        lines = self._because.facts(indicator.population)
        if state.population is FALSE:
            return lines
        for row in indicator.rows:
            if row.test is None:
                continue
            lines += [line for line in self._because.facts(row.test) if line not in lines]
        if len(state.possible) == 1:
            lines += [f"Deciding row: {row}." for row in self._deciding_row(indicator)]
        return lines

    def _deciding_row(self, indicator: Indicator) -> list[str]:
        for number, row in enumerate(indicator.rows, start=1):
            if row.test is None:
                return [f"{number}, no earlier row holds: {row.outcome}"]
            if self._because.truth(row.test) is TRUE:
                reason = f" ({row.reason})" if row.reason else ""
                return [f"{number}, {source(row.test)}: {row.outcome}{reason}"]
        return []

    # --- payments and findings -----------------------------------------------------------------

    def payments(self) -> list[PaymentAnswer]:
        """Return the payments whose condition holds."""
        return [
            PaymentAnswer(
                id_,
                self.ruleset.reference,
                str(payment.amount),
                payment.currency,
                payment.per,
                self._because.facts(payment.when),
            )
            for id_, payment in self.ruleset.payments.items()
            if self.run.payments[id_] is TRUE
        ]

    def findings(self) -> list[FindingAnswer]:
        """Return the data-quality rules that hold, with the entries they are about."""
        return [
            FindingAnswer(
                id_,
                finding.severity,
                self._texts.fill(finding.message),
                self._evidence.of(finding.when),
                self.ruleset.reference,
            )
            for id_, finding in self.ruleset.findings.items()
            if self.run.findings[id_] is TRUE
        ]


def day_range(value: DateValue) -> DayRange | None:
    """Return the days of a date that is or may be there."""
    return None if value.presence is ABSENT_DATE else DayRange(value.first, value.last)


class IndicatorWords(NamedTuple):
    """Where somebody stands in an indicator, in the words of the contract."""

    population: Population
    denominator: Denominator
    reason: str | None
    numerator: Numerator
    possible: list[PossibleOutcome] | None


def indicator_words(state: IndicatorState) -> IndicatorWords:
    """Return the words for what is known of an indicator."""
    outcomes = {each.denominator for each in state.possible}
    reasons = {each.reason for each in state.possible}
    settled = len(state.possible) == 1
    denominator: Denominator = outcomes.pop() if len(outcomes) == 1 else "undetermined"
    return IndicatorWords(
        _POPULATION[state.population],
        denominator,
        reasons.pop() if len(reasons) == 1 else None,
        _numerator(denominator, state.numerator),
        None if settled else [PossibleOutcome(each.denominator, each.reason) for each in state.possible],
    )


def _numerator(denominator: Denominator, met: Truth) -> Numerator:
    if denominator == "undetermined" or (denominator == "included" and met is UNKNOWN):
        return "undetermined"
    if denominator != "included":
        return "not applicable"
    return "met" if met is TRUE else "not met"
