"""The shipped rulesets, asked about records in tables, on the days around a boundary."""

from datetime import date, timedelta

import msgspec

from ccr_rules import Engine, Entry, Evaluation, PatientRecord
from ccr_rules.record.patient import KINDS
from tests.semantics.specification import dates_of, entries_of

ENGINE = Engine.default()
SUPPORT = "Provision of information about cancer support services available in primary care"
BEST, QOF = "best-practice-ccr@2025", "qof-cancer@2023"


def asked(record: str, as_of: str | date, ruleset: str = BEST, **patient: str) -> Evaluation:
    """Evaluate a table of `date | code | episode | state`, in which the last two may be left out."""
    rows = [f"{row}{' | ' * (3 - row.count('|'))}" for row in record.strip().splitlines()]
    entries = tuple(
        _shipped(each) for each in entries_of("\n".join(["date | code | episode | state", *rows]))
    )
    read = PatientRecord("Patient/p1", entries, supplied=frozenset(KINDS), **dates_of(patient))
    return ENGINE.evaluate(read, as_of, rulesets=[ruleset])


def _shipped(entry: Entry) -> Entry:
    """Return an entry of the specs as the shipped lists know it: activities are Observations."""
    kind = entry.kind if entry.kind == "Condition" else "Observation"
    text = SUPPORT if entry.text.startswith("Support") else entry.text
    return msgspec.structs.replace(entry, kind=kind, text=text)


def status(evaluation: Evaluation, review: str) -> str:
    return next(each.status for each in evaluation.reviews if each.id == review)


def shown(evaluation: Evaluation) -> set[str]:
    return {each.id for each in evaluation.prompts}


def around(day: str) -> tuple[date, date, date]:
    """Return the day before, the day, the day after."""
    middle = date.fromisoformat(day)
    return middle - timedelta(1), middle, middle + timedelta(1)
