"""Due reviews as diary entries: what a GP Connect answer calls a planned action that is not done yet.

After the public guidance on diary entries (nhsconnect/gpconnect,
accessrecord_structured_development_diaryentry.md):
`status` is active and `intent` plan; `code` says what is planned, `occurrence` for when, `authoredOn` since
when it is known, `requester.agent` who or what entered it. GP Connect only reads a record: that any system
takes such an entry in is not known, and nothing is sent anywhere.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final
from uuid import NAMESPACE_URL, uuid5

import msgspec

from ccr_gp_connect.settings import Settings
from ccr_rules import Evaluation
from ccr_rules.codelists.codelist import suggestible
from ccr_rules.evaluation.answers import DayRange, ReviewAnswer
from ccr_rules.evaluation.decisions import on_list
from ccr_rules.evaluation.ruleset_result import RulesetResult
from ccr_rules.hosting import Document
from ccr_rules.record.entry import SNOMED
from ccr_rules.truth import FALSE

PROFILE: Final = "https://fhir.nhs.uk/STU3/StructureDefinition/CareConnect-GPC-ProcedureRequest-1"
TO_COME: Final = frozenset({"upcoming", "open", "due soon", "overdue"})
_NAME: Final = "gp-connect-diary.json"

Json = dict[str, Any]


def diary(evaluations: Sequence[Evaluation], settings: Settings) -> Document | None:
    """Return the diary entries of some evaluations as a STU3 Bundle, or None where there is nothing to say.

    A review of which nobody can tell, for which reminders are paused, or of somebody who is surely not
    registered here any more, is no diary entry: an OperationOutcome in the same Bundle names it, so that it
    does not vanish.
    """
    resources = [each for evaluation in evaluations for each in _of_one(evaluation, settings)]
    if not resources:
        return None
    bundle = {
        "resourceType": "Bundle",
        "id": _id("bundle", *(each["id"] for each in resources)),
        "type": "collection",
        "entry": [{"fullUrl": f"urn:uuid:{each['id']}", "resource": each} for each in resources],
    }
    content = msgspec.json.format(msgspec.json.encode(bundle), indent=2) + b"\n"
    return Document(_NAME, "application/fhir+json", content)


def _of_one(evaluation: Evaluation, settings: Settings) -> Iterator[Json]:
    issues: list[Json] = []
    moment = evaluation.moment
    has_left = on_list(evaluation.record, moment.as_of, moment.known_on) is FALSE
    for result in evaluation.results:
        for review in result.reviews if result.in_force else ():
            is_to_come = review.status in TO_COME and review.paused is None
            if is_to_come and has_left:
                issues.append(_left(evaluation.record.reference, review))
            elif is_to_come and review.due is not None:
                yield _entry(evaluation, result, review, review.due, settings)
            else:
                issues += _issues(evaluation.record.reference, review)
    if issues:
        id_ = _id("outcome", evaluation.record.reference, str(evaluation.moment.as_of))
        yield {"resourceType": "OperationOutcome", "id": id_, "issue": issues}


def _entry(
    evaluation: Evaluation, result: RulesetResult, review: ReviewAnswer, due: DayRange, settings: Settings
) -> Json:
    patient = evaluation.record.reference
    id_ = _id(settings.identifier_system, patient, result.ruleset.id, review.id)
    entry: Json = {"resourceType": "ProcedureRequest", "id": id_}
    if settings.identifier_system and settings.requester:  # all that the profile says is mandatory
        entry["meta"] = {"profile": [PROFILE]}
    if settings.identifier_system:
        entry["identifier"] = [{"system": settings.identifier_system, "value": id_}]
    entry |= {
        "status": "active",
        "intent": "plan",
        "code": _code(result, review),
        "subject": {"reference": patient},
        **_occurrence(due),
        "authoredOn": str(evaluation.moment.as_of),
    }
    if settings.requester:
        entry["requester"] = {"agent": {"reference": settings.requester}}
    return entry | {"note": [{"text": _note(result, review)}]}


def _code(result: RulesetResult, review: ReviewAnswer) -> Json:
    """Return what is planned: the code under which it is recorded, if one is verified, and its title."""
    code: Json = {"text": review.title}
    for alias in result.ruleset.reviews[review.id].record:
        for entry in suggestible(result.codelists[result.program.compiler.codelist(alias)])[:1]:
            code.setdefault("coding", []).append(
                {"system": SNOMED, "code": entry.code, "display": entry.display}
            )
    return code


def _occurrence(due: DayRange) -> Json:
    if due.first == due.last:
        return {"occurrenceDateTime": str(due.first)}
    return {"occurrencePeriod": {"start": str(due.first), "end": str(due.last)}}


def _note(result: RulesetResult, review: ReviewAnswer) -> str:
    draft = ", a draft" if result.ruleset.status == "draft" else ""
    opens = f"; opens {_days(review.opens)}" if review.opens is not None else ""
    return f"{review.says}{opens}. By the ruleset {result.ruleset.reference}{draft}. Planned, not done."


def _days(days: DayRange) -> str:
    return str(days.first) if days.first == days.last else f"{days.first} to {days.last}"


def _left(patient: str, review: ReviewAnswer) -> Json:
    words = f"{review.title}: not registered here any more, so there is no diary entry"
    return {
        "severity": "information",
        "code": "informational",
        "diagnostics": f"{words} ({patient}, {review.ruleset})",
    }


def _issues(patient: str, review: ReviewAnswer) -> Iterable[Json]:
    if review.status == "cannot tell":
        words = f"{review.title}: the record does not settle whether it is due ({patient}, {review.ruleset})"
        yield {"severity": "warning", "code": "incomplete", "diagnostics": words}
    elif review.paused is not None:
        words = (
            f"{review.title}: reminders are paused, so there is no diary entry ({patient}, {review.ruleset})"
        )
        yield {"severity": "information", "code": "informational", "diagnostics": words}


def _id(*parts: str) -> str:
    """Return an id that is the same for the same parts."""
    return str(uuid5(NAMESPACE_URL, "/".join(("ccr-rules-gp-connect", *parts))))
