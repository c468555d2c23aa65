"""The definitions of a ruleset, each under what it says in plain English and in the ruleset's own words."""

from collections.abc import Iterable, Iterator

from ccr_rules.exports.cql.definitions import Definitions
from ccr_rules.exports.cql.text import comment
from ccr_rules.language.definition_text import apart_text, extreme_text
from ccr_rules.language.english.phrases import sentence_case
from ccr_rules.language.english.rules import Rules
from ccr_rules.language.english.sentences import Sentences
from ccr_rules.language.ruleset import Apart, Condition, Ruleset
from ccr_rules.language.unparse import source


class Chapters:
    """Writes the chapters of one ruleset's library."""

    def __init__(self, ruleset: Ruleset) -> None:
        self._ruleset = ruleset
        self._write = Definitions(ruleset)
        self._say = Sentences(ruleset)
        self._rules = Rules(self._say)

    def dates(self) -> Iterator[str]:
        """Yield the named dates: those that are worked out, then those that are found in the record."""
        for let in self._ruleset.lets.values():
            about = f"{let.title or let.name}: {self._say.date(let.date)}."
            yield commented(self._write.let(let), about, f"{let.name}: {source(let.date)}")
        for extreme in self._ruleset.dates.values():
            about = f"{extreme.title or extreme.name}: {self._say.extreme(extreme)}."
            text = f"{extreme.name}: {extreme_text(extreme)}"
            yield commented(self._write.extreme(extreme), about, text)

    def conditions(self) -> Iterator[str]:
        """Yield the named conditions."""
        for condition in self._ruleset.conditions.values():
            yield commented(self._write.condition(condition), *self._about(condition))

    def _about(self, condition: Condition) -> Iterator[str]:
        test = condition.test
        if isinstance(test, Apart):
            yield sentence_case(self._say.apart(test))
            yield f"{condition.name}: {apart_text(test)}"
        else:
            yield sentence_case(self._say.sentence(test))
            yield f"{condition.name}: {source(test)}"

    def reviews(self) -> Iterator[str]:
        """Yield the reviews, each in its parts."""
        for review in self._ruleset.reviews.values():
            yield commented("\n".join(self._write.review(review)), *self._rules.review(review))

    def indicators(self) -> Iterator[str]:
        """Yield the indicators, each in its parts."""
        for indicator in self._ruleset.indicators.values():
            yield commented("\n".join(self._write.indicator(indicator)), *self._rules.indicator(indicator))

    def items(self) -> Iterator[str]:
        """Yield what is shown as received or not seen."""
        for item in self._ruleset.items.values():
            yield commented(self._write.item(item), *self._rules.item(item))

    def prompts(self) -> Iterator[str]:
        """Yield the prompts."""
        for prompt in self._ruleset.prompts.values():
            yield commented(self._write.prompt(prompt), *self._rules.prompt(prompt))

    def payments(self) -> Iterator[str]:
        """Yield the payments."""
        for each in self._ruleset.payments.values():
            text = self._write.holds("Payment", each.id, each.when)
            yield commented(text, *self._rules.payment(each))

    def findings(self) -> Iterator[str]:
        """Yield the findings."""
        for each in self._ruleset.findings.values():
            text = self._write.holds("Finding", each.id, each.when)
            yield commented(text, *self._rules.finding(each))

    def not_computable(self) -> Iterator[str]:
        """Yield the rules that are stated and never evaluated: comments only."""
        for each in self._ruleset.not_computable.values():
            yield commented("", *self._rules.not_computable(each))


def commented(text: str, *paragraphs: str) -> str:
    """Return a definition under its comment; headings lose their marks."""
    lines = (line for paragraph in paragraphs for line in comment(paragraph.removeprefix("### ")))
    return "".join(f"{line}\n" for line in lines) + text


def chapter(title: str, definitions: Iterable[str]) -> Iterator[str]:
    """Yield a chapter with its title, or nothing for an empty one."""
    written = list(definitions)
    if written:
        yield f"// --- {title} {'-' * (102 - len(title))}\n"
        yield from written
