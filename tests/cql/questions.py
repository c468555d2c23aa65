"""Evaluations as questions to CQL: the same record, the same days, the same consultation."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from ccr_rules import Entry, Evaluation
from ccr_rules.dates import CALENDAR_END, CALENDAR_START
from ccr_rules.exports.cql.files import cql_files
from ccr_rules.exports.cql.library import FindCodelist
from ccr_rules.language.ruleset import Ruleset
from ccr_rules.record.entry import SNOMED, Days
from tests.cql.bundles import bundle_of
from tests.cql.engine import CqlRun, run_cql
from tests.cql.verdicts import of_cql, of_reference

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Asked:
    """Evaluations of one ruleset, by a name that tells them apart."""

    ruleset: Ruleset
    evaluations: tuple[tuple[str, Evaluation], ...]


def ask_cql(asked: Sequence[Asked], find: FindCodelist) -> CqlRun:
    """Ask CQL the questions of all evaluations, in one process."""
    files: dict[str, str] = {}
    runs = []
    for each in asked:
        exported = cql_files(each.ruleset, find)
        files |= exported
        questions = [question_of(evaluation) for _, evaluation in each.evaluations]
        runs.append({"library": next(iter(exported)), "questions": questions})
    return run_cql(files, runs)


def disagreements(asked: Iterable[Asked], run: CqlRun) -> list[str]:
    """Return where CQL answered something else than the reference evaluator decided."""
    found = []
    for each, answers in zip(asked, run.answers, strict=True):
        for (name, evaluation), answer in zip(each.evaluations, answers, strict=True):
            reference = of_reference(evaluation)
            cql = of_cql(answer, reference)
            found += [
                f"{each.ruleset.reference}, {name}, {evaluation.moment.as_of}: {key} is {value!r}, "
                f"and {cql[key]!r} in CQL"
                for key, value in reference.items()
                if cql[key] != value
            ]
    return found


def question_of(evaluation: Evaluation) -> Json:
    """Return the question of an evaluation: the record as FHIR, and as parameters what FHIR does not hold."""
    record, consultation = evaluation.record, evaluation.consultation
    bundle, left_over = bundle_of(record)
    parameters: Json = {
        "As of": str(evaluation.moment.as_of),
        "Known on": str(evaluation.moment.known_on),
        "Supplied kinds": sorted(record.supplied),
        "Further entries": [_further(entry) for entry in left_over],
    }
    if consultation is not None:
        parameters["Consultation mode"] = consultation.mode
        if consultation.date is not None:
            parameters["Consultation first day"] = str(consultation.date.first)
            parameters["Consultation last day"] = str(consultation.date.last)
    return {"bundle": bundle, "parameters": parameters}


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
