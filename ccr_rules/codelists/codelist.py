"""Codelists: which entries of a record are about what.

An entry is in a list by its code, or by the exact official term where no verified code is known. An entry
that only looks as if it belonged there is a possible member, never a sure one (SEMANTICS 10), so that a
cancer which the list lacks is never silently "no cancer". Nothing here reads files; `codelist_files` does.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from typing import Literal, get_args

from msgspec import Struct

from ccr_rules.codelists.release import ReleaseRecord
from ccr_rules.codelists.text import finds, fold, without_tag
from ccr_rules.record.entry import SNOMED, Entry

Category = Literal["diagnosis", "activity"]
EntryStatus = Literal["verified", "verified-inactive", "verified-old-scheme", "unverified"]
MatchKind = Literal["code", "term", "looks-like"]
_SUREST_FIRST: tuple[MatchKind, ...] = get_args(MatchKind)


class CodelistEntry(Struct, frozen=True, array_like=True, gc=False):
    """One line of a codelist; `code` is empty where only the official term is known.

    `verified` means that code and term were read together in a public source, which `note` names;
    `verified-inactive` that the concept was since retired: it stands in old records and is not recorded anew;
    `verified-old-scheme` that it names a payment scheme that has ended, with the same consequence.
    """

    code: str
    term: str
    class_: str | None
    status: EntryStatus
    note: str = ""

    @property
    def display(self) -> str:
        """Return the term as a screen shows it, without the semantic tag."""
        return without_tag(self.term)


@dataclass(frozen=True, slots=True)
class Match:
    """Why an entry belongs to a list; `term` is the list's own or, for a likeness, the record's."""

    kind: MatchKind
    class_: str | None
    term: str


@dataclass(frozen=True, slots=True)
class LooksLike:
    """A pattern, over folded text, of terms that should probably be in the list."""

    pattern: str
    class_: str | None = None

    def finds(self, folded: str) -> bool:
        """Say whether a folded text looks so."""
        return finds(self.pattern, folded)


@dataclass(frozen=True, slots=True)
class Refset:
    """The published reference set that a list stands for; `cluster` is its name in the QOF business rules."""

    id: str
    cluster: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True)
class CodelistSource:
    """A document from which codes or terms of a list were taken."""

    id: str
    title: str
    url: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Codelist:
    """A codelist of one release. Two are equal if name, release and digest are.

    `found_in` are the kinds of resource in which its entries can stand, `found_in_because` why these;
    "not found" is certain only when all of them were supplied. `also_in` are kinds in which an entry
    counts if it is there, though nobody waits for them.
    `complete` is False while codes are known to be missing, and `membership_note` says which import mends
    that. `terms` holds, by folded term, the entries without a code. What any of `unless` finds is never
    guessed at, nor is an entry that is a member of one of the lists that `excludes` names. `hazards` find
    members easily taken for what they are not, each by the name in the place of its class. `imported` tells
    of a release that was imported.
    """

    name: str
    release: str
    digest: str
    title: str = field(compare=False)
    category: Category = field(compare=False)
    found_in: frozenset[str] = field(compare=False)
    codes: Mapping[str, CodelistEntry] = field(compare=False)
    terms: Mapping[str, CodelistEntry] = field(compare=False)
    complete: bool = field(compare=False, default=False)
    membership_note: str = field(compare=False, default="")
    found_in_because: str = field(compare=False, default="")
    also_in: frozenset[str] = field(compare=False, default=frozenset())
    refset: Refset | None = field(compare=False, default=None)
    sources: tuple[CodelistSource, ...] = field(compare=False, default=())
    licence: str = field(compare=False, default="")
    note: str = field(compare=False, default="")
    classes: tuple[str, ...] = field(compare=False, default=())
    looks_like: tuple[LooksLike, ...] = field(compare=False, default=())
    unless: tuple[str, ...] = field(compare=False, default=())
    excludes: tuple[str, ...] = field(compare=False, default=())
    hazards: tuple[LooksLike, ...] = field(compare=False, default=())
    imported: ReleaseRecord | None = field(compare=False, default=None)

    @property
    def counts_in(self) -> frozenset[str]:
        """Return every kind of resource in which an entry of this list counts."""
        return self.found_in | self.also_in

    def match(
        self, entry: Entry, keeps: Collection[str] = (), never: Iterable["Codelist"] = ()
    ) -> Match | None:
        """Say whether and why an entry belongs to this list.

        `keeps` are kinds in which this host keeps such entries besides those of `found_in`; `never` are the
        lists that `excludes` names. `CodelistIndex` answers for many lists at once, and knows `never`.
        """
        if entry.kind not in self.counts_in and entry.kind not in keeps:
            return None
        sure = self.member(entry)
        if sure is not None or any(other.member(entry) for other in never):
            return sure
        guesses = [guess for text in texts(entry) if (guess := self.guess(text))]
        return self.preferred(guesses) if guesses else None

    def may_hold(self, codes: Set[str]) -> bool:
        """Say whether an entry may be in the list that has no other codes than these, whatever its terms."""
        return bool(self.terms) or not self.codes.keys().isdisjoint(codes)

    def member(self, entry: Entry) -> Match | None:
        """Say whether an entry is in the list by code or exact term, whatever its kind."""
        codes = [coding.code for coding in entry.codings if coding.system == SNOMED]
        listed: list[tuple[MatchKind, CodelistEntry]] = [
            ("code", self.codes[code]) for code in codes if code in self.codes
        ]
        if self.terms:
            folded = (fold(text) for text in texts(entry))
            listed += [("term", self.terms[term]) for term in folded if term in self.terms]
        matches = [Match(kind, found.class_, found.term) for kind, found in listed]
        return self.preferred(matches) if matches else None

    def preferred(self, matches: Sequence[Match]) -> Match:
        """Return the match that counts where an entry has several: the surest, then by the order of classes.

        So the order in which a record writes its codings never changes an answer.
        """
        if len(matches) == 1:
            return matches[0]
        return min(matches, key=self._preference)

    def _preference(self, match: Match) -> tuple[int, int, str]:
        known = match.class_ in self.classes
        rank = self.classes.index(match.class_) if known and match.class_ else len(self.classes)
        return (_SUREST_FIRST.index(match.kind), rank, match.term)

    def guess(self, text: str) -> Match | None:
        """Say whether a text looks as if its entry belonged here."""
        return self.guess_folded(fold(text), text)

    def guess_folded(self, folded: str, text: str) -> Match | None:
        """Do what `guess` does with a text already folded; the first pattern to find it gives the class."""
        for likeness in self.looks_like:
            if likeness.finds(folded):
                spoken_against = any(finds(pattern, folded) for pattern in self.unless)
                return None if spoken_against else Match("looks-like", likeness.class_, text)
        return None


def told_class(patterns: Iterable[LooksLike], term: str) -> str | None:
    """Return the class, or the name of the hazard, of the first pattern that finds a member's term."""
    folded = fold(term)
    return next((each.class_ for each in patterns if each.finds(folded)), None)


def texts(entry: Entry) -> Iterator[str]:
    """Yield what the record shows for an entry: the display of each coding, in any system, then its text."""
    for coding in entry.codings:
        yield coding.display
    yield entry.text


def suggestible(codelist: Codelist) -> tuple[CodelistEntry, ...]:
    """Return the codes to offer for recording, the preferred (first listed) first.

    Only active codes that were verified: nothing invented is ever offered. A list known by its term alone
    gives none, and the card names the term instead.
    """
    return tuple(entry for entry in codelist.codes.values() if entry.status == "verified")
