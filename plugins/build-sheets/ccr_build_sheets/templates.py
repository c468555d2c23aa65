"""A sheet for the template of each review: its questions in order, and who does what."""

from collections.abc import Iterator
from typing import Final

from ccr_build_sheets.codes import CodeWriter
from ccr_build_sheets.marks import Marks
from ccr_build_sheets.model import Field, Stage, TemplateSheet
from ccr_rules.exports import form
from ccr_rules.language.english.phrases import grounds_in_words, listed, sentence_case, spoken
from ccr_rules.language.english.process import Process
from ccr_rules.language.ruleset import Ruleset, Step

_KINDS: Final[dict[form.FieldType, str]] = {
    "group": "section",
    "boolean": "tick box",
    "choice": "one of the answers",
    "integer": f"whole number from {form.LEAST} to {form.MOST}",
    "date": "date",
    "text": "free text",
}
_NOTE: Final = (
    "No question must be answered. A code is recorded only if the answer says that it was done: “held” of "
    "an outcome, a tick, or “done” of what follows. The words are the ruleset's own."
)


class TemplateWriter:
    """Writes the templates of one ruleset."""

    def __init__(self, ruleset: Ruleset, marks: Marks, codes: CodeWriter) -> None:
        self._ruleset = ruleset
        self._marks = marks
        self._codes = codes

    def templates(self) -> Iterator[TemplateSheet]:
        """Yield the sheet of each review that says what it is made of."""
        for review in form.with_content(self._ruleset):
            tab = form.tab(review, self._ruleset)
            fields = tuple(self._field(each) for each in tab.inside)
            yield TemplateSheet(self._marks.templates[review.id], review.id, review.title, _NOTE, fields)

    def _field(self, field: form.Field) -> Field:
        asked = field.asked_if
        return Field(
            link=field.link.link_id,
            kind=_KINDS[field.type],
            text=field.text,
            answers=field.answers,
            asked_if=f"only if the answer to {asked[0].link_id} is “{asked[1]}”" if asked else "",
            offers=self._codes.by_use(field.link.codelists),
            grounds=grounds_in_words(field.grounds),
            inside=tuple(self._field(each) for each in field.inside),
        )


def process_of(ruleset: Ruleset) -> tuple[Stage, ...]:
    """Return who does what, by the time at which it is."""
    stages = Process(ruleset).stages()
    return tuple(Stage(when, tuple(_step(step, ruleset) for step in steps)) for when, steps in stages.items())


def _step(step: Step, ruleset: Ruleset) -> str:
    text = sentence_case(_deed(step))
    if step.expects:
        text += f" Before that: {listed(_deed(ruleset.process[each]) for each in step.expects)}."
    if step.record:
        text += f" Recorded as {listed(spoken(ruleset.codelists[alias].codelist) for alias in step.record)}."
    return f"{text} {grounds_in_words(step.grounds)}".rstrip()


def _deed(step: Step) -> str:
    return f"{listed(f'the {actor}' for actor in step.who)} {step.title}"
