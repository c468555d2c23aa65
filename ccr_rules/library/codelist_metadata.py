"""Reading what a `codelist.yaml` says of a codelist apart from its entries."""

from dataclasses import dataclass
from typing import Final, get_args

from ccr_rules.codelists.codelist import Category, CodelistSource, LooksLike, Refset
from ccr_rules.language.fields import Fields, Keys
from ccr_rules.language.nodes import Node
from ccr_rules.language.report import Report
from ccr_rules.library.codelist_patterns import read_hazard, read_likeness, read_pattern, read_words
from ccr_rules.library.codelist_sctid import concept_id_fault
from ccr_rules.record.patient import KINDS

_LIST: Final = Keys(
    ("name", "title", "category", "found_in", "found_in_because", "sources", "licence", "membership"),
    ("note", "also_in", "refset", "classes", "words", "looks_like", "unless", "excludes", "hazards"),
)
_MEMBERSHIP: Final = Keys(("complete",), ("note",))
_REFSET: Final = Keys(("id",), ("cluster", "name"))
_SOURCE: Final = Keys(("id", "title"), ("url", "note"))
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
    unless: tuple[str, ...]
    excludes: tuple[str, ...]
    hazards: tuple[LooksLike, ...]


def read_metadata(node: Node, name: str, report: Report) -> Metadata:
    """Read the metadata of the list called `name`; if the report gets an error, the result is not used."""
    fields = Fields(node, "a codelist", _LIST, report)
    _check_name(fields, name, report)
    classes = tuple(item.text for item in fields.texts("classes"))
    words = read_words(fields.node("words"), report)
    unless = (read_pattern(item, words, report) for item in fields.texts("unless"))
    likenesses = (read_likeness(item, words, classes, report) for item in fields.maps("looks_like"))
    hazards = (read_hazard(item, words, report) for item in fields.maps("hazards"))
    complete, membership_note = _membership(fields.node("membership"), report)
    return Metadata(
        title=fields.text("title"),
        category=fields.word("category", _CATEGORIES, "activity"),
        found_in=fields.words("found_in", _ENTRY_KINDS),
        found_in_because=fields.text("found_in_because"),
        also_in=fields.words("also_in", _ENTRY_KINDS),
        complete=complete,
        membership_note=membership_note,
        refset=_refset(fields.node("refset"), report),
        sources=tuple(_source(item, report) for item in fields.maps("sources")),
        licence=fields.text("licence"),
        note=fields.text("note"),
        classes=classes,
        looks_like=tuple(likeness for likeness in likenesses if likeness),
        unless=tuple(pattern for pattern in unless if pattern),
        excludes=tuple(item.text for item in fields.texts("excludes")),
        hazards=tuple(hazard for hazard in hazards if hazard),
    )


def _check_name(fields: Fields, name: str, report: Report) -> None:
    written = fields.text_node("name")
    if written and written.text != name:
        message = f"the list is called `{written.text}` and its folder `{name}`"
        report.add("bad-name", message, written.at, found=written.text, hint=f"write `{name}`")


def _membership(node: Node | None, report: Report) -> tuple[bool, str]:
    if node is None:
        return False, ""
    membership = Fields(node, "`membership`", _MEMBERSHIP, report)
    complete = membership.word("complete", ("true", "false"), "false") == "true"
    note = membership.text("note")
    if membership.readable and not complete and not note:
        hint = "say which import makes it complete"
        report.add("missing-key", "an incomplete list needs a note", membership.at, hint=hint)
    return complete, note


def _refset(node: Node | None, report: Report) -> Refset | None:
    if node is None:
        return None
    refset = Fields(node, "`refset`", _REFSET, report)
    id_ = refset.text_node("id")
    fault = concept_id_fault(id_.text) if id_ else None
    if id_ and fault:
        report.add("bad-value", fault, id_.at, found=id_.text, hint="look it up in its source")
    return Refset(refset.text("id"), refset.text("cluster"), refset.text("name"))


def _source(node: Node, report: Report) -> CodelistSource:
    source = Fields(node, "a source", _SOURCE, report)
    return CodelistSource(source.text("id"), source.text("title"), source.text("url"), source.text("note"))
