"""What the reference evaluator decided and what CQL answered, in one form, so that they can be compared.

Truth is `TRUE`, `UNKNOWN` or `FALSE`; a date is a `DateValue`, and an absent one always the same; sets of
outcomes and of statuses have no order. A prompt of a ruleset out of force is FALSE.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from ccr_rules import Evaluation
from ccr_rules.dates import ABSENT, ABSENT_DATE, DateValue, Presence
from ccr_rules.evaluation.answers import IndicatorAnswer
from ccr_rules.evaluation.because import Because
from ccr_rules.evaluation.decisions import IndicatorState
from ccr_rules.evaluation.frame import ReviewState
from ccr_rules.language.ast import ConditionName, DateName
from ccr_rules.language.ruleset import Indicator
from ccr_rules.truth import FALSE, TRUE, UNKNOWN, Truth

Verdicts = dict[str, object]


def of_reference(evaluation: Evaluation) -> Verdicts:
    """Return everything that the first ruleset of an evaluation decided, by the name that it has in CQL."""
    result = evaluation.results[0]
    ruleset, run = result.ruleset, result.run
    found: Verdicts = dict(_named(result.because))
    for told in evaluation.indicators:
        found.update(_indicator(told, run.indicators[told.id], ruleset.indicators[told.id]))
    for id_, review in run.reviews.items():
        found.update(_review(f"Review {id_}", review))
    found |= {f"Item {id_}": _plain(value or ABSENT) for id_, value in run.items.items()}
    found |= {f"Prompt {id_}": run.prompts.get(id_, FALSE) for id_ in ruleset.prompts}
    found |= {f"Payment {id_}": truth for id_, truth in run.payments.items()}
    return found | {f"Finding {id_}": truth for id_, truth in run.findings.items()}


def of_cql(answer: Mapping[str, Any], asked: Verdicts) -> Verdicts:
    """Return what CQL answered, in the same form, as far as the reference says anything of it."""
    return {name: _read(answer, name) for name in asked}


def _named(because: Because) -> Iterator[tuple[str, object]]:
    for name in (*because.ruleset.dates, *because.ruleset.lets):
        yield f"Date {name}", _plain(because.evidence.value(DateName(name)))
    for name in because.ruleset.conditions:
        yield f"Condition {name}", because.truth(ConditionName(name))


def _indicator(
    told: IndicatorAnswer, state: IndicatorState, indicator: Indicator
) -> Iterator[tuple[str, object]]:
    name = f"Indicator {told.id}"
    possible = frozenset((each.denominator, each.reason or "") for each in state.possible)
    yield name, (told.population, told.denominator, told.reason or "", told.numerator, possible)
    yield f"{name}: population", state.population
    if any(each.denominator == "included" for each in state.possible):
        yield f"{name}: numerator", state.numerator
    if indicator.achievable_until:
        yield f"{name}: achievable until", state.achievable_until


def _review(name: str, state: ReviewState) -> Iterator[tuple[str, object]]:
    yield f"{name}: status", frozenset(state.possible)
    if state.possible != ("not applicable",):
        yield f"{name}: paused", state.paused
        yield f"{name}: opens", _plain(state.opens)
        yield f"{name}: due", _plain(state.due)
        yield f"{name}: done", _plain(state.done)


def _plain(value: DateValue) -> DateValue:
    return ABSENT if value.presence is ABSENT_DATE else value


def _read(answer: Mapping[str, Any], name: str) -> object:
    value = answer.get(name, "not answered")
    if isinstance(value, dict) and value.keys() == {"surely", "possibly"}:
        return read_truth(value)
    if isinstance(value, dict) and "presence" in value:
        return read_date(value)
    if isinstance(value, dict) and "possible" in value:
        possible = frozenset((each["denominator"], each["reason"]) for each in value["possible"])
        return *(value[key] for key in ("population", "denominator", "reason", "numerator")), possible
    if isinstance(value, list):
        return frozenset(value)
    return date.fromisoformat(value) if name.endswith(": achievable until") and value else value


def read_truth(value: Mapping[str, Any]) -> Truth | str:
    """Return a truth as CQL answered it; what is none of the three is told."""
    both = (value["surely"], value["possibly"])
    return {(True, True): TRUE, (False, True): UNKNOWN, (False, False): FALSE}.get(both, f"no truth: {both}")


def read_date(value: Mapping[str, Any]) -> DateValue:
    """Return a date as CQL answered it."""
    presence = Presence(value["presence"])
    first, last = date.fromisoformat(value["first"]), date.fromisoformat(value["last"])
    return _plain(DateValue(presence, first, last))
