"""The Questionnaires: the review template for staff, and what a person can fill in before a review.

Both are made of the ruleset's own questionnaire (`ccr ruleset export --format questionnaire`): its
questions, their words, codes and linkIds. What is added is around them.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from ccr_rules.exports.form import with_content
from ccr_rules.exports.questionnaire import CodelistOf, questionnaire
from ccr_rules.language.english.phrases import sentence_case
from ccr_rules.language.ruleset import Review, Ruleset
from ccr_templates import identity, words
from ccr_templates.items import Item, control, item, note, step, support
from ccr_templates.originals import Original, originals_of
from ccr_templates.recording import Recorded, recorded_by
from ccr_templates.words import FOR_STAFF, FOR_THE_PERSON, Words


def review_template(ruleset: Ruleset, codelist: CodelistOf, canonical: str) -> dict[str, Any]:
    """Return the template of a ruleset: a tab for the record, for each review, and for the originals.

    Raises UsageError if the ruleset's reviews say nothing of their content.
    """
    made = questionnaire(ruleset, codelist, canonical=canonical)
    template = _Template(recorded_by(ruleset, codelist))
    tabs = [record_tab(ruleset), *map(template.of, made["item"]), _sources(ruleset)]
    extension = [control("tab-container")]
    return {
        **made,
        **_names(made, identity.form_url(canonical, ruleset, "review"), ruleset, "ReviewTemplate"),
        "title": f"{ruleset.title}: review template",
        "item": [item(identity.TABS, "group", words.TABS, tabs, extension=extension)],
    }


def reviews_with_concerns(ruleset: Ruleset) -> list[Review]:
    """Return the reviews before which there is something to fill in."""
    return [review for review in with_content(ruleset) if review.concerns]


def pre_review(ruleset: Ruleset, codelist: CodelistOf, canonical: str, review: str) -> dict[str, Any]:
    """Return what a person can fill in before one of the `reviews_with_concerns`, in words to them."""
    made = questionnaire(ruleset, codelist, review=review, canonical=canonical)
    (group,) = (each for each in _walk(made["item"]) if each["linkId"] == f"{review}.concerns")
    title = ruleset.reviews[review].title
    url = identity.form_url(canonical, ruleset, "pre-review", review)
    opening = (
        item(f"templates.opening.{review}", "display", words.INVITATION, extension=[note(words.OURS)]),
        item(
            f"templates.urgent.{review}", "display", words.NOT_FOR_URGENT_HELP, extension=[note(words.OURS)]
        ),
    )
    return {
        **made,
        **_names(made, url, ruleset, "BeforeWeMeet"),
        "title": f"Before we meet: {title[:1].lower()}{title[1:]}",
        "description": sentence_case(f"For a person to fill in before the {title[:1].lower()}{title[1:]}"),
        "item": [*opening, _concerns(group, FOR_THE_PERSON)],
    }


def _names(made: dict[str, Any], url: str, ruleset: Ruleset, ending: str) -> dict[str, Any]:
    """Return what a form says of itself: it is derived from the ruleset's questionnaire."""
    return {
        "url": url,
        "version": identity.version_of(ruleset),
        "name": f"{made['name']}{ending}",
        "derivedFrom": [f"{made['url']}|{made['version']}"],
    }


def _walk(items: list[Item]) -> Iterator[Item]:
    for each in items:
        yield each
        yield from _walk(each.get("item", []))


# --- the reviews ---------------------------------------------------------------------------------


class _Template:
    """Makes a tab of the ruleset's questionnaire one of the template.

    Each concern is asked about in three questions. What would be recorded is a question of its own: that
    something was talked of, or considered, is not yet that it was done.
    """

    def __init__(self, recorded: Mapping[str, tuple[Recorded, ...]]) -> None:
        self._recorded = recorded

    def of(self, each: Item) -> Item:
        """Return an item with all that stands in it."""
        if each["linkId"] == f"{_review_of(each)}.concerns":
            return _concerns(each, FOR_STAFF, taken=True)
        if "item" not in each:
            return each
        return {**each, "item": [one for inner in each["item"] for one in self._with_recording(inner)]}

    def _with_recording(self, each: Item) -> Iterator[Item]:
        recorded = self._recorded.get(each["linkId"], ())
        yield {key: value for key, value in self.of(each).items() if key != "code" or not recorded}
        for one in recorded:
            text = words.TO_BE_RECORDED.format(one.term)
            condition = {"question": each["linkId"], "operator": "=", **_if_done(each)}
            more = {"code": list(one.codes), "enableWhen": [condition], "extension": [note(words.OURS)]}
            yield item(one.link_id, "boolean", text, **more)


