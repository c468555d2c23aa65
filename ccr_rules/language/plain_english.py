"""A whole ruleset in plain English, as `ccr ruleset show` prints it. The text is also valid Markdown."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from typing import NamedTuple, TypeVar

from ccr_rules.dates import display
from ccr_rules.language.building.templates import parameter_in_words
from ccr_rules.language.english.phrases import grounds_in_words, sentence_case, spoken
from ccr_rules.language.english.process import Process
from ccr_rules.language.english.rules import Rules
from ccr_rules.language.english.sentences import Sentences, sentence
from ccr_rules.language.ruleset import Apart, CodelistUse, Parameter, Ruleset, Source

__all__ = ["Chapter", "chapters", "head", "render", "sentence"]

_STATUSES = {
    "draft": "Draft: not clinically approved.",
    "active": "Active.",
    "retired": "Retired: no longer in use.",
}
_T = TypeVar("_T")


class Chapter(NamedTuple):
    """One chapter of the text: the lines of each definition, by id. Long definitions stand `apart`."""

    title: str
    section: str
    definitions: dict[str, list[str]]
    apart: bool = False

    def lines(self) -> Iterator[str]:
        """Yield the chapter with its title, or nothing for an empty one."""
        if self.definitions:
            yield from ("", f"## {self.title}", "")
        for number, written in enumerate(self.definitions.values()):
            if self.apart and number:
                yield ""
            yield from written


def render(ruleset: Ruleset) -> str:
    """Return the whole ruleset as text that a GP can read."""
    lines = [*head(ruleset), *(line for chapter in chapters(ruleset) for line in chapter.lines())]
    return "\n".join(lines) + "\n"


def chapters(ruleset: Ruleset) -> Iterator[Chapter]:
    """Yield the chapters, the rules first, and then what they rest on."""
    sentences = Sentences(ruleset)
    rules = Rules(sentences)
    yield _chapter("Indicators", "indicators", ruleset.indicators, rules.indicator, apart=True)
    yield _chapter("Reviews", "reviews", ruleset.reviews, rules.review, apart=True)
    yield _process(Process(ruleset))
    yield _chapter("Prompts", "prompts", ruleset.prompts, rules.prompt, apart=True)
    yield _chapter("Reasons for declining", "decline_reasons", ruleset.decline_reasons, rules.decline_reason)
    yield _chapter("Shown as received or not seen", "items", ruleset.items, rules.item)
    yield _chapter("Findings about the record", "findings", ruleset.findings, rules.finding)
    yield _chapter("Payments", "payments", ruleset.payments, rules.payment)
    yield _chapter("Not computable", "not_computable", ruleset.not_computable, rules.not_computable)
    yield Chapter("The conditions above", "conditions", _conditions(ruleset, sentences))
    yield Chapter("The dates above", "dates", _dates(ruleset, sentences))
    yield _chapter("Parameters", "parameters", ruleset.parameters, _parameter)
    yield _chapter("Codelists", "codelists", ruleset.codelists, _codelist)
    yield _chapter("Sources", "sources", ruleset.sources, _source)


def _chapter(
    title: str,
    section: str,
    definitions: Mapping[str, _T],
    write: Callable[[_T], Iterable[str]],
    apart: bool = False,
) -> Chapter:
    return Chapter(title, section, {id_: list(write(each)) for id_, each in definitions.items()}, apart)


def _process(process: Process) -> Chapter:
    steps = (step for stage in process.stages().values() for step in stage)
    return Chapter("Who does what", "process", {step.id: list(process.step(step)) for step in steps})


def head(ruleset: Ruleset) -> Iterator[str]:
    """Yield the title, and what the ruleset says of itself."""
    yield f"# {ruleset.title}"
    yield ""
    yield f"{ruleset.reference}, for {ruleset.jurisdiction}. {_STATUSES[ruleset.status]}"
    yield f"In force from {display(ruleset.in_force_from)}{_end(ruleset.in_force_to)}."
    if ruleset.base:
        base = ruleset.base
        yield f"Builds on {base.ruleset}@{base.version} ({base.digest})."
    yield f"Digest: {ruleset.digest}"
    if ruleset.summary:
        yield ""
        yield sentence_case(ruleset.summary)


def _end(day: date | None) -> str:
    return f" to {display(day)}" if day else ", with no end"


def _source(source: Source) -> Iterator[str]:
    details = ", ".join(part for part in (source.title, source.publisher, source.date, source.url) if part)
    yield f"- {source.id}: {details}." + (f" {sentence_case(source.note)}" if source.note else "")


def _codelist(use: CodelistUse) -> Iterator[str]:
    release = f"release {use.release}" if use.release else "the newest release"
    yield f"- {use.alias}: {spoken(use.codelist)}, {release}."


def _parameter(parameter: Parameter) -> Iterator[str]:
    value = parameter_in_words(parameter.value)
    yield f"- {parameter.name}: {value}. {grounds_in_words(parameter.grounds)}".rstrip()


def _dates(ruleset: Ruleset, sentences: Sentences) -> dict[str, list[str]]:
    found = {}
    for let in ruleset.lets.values():
        title = f"{let.title}: " if let.title else ""
        found[let.name] = [f"- {let.name}: {title}{sentences.date(let.date)}."]
    for extreme in ruleset.dates.values():
        title = f"{extreme.title}: " if extreme.title else ""
        found[extreme.name] = [f"- {extreme.name}: {title}{sentences.extreme(extreme)}."]
    return found


def _conditions(ruleset: Ruleset, sentences: Sentences) -> dict[str, list[str]]:
    found = {}
    for condition in ruleset.conditions.values():
        test = condition.test
        text = sentences.apart(test) if isinstance(test, Apart) else sentences.sentence(test)
        found[condition.name] = [f"- {spoken(condition.name)}: {text}."]
    return found
