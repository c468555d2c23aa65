"""A ruleset compiled for evaluation, and what one run of it decides."""

from collections.abc import Callable
from datetime import date
from typing import TypeVar

import msgspec

from ccr_rules.dates import MAYBE, PRESENT, DateValue
from ccr_rules.evaluation.compiler import ExpressionCompiler
from ccr_rules.evaluation.decisions import IndicatorState, compile_indicator
from ccr_rules.evaluation.frame import DateOf, Frame, ReviewState, TruthOf
from ccr_rules.language.ast import AnyExpression
from ccr_rules.language.ruleset import Item, Prompt, Ruleset
from ccr_rules.truth import FALSE, UNKNOWN, Truth, conjunction, negation

_T = TypeVar("_T")


class Run(msgspec.Struct, frozen=True):
    """The answers of one ruleset about one record, each by id; details are worked out on demand."""

    ruleset: Ruleset
    frame: Frame
    prompting: bool
    indicators: dict[str, IndicatorState]
    reviews: dict[str, ReviewState]
    items: dict[str, DateValue | None]
    prompts: dict[str, Truth]
    payments: dict[str, Truth]
    findings: dict[str, Truth]

    @property
    def knows_cancer(self) -> Truth:
        """Whether some review applies to this person: TRUE, UNKNOWN, or FALSE if none does."""
        return max((state.applies for state in self.reviews.values()), default=FALSE)


class Program:
    """One ruleset as closures; safe to share between threads, because it holds no record.

    `reached` holds what `Because` found out about expressions of the ruleset, by their identity: which entry
    windows each reaches. With each stands the expression, so that no other ever has its identity.
    """

    def __init__(self, ruleset: Ruleset) -> None:
        compiler = ExpressionCompiler(ruleset)
        self.ruleset = ruleset
        self.compiler = compiler
        self.reached: dict[int, tuple[AnyExpression, tuple[str, ...]]] = {}
        self._indicators = {
            id_: compile_indicator(indicator, compiler) for id_, indicator in ruleset.indicators.items()
        }
        self._reviews = {id_: compiler.named_review(id_) for id_ in ruleset.reviews}
        self._items = {id_: _compile_item(item, compiler) for id_, item in ruleset.items.items()}
        self._prompts = {id_: _compile_prompt(prompt, compiler) for id_, prompt in ruleset.prompts.items()}
        self._payments = {id_: compiler.condition(each.when) for id_, each in ruleset.payments.items()}
        self._findings = {id_: compiler.condition(each.when) for id_, each in ruleset.findings.items()}

    def run(self, frame: Frame) -> Run:
        """Decide everything that the ruleset says about the frame's record."""
        prompts = prompting(self.ruleset, frame.as_of)
        return Run(
            self.ruleset,
            frame,
            prompts,
            _each(self._indicators, frame),
            _each(self._reviews, frame),
            _each(self._items, frame),
            _each(self._prompts, frame) if prompts else {},
            _each(self._payments, frame),
            _each(self._findings, frame),
        )


def prompting(ruleset: Ruleset, day: date) -> bool:
    """Say whether a ruleset may prompt on a day."""
    return ruleset.in_force(day) and ruleset.status != "retired"


def _each(closures: dict[str, Callable[[Frame], _T]], frame: Frame) -> dict[str, _T]:
    return {id_: closure(frame) for id_, closure in closures.items()}


def _compile_item(item: Item, compiler: ExpressionCompiler) -> Callable[[Frame], DateValue | None]:
    """An item of somebody whom it does not concern is None, and is left out."""
    seen = compiler.date(item.seen)
    if item.applies is None:
        return seen
    applies = compiler.condition(item.applies)
    return lambda frame: as_far_as_it_applies(applies(frame), seen, frame)


def as_far_as_it_applies(applying: Truth, seen: DateOf, frame: Frame) -> DateValue | None:
    """Return when an item was seen: None where it does not concern this person, doubtful where it may not."""
    if applying is FALSE:
        return None
    value = seen(frame)
    doubtful = applying is UNKNOWN and value.presence is PRESENT
    return DateValue(MAYBE, value.first, value.last) if doubtful else value


def _compile_prompt(prompt: Prompt, compiler: ExpressionCompiler) -> TruthOf:
    """A prompt is shown when its condition holds, its review is not paused, and the person lives."""
    when = compiler.condition(prompt.when)
    pause = compiler.ruleset.reviews[prompt.review].pause if prompt.review else None
    paused = compiler.condition(pause) if pause else None

    def compute(frame: Frame) -> Truth:
        truth = conjunction((when(frame), negation(frame.dead)))
        if paused is None or truth is FALSE:
            return truth
        return min(truth, negation(paused(frame)))

    return compute
