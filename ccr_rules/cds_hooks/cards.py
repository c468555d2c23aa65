"""The one card of a consultation, made from an evaluation."""

from collections.abc import Iterable
from typing import Final, NamedTuple
from uuid import UUID, uuid5

import msgspec

from ccr_rules.cds_hooks.markdown import section
from ccr_rules.cds_hooks.messages import MAX_SUMMARY, Card, Coding, Link, Source
from ccr_rules.cds_hooks.overrides import reasons
from ccr_rules.cds_hooks.resources import About
from ccr_rules.cds_hooks.suggestions import Offer, offers
from ccr_rules.evaluation.answers import CardAnswer
from ccr_rules.evaluation.result import Evaluation
from ccr_rules.hosting import Link as Offered
from ccr_rules.record.entry import SNOMED

TOPIC: Final = Coding("720006006", SNOMED, "Cancer care review")
"""SNOMED CT, as in rulesets/codelists/cancer-care-review."""

MAX_LABEL: Final = 100


class Made(NamedTuple):
    """A card, and what it offers."""

    card: Card
    offers: tuple[Offer, ...]


def make_card(evaluation: Evaluation, about: About, call: UUID, panel: str = "") -> Made | None:
    """Return the card, or None where there is nothing that a clinician should see.

    Args:
        evaluation: what was decided.
        about: whom and what its suggestions are about.
        call: tells this call from all others; the UUIDs of the card and its suggestions are made of it.
        panel: where review panels are, if anywhere: that of a card is found by its UUID.
    """
    told = evaluation.card
    if told is None:
        return None

    def new_id(name: str) -> str:
        return str(uuid5(call, name))

    id_ = new_id("card")
    offered = offers(evaluation, about, new_id)
    card = Card(
        uuid=id_,
        summary=_one_line(told.summary)[:MAX_SUMMARY],
        indicator=told.severity,
        source=Source(_source(evaluation), topic=TOPIC),
        detail=_detail(evaluation, told),
        suggestions=tuple(each.suggestion for each in offered),
        override_reasons=reasons(evaluation),
        links=(Link("Open the review panel", f"{panel.rstrip('/')}/{id_}", "absolute"),) if panel else (),
        selection_behavior="any" if offered else msgspec.UNSET,
    )
    return Made(card, offered)


def linked(made: Made, links: Iterable[Offered]) -> Made:
    """Return a card with the links that plugins offer, after its own."""
    more = tuple(Link(each.label, each.url, "absolute") for each in links)
    if not more:
        return made
    return made._replace(card=msgspec.structs.replace(made.card, links=(*(made.card.links or ()), *more)))


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _source(evaluation: Evaluation) -> str:
    """Return the ruleset that leads, with its version, and how many others speak."""
    speaking = list(dict.fromkeys(prompt.ruleset for prompt in evaluation.prompts))
    if not speaking:
        speaking = [result.ruleset.reference for result in evaluation.results if result.in_force]
    rulesets = {result.ruleset.reference: result.ruleset for result in evaluation.results}
    leading = rulesets[speaking[0]]
    draft = ", draft" if leading.status == "draft" else ""
    label = f"{leading.title} ({leading.reference}{draft})"
    more = f" and {len(speaking) - 1} more" if len(speaking) > 1 else ""
    return label[: MAX_LABEL - len(more)] + more


def _detail(evaluation: Evaluation, told: CardAnswer) -> str:
    prompts = evaluation.prompts
    by_hand = [each.text for prompt in prompts for each in prompt.suggestions if each.code is None]
    why = [line for prompt in prompts for line in prompt.because]
    parts = (
        section("What is suggested", told.lines),
        section("More", (prompt.detail for prompt in prompts)),
        section("Why", dict.fromkeys(why)),
        section("To record in the practice's system", dict.fromkeys(by_hand)),
    )
    return "\n\n".join(part for part in parts if part)
