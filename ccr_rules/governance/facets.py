"""Taking a definition apart into what a governance team compares: a test, a date, a figure, a text.

Each part says what a difference in it may do: change answers, or only words.
"""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from ccr_rules.dates import Duration, display
from ccr_rules.governance.changes import ANSWERS, WORDS, Effect
from ccr_rules.governance.meaning import Meaning, duration
from ccr_rules.language.ast import ConditionExpression, DateExpression
from ccr_rules.language.building.templates import parameter_in_words
from ccr_rules.language.definition_text import apart_text, extreme_text
from ccr_rules.language.english.phrases import content_in_words, grounds_in_words, listed, spoken
from ccr_rules.language.english.sentences import Sentences
from ccr_rules.language.ruleset import Apart, ContentItem, Grounds, Ruleset
from ccr_rules.language.unparse import source


class Facet(NamedTuple):
    """One part of a definition: as written, in English, and what it means (for comparing)."""

    part: str
    effect: Effect
    cql: str
    english: str
    meaning: str


class Facets:
    """Takes the definitions of one ruleset apart."""

    def __init__(self, ruleset: Ruleset) -> None:
        self.ruleset = ruleset
        self.meaning = Meaning(ruleset)
        self._say = Sentences(ruleset)

    def test(self, part: str, test: ConditionExpression | Apart | None) -> Iterator[Facet]:
        """Yield a condition, if there is one."""
        if isinstance(test, Apart):
            yield Facet(part, ANSWERS, apart_text(test), self._say.apart(test), self.meaning.condition(test))
        elif test is not None:
            yield Facet(part, ANSWERS, source(test), self._say.sentence(test), self.meaning.condition(test))

    def date(self, part: str, date: DateExpression | None) -> Iterator[Facet]:
        """Yield a date, if there is one."""
        if date is not None:
            yield Facet(part, ANSWERS, source(date), self._say.date(date), self.meaning.date(date))

    def definitions_of_date(self, name: str) -> Iterator[Facet]:
        """Yield what a date looks for, and its title."""
        extreme = self.ruleset.dates[name]
        yield from words("title", extreme.title)
        text, english = extreme_text(extreme), self._say.extreme(extreme)
        yield Facet("definition", ANSWERS, text, english, self.meaning.extreme(extreme))

    def lists(self, part: str, aliases: tuple[str, ...]) -> Iterator[Facet]:
        """Yield codelists that are offered for recording."""
        if aliases:
            chosen = sorted(self.meaning.codelist(alias) for alias in aliases)
            english = listed(spoken(self.ruleset.codelists[alias].codelist) for alias in aliases)
            yield Facet(part, ANSWERS, f"[{', '.join(aliases)}]", english, str(chosen))


def words(part: str, text: str) -> Iterator[Facet]:
    """Yield a text for people, if there is one."""
    if text:
        yield Facet(part, WORDS, text, text, text)


def grounds(value: Grounds) -> Iterator[Facet]:
    """Yield where a statement is from."""
    text = grounds_in_words(value)
    yield from words("grounds", text.removeprefix("[").removesuffix("]"))


def figure(part: str, value: object, english: str = "") -> Iterator[Facet]:
    """Yield a number or a word that answers rest on, if it is given."""
    if value is not None:
        yield Facet(part, ANSWERS, str(value), english or str(value), str(value))


def length(part: str, value: Duration) -> Iterator[Facet]:
    """Yield a duration."""
    yield Facet(part, ANSWERS, str(value), str(value), duration(value))


def contents(part: str, items: Iterable[ContentItem]) -> Iterator[Facet]:
    """Yield what a review covers, or what is prepared before it or follows it."""
    for item in items:
        text = content_in_words(item)
        yield Facet(f"{part} {item.id}", WORDS, text, text, text)


def period(ruleset: Ruleset) -> Facet:
    """Return when a ruleset is in force."""
    start, end = ruleset.in_force_from, ruleset.in_force_to
    text = f"{{from: {start}, to: {end}}}" if end else f"{{from: {start}}}"
    english = f"from {display(start)} " + (f"to {display(end)}" if end else "with no end")
    return Facet("in force", ANSWERS, text, english, text)


def parameter(ruleset: Ruleset, name: str) -> Iterator[Facet]:
    """Yield the value of a parameter, and where it is from."""
    value = ruleset.parameters[name].value
    meaning = duration(value) if isinstance(value, Duration) else str(value)
    yield Facet("value", ANSWERS, str(value), parameter_in_words(value), meaning)
    yield from grounds(ruleset.parameters[name].grounds)
