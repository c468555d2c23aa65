"""Evaluations as questions to CQL: the same record, the same days, the same consultation."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from ccr_rules import Entry, Evaluation
from ccr_rules.dates import CALENDAR_END, CALENDAR_START
from ccr_rules.evaluation.verdicts import differing
from ccr_rules.exports.cql.files import cql_files
from ccr_rules.exports.cql.library import FindCodelist
from ccr_rules.language.ruleset import Ruleset
from ccr_rules.record.entry import SNOMED, Days
from tests.cql.bundles import bundle_of
from tests.cql.engine import CqlRun, run_cql
from tests.cql.verdicts import of_cql, of_reference

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Posed:
    """One evaluation, by a name that tells it apart, and the same question as CQL is asked it."""

    name: str
    evaluation: Evaluation
    question: Json


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked of one ruleset."""

    ruleset: Ruleset
    posed: tuple[Posed, ...]


class Disagreement(NamedTuple):
    """Where CQL answered something else than the reference evaluator decided: in which question, and what."""

    name: str
    what: str


def ask_cql(asked: Sequence[Asked], find: FindCodelist) -> tuple[CqlRun, list[Disagreement]]:
    """Ask CQL all questions, in one process, and compare the answers."""
    files: dict[str, str] = {}
    runs = []
    for each in asked:
        exported = cql_files(each.ruleset, find)
        files |= exported
        runs.append({"library": next(iter(exported)), "questions": [one.question for one in each.posed]})
    run = run_cql(files, runs)
    found = (_compare(each, answers) for each, answers in zip(asked, run.answers, strict=not run.problems))
    return run, [one for several in found for one in several]


def _compare(asked: Asked, answers: Sequence[Json]) -> Iterator[Disagreement]:
    for posed, answer in zip(asked.posed, answers, strict=True):
        reference = of_reference(posed.evaluation)
        cql = of_cql(answer, reference)
        where = f"{asked.ruleset.reference}, {posed.name}, {posed.evaluation.moment.as_of}"
        for key in differing(reference, cql):
            what = f"{where}: {key} is {reference[key]!r}, and {cql[key]!r} in CQL"
            yield Disagreement(posed.name, what)


def posed(name: str, evaluation: Evaluation) -> Posed:
    """Return the question of an evaluation: the record as FHIR, and as parameters what FHIR does not hold."""
    bundle, left_over = bundle_of(evaluation.record)
    further = {"Further entries": [_further(entry) for entry in left_over]}
    return Posed(name, evaluation, {"bundle": bundle, "parameters": parameters_of(evaluation) | further})


def parameters_of(evaluation: Evaluation) -> Json:
    """Return the days, the kinds that were supplied, and the consultation."""
    moment, consultation = evaluation.moment, evaluation.consultation
    parameters: Json = {
        "As of": str(moment.as_of),
        "Known on": str(moment.known_on),
        "Supplied kinds": sorted(evaluation.record.supplied),
    }
    if consultation is not None:
        parameters["Consultation mode"] = consultation.mode
        if consultation.date is not None:
            parameters["Consultation first day"] = str(consultation.date.first)
            parameters["Consultation last day"] = str(consultation.date.last)
    return parameters


def _further(entry: Entry) -> Json:
    return {
        "reference": entry.reference,
        "kind": entry.kind,
        "codes": [
            {"code": each.code, "system": each.system} for each in entry.codings if each.system == SNOMED
        ],
        "texts": [text for text in (*(each.display for each in entry.codings), entry.text) if text],
        "clinical": _days(entry.clinical),
        "recorded": _days(entry.recorded),
        "episode": entry.episode,
        "state": entry.state,
        "certain": entry.certain,
    }


def _days(days: Days | None) -> Json:
    if days is None:
        return {"presence": 0, "first": str(CALENDAR_END), "last": str(CALENDAR_START)}
    return {"presence": 2, "first": str(days.first), "last": str(days.last)}
