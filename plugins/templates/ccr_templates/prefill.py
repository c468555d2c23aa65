"""The review template as one record fills it in: a QuestionnaireResponse that is in progress.

What the record says goes into the tab about the record, which is read only and records nothing: a review that
is held is not held again because somebody completes the form. Each answer there has the entries on which it
rests under it. What the person answered beforehand goes into the concerns. Nothing is guessed: what is not
surely known, or lies between two days that make no month and no year, stays empty.
"""

import re
from calendar import monthrange
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any, Final

from ccr_rules import Evaluation
from ccr_rules.codelists.codelist import Codelist, texts
from ccr_rules.dates import PRESENT
from ccr_rules.errors import UsageError
from ccr_rules.evaluation.answers import DayRange
from ccr_rules.evaluation.ruleset_result import RulesetResult
from ccr_rules.exports.form import with_content
from ccr_rules.exports.questionnaire import CodelistOf
from ccr_rules.hosting import Document, check_options
from ccr_rules.language.ruleset import Review
from ccr_rules.record.kinds import SUPPLY_NAMES
from ccr_templates import identity, words
from ccr_templates.forms import reviews_with_concerns
from ccr_templates.items import Item
from ccr_templates.library import KnownForm, pre_review_of, template_of
from ccr_templates.responses import KEY, Read, latest, read_responses
from ccr_templates.writing import as_json

_OPTIONS: Final = ("ruleset", KEY)
_REFERENCE: Final = re.compile(r"([A-Z][A-Za-z0-9]+)/[A-Za-z0-9.-]{1,64}").fullmatch

_ELEMENTS: Final = {"boolean": "valueBoolean", "integer": "valueInteger", "text": "valueString"}

Given = dict[str, list[Item]]
"""Answers by linkId, as FHIR has them."""


def prefilled(
    evaluations: Sequence[Evaluation], options: Mapping[str, Any], canonical: str
) -> Document | None:
    """Return the template of one evaluation, or None if no ruleset of it has one.

    Options: `ruleset` (`ID` or `ID@VERSION`; by default the first in force that has a template), and
    `questionnaireResponses`, what was answered before.
    Raises UsageError for other options, for a ruleset that took no part, and unless there is one evaluation.
    """
    check_options(options, _OPTIONS)
    if len(evaluations) != 1:
        raise UsageError(f"this form is of one evaluation, and not of {len(evaluations)}")
    (evaluation,) = evaluations
    result = _chosen(evaluation, options.get("ruleset"))
    if result is None:
        return None
    codelist = _finder(result)
    form = template_of(result.ruleset, codelist, canonical)
    given = _Known(evaluation, result).answers | _told(
        evaluation, form, codelist, options.get(KEY), canonical
    )
    return as_json("review-prefill.json", _response(form, evaluation.record.reference, given))


def _chosen(evaluation: Evaluation, named: str | None) -> RulesetResult | None:
    having = [result for result in evaluation.results if with_content(result.ruleset)]
    if named is None:
        return next(iter([*(each for each in having if each.in_force), *having]), None)
    for each in evaluation.results:
        if named in (each.ruleset.id, each.ruleset.reference):
            return each if each in having else None
    raise UsageError("the ruleset that is named took no part in this evaluation")


def _finder(result: RulesetResult) -> CodelistOf:
    def codelist(name: str, _: str | None) -> Codelist:
        return result.codelists[name]

    return codelist


# --- what the record holds -----------------------------------------------------------------------


