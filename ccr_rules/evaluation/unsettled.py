"""What one run could not settle, and what would settle it (SEMANTICS 25)."""

from collections.abc import Iterator

from ccr_rules.evaluation.answers import NotComputableAnswer, UnsettledAnswer
from ccr_rules.evaluation.decisions import IndicatorState
from ccr_rules.evaluation.evidence import Evidence, review_expressions
from ccr_rules.evaluation.program import Run
from ccr_rules.language.ast import AnyExpression, PatientDate
from ccr_rules.language.ruleset import Indicator, Prompt, Ruleset
from ccr_rules.truth import UNKNOWN


def unsettled(run: Run, evidence: Evidence) -> list[UnsettledAnswer]:
    """Return the reviews, indicators, prompts and payments that the record leaves open."""
    ruleset = run.ruleset
    return [
        UnsettledAnswer(id_, ruleset.reference, evidence.doubts(*expressions))
        for id_, expressions in _open_rules(ruleset, run)
    ]


def not_computable(ruleset: Ruleset) -> list[NotComputableAnswer]:
    """Return the rules that the ruleset states and nobody can evaluate yet."""
    return [
        NotComputableAnswer(id_, ruleset.reference, rule.title, f"not computable: needs {rule.needs}")
        for id_, rule in ruleset.not_computable.items()
    ]


def _open_rules(ruleset: Ruleset, run: Run) -> Iterator[tuple[str, tuple[AnyExpression, ...]]]:
    for id_, review in ruleset.reviews.items():
        if len(run.reviews[id_].possible) > 1:
            yield id_, review_expressions(review)
    for id_, indicator in ruleset.indicators.items():
        if is_open(run.indicators[id_]):
            yield id_, _indicator_expressions(indicator, run.indicators[id_])
    for id_, truth in run.prompts.items():
        if truth is UNKNOWN:
            yield id_, _prompt_expressions(ruleset, ruleset.prompts[id_])
    for id_, truth in run.payments.items():
        if truth is UNKNOWN:
            yield id_, (ruleset.payments[id_].when,)


def is_open(state: IndicatorState) -> bool:
    """Say whether an indicator's population, outcome or numerator is undetermined."""
    if state.population is UNKNOWN or len(state.possible) > 1:
        return True
    return state.possible[0].denominator == "included" and state.numerator is UNKNOWN


def _indicator_expressions(indicator: Indicator, state: IndicatorState) -> tuple[AnyExpression, ...]:
    tests = tuple(row.test for row in indicator.rows if row.test)
    numerator = (indicator.numerator,) if indicator.numerator else ()
    on_list = (PatientDate("registered"), PatientDate("deregistered"), PatientDate("died"))
    return (indicator.population, *tests, *numerator, *(on_list if state.population is UNKNOWN else ()))


def _prompt_expressions(ruleset: Ruleset, prompt: Prompt) -> tuple[AnyExpression, ...]:
    pause = ruleset.reviews[prompt.review].pause if prompt.review else None
    return (prompt.when, pause) if pause else (prompt.when,)
