"""Reading what a `codelist.yaml` says of a codelist apart from its entries."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final, get_args

from ccr_rules.codelists.codelist import Category, CodelistSource, LooksLike, Refset
from ccr_rules.language.nodes import MapNode
from ccr_rules.language.report import Report
from ccr_rules.library.codelist_fields import Fields, one_of
from ccr_rules.library.codelist_patterns import read_likeness, read_pattern, read_words
from ccr_rules.library.codelist_sctid import concept_id_fault
from ccr_rules.record.patient import KINDS

_REQUIRED: Final = (
    "name",
    "title",
    "category",
    "found_in",
    "found_in_because",
    "sources",
    "licence",
    "membership",
)
_OPTIONAL: Final = (
    "note",
    "also_in",
    "refset",
    "classes",
    "words",
    "looks_like",
    "unless",
    "excludes",
    "hazards",
)
_CATEGORIES: Final[tuple[Category, ...]] = get_args(Category)
_ENTRY_KINDS: Final = tuple(kind for kind in KINDS if kind != "Patient")


@dataclass(frozen=True, slots=True)
class Metadata:
    """A `codelist.yaml`, read; the fields are those of `Codelist`."""

    title: str
    category: Category
    found_in: frozenset[str]
    found_in_because: str
    also_in: frozenset[str]
    complete: bool
    membership_note: str
    refset: Refset | None
    sources: tuple[CodelistSource, ...]
    licence: str
    note: str
    classes: tuple[str, ...]
    looks_like: tuple[LooksLike, ...]
    unless: tuple[re.Pattern[str], ...]
    excludes: tuple[str, ...]
    hazards: tuple[LooksLike, ...]


def read_metadata(node: MapNode, name: str, report: Report) -> Metadata:
    """Read the metadata of the list called `name`; if the report gets an error, the result is not used."""
    fields = Fields(node, report, (*_REQUIRED, *_OPTIONAL), _REQUIRED)
    _check_name(fields, name, report)
    classes = tuple(item.text for item in fields.texts("classes"))
    words = read_words(fields.map("words"), report)
    unless = (read_pattern(item, words, report) for item in fields.texts("unless"))
    likenesses = (read_likeness(item, words, classes, report) for item in fields.maps("looks_like"))
    complete, membership_note = _membership(fields, report)
    return Metadata(
        title=fields.text("title"),
        category=_category(fields),
        found_in=_kinds(fields, "found_in", report),
        found_in_because=fields.text("found_in_because"),
        also_in=_kinds(fields, "also_in", report),
        complete=complete,
        membership_note=membership_note,
        refset=_refset(fields, report),
        sources=tuple(_source(item, report) for item in fields.maps("sources")),
        licence=fields.text("licence"),
        note=fields.text("note"),
        classes=classes,
        looks_like=tuple(likeness for likeness in likenesses if likeness),
        unless=tuple(pattern for pattern in unless if pattern),
        excludes=tuple(item.text for item in fields.texts("excludes")),
        hazards=tuple(_hazards(fields, words, report)),
    )


def _hazards(fields: Fields, words: Mapping[str, str], report: Report) -> Iterator[LooksLike]:
    """Yield the hazards: patterns with a name each, which stands in the place of a class."""
    for node in fields.maps("hazards"):
        hazard = Fields(node, report, ("name", "pattern"), ("name", "pattern"))
        written = hazard.text_node("pattern")
        pattern = read_pattern(written, words, report) if written else None
        if pattern:
            yield LooksLike(pattern, hazard.text("name"))


def _check_name(fields: Fields, name: str, report: Report) -> None:
    written = fields.text_node("name")
    if written and written.text != name:
        report.add(
            "bad-name", f"the list is called `{written.text}` and its folder `{name}`", written.at, hint=name
        )


def _category(fields: Fields) -> Category:
    written = fields.word("category", _CATEGORIES)
    return next((category for category in _CATEGORIES if category == written), "activity")


def _kinds(fields: Fields, key: str, report: Report) -> frozenset[str]:
    kinds = (one_of(item, _ENTRY_KINDS, report) for item in fields.texts(key))
    return frozenset(kind for kind in kinds if kind)


def _membership(fields: Fields, report: Report) -> tuple[bool, str]:
    node = fields.map("membership")
    if node is None:
        return False, ""
    membership = Fields(node, report, ("complete", "note"), ("complete",))
    complete = membership.word("complete", ("true", "false")) == "true"
    note = membership.text("note")
    if not complete and not note:
        hint = "say which import makes it complete"
        report.add("missing-key", "an incomplete list needs a note", membership.at("complete"), hint=hint)
    return complete, note


def _refset(fields: Fields, report: Report) -> Refset | None:
    node = fields.map("refset")
    if node is None:
        return None
    refset = Fields(node, report, ("id", "cluster", "name"), ("id",))
    id_ = refset.text_node("id")
    fault = concept_id_fault(id_.text) if id_ else None
    if id_ and fault:
        report.add("bad-value", fault, id_.at, found=id_.text, hint="look it up in its source")
    return Refset(refset.text("id"), refset.text("cluster"), refset.text("name"))


def _source(node: MapNode, report: Report) -> CodelistSource:
    source = Fields(node, report, ("id", "title", "url", "note"), ("id", "title"))
    return CodelistSource(source.text("id"), source.text("title"), source.text("url"), source.text("note"))
