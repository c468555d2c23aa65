"""What CQL answered, in the neutral form in which evaluators are compared, and what is compared besides.

The keys are those of `ccr_rules.evaluation.verdicts`, and `date/NAME`, `condition/NAME` and
`indicator/ID/told`: an indicator's population, denominator, reason and numerator in words.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from ccr_rules import Evaluation
from ccr_rules.dates import ABSENT, ABSENT_DATE, DateValue, Presence
from ccr_rules.evaluation.decisions import Decided
from ccr_rules.evaluation.verdicts import Verdicts, verdicts
from ccr_rules.language.ast import ConditionName, DateName
from ccr_rules.truth import FALSE, TRUE, UNKNOWN, Truth

Answer = Mapping[str, Any]

DEFINITIONS = {
    "date": "Date {}",
    "condition": "Condition {}",
    "indicator/possible": "Indicator {}",
    "indicator/told": "Indicator {}",
    "indicator/population": "Indicator {}: population",
    "indicator/numerator": "Indicator {}: numerator",
    "indicator/achievable_until": "Indicator {}: achievable until",
    "review/possible": "Review {}: status",
    "review/paused": "Review {}: paused",
    "review/opens": "Review {}: opens",
    "review/due": "Review {}: due",
    "review/done": "Review {}: done",
    "review/declined": "Review {}: declined",
    "review/until": "Review {}: until",
    "item": "Item {}",
    "prompt": "Prompt {}",
    "payment": "Payment {}",
    "finding": "Finding {}",
}
"""What the definition is called that answers for a key; `review/talk/opens` asks for `Review talk: opens`."""

OPTIONAL = {"indicator/achievable_until": None, "review/declined": ABSENT, "review/until": ABSENT}
"""What a ruleset need not define, and what it then is."""


def of_reference(evaluation: Evaluation) -> Verdicts:
    """Return everything that the first ruleset of an evaluation decided."""
    result = evaluation.results[0]
    found = verdicts(result.run) | dict(_named(evaluation))
    found |= {f"item/{id_}": ABSENT for id_, value in result.run.items.items() if value is None}
    if not result.run.prompting:
        found |= {f"prompt/{id_}": FALSE for id_ in result.ruleset.prompts}
    for told in evaluation.indicators:
        words = (told.population, told.denominator, told.reason or "", told.numerator)
        found[f"indicator/{told.id}/told"] = words
    return found


def _named(evaluation: Evaluation) -> Iterator[tuple[str, object]]:
    because = evaluation.results[0].because
    for name in (*because.ruleset.dates, *because.ruleset.lets):
        value = because.evidence.value(DateName(name))
        yield f"date/{name}", ABSENT if value.presence is ABSENT_DATE else value
    for name in because.ruleset.conditions:
        yield f"condition/{name}", because.truth(ConditionName(name))


def of_cql(answer: Answer, asked: Verdicts) -> Verdicts:
    """Return what CQL answered to the same keys."""
    return {key: _read(answer, key) for key in asked}


def _read(answer: Answer, key: str) -> object:
    section, id_, part = (*key.split("/"), "")[:3]
    kind = f"{section}/{part}".rstrip("/")
    name = DEFINITIONS[kind].format(id_)
    if name not in answer:
        return OPTIONAL.get(kind, "not answered")
    if kind == "review/paused" and answer[f"Review {id_}: status"] == ["not applicable"]:
        return FALSE
    value = answer[name]
    if kind == "indicator/told":
        return tuple(value[word] for word in ("population", "denominator", "reason", "numerator"))
    if kind == "indicator/possible":
        return frozenset(Decided(each["denominator"], each["reason"] or None) for each in value["possible"])
    if kind == "review/possible":
        return frozenset(value)
    if kind == "indicator/achievable_until":
        return date.fromisoformat(value) if value else None
    return read_date(value) if "presence" in value else read_truth(value)


def read_truth(value: Answer) -> Truth | str:
    """Return a truth as CQL answered it; what is none of the three is told."""
    both = (value["surely"], value["possibly"])
    return {(True, True): TRUE, (False, True): UNKNOWN, (False, False): FALSE}.get(both, f"no truth: {both}")


def read_date(value: Answer) -> DateValue:
    """Return a date as CQL answered it."""
    presence = Presence(value["presence"])
    first, last = date.fromisoformat(value["first"]), date.fromisoformat(value["last"])
    return ABSENT if presence is ABSENT_DATE else DateValue(presence, first, last)
