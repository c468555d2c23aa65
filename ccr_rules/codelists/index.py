"""All codelists at once: each code and each text of an entry is looked up a single time."""

import re
from collections.abc import Collection, Iterable, Mapping
from typing import Final, NamedTuple

from ccr_rules.codelists.codelist import Codelist, CodelistEntry, Match, MatchKind, texts
from ccr_rules.codelists.text import fold
from ccr_rules.errors import UsageError
from ccr_rules.record.entry import SNOMED, Entry

MOST_TEXTS: Final = 20_000
"""How many different texts an index remembers; then it starts again, so that memory stays flat."""

LONGEST_REMEMBERED: Final = 120
"""Terms repeat from patient to patient and are remembered; what is longer is somebody's note, and is not."""

_NOWHERE: Final[Mapping[str, Collection[str]]] = {}


class _Hit(NamedTuple):
    codelist: str
    counts_in: frozenset[str]
    match: Match


_UNREAD: Final = (_Hit("", frozenset(), Match("term", None, "")),)


class CodelistIndex:
    """Answers for many codelists what `Codelist.match` answers for one. Safe to share between threads.

    `also` are lists that are not asked about, but named in `excludes` of one that is.
    """

    def __init__(self, codelists: Iterable[Codelist], also: Iterable[Codelist] = ()) -> None:
        asked = {codelist.name: codelist for codelist in codelists}
        known = {codelist.name: codelist for codelist in also} | asked
        self.names: Final = tuple(asked)
        self._asked: Final = asked
        self._never: Final = {name: _excluded(codelist, known) for name, codelist in asked.items()}
        self._codes: Final = _merged("code", known.values())
        self._terms: Final = _merged("term", known.values())
        self._guessing: Final = tuple(codelist for codelist in asked.values() if codelist.looks_like)
        self._screens: Final = _screens(self._guessing)
        self._read: dict[str, tuple[_Hit, ...]] = {"": ()}

    def match(
        self, entry: Entry, keeps: Mapping[str, Collection[str]] = _NOWHERE
    ) -> tuple[tuple[str, Match], ...]:
        """Return the lists to which an entry belongs, and why; `keeps` is that of the patient record."""
        codes, read = self._codes, self._read
        for coding in entry.codings:
            if coding.code in codes or read.get(coding.display, _UNREAD):
                return self._settle(entry, keeps)
        return self._settle(entry, keeps) if read.get(entry.text, _UNREAD) else ()

    def _settle(self, entry: Entry, keeps: Mapping[str, Collection[str]]) -> tuple[tuple[str, Match], ...]:
        members = [
            hit
            for coding in entry.codings
            if coding.system == SNOMED
            for hit in self._codes.get(coding.code, ())
        ]
        by_text = [hit for text in texts(entry) for hit in self._text_hits(text)]
        members += [hit for hit in by_text if hit.match.kind == "term"]
        member_of = {hit.codelist for hit in members}
        guesses = [
            hit
            for hit in by_text
            if hit.match.kind == "looks-like" and member_of.isdisjoint(self._never[hit.codelist])
        ]
        found: dict[str, list[Match]] = {}
        for hit in (*members, *guesses):
            if hit.codelist in self._never and _stands_in(entry.kind, hit, keeps):
                found.setdefault(hit.codelist, []).append(hit.match)
        return tuple((name, self._asked[name].preferred(matches)) for name, matches in found.items())

    def _text_hits(self, text: str) -> tuple[_Hit, ...]:
        hits = self._read.get(text)
        if hits is None:
            hits = self._find(text)
            if len(text) <= LONGEST_REMEMBERED:
                self._remember(text, hits)
        return hits

    def _find(self, text: str) -> tuple[_Hit, ...]:
        folded = fold(text)
        terms = self._terms.get(folded, ())
        if not any(screen.search(folded) for screen in self._screens):
            return terms
        guesses = ((codelist, codelist.guess_folded(folded, text)) for codelist in self._guessing)
        likely = (_Hit(codelist.name, codelist.counts_in, guess) for codelist, guess in guesses if guess)
        return (*terms, *likely)

    def _remember(self, text: str, hits: tuple[_Hit, ...]) -> None:
        if len(self._read) >= MOST_TEXTS:
            self._read = {"": ()}
        self._read[text] = hits


def _stands_in(kind: str, hit: _Hit, keeps: Mapping[str, Collection[str]]) -> bool:
    return kind in hit.counts_in or kind in keeps.get(hit.codelist, ())


def _excluded(codelist: Codelist, known: Mapping[str, Codelist]) -> frozenset[str]:
    missing = [name for name in codelist.excludes if name not in known]
    if missing:
        raise UsageError(
            f"codelist {codelist.name} excludes the members of {', '.join(missing)}, which the index was "
            f"not given; pass them as `also`"
        )
    return frozenset(codelist.excludes)


def _merged(kind: MatchKind, codelists: Iterable[Codelist]) -> dict[str, tuple[_Hit, ...]]:
    merged: dict[str, tuple[_Hit, ...]] = {}
    for codelist in codelists:
        entries: Mapping[str, CodelistEntry] = codelist.codes if kind == "code" else codelist.terms
        for key, entry in entries.items():
            hit = _Hit(codelist.name, codelist.counts_in, Match(kind, entry.class_, entry.term))
            merged[key] = (*merged.get(key, ()), hit)
    return merged


def _screens(codelists: Iterable[Codelist]) -> tuple[re.Pattern[str], ...]:
    """Return patterns of which one finds a text if any pattern of any list does.

    Those that begin at a word are joined apart from the rest: `re` then tries them at the few places where a
    word begins, which makes this screen many times quicker.
    """
    patterns = {likeness.pattern for codelist in codelists for likeness in codelist.looks_like}
    at_words = {pattern for pattern in patterns if pattern.startswith(r"\b")}
    joined = (
        "|".join(f"(?:{pattern})" for pattern in sorted(some)) for some in (at_words, patterns - at_words)
    )
    return tuple(re.compile(pattern) for pattern in joined if pattern)