class _Known:
    """What the record and the evaluation say, by linkId, each with the entries on which it rests."""

    def __init__(self, evaluation: Evaluation, result: RulesetResult) -> None:
        self._record = evaluation.record
        self._result = result
        self.answers: Given = {}
        for review in with_content(result.ruleset):
            self._review(review)
        for item in result.telling.items():
            if item.state == "seen":
                self._date(identity.of_item(item.id), item.when, item.evidence)

    def _review(self, review: Review) -> None:
        told = self._result.review(review.id)
        evidence = self._result.because.evidence
        if told is None or evidence.value(review.opens).presence is not PRESENT:
            return
        opened = evidence.of(review.opens)
        self._diagnosis(opened)
        self._date(identity.of_review(review.id, "from"), told.opens, opened)
        self._date(identity.of_review(review.id, "due"), told.due, opened)
        if told.status in ("done", "done late"):
            self._date(identity.of_review(review.id, "held"), told.done_on, evidence.of(review.done))

    def _diagnosis(self, references: Sequence[str]) -> None:
        """Name the diagnoses among some entries, as the record words them."""
        lists = [each for each in self._result.codelists.values() if each.category == "diagnosis"]
        entries = [
            entry
            for entry in self._record.entries
            if entry.reference in references and any(each.member(entry) for each in lists)
        ]
        terms = dict.fromkeys(next(filter(None, texts(entry)), "") for entry in entries)
        named = "; ".join(term for term in terms if term)
        if named:
            self._answer(identity.DIAGNOSIS, {"valueString": named}, [each.reference for each in entries])

    def _date(self, link_id: str, days: DayRange | None, references: Sequence[str]) -> None:
        text = date_text(days.first, days.last) if days else ""
        if text:
            self._answer(link_id, {"valueDate": text}, references)

    def _answer(self, link_id: str, value: Item, references: Sequence[str]) -> None:
        found = _references(references)
        under = {"linkId": identity.evidence(link_id), "text": words.EVIDENCE, "answer": found}
        self.answers[link_id] = [{**value, "item": [under]} if found else value]


def date_text(first: date, last: date) -> str:
    """Return a date as FHIR writes it: a day, a month, a year; nothing for any other span of days."""
    if first == last:
        return first.isoformat()
    if first == date(first.year, 1, 1) and last == date(first.year, 12, 31):
        return f"{first:%Y}"
    if first.day == 1 and last == first.replace(day=monthrange(first.year, first.month)[1]):
        return f"{first:%Y-%m}"
    return ""


def _references(references: Iterable[str]) -> list[Item]:
    return [{"valueReference": {"reference": each}} for each in references if _is_reference(each)]


def _is_reference(text: str) -> bool:
    """Say whether a text refers to a resource; what has no id, or was attested, has none to refer to."""
    found = _REFERENCE(text)
    return found is not None and found[1] in SUPPLY_NAMES


# --- what was answered beforehand ----------------------------------------------------------------


def _told(
    evaluation: Evaluation, form: KnownForm, codelist: CodelistOf, responses: Any, canonical: str
) -> Given:
    """Return what the latest response says of the concerns of each review."""
    if responses is None:
        return {}
    known: dict[str, KnownForm] = {form.canonical: form}
    concerns: dict[str, list[str]] = {}
    for review in reviews_with_concerns(form.ruleset):
        before = pre_review_of(form.ruleset, codelist, canonical, review.id)
        known[before.canonical] = before
        concerns[review.id] = [each.link_id for each in before.definition.values() if each.type in _ELEMENTS]

    read = read_responses(responses, evaluation.record.reference, known.get, canonical).read
    read = [
        each for each in read if each.authored is None or each.authored.first <= evaluation.moment.known_on
    ]
    given: Given = {}
    for review_id, link_ids in concerns.items():
        given |= _agreed(review_id, link_ids, form, read)
    return given


def _agreed(review: str, link_ids: Sequence[str], form: KnownForm, read: Iterable[Read]) -> Given:
    """Return the answers of the latest response; of several, if nobody can tell which is, where all agree."""
    newest = latest(each for each in read if any(link_id in each.answers.values for link_id in link_ids))
    given: Given = {}
    for link_id in link_ids:
        values = {each.answers.values.get(link_id) for each in newest}
        (value,) = values if len(values) == 1 else (None,)
        if value is not None:
            given[link_id] = [{_ELEMENTS[form.definition[link_id].type]: value}]
    if given:
        given[identity.beforehand(review, "taken")] = _references(each.reference for each in newest)
    return {link_id: answers for link_id, answers in given.items() if answers}


# --- the response --------------------------------------------------------------------------------


def _response(form: KnownForm, patient: str, given: Given) -> dict[str, Any]:
    made: dict[str, Any] = {
        "resourceType": "QuestionnaireResponse",
        "questionnaire": form.canonical,
        "status": "in-progress",
    }
    if _is_reference(patient):
        made["subject"] = {"reference": patient}
    items = list(_filled(form.questionnaire["item"], given))
    return {**made, "item": items} if items else made


def _filled(items: Iterable[Item], given: Given) -> Iterator[Item]:
    """Yield the items in which something is answered, in the order of the form."""
    for each in items:
        made: Item = {"linkId": each["linkId"], "text": each["text"]}
        if each["linkId"] in given:
            yield {**made, "answer": given[each["linkId"]]}
        elif each["type"] == "group":
            inside = list(_filled(each["item"], given))
            if inside:
                yield {**made, "item": inside}
