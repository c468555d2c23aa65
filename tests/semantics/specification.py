"""From a table to a record, from a few lines of rules to a ruleset, and from an answer to its words.

The columns of a record are `date`, `code` (see `tiny_library`), and where they matter `recorded`,
`kind`, `episode`, `state`, `certain`. A date may be `2024-03-31`, `2024-03`, `2024`,
`2024-03-01..2024-03-09`, or nothing.

What is expected stands in words:

| of | the words |
|---|---|
| a date | `2024-03-31`, `2024-03-01..2024-03-31`, `maybe 2024-03-01..2024-03-31`, `absent` |
| a condition | `true`, `false`, `unknown` |
| a review | its status; `cannot tell: open, overdue`; or a pair of it and some of its fields |
| an indicator | `in, excluded (R), not applicable`; `in, undetermined [included; excluded (R)], …` |
| an item | `seen`, `not seen`, `cannot tell`, `left out` where it does not concern this person |
| a prompt | `shown`, `not shown`, `unsettled`, `snoozed until …`, `declined` |
| a finding, a payment | `found`, `not found`; `paid`, `not paid`, `unsettled` |
"""

import calendar
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any, TypedDict, cast, get_args

from ccr_rules import Consultation, Days, Engine, Entry, Evaluation, PatientRecord, Response
from ccr_rules.agreement.codelists import coded, kind_of, tiny_library
from ccr_rules.dates import ABSENT_DATE, MAYBE, DateValue
from ccr_rules.evaluation.answers import DayRange, IndicatorAnswer
from ccr_rules.evaluation.asof import Moment
from ccr_rules.evaluation.groups import Group, prepare
from ccr_rules.evaluation.program import Program
from ccr_rules.evaluation.ruleset_result import RulesetResult
from ccr_rules.language.ast import ConditionName, DateName
from ccr_rules.language.loading import load_ruleset
from ccr_rules.record.entry import EntryState, Episode
from ccr_rules.record.patient import KINDS, Mode
from ccr_rules.truth import TRUE, UNKNOWN

HEAD = """\
ruleset: spec
version: 2024.1.0
title: A ruleset for a spec
jurisdiction: GB-ENG
status: active
in_force: {from: 2000-01-01}
sources: [{id: spec, title: The spec in which it stands}]
codelists:
  diagnosis: diagnosis
  review: review
  support: support
  invitation: invitation
  palliative: palliative
"""

ENGINE = Engine(tiny_library())

Expected = Mapping[str, "str | tuple[str, Mapping[str, object]]"]


@dataclass(frozen=True)
class Specification:
    """Checks a record against rules; `rules` are those of the file."""

    rules: str

    def __call__(self, *, expect: Expected, **asked: Any) -> Evaluation:
        """Check every word that is expected, and return the answer for closer looks."""
        evaluation = self.answer(**asked)
        found = {
            name: said_of(evaluation.results[0], evaluation, name, want) for name, want in expect.items()
        }
        assert found == dict(expect)
        return evaluation

    def answer(
        self,
        *,
        as_of: str,
        record: str = "",
        rules: str = "",
        known_on: str = "",
        without: Sequence[str] = (),
        patient: Mapping[str, str] | None = None,
        is_dead: bool = False,
        consultation: Mode | None = None,
        responses: Sequence[Response] = (),
        keeps: Mapping[str, tuple[str, ...]] | None = None,
    ) -> Evaluation:
        """Evaluate a record in which all kinds but those of `without` are completely supplied."""
        day = date.fromisoformat(as_of)
        read = PatientRecord(
            reference="Patient/p1",
            entries=entries_of(record),
            is_dead=is_dead or "died" in (patient or {}),
            supplied=frozenset(KINDS) - set(without),
            keeps=dict(keeps or {}),
            **dates_of(patient or {}),
        )
        moment = Moment(day, date.fromisoformat(known_on) if known_on else day)
        now = (
            None if consultation is None else Consultation("Encounter/now", consultation, "", Days(day, day))
        )
        return ENGINE.evaluate_record(read, moment, ready(rules or self.rules), now, tuple(responses))


@cache
def ready(rules: str) -> tuple[Group, ...]:
    """Load rules as a user's would be, checks included."""
    ruleset = load_ruleset(HEAD + rules, "spec.yaml", codelists=tiny_library().codelist_names)
    return prepare([Program(ruleset)], tiny_library().codelist)


# --- the record ------------------------------------------------------------------------------------


def entries_of(table: str) -> tuple[Entry, ...]:
    """Read the table of a record; entries are named `Kind/1`, `Kind/2`, … by their line."""
    lines = [line.split("|") for line in table.strip().splitlines() if line.strip()]
    if not lines:
        return ()
    header = [cell.strip() for cell in lines[0]]
    unknown = set(header) - {"date", "code", "recorded", "kind", "episode", "state", "certain"}
    assert not unknown, f"columns that no record has: {unknown}"
    rows = [dict(zip(header, (cell.strip() for cell in line), strict=True)) for line in lines[1:]]
    return tuple(_entry(number, row) for number, row in enumerate(rows, start=1))


