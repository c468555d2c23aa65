"""What an evaluation says about somebody that decides which services suit them."""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Final, NamedTuple

from ccr_directory.domains import CONCERNS
from ccr_rules import Evaluation, PatientRecord
from ccr_rules.evaluation.decisions import dead_on
from ccr_rules.evaluation.members import RecordView
from ccr_rules.evaluation.ruleset_result import RulesetResult
from ccr_rules.language.ruleset import Ruleset
from ccr_rules.truth import FALSE, TRUE, UNKNOWN, Truth

_CARER_LISTS: Final = ("has-carer", "is-carer")
_SOCIAL_LIST: Final = "social-prescribing-referral"
_PALLIATIVE: Final = "in_palliative_care"
_SOCIAL_PRESCRIBER: Final = "social prescriber"
_RUNNING: Final = frozenset({"open", "due soon", "overdue"})


class Person(NamedTuple):
    """Who the services are for.

    `concerns` are what the open reviews ask about, in their order, and by default all. `palliative` is TRUE
    in palliative care, UNKNOWN where the record leaves it open. `cares` holds if an entry may say that the
    person has a carer, or is one; `referred` if one says that a social prescriber was asked, and
    `has_prescriber` if the rulesets' process names one. `types` are the codelists of which an entry was
    found, `types_known` those that the rulesets look for. `age` is in years, at least, or None where no
    day of birth is known. `nation` is that of the rulesets.
    """

    concerns: tuple[str, ...]
    palliative: Truth
    cares: bool
    referred: bool
    has_prescriber: bool
    types: frozenset[str]
    types_known: frozenset[str]
    age: int | None
    nation: str


def read_person(evaluation: Evaluation) -> Person | None:
    """Return what decides, or None where no cancer is known, or somebody may be dead."""
    moment = evaluation.moment
    if evaluation.knows_cancer is not TRUE:
        return None
    if dead_on(evaluation.record, moment.as_of, moment.known_on) is not FALSE:
        return None
    results = [each for each in evaluation.results if each.run.knows_cancer is TRUE]
    views = {id(each.run.frame.view): each.run.frame.view for each in evaluation.results}.values()
    found = _found(views)
    return Person(
        _concerns(results),
        max((_in_palliative_care(each) for each in results), default=FALSE),
        any(view.members.get(name) for view in views for name in _CARER_LISTS),
        _SOCIAL_LIST in found,
        any(_names_prescriber(each.ruleset) for each in results if each.in_force),
        found,
        frozenset(name for each in evaluation.results for name in each.codelists),
        _age(evaluation.record, moment.as_of),
        next(_nations(results), ""),
    )


def _concerns(results: Iterable[RulesetResult]) -> tuple[str, ...]:
    asked = {
        item.id: None
        for result in results
        for id_, review in result.ruleset.reviews.items()
        if _RUNNING.issuperset(result.run.reviews[id_].possible)
        for item in review.concerns
        if item.id in CONCERNS
    }
    return tuple(asked) or CONCERNS


def _in_palliative_care(result: RulesetResult) -> Truth:
    """Reviews are paused for other reasons too, so the condition is asked for by its name in the rulesets.

    Where a ruleset has none of that name, a pause may be one for palliative care.
    """
    if _PALLIATIVE in result.ruleset.conditions:
        return result.program.compiler.named_condition(_PALLIATIVE)(result.run.frame)
    return UNKNOWN if any(each.paused is not FALSE for each in result.run.reviews.values()) else FALSE


def _found(views: Iterable[RecordView]) -> frozenset[str]:
    return frozenset(
        name
        for view in views
        for name, members in view.members.items()
        if any(each.sure and each.entry.state == "done" for each in members)
    )


def _age(record: PatientRecord, day: date) -> int | None:
    born = record.born and record.born.last
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day)) if born else None


def _names_prescriber(ruleset: Ruleset) -> bool:
    return any(_SOCIAL_PRESCRIBER in step.who for step in ruleset.process.values())


def _nations(results: Iterable[RulesetResult]) -> Iterator[str]:
    return (each.ruleset.jurisdiction for each in results if each.ruleset.jurisdiction.startswith("GB-"))
