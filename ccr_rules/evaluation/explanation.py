"""Why is this shown, and why is that not: one review, indicator, prompt or finding explained."""

from collections.abc import Iterator, Sequence
from datetime import date

import msgspec

from ccr_rules.dates import Duration, display, shift_day
from ccr_rules.errors import UsageError
from ccr_rules.evaluation.derivation import Derivation, Step
from ccr_rules.evaluation.evidence import review_expressions
from ccr_rules.evaluation.frame import ReviewState
from ccr_rules.evaluation.result import Evaluation
from ccr_rules.evaluation.ruleset_result import RulesetResult
from ccr_rules.evaluation.text import RUNNING, status_word
from ccr_rules.evaluation.wording import days_in_words
from ccr_rules.language.ast import And, AnyExpression, ConditionExpression
from ccr_rules.language.ruleset import Indicator, Prompt, Review
from ccr_rules.language.unparse import source
from ccr_rules.truth import FALSE, TRUE, UNKNOWN

ONE_DAY = Duration(1, "day")


class Explanation(msgspec.Struct, frozen=True):
    """The answer of one rule, how it came about, and what would change it."""

    kind: str
    id: str
    ruleset: str
    title: str
    answer: str
    steps: tuple[Step, ...]
    would_change: tuple[str, ...]


def rule_ids(evaluation: Evaluation) -> list[str]:
    """Return the id of every rule of every ruleset that took part, each once."""
    ids = (
        id_
        for result in evaluation.results
        for group in (
            result.ruleset.reviews,
            result.ruleset.indicators,
            result.ruleset.prompts,
            result.ruleset.findings,
            result.ruleset.payments,
        )
        for id_ in group
    )
    return list(dict.fromkeys(ids))


def explain(evaluation: Evaluation, rule: str, ruleset: str = "") -> list[Explanation]:
    """Explain a rule by its id, in every ruleset that has it (or only in one: `ID` or `ID@VERSION`).

    Raises UsageError, with the ids that there are, for an id that no ruleset has.
    """
    found = [
        explanation
        for result in evaluation.results
        if ruleset in ("", result.ruleset.id, result.ruleset.reference)
        for explanation in _explain(evaluation, result, rule)
    ]
    if not found:
        known = sorted({id_ for result in evaluation.results for id_ in _ids(result)})
        raise UsageError(f"no rule {rule!r} in the rulesets evaluated; there are {', '.join(known)}")
    return found


def _ids(result: RulesetResult) -> Iterator[str]:
    ruleset = result.ruleset
    yield from (*ruleset.reviews, *ruleset.indicators, *ruleset.prompts, *ruleset.findings, *ruleset.payments)


def _explain(evaluation: Evaluation, result: RulesetResult, rule: str) -> Iterator[Explanation]:
    ruleset = result.ruleset
    if rule in ruleset.reviews:
        yield _review(result, ruleset.reviews[rule])
    if rule in ruleset.indicators:
        yield _indicator(result, ruleset.indicators[rule])
    if rule in ruleset.prompts:
        yield _prompt(evaluation, result, ruleset.prompts[rule])
    if rule in ruleset.findings:
        finding = ruleset.findings[rule]
        answer = "found" if result.run.findings[rule] is TRUE else "not found"
        yield _condition(result, "finding", rule, rule.replace("-", " "), finding.when, answer)
    if rule in ruleset.payments:
        payment = ruleset.payments[rule]
        answer = "paid" if result.run.payments[rule] is TRUE else "not paid"
        yield _condition(result, "payment", rule, payment.title, payment.when, answer)


def _derivation(result: RulesetResult) -> Derivation:
    return Derivation(result.because, result.run.reviews)


def _needs(result: RulesetResult, *expressions: AnyExpression) -> tuple[str, ...]:
    return tuple(f"to settle it: {doubt}" for doubt in result.because.evidence.doubts(*expressions))


