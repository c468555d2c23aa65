"""A report that was asked for: of which day, in what form."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final

import msgspec

from ccr_care_team.ledger import Ledger
from ccr_care_team.report import Report, make_report, text_of
from ccr_care_team.settings import Watch
from ccr_care_team.watch import spans
from ccr_rules.errors import UsageError
from ccr_rules.evaluation.result import Evaluation
from ccr_rules.hosting import Document, check_options

_FORMS: Final = {"text": ("txt", "text/plain"), "json": ("json", "application/json")}


def asked_report(
    ledger: Ledger, watch: Watch, evaluations: Sequence[Evaluation], form: str, options: Mapping[str, Any]
) -> Document:
    """Return the report. Raises UsageError for an option that does not fit."""
    check_options(options, ("as_of", "as"))
    written = options.get("as", "text")
    if written not in _FORMS:
        raise UsageError(f"{form}: as: {written!r} is not one of {', '.join(_FORMS)}")
    suffix, media_type = _FORMS[written]
    report = report_of(ledger, watch, _day(evaluations, form, options), rules_of(evaluations))
    content = text_of(report).encode() if written == "text" else msgspec.json.encode(report)
    return Document(f"{form}-{report.on}.{suffix}", media_type, content)


def report_of(ledger: Ledger, watch: Watch, on: date, known: Sequence[str] = ()) -> Report:
    """Return the report of a day, from all that was counted."""
    (first, _), _ = spans(on, watch)
    return make_report(ledger.read(first, on), on, watch, known, ledger.fault)


def rules_of(evaluations: Sequence[Evaluation]) -> list[str]:
    """Return the rules that could have fired: the prompts of all rulesets in force."""
    found: dict[str, None] = {}
    for evaluation in evaluations:
        for result in evaluation.results:
            if result.in_force:
                found |= dict.fromkeys(f"{name}@{result.ruleset.id}" for name in result.ruleset.prompts)
    return list(found)


def _day(evaluations: Sequence[Evaluation], form: str, options: Mapping[str, Any]) -> date:
    given = options.get("as_of")
    if given is None and evaluations:
        return max(each.moment.as_of for each in evaluations)
    try:
        return given if isinstance(given, date) else date.fromisoformat(str(given))
    except ValueError:
        raise UsageError(
            f"{form}: as_of: {given!r} is not a day; write it as YYYY-MM-DD, such as 2026-11-21"
        ) from None
