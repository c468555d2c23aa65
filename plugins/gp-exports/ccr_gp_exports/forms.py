"""The forms of the lists: two files for spreadsheets, and a page to print."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, NamedTuple

from ccr_gp_exports.csv_file import Cell, csv_file
from ccr_gp_exports.dates import days_written
from ccr_gp_exports.lists import DUE_REVIEWS, WORKLIST
from ccr_gp_exports.numbers import Person, person_of, spaced
from ccr_gp_exports.page import page
from ccr_gp_exports.recipe import DATE_FORMS, Recipe
from ccr_gp_exports.settings import AUTO
from ccr_gp_exports.worklist import DRAFT, Call, Line, calls_of, lines_of
from ccr_rules.errors import UsageError
from ccr_rules.evaluation.answers import Code, DayRange
from ccr_rules.evaluation.result import Evaluation
from ccr_rules.hosting import Document, check_options
from ccr_rules.language.report import nearest

_OPTIONS: Final = ("system", "people")
_ISO: Final = "%Y-%m-%d"


class _Style(NamedTuple):
    """How a list is written: the headings of both numbers, the form of dates, who is who."""

    number: str
    nhs_number: str
    day: str
    person: Callable[[str], Person]

    def days(self, days: DayRange | None) -> str:
        """Return a day, or the first and the last that it can be, as far as they are known."""
        if days is None:  # pragma: no cover - whatever is on a list opens, and has a due day then
            return ""
        return days_written(days.first, days.last, self.day)

    def who(self, reference: str) -> tuple[str, str]:
        """Return both numbers of a patient, each empty where it is not known."""
        person = self.person(reference)
        return person.number, spaced(person.nhs_number)


def render(
    evaluations: Sequence[Evaluation],
    form: str,
    options: Mapping[str, Any],
    recipes: Mapping[str, Recipe],
    system: str,
) -> Document | None:
    """Write a list, or return None if nobody is on it. Raises UsageError for options that do not fit."""
    style = _style(options, recipes, system)
    lines = lines_of(evaluations)
    if not lines:
        return None
    if form == DUE_REVIEWS:
        return Document("due-reviews.csv", "text/csv", csv_file(*_due_reviews(lines, style)))
    columns, rows = _worklist(lines, style)
    if form == WORKLIST:
        return Document("worklist.csv", "text/csv", csv_file(columns, rows))
    days = sorted({evaluation.moment.as_of.strftime(style.day) for evaluation in evaluations})
    return Document("worklist.html", "text/html", page(columns, rows, days))


def _style(options: Mapping[str, Any], recipes: Mapping[str, Recipe], system: str) -> _Style:
    check_options(options, _OPTIONS)
    chosen = options.get("system", system)
    people = _people(options.get("people", {}))
    names = tuple(recipes)

    def person(reference: str) -> Person:
        return people.get(reference) or person_of(reference, names)

    if chosen == AUTO:
        return _Style("Patient number", "NHS number", _ISO, person)
    if chosen not in recipes:
        raise UsageError(f"`{chosen}` cannot be the option `system`; {nearest(str(chosen), recipes)}")
    recipe = recipes[chosen]
    return _Style(
        recipe.heading("number", "Patient number"),
        recipe.heading("nhs_number", "NHS number"),
        DATE_FORMS[recipe.writes],
        person,
    )


def _people(given: Any) -> dict[str, Person]:
    """Return whom references stand for, from `{"Patient/…": {"number": …, "nhs_number": …}}`."""
    try:
        return {str(reference): Person(**numbers) for reference, numbers in given.items()}
    except (AttributeError, TypeError):
        raise UsageError(
            'the option `people` is written {"Patient/…": {"number": "…", "nhs_number": "…"}}'
        ) from None


def _worklist(lines: Sequence[Line], style: _Style) -> tuple[list[str], list[list[Cell]]]:
    columns = [
        *("list", "rank", style.number, style.nhs_number, "review", "status", "due", "days_left", "paused"),
        *("also", "cannot tell because", "ruleset"),
    ]
    return columns, [_patient(call, rank, style) for rank, call in enumerate(calls_of(lines), 1)]


def _patient(call: Call, rank: int, style: _Style) -> list[Cell]:
    first, *others = call.lines
    review = first.review
    also = [f"{line.review.title}: {_status(line)} {style.days(line.review.due)}".strip() for line in others]
    return [
        *(
            call.on_list,
            rank,
            *style.who(first.patient),
            review.title,
            _status(first),
            style.days(review.due),
        ),
        *(review.days_left, review.paused or "", "; ".join(also), "; ".join(first.needs), _ruleset(first)),
    ]


def _due_reviews(lines: Sequence[Line], style: _Style) -> tuple[list[str], list[list[Cell]]]:
    columns = [
        *("list", "rank", style.number, style.nhs_number, "review", "status", "due", "days_left", "paused"),
        *("record", "cannot tell because", "ruleset"),
    ]
    return columns, [
        [
            *(line.on_list, rank, *style.who(line.patient), line.review.title, _status(line)),
            *(style.days(line.review.due), line.review.days_left, line.review.paused or ""),
            *("; ".join([*map(_code, line.record), *line.terms]), "; ".join(line.needs), _ruleset(line)),
        ]
        for rank, line in enumerate(lines, 1)
    ]


def _status(line: Line) -> str:
    possible = line.review.possible
    return f"{line.review.status}: {' or '.join(possible)}" if possible else line.review.status


def _code(code: Code) -> str:
    """Return a code with its term as SNOMED CT expressions have it; no spreadsheet sees a number in it."""
    return f"{code.code} |{code.display}|"


def _ruleset(line: Line) -> str:
    return f"{line.review.ruleset} ({DRAFT})" if line.draft else line.review.ruleset
