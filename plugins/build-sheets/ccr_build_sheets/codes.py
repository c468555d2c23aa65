"""The codelists of a ruleset: codes that were verified, and terms whose code is not known.

No code is written here that does not stand in a codelist of the library.
"""

from collections.abc import Iterable, Iterator, Mapping

from ccr_build_sheets.marks import Marks
from ccr_build_sheets.model import Code, Codes, Offer
from ccr_rules.codelists.codelist import Codelist, CodelistEntry, suggestible
from ccr_rules.evaluation.prompting import MOST_OFFERED
from ccr_rules.language.ruleset import CodelistUse, Ruleset
from ccr_rules.library.library import Library


def codelists_of(ruleset: Ruleset, library: Library) -> dict[str, Codelist]:
    """Return the codelists that a ruleset uses, by name, each in the release that it says."""
    uses = ruleset.codelists.values()
    return {use.codelist: library.codelist(use.codelist, use.release) for use in uses}


class CodeWriter:
    """Writes the codes of one ruleset."""

    def __init__(self, ruleset: Ruleset, marks: Marks, codelists: Mapping[str, Codelist]) -> None:
        self._uses = ruleset.codelists
        self._marks = marks
        self._codelists = codelists

    def lists(self) -> Iterator[Codes]:
        """Yield every codelist of the ruleset, by the name that the ruleset gives it."""
        for alias, use in self._uses.items():
            yield self._list(alias, self._codelists[use.codelist])

    def _list(self, alias: str, codelist: Codelist) -> Codes:
        verified = [each for each in codelist.codes.values() if each.status != "unverified"]
        refset = codelist.refset
        return Codes(
            sheet=self._marks.codelists[alias],
            alias=alias,
            codelist=codelist.name,
            title=codelist.title,
            release=codelist.release,
            digest=codelist.digest,
            refset=" ".join(part for part in (refset.cluster, refset.id, refset.name) if part)
            if refset
            else "",
            complete=codelist.complete,
            membership=codelist.membership_note,
            codes=tuple(_code(each) for each in verified),
            terms=tuple(each.term for each in codelist.terms.values()),
            unverified=tuple(_code(each) for each in codelist.codes.values() if each.status == "unverified"),
            guessed=bool(codelist.looks_like),
            note=codelist.note,
        )

    def offers(self, aliases: Iterable[str]) -> tuple[Offer, ...]:
        """Return what is offered for recording: verified codes, or the terms where a list has none."""
        return tuple(offer for alias in aliases for offer in self._offered(alias, self._uses[alias]))

    def by_use(self, uses: Iterable[CodelistUse]) -> tuple[Offer, ...]:
        """Do what `offers` does with the ruleset's uses of codelists."""
        wanted = [use.alias for use in uses]
        return self.offers(wanted)

    def _offered(self, alias: str, use: CodelistUse) -> Iterator[Offer]:
        codelist, sheet = self._codelists[use.codelist], self._marks.codelists[alias]
        coded = suggestible(codelist)[:MOST_OFFERED]
        for entry in coded or codelist.terms.values():
            yield Offer(codelist.name, sheet, entry.code, entry.display)
        if not coded and not codelist.terms:
            yield Offer(codelist.name, sheet, "", codelist.title)


def _code(entry: CodelistEntry) -> Code:
    use = "find and record" if entry.status == "verified" else "find only"
    return Code(entry.code, entry.term, entry.class_ or "", entry.status, use)
