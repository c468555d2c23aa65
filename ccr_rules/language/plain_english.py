"""A whole ruleset in plain English, as `ccr ruleset show` prints it. The text is also valid Markdown."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from typing import TypeVar

from ccr_rules.dates import display
from ccr_rules.language.building.templates import parameter_in_words
from ccr_rules.language.english.phrases import grounds_in_words, sentence_case, spoken
from ccr_rules.language.english.rules import Rules
from ccr_rules.language.english.sentences import Sentences, sentence
from ccr_rules.language.ruleset import Apart, CodelistUse, Ruleset, Source

__all__ = ["render", "sentence"]

_STATUSES = {
    "draft": "Draft: not clinically approved.",
    "active": "Active.",
    "retired": "Retired: no longer in use.",
}
_T = TypeVar("_T")


def render(ruleset: Ruleset) -> str:
    """Return the whole ruleset as text that a GP can read."""
    sentences = Sentences(ruleset)
    rules = Rules(sentences)
    lines = [
        *_head(ruleset),
        *_section("Indicators", ruleset.indicators, rules.indicator, apart=True),
        *_section("Reviews", ruleset.reviews, rules.review, apart=True),
        *_section("Prompts", ruleset.prompts, rules.prompt, apart=True),
        *_section("Reasons for declining", ruleset.decline_reasons, rules.decline_reason),
        *_section("Shown as received or not seen", ruleset.items, rules.item),
        *_section("Findings about the record", ruleset.findings, rules.finding),
        *_section("Payments", ruleset.payments, rules.payment),
        *_section("Not computable", ruleset.not_computable, rules.not_computable),
        *_titled("The conditions above", _conditions(ruleset, sentences)),
        *_titled("The dates above", _dates(ruleset, sentences)),
        *_titled("Parameters", _parameters(ruleset)),
        *_section("Codelists", ruleset.codelists, _codelist),
        *_section("Sources", ruleset.sources, _source),
    ]
    return "\n".join(lines) + "\n"


def _head(ruleset: Ruleset) -> Iterator[str]:
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


def _titled(title: str, lines: Iterable[str]) -> Iterator[str]:
    """Yield a section with its title, or nothing for an empty one."""
    written = list(lines)
    if written:
        yield from ("", f"## {title}", "", *written)


def _section(
    title: str, definitions: Mapping[str, _T], write: Callable[[_T], Iterable[str]], apart: bool = False
) -> Iterator[str]:
    lines: list[str] = []
    for definition in definitions.values():
        if apart and lines:
            lines.append("")
        lines.extend(write(definition))
    return _titled(title, lines)


def _source(source: Source) -> Iterator[str]:
    details = ", ".join(part for part in (source.title, source.publisher, source.date, source.url) if part)
    yield f"- {source.id}: {details}." + (f" {sentence_case(source.note)}" if source.note else "")


def _codelist(use: CodelistUse) -> Iterator[str]:
    release = f"release {use.release}" if use.release else "the newest release"
    yield f"- {use.alias}: {spoken(use.codelist)}, {release}."


def _parameters(ruleset: Ruleset) -> Iterator[str]:
    for parameter in ruleset.parameters.values():
        value = parameter_in_words(parameter.value)
        yield f"- {parameter.name}: {value}. {grounds_in_words(parameter.grounds)}".rstrip()


def _dates(ruleset: Ruleset, sentences: Sentences) -> Iterator[str]:
    for let in ruleset.lets.values():
        title = f"{let.title}: " if let.title else ""
        yield f"- {let.name}: {title}{sentences.date(let.date)}."
    for extreme in ruleset.dates.values():
        title = f"{extreme.title}: " if extreme.title else ""
        yield f"- {extreme.name}: {title}{sentences.extreme(extreme)}."


def _conditions(ruleset: Ruleset, sentences: Sentences) -> Iterator[str]:
    for condition in ruleset.conditions.values():
        test = condition.test
        text = sentences.apart(test) if isinstance(test, Apart) else sentences.sentence(test)
        yield f"- {spoken(condition.name)}: {text}."
