"""What cannot be built in such a system, where that matters, what comes of it, and what to do instead.

Each limit is found in the ruleset itself, so that a sheet lists those that concern it and no others.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Final

from ccr_build_sheets.marks import Marks, of_review, of_window
from ccr_build_sheets.model import Limit, Stated
from ccr_rules.codelists.codelist import Codelist
from ccr_rules.dates import Duration
from ccr_rules.language.ast import (
    AnyExpression,
    Choice,
    ConsultationDate,
    ConsultationIn,
    DateName,
    PatientDate,
    ReviewDate,
    Shift,
)
from ccr_rules.language.english.phrases import grounds_in_words, sentence_case
from ccr_rules.language.ruleset import Apart, Extreme, Review, Ruleset, Template
from ccr_rules.language.walk import walk

_MONTHS: Final = ("month", "year")


def limits(ruleset: Ruleset, marks: Marks, codelists: Mapping[str, Codelist]) -> tuple[Limit, ...]:
    """Return the limits of one ruleset, the widest first."""
    found = _Limits(ruleset, marks, codelists)
    return (*found.always(), *found.of_codes(), *found.of_days(), *found.of_alerts())


class _Limits:
    def __init__(self, ruleset: Ruleset, marks: Marks, codelists: Mapping[str, Codelist]) -> None:
        self._ruleset = ruleset
        self._marks = marks
        self._codelists = codelists

    def always(self) -> Iterator[Limit]:
        """Yield the limits of every ruleset."""
        yield Limit(
            "“Cannot tell”",
            (),
            "ccr-rules says when the record does not settle a question. A search finds somebody or does "
            "not, so somebody who could not be judged looks like somebody for whom nothing is due.",
            "Do not read “not found” as “nothing due”. Go through the groups below by hand.",
        )
        yield Limit(
            "Dates known only to the month or the year",
            (),
            "A system gives such an entry a day that nobody knows, often the first; near a boundary the "
            "search is then surely wrong for some.",
            "List the entries without a day once a quarter, and complete them from the letter.",
        )
        yield Limit(
            "Parts of the record that are hidden, or kept elsewhere",
            (),
            "A code that is confidential, or in another organisation's record, is taken as not there.",
            "Before acting on “not found”, look whether something is withheld or was done elsewhere.",
        )
        yield Limit(
            "What was known on an earlier day",
            (),
            "ccr-rules can be asked what it would have said on an earlier day; a search reads the record "
            "as it is now.",
            "Keep what a search found, with its day and the digest of this ruleset.",
        )

    # --- codes -------------------------------------------------------------------------------------

    def of_codes(self) -> Iterator[Limit]:
        """Yield the limits of codelists and of what is asked of entries."""
        yield from self._lists(
            "Codelists that are not complete",
            lambda each: not each.complete,
            "Entries with a code that is missing here are not found: people are left out.",
            "Build with the published reference set that the list names, if the system has it; otherwise "
            "have the list completed (`ccr codelist import`) and these sheets made again.",
        )
        yield from self._lists(
            "Lists of which no code is verified",
            lambda each: not each.codes,
            "Nothing can be searched for by code from this sheet.",
            "Find the term in the system's own code browser, and have somebody else confirm it. No code is "
            "given because none is verified.",
        )
        yield from self._lists(
            "Entries that only look as if they belonged to a list",
            lambda each: bool(each.looks_like),
            "ccr-rules takes free text and unlisted codes that read like members as possible ones. A "
            "search by code passes them over.",
            "Search the words of the list's title in the code browser and in free text, and look at what "
            "else there is.",
        )
        yield from self._entries(
            "Entries chosen by their episode (first, new, review, ended)",
            lambda each: bool(each.episodes),
            "Where a search cannot choose by episode, a diagnosis that was coded again looks like a new one.",
            "If the search has no episode, list people with several entries, and look at each. See “About "
            "this system” for what is known of it.",
        )
        yield from self._entries(
            "Entries that say that something was declined, planned or not done",
            lambda each: each.states != {"done"},
            "GP systems mostly have a code of its own for each of these; none is verified in the lists here.",
            "Find the code for “declined” in the code browser, and have it confirmed; without it leave the "
            "row out and say so on the sign-off.",
        )
        yield from self._entries(
            "Days on which something was entered",
            lambda each: each.on == "recorded",
            "Many searches know only the day that an entry bears.",
            "Use the audit date if the search has one; otherwise leave this out.",
        )

    def _lists(
        self, what: str, chosen: Callable[[Codelist], bool], consequence: str, instead: str
    ) -> Iterator[Limit]:
        uses = self._ruleset.codelists
        where = [
            self._marks.codelists[alias]
            for alias, use in uses.items()
            if chosen(self._codelists[use.codelist])
        ]
        yield from _limit(what, where, consequence, instead)

    def _entries(
        self, what: str, chosen: Callable[[Extreme], bool], consequence: str, instead: str
    ) -> Iterator[Limit]:
        where = [self._marks.days[name] for name, each in self._ruleset.dates.items() if chosen(each)]
        yield from _limit(what, where, consequence, instead)

    # --- days --------------------------------------------------------------------------------------

    def of_days(self) -> Iterator[Limit]:
        """Yield the limits of windows, of counting, and of two entries apart."""
        yield from _limit(
            "Two entries a number of days apart",
            [
                self._marks.conditions[name]
                for name, condition in self._ruleset.conditions.items()
                if isinstance(condition.test, Apart)
            ],
            "A search seldom compares two entries of the same list with each other.",
            "Search for people with two or more entries in the window, and look at their days by hand.",
        )
        yield from _limit(
            "Windows that start or end at another entry of the same person",
            [
                self._marks.days[name]
                for name, extreme in self._ruleset.dates.items()
                if any(self._moves(part) for part in of_window(extreme))
            ],
            "The search must carry the day of one step into the next. Where it cannot, a review from "
            "before the diagnosis counts as done.",
            "Link the criteria by their days if the search can; otherwise export both days and compare "
            "them in a spreadsheet.",
        )
        expressions = list(self._expressions())
        yield from _limit(
            "The later, the earlier or the first of several days",
            _sheets(expressions, lambda part: isinstance(part, Choice)),
            "A search has no such choice.",
            "Build one search for each of the days, and join them in the order of the instruction.",
        )
        yield from _limit(
            "Calendar months and years",
            _sheets(expressions, lambda part: isinstance(part, Shift) and _by_month(part.duration)),
            "ccr-rules counts calendar months; a month end that is not there becomes the last day of the "
            "month (30 November and 3 months is 28 or 29 February). A system that counts 30 or 365 days is "
            "off by days.",
            "Prove it with the boundary days of each sheet; if it is off, choose the side on which nobody "
            "is missed.",
        )
        yield from _limit(
            "The mode of a consultation",
            _sheets(expressions, lambda part: isinstance(part, ConsultationIn | ConsultationDate)),
            "A system may not tell whether a contact is administrative, by telephone or face to face.",
            "Limit the alert by job instead if those who sign agree; otherwise let it show in every contact.",
        )

    def _moves(self, expression: AnyExpression) -> bool:
        """Say whether a day is another one for each person."""
        lets = self._ruleset.lets
        names = [part.name for part in walk(expression) if isinstance(part, DateName)]
        if any(name not in lets or self._moves(lets[name].date) for name in names):
            return True
        return any(isinstance(part, PatientDate | ReviewDate) for part in walk(expression))

    def _expressions(self) -> Iterator[tuple[str, AnyExpression]]:
        """Yield every expression with the mark of the step or sheet in which it stands."""
        ruleset, marks = self._ruleset, self._marks
        for let in ruleset.lets.values():
            yield marks.days[let.name], let.date
        for extreme in ruleset.dates.values():
            yield from ((marks.days[extreme.name], each) for each in of_window(extreme))
        for condition in ruleset.conditions.values():
            test = condition.test
            inside = of_window(test) if isinstance(test, Apart) else (test,)
            yield from ((marks.conditions[condition.name], each) for each in inside)
        for prompt in ruleset.prompts.values():
            yield marks.alerts[prompt.id], prompt.when
        for (section, id_), sheet in marks.searches.items():
            yield from ((sheet, each) for each in _inside(getattr(ruleset, section)[id_]))

    # --- alerts ------------------------------------------------------------------------------------

    def of_alerts(self) -> Iterator[Limit]:
        """Yield the limits of alerts, if the ruleset has prompts."""
        prompts, alerts = self._ruleset.prompts, self._marks.alerts
        if not prompts:
            return
        yield from _limit(
            "Days and numbers worked out inside a text",
            [alerts[each.id] for each in prompts.values() if _places(each.summary) or _places(each.detail)],
            "An alert may not be able to show a day that it worked out.",
            "Write the rule in words instead; each sheet says which.",
        )
        yield Limit(
            "One card for each person and contact",
            tuple(alerts.values()),
            "ccr-rules shows one card for all prompts of all rulesets, and says the same thing once. Built "
            "alerts stand side by side, and beside those that the practice has already.",
            "Before switching on, list what fires already for cancer care reviews, and switch off what "
            "repeats it.",
        )
        yield from _limit(
            "Declining, and staying away for a stated time",
            [alerts[each.id] for each in prompts.values() if each.decline],
            "An alert that cannot be snoozed comes back at every contact; people then stop reading alerts.",
            "Record the reason as the practice does, with a recall on the day on which the time ends; or "
            "let the alert look for that entry, if the system has a code that somebody confirmed.",
        )
        yield Limit(
            "The line that a review could not be judged",
            tuple(alerts.values()),
            "For somebody known to have cancer whose review could not be judged, ccr-rules says so in one "
            "line. A built alert is silent.",
            "Go through the register once a quarter for people in none of the review's groups.",
        )


def stated(ruleset: Ruleset) -> tuple[Stated, ...]:
    """Return what a ruleset states and does not evaluate."""
    rules = ruleset.not_computable.values()
    return tuple(
        Stated(sentence_case(each.title), each.needs, grounds_in_words(each.grounds)) for each in rules
    )


def _limit(what: str, where: Iterable[str], consequence: str, instead: str) -> Iterator[Limit]:
    marks = tuple(dict.fromkeys(where))
    if marks:
        yield Limit(what, marks, consequence, instead)


def _sheets(
    expressions: Iterable[tuple[str, AnyExpression]], chosen: Callable[[AnyExpression], bool]
) -> Iterator[str]:
    return (mark for mark, expression in expressions if any(chosen(part) for part in walk(expression)))


def _by_month(duration: Duration) -> bool:
    return duration.unit in _MONTHS and duration.amount > 0


def _inside(definition: object) -> Iterator[AnyExpression]:
    """Yield the expressions of a review, indicator, finding, item or payment."""
    if isinstance(definition, Review):
        yield from (each for each in of_review(definition) if each is not None)
        yield Shift(definition.due, -1, definition.remind)
        return
    for name in ("population", "numerator", "period_end", "achievable_until", "when", "applies", "seen"):
        expression = getattr(definition, name, None)
        if expression is not None:
            yield expression
    yield from (row.test for row in getattr(definition, "rows", ()) if row.test is not None)


def _places(template: Template | None) -> bool:
    """Say whether a text has places that are filled from the record."""
    parts = template.parts if template else ()
    return any(not isinstance(part, str) and part.text is None for part in parts)