def _review(result: RulesetResult, review: Review) -> Explanation:
    state = result.run.reviews[review.id]
    changes = (*_recording(result, review, state), *_days_ahead(review, state, result.run.frame.as_of))
    if len(state.possible) > 1:
        changes = (*_needs(result, *review_expressions(review)), *changes)
    step = _derivation(result).review(review)
    reference = result.ruleset.reference
    return Explanation("review", review.id, reference, review.title, status_word(state), (step,), changes)


def _recording(result: RulesetResult, review: Review, state: ReviewState) -> Iterator[str]:
    if not RUNNING & set(state.possible):
        return
    for alias in review.record:
        title = result.codelists[result.program.compiler.codelist(alias)].title
        since = days_in_words(state.opens.first, state.opens.last)
        yield f"recording {title[:1].lower()}{title[1:]}, dated {since} or later, makes it done"


def _days_ahead(review: Review, state: ReviewState, today: date) -> Iterator[str]:
    """Say on which days the status of a running review changes by itself."""
    if not RUNNING & set(state.possible) or not state.due.is_exact:
        return
    due = state.due.first
    soon = shift_day(due, review.remind, -1)
    days = [(state.opens.first, "open")] if state.opens.first < soon else []
    days += [(max(soon, state.opens.first), "due soon"), (shift_day(due, ONE_DAY), "overdue")]
    if state.until.is_exact:
        days.append((shift_day(state.until.first, ONE_DAY), "lapsed"))
    yield from (f"from {display(day)} it is {word}" for day, word in days if day > today)


def _indicator(result: RulesetResult, indicator: Indicator) -> Explanation:
    answer = next(each for each in result.telling.indicators() if each.id == indicator.id)
    reason = f" ({answer.reason})" if answer.reason else ""
    words = f"{answer.population}, {answer.denominator}{reason}, {answer.numerator}"
    changes: tuple[str, ...] = ()
    if answer.achievable_until:
        changes = (f"the numerator can still be met until {display(answer.achievable_until)}",)
    if "undetermined" in words:
        tests = (*(row.test for row in indicator.rows), indicator.numerator)
        changes += _needs(result, indicator.population, *(test for test in tests if test))
    steps = _derivation(result).indicator(indicator)
    reference = result.ruleset.reference
    return Explanation("indicator", indicator.id, reference, indicator.title, words, steps, changes)


def _prompt(evaluation: Evaluation, result: RulesetResult, prompt: Prompt) -> Explanation:
    truth = result.run.prompts.get(prompt.id, FALSE)
    answer = {TRUE: "shown", FALSE: "not shown", UNKNOWN: "not shown: cannot tell"}[truth]
    changes = [*_obstacles(result, prompt)]
    held = next((each for each in evaluation.held if each.id == prompt.id), None)
    if held is not None:
        until = f" until {display(held.until)}" if held.until else ""
        answer, changes = "not shown", [f"it was {held.kind}{until}", *changes]
    if truth is UNKNOWN:
        changes += _needs(result, prompt.when)
    title = prompt.review or prompt.id
    steps = (_derivation(result).step(prompt.when),)
    return Explanation("prompt", prompt.id, result.ruleset.reference, title, answer, steps, tuple(changes))


def _obstacles(result: RulesetResult, prompt: Prompt) -> Iterator[str]:
    """Say what keeps a prompt from being shown."""
    if not result.in_force:
        yield f"{result.ruleset.reference} is not in force on this day, so it prompts nothing"
    if result.run.frame.dead is not FALSE:
        yield "the record says that this person has died, or may have"
    if prompt.review and result.run.reviews[prompt.review].paused is not FALSE:
        yield f"reminders about {prompt.review} are paused, or may be"
    for part in _conjuncts(prompt.when):
        if result.because.truth(part) is FALSE:
            yield f"{source(part)} does not hold"


def _conjuncts(expression: ConditionExpression) -> Sequence[ConditionExpression]:
    return expression.operands if isinstance(expression, And) else (expression,)


def _condition(
    result: RulesetResult, kind: str, id_: str, title: str, when: ConditionExpression, answer: str
) -> Explanation:
    steps = (_derivation(result).step(when),)
    return Explanation(kind, id_, result.ruleset.reference, title, answer, steps, _needs(result, when))