def _if_done(question: Item) -> dict[str, Any]:
    """Return the answer that says that something was done."""
    if question["type"] == "boolean":
        return {"answerBoolean": True}
    codings = (option["valueCoding"] for option in question["answerOption"])
    return {"answerCoding": next(coding for coding in codings if coding["code"] == "done")}


def _review_of(each: Item) -> str:
    review: str = each["linkId"].partition(".")[0]
    return review


def _concerns(group: Item, spoken: Words, taken: bool = False) -> Item:
    review = _review_of(group)
    extra = [
        item(identity.beforehand(review, "most"), "text", spoken.most, extension=[note(words.OURS)]),
        item(identity.beforehand(review, "else"), "text", spoken.anything_else, extension=[note(words.OURS)]),
    ]
    if taken:
        extra.append(item(identity.beforehand(review, "taken"), "reference", words.TAKEN, readOnly=True))
    inside = [*(_concern(each, spoken) for each in group["item"]), *extra]
    return {**group, "text": spoken.concerns, "item": inside}


def _concern(score: Item, spoken: Words) -> Item:
    """Return a concern as a group: whether it is one, how much, and in whose words."""
    link_id = score["linkId"]
    if_raised = {"question": identity.raised(link_id), "operator": "=", "answerBoolean": True}
    extension = [control("slider"), step(1), *score["extension"]]
    asked = {**score, "extension": extension, "text": spoken.score, "enableWhen": [if_raised]}
    return item(
        identity.about(link_id),
        "group",
        score["text"],
        [
            item(identity.raised(link_id), "boolean", spoken.raised, extension=[note(words.OURS)]),
            asked,
            item(identity.own_words(link_id), "text", spoken.own_words, extension=[note(words.OURS)]),
        ],
    )


# --- the record, and where it all is from --------------------------------------------------------


def record_tab(ruleset: Ruleset) -> Item:
    """Return what is shown of the record: read only, with where each answer stands, and never an answer."""
    reviews = [
        item(
            f"{identity.RECORD}.review.{review.id}",
            "group",
            review.title,
            [
                _known(identity.of_review(review.id, "from"), "date", words.COUNTED_FROM),
                _known(identity.of_review(review.id, "due"), "date", words.DUE),
                _known(identity.of_review(review.id, "held"), "date", words.HELD),
            ],
        )
        for review in with_content(ruleset)
    ]
    items = [_known(identity.of_item(each.id), "date", each.title) for each in ruleset.items.values()]
    received = [item(identity.ITEMS, "group", words.ITEMS, items)] if items else []
    diagnosis = _known(identity.DIAGNOSIS, "string", words.DIAGNOSIS)
    return item(identity.RECORD, "group", words.RECORD, [diagnosis, *reviews, *received])


def _known(link_id: str, type_: str, text: str) -> Item:
    found = item(identity.evidence(link_id), "reference", words.EVIDENCE, readOnly=True, repeats=True)
    return item(link_id, type_, text, [found], readOnly=True)


def _sources(ruleset: Ruleset) -> Item:
    first = item(f"{identity.SOURCES}.words", "display", words.ORIGINALS_FIRST)
    rest = [_original(each) for each in originals_of(ruleset)]
    return item(identity.SOURCES, "group", words.SOURCES, [first, *rest])


def _original(original: Original) -> Item:
    extension = [*([support(original.url)] if original.url else []), note(f"named in: {original.seen_in}")]
    return item(f"{identity.SOURCES}.{original.id}", "display", original.text, extension=extension)
