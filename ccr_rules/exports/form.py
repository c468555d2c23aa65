"""The form of a review: its questions in the order of a conversation, and what each of them stands for.

A linkId is made of the ids of the ruleset alone, so the same question keeps it in every version that has it,
wherever the form shows it. No id holds a full stop, which parts them. docs/questionnaire.md has the scheme.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final, Literal

from ccr_rules.language.ruleset import CodelistUse, ContentItem, ContentKind, Grounds, Phase, Review, Ruleset

Question = Literal["outcome", "date", "discussed", "notes"]
"""`outcome` and `date` are asked of a review, `discussed` and `notes` of what it covers."""
FieldType = Literal["group", "boolean", "choice", "integer", "date", "text"]
Answer = Literal["held", "done", "offered", "declined"]

LEAST, MOST = 0, 10
"""The score of a concern."""

_NO_GROUNDS: Final = Grounds()
_OUTCOMES: Final[tuple[Answer, ...]] = ("held", "declined")
_DEEDS: Final[tuple[Answer, ...]] = ("done", "offered", "declined")


@dataclass(frozen=True, slots=True)
class Link:
    """What a linkId stands for.

    A review alone is its tab; with a `phase`, a group of the tab; with a `kind`, the content of that kind, or
    one `item` of it. `question` says what is asked, where there is more than one question. `codelists` are
    those under which it is recorded if the answer says that it was done.
    """

    review: str
    phase: Phase | None = None
    kind: ContentKind | None = None
    item: str | None = None
    question: Question | None = None
    codelists: tuple[CodelistUse, ...] = ()

    @property
    def link_id(self) -> str:
        """Return the linkId."""
        parts = (self.review, self.phase, self.kind, self.item, self.question)
        return ".".join(part for part in parts if part is not None)


@dataclass(frozen=True, slots=True)
class Field:
    """A question, or a group of them. `asked_if`: it is asked only if another question has that answer."""

    link: Link
    type: FieldType
    text: str
    grounds: Grounds = _NO_GROUNDS
    answers: tuple[Answer, ...] = ()
    asked_if: tuple[Link, Answer] | None = None
    inside: tuple["Field", ...] = ()


def links(ruleset: Ruleset) -> Mapping[str, Link]:
    """Return what each linkId of a ruleset's questionnaire stands for."""
    tabs = [tab(review, ruleset) for review in with_content(ruleset)]
    return {field.link.link_id: field.link for field in walk(tabs)}


def with_content(ruleset: Ruleset) -> list[Review]:
    """Return the reviews that say what they are made of."""
    return [review for review in ruleset.reviews.values() if any(review.content.values())]


def walk(fields: Iterable[Field]) -> Iterator[Field]:
    """Yield fields and all that stands in them, outer ones first."""
    for field in fields:
        yield field
        yield from walk(field.inside)


def tab(review: Review, ruleset: Ruleset) -> Field:
    """Return the form of one review: what is made ready, the conversation, what is done afterwards."""
    form = _Form(review, ruleset)
    phases = (form.before(), form.during(), form.after())
    inside = tuple(phase for phase in phases if phase.inside)
    return Field(form.link(), "group", review.title, review.grounds, inside=inside)


class _Form:
    """Writes the fields of one review."""

    def __init__(self, review: Review, ruleset: Ruleset) -> None:
        self._review = review
        self._codelists = ruleset.codelists

    def link(
        self,
        record: Iterable[str] = (),
        *,
        phase: Phase | None = None,
        kind: ContentKind | None = None,
        item: str | None = None,
        question: Question | None = None,
    ) -> Link:
        """Return a link of this review; `record` names codelists."""
        used = tuple(self._codelists[alias] for alias in record)
        return Link(self._review.id, phase, kind, item, question, used)

    def before(self) -> Field:
        """Return what is made ready, and how much each domain concerns the person."""
        scores = tuple(self._item("concerns", "integer", item) for item in self._review.concerns)
        text = f"How much each concerns the person, from {LEAST} (not at all) to {MOST}"
        concerns = Field(self.link(kind="concerns"), "group", text, inside=scores)
        prepared = (self._item("prepare", "boolean", item) for item in self._review.prepare)
        inside = (*prepared, *([concerns] if scores else []))
        return Field(self.link(phase="before"), "group", "Before", inside=inside)

    def during(self) -> Field:
        """Return whether and when the conversation was held, and what was talked about."""
        outcome = self.link(self._review.record, question="outcome")
        held = Field(outcome, "choice", "Was it held?", answers=_OUTCOMES)
        on = Field(self.link(question="date"), "date", "On which day?", asked_if=(outcome, "held"))
        covered = (self._covered(item) for item in self._review.covers)
        return Field(self.link(phase="during"), "group", "In the conversation", inside=(held, on, *covered))

    def after(self) -> Field:
        """Return what is done afterwards."""
        done = (self._item("follows", "choice", item, _DEEDS) for item in self._review.follows)
        return Field(self.link(phase="after"), "group", "Afterwards", inside=tuple(done))

    def _covered(self, item: ContentItem) -> Field:
        group = self.link(kind="covers", item=item.id)
        discussed = self.link(item.record, kind="covers", item=item.id, question="discussed")
        notes = self.link(kind="covers", item=item.id, question="notes")
        inside = (Field(discussed, "boolean", "Discussed"), Field(notes, "text", "Notes"))
        return Field(group, "group", item.title, item.grounds, inside=inside)

    def _item(
        self, kind: ContentKind, type_: FieldType, item: ContentItem, answers: tuple[Answer, ...] = ()
    ) -> Field:
        link = self.link(item.record, kind=kind, item=item.id)
        return Field(link, type_, item.title, item.grounds, answers)
