"""The library of a ruleset: one text, in the order in which a person reads it."""

from collections.abc import Callable, Iterator

from ccr_rules.codelists.codelist import Codelist
from ccr_rules.exports.canonical import CANONICAL
from ccr_rules.exports.cql.chapters import Chapters, chapter
from ccr_rules.exports.cql.membership import (
    all_entries,
    check_kinds,
    known_classes,
    members,
    value_set_declarations,
)
from ccr_rules.exports.cql.names import library_name
from ccr_rules.exports.cql.question import PARAMETERS, question
from ccr_rules.exports.cql.text import comment, identifier, string
from ccr_rules.language.english.phrases import sentence_case
from ccr_rules.language.ruleset import Ruleset

SUPPORT = ("CCRCalculus", "CCRRecord")
"""The libraries that are the same for every ruleset, in the order in which they build on each other."""

SUPPORT_VERSION = "1.0.0"

FindCodelist = Callable[[str, str | None], Codelist]
"""Finds a codelist by name and release."""


def cql_library(ruleset: Ruleset, find: FindCodelist, canonical: str = CANONICAL) -> str:
    """Return the CQL text of a ruleset; it includes CCRCalculus and CCRRecord.

    Args:
        ruleset: a checked ruleset.
        find: finds codelists by name and release.
        canonical: where the value sets say that they belong.

    Raises:
        UsageError: if a codelist counts kinds of resource that exported CQL does not read.
    """
    used, excluded = codelists_of(ruleset, find)
    check_kinds(used)
    chapters = Chapters(ruleset)
    parts = [
        _head(ruleset),
        "".join(value_set_declarations((*used, *excluded), canonical)),
        PARAMETERS,
        "context Patient\n",
        *chapter("The question", question(ruleset)),
        *chapter("Dates", chapters.dates()),
        *chapter("Conditions", chapters.conditions()),
        *chapter("Reviews", chapters.reviews()),
        *chapter("Indicators", chapters.indicators()),
        *chapter("Shown as received or not seen", chapters.items()),
        *chapter("Prompts", chapters.prompts()),
        *chapter("Payments", chapters.payments()),
        *chapter("Findings about the record", chapters.findings()),
        *chapter("Stated, and not computed", chapters.not_computable()),
        *chapter("Which entries are about what", _membership(used, excluded)),
    ]
    return "\n".join(part for part in parts if part)


def codelists_of(ruleset: Ruleset, find: FindCodelist) -> tuple[tuple[Codelist, ...], tuple[Codelist, ...]]:
    """Return the codelists that a ruleset uses, and those that only tell what does not belong to them."""
    used = {use.codelist: find(use.codelist, use.release) for use in ruleset.codelists.values()}
    excluded = dict.fromkeys(name for codelist in used.values() for name in codelist.excludes)
    others = tuple(find(name, None) for name in excluded if name not in used)
    return tuple(used.values()), others


def _head(ruleset: Ruleset) -> str:
    about = [
        f"{ruleset.title}: {ruleset.reference}, {ruleset.digest}.",
        "DRAFT, not clinically approved." if ruleset.status == "draft" else f"Status: {ruleset.status}.",
        sentence_case(ruleset.summary) if ruleset.summary else "",
        "A reminder and recording aid: it gives no diagnosis, prognosis, risk score or treatment advice.",
        "Written by `ccr ruleset export`: change the ruleset, not this text. docs/cql.md says how to use it.",
        *(f"Source {each.id}: {each.title}. {each.url}".rstrip() for each in ruleset.sources.values()),
    ]
    lines = "".join(f"{line}\n" for paragraph in about for line in comment(paragraph))
    name, version = identifier(library_name(ruleset)), string(ruleset.version)
    includes = (
        f"include {each} version {string(SUPPORT_VERSION)} called {each.removeprefix('CCR')}\n"
        for each in SUPPORT
    )
    return f"{lines}library {name} version {version}\n\nusing FHIR version '4.0.1'\n\n{''.join(includes)}"


def _membership(used: tuple[Codelist, ...], excluded: tuple[Codelist, ...]) -> Iterator[str]:
    yield all_entries(used)
    for codelist in (*excluded, *used):
        yield known_classes(codelist)
    for codelist in used:
        yield from members(codelist)
