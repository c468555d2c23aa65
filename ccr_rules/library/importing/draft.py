"""A release made of what was read: classes, statuses, order, and what it leaves out of the release before."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ccr_rules.codelists.codelist import Codelist, CodelistEntry, EntryStatus, LooksLike, told_class
from ccr_rules.codelists.hazards import ASSUMED, KEPT, is_assumed
from ccr_rules.codelists.text import fold
from ccr_rules.language.fields import one_of
from ccr_rules.language.nodes import TextNode
from ccr_rules.library.codelist_metadata import Metadata
from ccr_rules.library.importing.reading import Reading, SourceEntry
from ccr_rules.library.importing.report import ImportReport


@dataclass(frozen=True, slots=True)
class List:
    """The list into which is imported; `before` is the release that was used until now, if any.

    `broken` is whether there is one that cannot be read; nothing is taken from it then.
    """

    name: str
    metadata: Metadata
    before: Codelist | None
    broken: bool = False

    def entry_before(self, code: str) -> CodelistEntry | None:
        """Return what the release before says of a code."""
        return self.before.codes.get(code) if self.before else None


@dataclass(frozen=True, slots=True)
class Draft:
    """The entries of a release to be, in order, and what is worth telling of them.

    `assumed` are entries whose class nothing told, `hazards` those that a hazard of the list finds, by its
    name; `left_out` those of the release before that are not in this one; `kept_terms` those of its entries
    without a code that stay, since no code with that term was imported; `replacements` those that are no
    members of the source, but took the place of members that are no longer in use.
    """

    entries: tuple[CodelistEntry, ...]
    assumed: tuple[CodelistEntry, ...]
    hazards: dict[str, list[CodelistEntry]]
    left_out: tuple[CodelistEntry, ...]
    kept_terms: tuple[CodelistEntry, ...]
    replacements: tuple[CodelistEntry, ...]
    new: int

    @property
    def classes(self) -> Counter[str]:
        """How many entries have each class."""
        return Counter(entry.class_ for entry in self.entries if entry.class_)

    @property
    def statuses(self) -> Counter[str]:
        """How many entries have each status."""
        return Counter(entry.status for entry in self.entries)


def draft(reading: Reading, into: List, *, vouched: bool, complete: bool, source: str) -> Draft:
    """Make a release. Raises RulesetError, with all that is wrong, for entries that cannot be used.

    `vouched` is whether somebody says where the codes are from: without that they are matched and never
    offered for recording. `complete` is whether nothing else belongs to the list.
    """
    report = ImportReport(source)
    made = [_entry(each, into, vouched, report) for each in reading.entries]
    report.settle()
    terms = {fold(entry.term) for entry in made}
    before = into.before
    kept = () if before is None or complete else _kept(before.terms.values(), terms)
    entries = (*_in_order(made, before), *kept)
    codes = {entry.code for entry in made}
    known = before.codes if before else {}
    return Draft(
        entries=entries,
        assumed=tuple(entry for entry in entries if is_assumed(entry)),
        hazards=_hazards(entries, into.metadata.hazards),
        left_out=tuple(entry for code, entry in known.items() if code not in codes),
        kept_terms=kept,
        replacements=tuple(
            entry for each, entry in zip(reading.entries, made, strict=True) if not each.member
        ),
        new=len(codes - known.keys()),
    )


def _entry(each: SourceEntry, into: List, vouched: bool, report: ImportReport) -> CodelistEntry:
    before = into.entry_before(each.code)
    term = each.term or (before.term if before else "")
    if not fold(term):
        hint = "give the descriptions that go with it: --descriptions FILE"
        report.add("empty", "a code without a term", each.at, found=each.code, hint=hint)
    class_, about_class = _class(each, term, into, report)
    note = "; ".join(filter(None, (about_class, *each.replaced_by, *each.replaces)))
    return CodelistEntry(each.code, term, class_, _status(each, before, vouched), note)


def _class(each: SourceEntry, term: str, into: List, report: ImportReport) -> tuple[str | None, str]:
    """Return the class of an entry, and what to note of it.

    The source's own word goes first, then what somebody said in the release before, then the patterns of the
    list. What none of them tells gets the first class of the list: a member that is taken for a new cancer is
    asked about and seen; one that is taken for history would never be asked about, and nobody would see it.
    """
    classes = into.metadata.classes
    if not classes:
        return None, ""
    told = told_class(into.metadata.looks_like, term)
    said, why = each.class_, f"{KEPT}: given by the source"
    if said:
        one_of(TextNode(said, each.at), classes, "`class` of an entry", report)
    else:
        said, why = _said_before(each.code, into)
    if said:
        return said, "" if said == told else why
    return (told, "") if told else (classes[0], f"{ASSUMED}: nothing in the term says which")


def _said_before(code: str, into: List) -> tuple[str, str]:
    """Return the class that somebody, and no pattern, gave to a code in the release before."""
    entry = into.entry_before(code)
    if into.before is None or entry is None or entry.class_ not in into.metadata.classes:
        return "", ""
    if entry.note.startswith(KEPT):
        return entry.class_, entry.note.partition("; ")[0]
    if into.before.imported:
        return "", ""
    return entry.class_, f"{KEPT}: of release {into.before.release}"


def _status(each: SourceEntry, before: CodelistEntry | None, vouched: bool) -> EntryStatus:
    """Return how far an entry can be trusted; what was known of an ended scheme or concept is kept."""
    if each.active is False:
        return "verified-inactive"
    if before and before.status == "verified-old-scheme":
        return before.status
    if before and before.status == "verified-inactive" and each.active is None:
        return before.status
    return "verified" if vouched else "unverified"


def _in_order(made: list[CodelistEntry], before: Codelist | None) -> list[CodelistEntry]:
    """Return entries in the order of the release before, the preferred first; those new to it by term."""
    places = {code: place for place, code in enumerate(before.codes)} if before else {}
    last = len(places)
    return sorted(made, key=lambda entry: (places.get(entry.code, last), fold(entry.term), entry.code))


def _kept(without_code: Iterable[CodelistEntry], terms: set[str]) -> tuple[CodelistEntry, ...]:
    return tuple(entry for entry in without_code if fold(entry.term) not in terms)


def _hazards(
    entries: Sequence[CodelistEntry], hazards: Sequence[LooksLike]
) -> dict[str, list[CodelistEntry]]:
    found: dict[str, list[CodelistEntry]] = {str(hazard.class_): [] for hazard in hazards}
    for entry in entries:
        name = told_class(hazards, entry.term)
        if name:
            found[name].append(entry)
    return found
