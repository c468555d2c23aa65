"""Texts with places that ccr-rules fills in, for systems that may not be able to."""

from collections.abc import Iterator
from typing import Final

from ccr_build_sheets.marks import Marks
from ccr_build_sheets.model import Filled
from ccr_rules.language.ast import AnyExpression, ReviewDate
from ccr_rules.language.english.sentences import Sentences
from ccr_rules.language.ruleset import Placeholder, Ruleset, Template

LONGEST: Final = 140
"""Characters; the length for which the summaries of prompts are written."""

_WORDS = {
    "status": "the status of {}",
    "says": "what the screen says for the status of {}",
    "days_left": "the days that are left until the due date of {}",
}


class TextWriter:
    """Writes the texts of one ruleset."""

    def __init__(self, ruleset: Ruleset, marks: Marks) -> None:
        self._ruleset = ruleset
        self._say = Sentences(ruleset)
        self._marks = marks

    def text(self, template: Template) -> str:
        """Return a text with its parameters written out and its other places left, as `{name}`."""
        return "".join(part if isinstance(part, str) else _kept(part) for part in template.parts)

    def in_words(self, template: Template) -> str:
        """Return a text that says in brackets what would stand in its places."""
        return "".join(part if isinstance(part, str) else self._in_brackets(part) for part in template.parts)

    def filled(self, *templates: Template | None) -> tuple[Filled, ...]:
        """Return the places of some texts, each once."""
        places = {each.name: each for template in templates if template for each in _places(template)}
        return tuple(self._filled(place) for place in places.values())

    def _filled(self, place: Placeholder) -> Filled:
        shows = self._shows(place)
        if place.date is None:
            instead = (
                "Leave it out of the text where the system cannot work it out, and say so on the sign-off."
            )
        else:
            instead = "Where the system cannot show a day that is worked out, write these words in its place."
        return Filled(f"{{{place.name}}}", shows, instead, self._refs(place))

    def _refs(self, place: Placeholder) -> tuple[str, ...]:
        dates: tuple[AnyExpression | None, ...] = (place.date,)
        return self._marks.refs(*dates) or (
            (self._marks.of(("reviews", place.review)),) if place.review else ()
        )

    def _shows(self, place: Placeholder) -> str:
        if isinstance(place.date, ReviewDate):
            written = getattr(self._ruleset.reviews[place.date.review], place.date.field)
            return self._say.day(written) if written is not None else self._say.date(place.date)
        if place.date is not None:
            return self._say.date(place.date)
        return _WORDS[place.field or "says"].format(self._say.review(place.review or ""))

    def _in_brackets(self, place: Placeholder) -> str:
        return place.text if place.text is not None else f"[{self._shows(place)}]"


def _kept(place: Placeholder) -> str:
    return place.text if place.text is not None else f"{{{place.name}}}"


def _places(template: Template) -> Iterator[Placeholder]:
    for part in template.parts:
        if not isinstance(part, str) and part.text is None:
            yield part


def length_note(text: str) -> str:
    """Return how long an alert's text is, and whether that is longer than such texts should be."""
    told = f"{len(text)} characters as written here"
    if len(text) <= LONGEST:
        return f"{told}, within the {LONGEST} for which such texts are written."
    return f"{told}: longer than {LONGEST}. Have its authors shorten it; do not cut it while building."
