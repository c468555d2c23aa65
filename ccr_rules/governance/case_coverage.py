"""What no case of a casebook exercises: rows, statuses, prompts, findings, items and payments.

A part counts as exercised when, on some day that a case asks for, it decided the answer.
"""

from collections.abc import Iterator, Mapping

from ccr_rules.codelists.codelist import Codelist
from ccr_rules.evaluation.result import Evaluation
from ccr_rules.evaluation.ruleset_result import RulesetResult
from ccr_rules.language.ast import Choice, DateExpression, DateName
from ccr_rules.language.ruleset import Indicator, Review, ReviewStatus, Row, Ruleset
from ccr_rules.truth import FALSE, TRUE


class Coverage:
    """Collects what the evaluations of one ruleset exercised; `codelists` are those that it uses, by name."""

    def __init__(self, ruleset: Ruleset, codelists: Mapping[str, Codelist]) -> None:
        self._ruleset = ruleset
        self._codelists = codelists
        self._exercised: set[str] = set()

    def note(self, evaluation: Evaluation) -> None:
        """Note what one evaluation exercised."""
        self._exercised.update(exercised(evaluation))

    def gaps(self) -> tuple[str, ...]:
        """Return what no evaluation exercised, in the order of the ruleset."""
        return tuple(part for part in _parts(self._ruleset, self._codelists) if part not in self._exercised)


def exercised(evaluation: Evaluation) -> Iterator[str]:
    """Yield the parts of the rulesets that decided the answer of one evaluation."""
    for indicator in evaluation.indicators:
        yield f"{indicator.id}: population {indicator.population}"
        yield f"{indicator.id}: {indicator.numerator}"
    yield from _deciding_rows(evaluation)
    yield from (f"{review.id}: status {review.status}" for review in evaluation.reviews)
    yield from (f"{review.id}: paused" for review in evaluation.reviews if review.paused)
    yield from (f"prompt {prompt.id}: shown" for prompt in evaluation.prompts)
    shown = {prompt.id for prompt in evaluation.prompts}
    for result in evaluation.results:
        yield from (f"prompt {id_}: not shown" for id_ in result.ruleset.prompts if id_ not in shown)
    yield from (f"finding {finding.id}" for finding in evaluation.findings)
    yield from (f"{item.id}: {item.state}" for item in evaluation.items)
    yield from (f"payment {payment.id}" for payment in evaluation.answer.payments)


def _deciding_rows(evaluation: Evaluation) -> Iterator[str]:
    for result in evaluation.results:
        for id_, indicator in result.ruleset.indicators.items():
            state = result.run.indicators[id_]
            if state.population is TRUE and indicator.rows:
                yield from _deciding_row(indicator, result)


def _deciding_row(indicator: Indicator, result: RulesetResult) -> Iterator[str]:
    """Yield the first row that holds, unless a row before it may hold."""
    truths = [TRUE if row.test is None else result.because.truth(row.test) for row in indicator.rows]
    first = min(index for index, truth in enumerate(truths) if truth is not FALSE)
    if truths[first] is TRUE:
        yield row_name(indicator, first + 1)


def row_name(indicator: Indicator, number: int) -> str:
    """Return what a decision row is called: `CAN004: row 3 (include)`."""
    row = indicator.rows[number - 1]
    return f"{indicator.id}: row {number} ({_row_words(row)})"


def _row_words(row: Row) -> str:
    return f"{row.outcome}, {row.reason}" if row.reason else row.outcome


# --- what there is to exercise -------------------------------------------------------------------


def _parts(ruleset: Ruleset, codelists: Mapping[str, Codelist]) -> Iterator[str]:
    for indicator in ruleset.indicators.values():
        yield from (f"{indicator.id}: population {word}" for word in ("in", "out", "undetermined"))
        numbered = enumerate(indicator.rows, start=1)
        yield from (row_name(indicator, number) for number, row in numbered if not row.unreachable)
        if indicator.numerator:
            words = ("met", "not met", "undetermined")
            can_be = words if _may_be_missed(indicator) else ("met", "undetermined")
            yield from (f"{indicator.id}: {word}" for word in can_be)
    for review in ruleset.reviews.values():
        yield from (f"{review.id}: status {word}" for word in (*_statuses(review, ruleset), "cannot tell"))
        if review.pause:
            yield f"{review.id}: paused"
    for prompt in ruleset.prompts:
        yield from (f"prompt {prompt}: shown", f"prompt {prompt}: not shown")
    yield from (f"finding {finding}" for finding in ruleset.findings)
    for item in ruleset.items.values():
        if _can_be_sure(item.seen, ruleset, codelists):
            yield f"{item.id}: seen"
        yield from (f"{item.id}: {word}" for word in ("not seen", "cannot tell"))
    yield from (f"payment {payment}" for payment in ruleset.payments)


def _may_be_missed(indicator: Indicator) -> bool:
    """Say whether somebody can be counted for another reason than that the numerator holds."""
    included = (row.test for row in indicator.rows if row.outcome == "include" and not row.unreachable)
    return any(test != indicator.numerator for test in included)


def _statuses(review: Review, ruleset: Ruleset) -> Iterator[ReviewStatus]:
    yield "not applicable"
    if not _is_never_ahead(review.opens, ruleset):
        yield "upcoming"
    yield from ("open", "due soon", "overdue")
    if review.until:
        yield "lapsed"
    yield from ("done", "done late")
    if review.declined:
        yield "declined"


def _is_never_ahead(date: DateExpression, ruleset: Ruleset) -> bool:
    """Say whether a date is that of an entry: no entry lies after the day of the question."""
    match date:
        case DateName(name=name):
            return name in ruleset.dates or _is_never_ahead(ruleset.lets[name].date, ruleset)
        case Choice(dates=dates):
            return all(_is_never_ahead(each, ruleset) for each in dates)
        case _:
            return False


def _can_be_sure(date: DateExpression, ruleset: Ruleset, codelists: Mapping[str, Codelist]) -> bool:
    """Say whether a date may ever be sure: it is not while its codelist only guesses at its members."""
    match date:
        case DateName(name=name) if name in ruleset.dates:
            codelist = codelists[ruleset.codelists[ruleset.dates[name].codelist].codelist]
            return bool(codelist.codes or codelist.terms)
        case _:
            return True
