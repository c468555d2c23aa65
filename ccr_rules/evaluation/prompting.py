"""Prompts as they are shown: text, reasons, codes to record, ways to decline."""

from collections.abc import Mapping

from ccr_rules.codelists.codelist import Codelist, suggestible
from ccr_rules.evaluation.answers import Code, DeclineOption, PromptAnswer, Suggestion
from ccr_rules.evaluation.because import Because
from ccr_rules.evaluation.program import Program, Run
from ccr_rules.evaluation.text import Texts
from ccr_rules.language.ruleset import DeclineReason, Prompt
from ccr_rules.record.entry import SNOMED
from ccr_rules.truth import TRUE

MOST_OFFERED = 6
"""How many codes of one list a card offers: the preferred ones; a long list is for the host's own search."""


class Prompting:
    """The prompts of one run."""

    def __init__(
        self, program: Program, run: Run, because: Because, texts: Texts, codelists: Mapping[str, Codelist]
    ) -> None:
        self.ruleset = program.ruleset
        self.run = run
        self._because = because
        self._texts = texts
        self._codelists = codelists
        self._codelist = program.compiler.codelist
        self._as_shown: dict[str, PromptAnswer] = {}

    def fired(self) -> list[Prompt]:
        """Return the prompts whose condition holds; none of a ruleset that is out of force."""
        return [self.ruleset.prompts[id_] for id_, truth in self.run.prompts.items() if truth is TRUE]

    def show(self, prompt: Prompt) -> PromptAnswer:
        """Return a prompt as it is shown."""
        if prompt.id not in self._as_shown:
            self._as_shown[prompt.id] = self._made(prompt)
        return self._as_shown[prompt.id]

    def _made(self, prompt: Prompt) -> PromptAnswer:
        return PromptAnswer(
            id=prompt.id,
            ruleset=self.ruleset.reference,
            review=prompt.review,
            severity=prompt.severity,
            summary=self._texts.fill(prompt.summary),
            detail=self._texts.fill(prompt.detail) if prompt.detail else "",
            because=self._why(prompt),
            suggestions=[each for alias in prompt.record for each in self._suggestions(alias)],
            decline=[_option(self.ruleset.decline_reasons[code]) for code in prompt.decline],
        )

    def _why(self, prompt: Prompt) -> list[str]:
        if prompt.review is None:
            return self._because.facts(prompt.when)
        return self._because.review(self.ruleset.reviews[prompt.review], self.run.reviews[prompt.review])

    def _suggestions(self, alias: str) -> list[Suggestion]:
        codelist = self._codelists[self._codelist(alias)]
        coded = [
            Suggestion(f"Record: {entry.display}", Code(SNOMED, entry.code, entry.display), entry.display)
            for entry in suggestible(codelist)[:MOST_OFFERED]
        ]
        return coded or [_by_term(entry.display) for entry in codelist.terms.values()]

    def suggested(self, prompt: Prompt) -> list[tuple[str, Code]]:
        """Return the verified codes that a prompt offers, each with its codelist."""
        return [
            (self._codelist(alias), suggestion.code)
            for alias in prompt.record
            for suggestion in self._suggestions(alias)
            if suggestion.code
        ]


def _by_term(term: str) -> Suggestion:
    text = f'Record "{term}" as the practice system does; its code is not verified, so none is offered.'
    return Suggestion(f"Record: {term}", None, text)


def _option(reason: DeclineReason) -> DeclineOption:
    holds = "until the record changes" if reason.holds is None else str(reason.holds)
    return DeclineOption(reason.code, reason.display, holds)
