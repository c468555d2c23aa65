"""Cases as a page shows them: grouped by the headings of their casebook, each as a small table of days.

A heading is a comment of the casebook, `# --- What starts the clock ---`: the cases below it belong together.
"""

import re
from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from ccr_rules.dates import display
from ccr_rules.governance.case_records import RecordBuilder
from ccr_rules.governance.case_words import (
    circumstances,
    day_in_words,
    entry_in_words,
    expectations_in_words,
    joined,
)
from ccr_rules.governance.cases import Case, Casebook, CaseDay, CaseEntry
from ccr_rules.language.english.phrases import listed, sentence_case
from ccr_rules.language.ruleset import Ruleset

_HEADING = re.compile(r"^\s*# -{3,} *(.*?) *-*\s*$")
_OTHERS = "Cases"


class Group(NamedTuple):
    """Cases that show one thing."""

    title: str
    cases: tuple[Case, ...]


def groups(casebook: Casebook, text: str) -> list[Group]:
    """Return the cases of a casebook under its headings; those before the first heading come first."""
    headings = [
        (number, found[1])
        for number, line in enumerate(text.splitlines(), start=1)
        if (found := _HEADING.match(line))
    ]
    grouped: dict[str, list[Case]] = {}
    for case in casebook.cases:
        title = next((title for number, title in reversed(headings) if number < case.at.line), _OTHERS)
        grouped.setdefault(title[:1].upper() + title[1:], []).append(case)
    return [Group(title, tuple(cases)) for title, cases in grouped.items()]


def case_lines(case: Case, ruleset: Ruleset, records: RecordBuilder) -> Iterator[str]:
    """Yield one case: its title, what stands around it, and its days in order."""
    yield f'<a id="{case.id}"></a>**{case.title}** (`{case.id}`)'
    around = "; ".join(circumstances(case))
    notes = [
        sentence_case(text) for text in (around, f"shows: {listed(case.shows)}" if case.shows else "") if text
    ]
    if notes:
        yield ""
        yield " ".join(notes)
    yield ""
    yield "| Day | In the record | Expected that day |"
    yield "|---|---|---|"
    if not case.entries:
        yield "| | nothing | |"
    yield from _days(case, ruleset, records)
    yield ""


class _Row(NamedTuple):
    at: date
    is_question: bool
    day: str


def _days(case: Case, ruleset: Ruleset, records: RecordBuilder) -> Iterator[str]:
    """Yield entries and questions by day; those of one day share a line."""
    entries: dict[_Row, list[CaseEntry]] = {}
    for entry in case.entries:
        entries.setdefault(_row(entry), []).append(entry)
    asked = {_asked(day): day for day in case.days}
    same = {row.day: row for row in entries if row.day in {question.day for question in asked}}
    for row in sorted({*entries, *asked} - set(same.values())):
        there = same.get(row.day, row)
        written = [entry_in_words(entry, records) for entry in entries.get(there, ())]
        expected = expectations_in_words(asked[row], ruleset) if row in asked else []
        yield f"| {row.day} | {joined(written)} | {joined(expected)} |"


def _row(entry: CaseEntry) -> _Row:
    first = entry.clinical.first if entry.clinical else date.min
    return _Row(first, False, day_in_words(entry.clinical))


def _asked(day: CaseDay) -> _Row:
    known = f", as known on {display(day.known_on)}" if day.known_on else ""
    return _Row(day.as_of, True, display(day.as_of) + known)
