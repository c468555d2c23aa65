"""Under what an answer is recorded: a verified code, or the verified term where no code is known."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from ccr_rules.codelists.codelist import Codelist, suggestible
from ccr_rules.evaluation.prompting import MOST_OFFERED
from ccr_rules.exports.form import Link, links
from ccr_rules.exports.questionnaire import CodelistOf
from ccr_rules.language.ruleset import CodelistUse, Ruleset
from ccr_rules.record.entry import SNOMED, Coding
from ccr_templates import identity

KIND: Final = "Procedure"
"""What a form says was done is something that was done: the kind of entry for it.

All lists of activities that come with ccr-rules count an entry of this kind (`found_in`); none counts a
QuestionnaireResponse.
"""


@dataclass(frozen=True, slots=True)
class Recorded:
    """A question whose answer is recorded under a codelist.

    `codes` are those to offer, the preferred first; `term` is the preferred term. Both are empty where
    nothing is verified, or the list is not one of activities that counts what was done.
    """

    link_id: str
    codelist: str
    term: str
    codes: tuple[dict[str, str], ...]

    @property
    def codings(self) -> tuple[Coding, ...]:
        """Return the preferred code, if one is verified."""
        return tuple(Coding(**code) for code in self.codes[:1])


def recorded_by(ruleset: Ruleset, codelist: CodelistOf) -> dict[str, tuple[Recorded, ...]]:
    """Return, by linkId of a question in which something may have been done, how that is recorded.

    That a review was held is not among them: its own question asks just that (`outcomes_of`).
    """
    found = {
        link_id: _recorded(link, link.codelists, codelist)
        for link_id, link in links(ruleset).items()
        if link.codelists and link.question != "outcome"
    }
    return {link_id: recorded for link_id, recorded in found.items() if recorded}


def outcomes_of(ruleset: Ruleset, codelist: CodelistOf) -> Mapping[str, tuple[Recorded, ...]]:
    """Return, by the linkId that asks whether a review was held, how that is recorded."""
    return {
        link_id: tuple(recorded_as(link_id, codelist(use.codelist, use.release)) for use in link.codelists)
        for link_id, link in links(ruleset).items()
        if link.question == "outcome"
    }


def _recorded(link: Link, uses: Iterable[CodelistUse], codelist: CodelistOf) -> tuple[Recorded, ...]:
    found = [
        recorded_as(identity.record_as(link.link_id, use.codelist), codelist(use.codelist, use.release))
        for use in uses
    ]
    return tuple(each for each in found if each.term)


def recorded_as(link_id: str, codelist: Codelist) -> Recorded:
    """Return how the answer to a question is recorded under a codelist."""
    if codelist.category != "activity" or KIND not in codelist.counts_in:
        return Recorded(link_id, codelist.name, "", ())
    offered = suggestible(codelist)[:MOST_OFFERED]
    terms = [entry.term for entry in codelist.terms.values() if entry.status == "verified"]
    term = offered[0].display if offered else next(iter(terms), "")
    codes = tuple({"system": SNOMED, "code": each.code, "display": each.display} for each in offered)
    return Recorded(link_id, codelist.name, term, codes)
