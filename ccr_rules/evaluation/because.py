"""Why: the plain sentences behind an answer, each with the entries it names."""

from collections.abc import Iterator, Mapping

from ccr_rules.codelists.codelist import Codelist
from ccr_rules.dates import ABSENT_DATE, PRESENT, DateValue
from ccr_rules.evaluation.evidence import Evidence
from ccr_rules.evaluation.frame import Frame, ReviewState
from ccr_rules.evaluation.members import Member
from ccr_rules.evaluation.program import Program
from ccr_rules.evaluation.windows import Candidate
from ccr_rules.evaluation.wording import date_in_words, days_in_words, sentence_case
from ccr_rules.language.ast import (
    AnyExpression,
    ConditionExpression,
    ConditionName,
    DateName,
    ReviewDate,
    StatusIn,
)
from ccr_rules.language.english.phrases import listed
from ccr_rules.language.ruleset import Apart, Bound, Extreme, Review
from ccr_rules.language.unparse import source
from ccr_rules.language.walk import parts
from ccr_rules.truth import TRUE, Truth

MOST_NAMED = 5
"""How many entries one sentence names before it only counts the rest."""


class Because:
    """Writes the sentences of one run."""

    def __init__(self, program: Program, frame: Frame, codelists: Mapping[str, Codelist]) -> None:
        self.ruleset = program.ruleset
        self.evidence = Evidence(program.compiler, frame)
        self._compiler = program.compiler
        self._frame = frame
        self._codelists = codelists
        self._reached = program.reached
        self._facts: dict[str, str] = {}

    def truth(self, expression: ConditionExpression) -> Truth:
        """Return what a condition is worth in this run."""
        return self._compiler.condition(expression)(self._frame)

    # --- facts ---------------------------------------------------------------------------------

    def facts(self, *expressions: AnyExpression) -> list[str]:
        """Return one sentence per date or condition of entries that some expressions rest on."""
        names = dict.fromkeys(name for each in expressions for name in self._windows(each))
        return [self.fact(name) for name in names]

    def _windows(self, expression: AnyExpression) -> tuple[str, ...]:
        """Return the names of the entry windows that an expression reaches, in reading order."""
        known = self._reached.get(id(expression))
        if known is None:
            known = self._reached[id(expression)] = (expression, tuple(self._names(expression, set())))
        return known[1]

    def _names(self, expression: AnyExpression, seen: set[str]) -> Iterator[str]:
        match expression:
            case DateName(name=name) | ConditionName(name=name):
                if name in seen:
                    return
                seen.add(name)
                definition = self.definition(name)
                if isinstance(definition, Extreme | Apart):
                    for bound in (definition.lower, definition.upper):
                        if bound:
                            yield from self._names(bound.date, seen)
                    yield name
                else:
                    yield from self._names(definition, seen)
            case ReviewDate(review=review) | StatusIn(review=review):
                definition_of = self.ruleset.reviews[review]
                for each in (definition_of.opens, definition_of.done):
                    yield from self._names(each, seen)
            case _:
                for part in parts(expression):
                    yield from self._names(part, seen)

    def definition(self, name: str) -> Extreme | Apart | AnyExpression:
        """Return what a name of the ruleset stands for."""
        if name in self.ruleset.lets:
            return self.ruleset.lets[name].date
        if name in self.ruleset.dates:
            return self.ruleset.dates[name]
        return self.ruleset.conditions[name].test

    def fact(self, name: str) -> str:
        """Return what the record says about one date or `apart` condition."""
        known = self._facts.get(name)
        if known is None:
            definition = self.definition(name)
            known = self._apart(name, definition) if isinstance(definition, Apart) else self._date(name)
            self._facts[name] = known
        return known

    def _apart(self, name: str, definition: Apart) -> str:
        truth = self._compiler.named_condition(name)(self._frame)
        found = self._frame.candidates.get(name, [])
        count = len({each.member.entry.reference for each in found if each.member})
        title = sentence_case(self._title(definition.codelist))
        return f"{title}: {count} found, at least {definition.at_least} apart: {truth}."

    def _date(self, name: str) -> str:
        definition = self.ruleset.dates[name]
        value = self.evidence.named(name)
        label = sentence_case(self.label(definition))
        if value.presence is ABSENT_DATE:
            return f"{label}: not found{self._where(definition)}."
        return f"{label}: {date_in_words(value)}{self._entries(self.evidence.deciding(name))}."

    def in_short(self, expression: AnyExpression) -> str:
        """Return the dates of entries behind an expression that are there, in a few words."""
        bounds = self._bounds(expression)
        found = (name for name in self._windows(expression) if name in self.ruleset.dates)
        values = {name: self.evidence.named(name) for name in found if name not in bounds}
        return listed(
            [
                f"{self.label(self.ruleset.dates[name])} {date_in_words(value)}"
                for name, value in values.items()
                if value.presence is PRESENT
            ]
        )

    def _bounds(self, expression: AnyExpression) -> set[str]:
        """Return the names that only bound the windows of an expression's own dates."""
        named = [self.definition(name) for name in self._windows(expression)]
        windows = [each for each in named if isinstance(each, Extreme | Apart)]
        ends = [bound.date for each in windows for bound in (each.lower, each.upper) if bound]
        return {name for end in ends for name in self._windows(end)}

    def label(self, definition: Extreme) -> str:
        """Return what a date is called: its title, or its codelist's."""
        return definition.title or f"{definition.pick} {self._title(definition.codelist)}"

    def _entries(self, deciding: list[Candidate]) -> str:
        named = list(dict.fromkeys(_entry_words(each.member) for each in deciding if each.member))
        more = len(named) - MOST_NAMED
        shown = named[:MOST_NAMED] + ([f"{more} more"] if more > 0 else [])
        return f" ({'; '.join(shown)})" if shown else ""

    def _where(self, definition: Extreme) -> str:
        bounds = [
            self._bound(definition.lower, "from", "after"),
            self._bound(definition.upper, "to", "before"),
        ]
        window = " ".join(bound for bound in bounds if bound)
        kinds = listed(sorted(self._codelists[self._compiler.codelist(definition.codelist)].found_in))
        return f"{' ' + window if window else ''}, looked for in {kinds}"

    def _bound(self, bound: Bound | None, inclusive: str, exclusive: str) -> str:
        if bound is None:
            return ""
        value = self.evidence.value(bound.date)
        return f"{inclusive if bound.inclusive else exclusive} {date_in_words(value)}"

    def _title(self, alias: str) -> str:
        title = self._codelists[self._compiler.codelist(alias)].title
        return title[:1].lower() + title[1:]

    # --- reviews -------------------------------------------------------------------------------

    def review(self, review: Review, state: ReviewState) -> list[str]:
        """Return why a review stands where it stands."""
        if state.possible == ("not applicable",):
            return self._why_not_applicable(review)
        lines = self.facts(review.opens)
        lines.append(f"Due {_day(state.due)} ({source(review.due)}).")
        lines += self.facts(review.done)
        if state.declined.presence is not ABSENT_DATE and review.declined:
            lines += self.facts(review.declined)
        if review.until and "lapsed" in state.possible:
            lines.append(f"No longer prompted after {_day(state.until)} ({source(review.until)}).")
        if state.paused and review.pause:
            lines += self.facts(review.pause)
        return list(dict.fromkeys(lines))

    def _why_not_applicable(self, review: Review) -> list[str]:
        if self._frame.dead is TRUE:
            return ["The record says that this person has died."]
        return self.facts(review.applies, review.opens)


def _day(value: DateValue) -> str:
    return days_in_words(value.first, value.last)


def _entry_words(member: Member) -> str:
    entry = member.entry
    term = next((coding.display for coding in entry.codings if coding.display), "") or entry.text
    term = term or " ".join(f"code {coding.code}" for coding in entry.codings[:1])
    matched = {"code": "", "term": ", matched by term", "looks-like": ", not in the codelist"}[
        member.match.kind
    ]
    episode = "" if entry.episode == "unstated" else f", {entry.episode}"
    return f"{term}{episode}{matched}: {entry.reference}"
