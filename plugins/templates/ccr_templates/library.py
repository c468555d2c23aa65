"""The forms of a library, made when they are first needed, and kept."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any, Final

from ccr_rules.errors import CcrError
from ccr_rules.exports.form import with_content
from ccr_rules.exports.questionnaire import CodelistOf
from ccr_rules.language.ruleset import Ruleset
from ccr_rules.library.library import Library
from ccr_templates.definition import Question, definition_of
from ccr_templates.forms import pre_review, review_template, reviews_with_concerns
from ccr_templates.identity import asked_by, version_of
from ccr_templates.recording import Recorded, outcomes_of, recorded_by

MOST_KEPT: Final = 64
"""Forms that are kept ready; more than any library has in use."""


@dataclass(frozen=True, slots=True)
class KnownForm:
    """A form with all that its answers mean.

    `outcomes` are, by linkId, the questions whether a review was held; `recorded` the questions whether
    something is to be recorded, by the linkId of what they are asked about. A form for the person has none.
    `touches` are, by linkId, the codelists in which something is missing if that item cannot be read.
    """

    ruleset: Ruleset
    questionnaire: Mapping[str, Any]
    definition: Mapping[str, Question]
    outcomes: Mapping[str, tuple[Recorded, ...]]
    recorded: Mapping[str, tuple[Recorded, ...]]
    touches: Mapping[str, frozenset[str]]

    @property
    def canonical(self) -> str:
        """Return what a response to this form names."""
        return f"{self.questionnaire['url']}|{self.questionnaire['version']}"


def template_of(ruleset: Ruleset, codelist: CodelistOf, canonical: str) -> KnownForm:
    """Return the review template of a ruleset. Raises UsageError if it has none."""
    made = review_template(ruleset, codelist, canonical)
    definition = definition_of(made)
    outcomes, recorded = outcomes_of(ruleset, codelist), recorded_by(ruleset, codelist)
    return KnownForm(ruleset, made, definition, outcomes, recorded, _touches(definition, outcomes, recorded))


def pre_review_of(ruleset: Ruleset, codelist: CodelistOf, canonical: str, review: str) -> KnownForm:
    """Return the form for the person before one of the `reviews_with_concerns`."""
    made = pre_review(ruleset, codelist, canonical, review)
    return KnownForm(ruleset, made, definition_of(made), {}, {}, {})


def date_of(question: str) -> str:
    """Return the linkId of the day on which something was done in a conversation, or nothing if elsewhere."""
    review, kind, *_ = question.split(".")
    return f"{review}.date" if kind in ("outcome", "covers") else ""


def _touches(
    definition: Mapping[str, Question],
    outcomes: Mapping[str, tuple[Recorded, ...]],
    recorded: Mapping[str, tuple[Recorded, ...]],
) -> dict[str, frozenset[str]]:
    """Return what each item touches: itself, the day of its conversation, and all items around these."""
    found: dict[str, set[str]] = {}
    for link_id, several in (*outcomes.items(), *recorded.items()):
        for each in several:
            around = {link_id, each.link_id, date_of(link_id)}
            while around := around - {""}:
                for touching in around:
                    found.setdefault(touching, set()).add(each.codelist)
                around = {definition[touching].parent for touching in around}
    return {link_id: frozenset(codelists) for link_id, codelists in found.items()}


class Forms:
    """The forms of one library at one place. What a response names is looked up here."""

    def __init__(self, library: Library, canonical: str) -> None:
        self.library = library
        self._canonical = canonical
        self.find = lru_cache(maxsize=MOST_KEPT)(self._find)

    @cached_property
    def _families(self) -> frozenset[str]:
        return frozenset(each.family for each in self.library.located())

    def _find(self, named: str) -> KnownForm | None:
        """Return the form that is named (`URL|VERSION`), or None if it is not made of this library."""
        asked = asked_by(self._canonical, named)
        if asked is None or asked.ruleset not in self._families:
            return None
        ruleset_version = asked.version.partition("-")[0]
        try:
            ruleset = self.library.find(f"{asked.ruleset}@{ruleset_version}")
        except CcrError:
            return None
        if version_of(ruleset) != asked.version:
            return None
        codelist = self.library.codelist
        if asked.kind == "review":
            return template_of(ruleset, codelist, self._canonical) if with_content(ruleset) else None
        if asked.review not in {each.id for each in reviews_with_concerns(ruleset)}:
            return None
        return pre_review_of(ruleset, codelist, self._canonical, asked.review)
