"""A sheet for each review, indicator, finding, item and payment: whom a search finds, row by row."""

from collections.abc import Iterator, Mapping
from typing import Final

from ccr_build_sheets.codes import CodeWriter
from ccr_build_sheets.days import DayWriter
from ccr_build_sheets.logic import LogicWriter
from ccr_build_sheets.marks import Marks
from ccr_build_sheets.model import Day, Row, Search
from ccr_build_sheets.outcomes import DENOMINATOR
from ccr_build_sheets.proving import Proof
from ccr_build_sheets.texts import TextWriter
from ccr_rules.language import ruleset as rules
from ccr_rules.language.ast import BooleanLiteral, DateExpression, Shift
from ccr_rules.language.english.phrases import grounds_in_words, sentence_case, spoken
from ccr_rules.language.ruleset import Ruleset

EVERYBODY: Final = "Every patient of the practice."
ALIVE: Final = "Every patient of the practice who is alive on the day of the search."
_PER: Final = {"patient": "for each patient", "year": "for each patient and year", "event": "for each time"}


class SearchWriter:
    """Writes the searches of one ruleset."""

    def __init__(self, ruleset: Ruleset, marks: Marks, logic: LogicWriter, codes: CodeWriter) -> None:
        self._ruleset = ruleset
        self._marks = marks
        self._logic = logic
        self._codes = codes
        self._days = DayWriter(ruleset, marks)
        self._texts = TextWriter(ruleset, marks)

    def searches(self, proofs: Mapping[str, Proof]) -> Iterator[Search]:
        """Yield the sheet of each search; `proofs` are by sheet."""
        for (section, id_), sheet in self._marks.searches.items():
            definition = getattr(self._ruleset, section)[id_]
            yield self._search(definition, sheet, proofs[sheet])

    def _search(
        self,
        definition: rules.Review | rules.Indicator | rules.Finding | rules.Item | rules.Payment,
        sheet: str,
        proof: Proof,
    ) -> Search:
        match definition:
            case rules.Review():
                return self._review(definition, sheet, proof)
            case rules.Indicator():
                return self._indicator(definition, sheet, proof)
            case rules.Finding():
                return self._finding(definition, sheet, proof)
            case rules.Item():
                return self._item(definition, sheet, proof)
            case _:
                return self._payment(definition, sheet, proof)

    # --- reviews -----------------------------------------------------------------------------------

    def _review(self, review: rules.Review, sheet: str, proof: Proof) -> Search:
        return Search(
            sheet=sheet,
            of="review",
            id=review.id,
            title=review.title,
            base=f"{ALIVE} The day on which it opens must be there; without it the review is not applicable.",
            population=self._logic.logic(review.applies),
            rows=tuple(self._statuses(review)),
            paused=self._logic.logic(review.pause) if review.pause else None,
            days=tuple(self._review_days(review)),
            notes=tuple(self._review_notes(review)),
            offers=self._codes.offers(review.record),
            grounds=grounds_in_words(review.grounds),
            proof=proof,
        )

    def _statuses(self, review: rules.Review) -> Iterator[Row]:
        """Yield the statuses in the order in which they are tested (SEMANTICS 22)."""
        rows = [
            ("“Done” is there, and not after “Due”.", "done"),
            ("“Done” is there, and after “Due”.", "done late"),
            ("“Declined” is there." if review.declined else "", "declined"),
            ("The day of the search is after “Ends”." if review.until else "", "lapsed"),
            ("The day of the search is before “Opens”.", "upcoming"),
            ("The day of the search is after “Due”.", "overdue"),
            ("The day of the search is on or after “Reminds from”.", "due soon"),
            ("Everybody who is left.", "open"),
        ]
        there = [(text, status) for text, status in rows if text]
        for number, (text, status) in enumerate(there, start=1):
            says = review.words.get(status, "")
            yield Row(number, text, status, note=f"The screen says “{says}”." if says else "")

    def _review_days(self, review: rules.Review) -> Iterator[Day]:
        days: tuple[tuple[str, DateExpression | None], ...] = (
            ("Opens", review.opens),
            ("Due", review.due),
            ("Reminds from", Shift(review.due, -1, review.remind)),
            ("Ends", review.until),
            ("Done", review.done),
            ("Declined", review.declined),
        )
        yield from (self._day(label, date) for label, date in days if date is not None)

    def _day(self, label: str, date: DateExpression) -> Day:
        return Day(label, self._days.english(date), self._days.refs(date))

    def _review_notes(self, review: rules.Review) -> Iterator[str]:
        if review.until is None:
            yield "It has no end: it stays open until it is done."
        if review.pause:
            yield "While the pause holds nobody is reminded; the review keeps its status and stays on lists."

    # --- indicators --------------------------------------------------------------------------------

    def _indicator(self, indicator: rules.Indicator, sheet: str, proof: Proof) -> Search:
        end = indicator.period_end
        return Search(
            sheet=sheet,
            of="indicator",
            id=indicator.id,
            title=indicator.title,
            base=_on_list(self._days.marked(end) if end else ""),
            population=self._logic.logic(indicator.population),
            rows=tuple(
                self._row(number, row, indicator) for number, row in enumerate(indicator.rows, start=1)
            ),
            met=self._logic.logic(indicator.numerator) if indicator.numerator else None,
            days=tuple(
                self._day(label, date)
                for label, date in (
                    ("Period ends", end),
                    ("Can still be met until", indicator.achievable_until),
                )
                if date is not None
            ),
            notes=tuple(_indicator_notes(indicator)),
            grounds=grounds_in_words(indicator.grounds),
            proof=proof,
        )

    def _row(self, number: int, row: rules.Row, indicator: rules.Indicator) -> Row:
        logic = self._logic.logic(row.test) if row.test else None
        notes = [
            f"“{row.text}”" if row.text else "",
            f"Never reached, listed all the same: {row.unreachable}." if row.unreachable else "",
            grounds_in_words(row.grounds) if row.grounds != indicator.grounds else "",
        ]
        text = logic.english if logic else "Everybody who is left."
        return Row(
            number, text, DENOMINATOR[row.outcome], row.reason or "", logic, " ".join(filter(None, notes))
        )

    # --- the rest ----------------------------------------------------------------------------------

    def _finding(self, finding: rules.Finding, sheet: str, proof: Proof) -> Search:
        return Search(
            sheet=sheet,
            of="finding",
            id=finding.id,
            title=sentence_case(spoken(finding.id))[:-1],
            base=EVERYBODY,
            population=self._logic.logic(finding.when),
            rows=(Row(1, "Everybody who is found.", "found"),),
            notes=(
                f"Severity: {finding.severity}.",
                f"What to tell whoever keeps the record: “{self._texts.in_words(finding.message)}”",
            ),
            grounds=grounds_in_words(finding.grounds),
            proof=proof,
        )

    def _item(self, item: rules.Item, sheet: str, proof: Proof) -> Search:
        return Search(
            sheet=sheet,
            of="item",
            id=item.id,
            title=item.title,
            base=EVERYBODY,
            population=self._logic.logic(item.applies or BooleanLiteral(True)),
            rows=(Row(1, "“Received” is there.", "received"), Row(2, "Everybody who is left.", "not seen")),
            notes=("It is shown as received or not seen, and is never due.",),
            grounds=grounds_in_words(item.grounds),
            proof=proof,
            days=(self._day("Received", item.seen),),
        )

    def _payment(self, payment: rules.Payment, sheet: str, proof: Proof) -> Search:
        return Search(
            sheet=sheet,
            of="payment",
            id=payment.id,
            title=payment.title,
            base=EVERYBODY,
            population=self._logic.logic(payment.when),
            rows=(Row(1, "Everybody who is found.", "paid"),),
            notes=(f"It pays {payment.amount} {payment.currency} {_PER[payment.per]}.",),
            grounds=grounds_in_words(payment.grounds),
            proof=proof,
        )


def _on_list(end: str) -> str:
    """Return of whom an indicator speaks (SEMANTICS 15); `end` is the end of its period."""
    earlier = f" or, if that is earlier, on {end}" if end else ""
    return f"Everybody who was registered here and alive on the day of the search{earlier}."


def _indicator_notes(indicator: rules.Indicator) -> Iterator[str]:
    if not indicator.rows:
        yield "It is a register: whoever is in it is in it, and there are no rows."
    if indicator.points is not None:
        yield f"Worth {indicator.points} points."
    if indicator.thresholds is not None:
        low, high = indicator.thresholds
        yield f"Thresholds: {low} % to {high} %."
    if indicator.note:
        yield sentence_case(indicator.note)