def _entry(number: int, row: Mapping[str, str]) -> Entry:
    kind = row.get("kind") or kind_of(row["code"])
    codings, text = coded(row["code"])
    episode = next(word for word in get_args(Episode) if word == (row.get("episode") or "unstated"))
    state = next(word for word in get_args(EntryState) if word == (row.get("state") or "done"))
    return Entry(
        reference=f"{kind}/{number}",
        kind=kind,
        codings=codings,
        text=text,
        clinical=days_of(row["date"]),
        recorded=days_of(row.get("recorded", "")),
        episode=episode,
        state=state,
        certain=row.get("certain", "") != "no",
    )


class PatientDates(TypedDict, total=False):
    """The dates of a patient that a spec may give."""

    born: Days | None
    died: Days | None
    registered: Days | None
    deregistered: Days | None


def dates_of(patient: Mapping[str, str]) -> PatientDates:
    """Read the dates of a patient."""
    return cast("PatientDates", {name: days_of(text) for name, text in patient.items()})


def days_of(text: str) -> Days | None:
    """Read a day, a month, a year, or `first..last`."""
    if not text:
        return None
    if ".." in text:
        first, last = text.split("..")
        return Days(date.fromisoformat(first), date.fromisoformat(last))
    numbers = [int(part) for part in text.split("-")]
    if len(numbers) == 1:
        return Days(date(numbers[0], 1, 1), date(numbers[0], 12, 31))
    if len(numbers) == 2:
        year, month = numbers
        return Days(date(year, month, 1), date(year, month, calendar.monthrange(year, month)[1]))
    return Days(date(*numbers), date(*numbers))


# --- the answer ------------------------------------------------------------------------------------


def said_of(result: RulesetResult, evaluation: Evaluation, name: str, want: object) -> object:
    """Return, in the words of the table above, what the engine says of a name of the ruleset."""
    ruleset = result.ruleset
    if name in ruleset.dates or name in ruleset.lets:
        return date_words(result.because.evidence.value(DateName(name)))
    if name in ruleset.conditions:
        return str(result.because.truth(ConditionName(name)))
    if name in ruleset.reviews:
        return _review_words(evaluation, name, want)
    if name in ruleset.indicators:
        return indicator_words(next(each for each in evaluation.indicators if each.id == name))
    if name in ruleset.prompts:
        return _prompt_words(result, evaluation, name)
    return _word(result, evaluation, name)


def _word(result: RulesetResult, evaluation: Evaluation, name: str) -> object:
    if name in result.ruleset.items:
        return next((each.state for each in evaluation.items if each.id == name), "left out")
    if name in result.run.findings:
        return "found" if result.run.findings[name] is TRUE else "not found"
    if name in result.run.payments:
        return {TRUE: "paid", UNKNOWN: "unsettled"}.get(result.run.payments[name], "not paid")
    return getattr(evaluation, name)


def date_words(value: DateValue) -> str:
    if value.presence is ABSENT_DATE:
        return "absent"
    words = str(value.first) if value.first == value.last else f"{value.first}..{value.last}"
    return f"maybe {words}" if value.presence is MAYBE else words


def _review_words(evaluation: Evaluation, name: str, want: object) -> object:
    answer = next(each for each in evaluation.reviews if each.id == name)
    status = f"cannot tell: {', '.join(answer.possible)}" if answer.possible else answer.status
    if isinstance(want, tuple):
        return (status, {field: _plain(getattr(answer, field)) for field in want[1]})
    return status


def _plain(value: object) -> object:
    if isinstance(value, DayRange):
        return str(value.first) if value.first == value.last else f"{value.first}..{value.last}"
    return value


def indicator_words(answer: IndicatorAnswer) -> str:
    denominator = _with_reason(answer.denominator, answer.reason)
    if answer.possible:
        several = "; ".join(_with_reason(each.denominator, each.reason) for each in answer.possible)
        denominator = f"{answer.denominator} [{several}]"
    return f"{answer.population}, {denominator}, {answer.numerator}"


def _with_reason(outcome: str, reason: str | None) -> str:
    return f"{outcome} ({reason})" if reason else outcome


def _prompt_words(result: RulesetResult, evaluation: Evaluation, name: str) -> str:
    for held in evaluation.held:
        if held.id == name:
            return f"{held.kind} until {held.until}" if held.until else held.kind
    if any(each.id == name for each in evaluation.prompts):
        return "shown"
    return "unsettled" if any(each.id == name for each in evaluation.unsettled) else "not shown"
