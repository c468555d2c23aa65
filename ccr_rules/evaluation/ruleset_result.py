"""What one ruleset says about one record: its run, and the words for it."""

from collections.abc import Mapping
from functools import cached_property

from ccr_rules.codelists.codelist import Codelist
from ccr_rules.evaluation.answers import ReviewAnswer, RulesetUsed, UnsettledAnswer
from ccr_rules.evaluation.because import Because
from ccr_rules.evaluation.program import Program, Run
from ccr_rules.evaluation.prompting import Prompting
from ccr_rules.evaluation.telling import Telling
from ccr_rules.evaluation.text import OUTSTANDING, Texts
from ccr_rules.evaluation.unsettled import unsettled
from ccr_rules.language.ruleset import Apart, Extreme
from ccr_rules.truth import UNKNOWN


class RulesetResult:
    """What one ruleset says: its run, and the words for it."""

    def __init__(self, program: Program, run: Run, codelists: Mapping[str, Codelist]) -> None:
        self.program = program
        self.ruleset = program.ruleset
        self.run = run
        self.codelists = codelists

    @cached_property
    def because(self) -> Because:
        """Why each answer is as it is."""
        return Because(self.program, self.run.frame, self.codelists)

    @cached_property
    def _texts(self) -> Texts:
        return Texts(self.run, self.because.evidence)

    @cached_property
    def telling(self) -> Telling:
        """The answers in the words of the contract."""
        return Telling(self.program, self.run, self.because, self._texts)

    @cached_property
    def prompting(self) -> Prompting:
        """The prompts as they are shown."""
        return Prompting(self.program, self.run, self.because, self._texts, self.codelists)

    @cached_property
    def reviews(self) -> list[ReviewAnswer]:
        """Every review of the ruleset."""
        return self.telling.reviews()

    @cached_property
    def unsettled(self) -> list[UnsettledAnswer]:
        """What the record does not settle."""
        return unsettled(self.run, self.because.evidence)

    @property
    def in_force(self) -> bool:
        """Whether the ruleset may prompt on the day asked for."""
        return self.run.prompting

    @property
    def used(self) -> RulesetUsed:
        """Which ruleset it was, and with which releases of which codelists."""
        ruleset = self.ruleset
        return RulesetUsed(
            ruleset.id,
            ruleset.version,
            ruleset.title,
            ruleset.status,
            self.in_force,
            ruleset.digest,
            self.releases,
        )

    @property
    def releases(self) -> dict[str, str]:
        """The release of each codelist that was used."""
        return {name: codelist.release for name, codelist in sorted(self.codelists.items())}

    @property
    def codelist_digests(self) -> dict[str, str]:
        """The digest of each codelist that was used, which tells apart releases of the same day."""
        return {name: codelist.digest for name, codelist in sorted(self.codelists.items())}

    @property
    def assumptions(self) -> list[str]:
        """What was taken as "none" because its kinds were not supplied."""
        return [*self._rules_taken_as_none(), *self._kinds_not_waited_for()]

    def _kinds_not_waited_for(self) -> list[str]:
        supplied = self.run.frame.view.record.supplied
        missing = {name: sorted(each.also_in - supplied) for name, each in self.codelists.items()}
        return [
            f"{name} in {' or '.join(kinds)} is taken as none, as that was not supplied"
            for name, kinds in missing.items()
            if kinds
        ]

    def _rules_taken_as_none(self) -> list[str]:
        missing = self.run.frame.view.missing
        tests = {name: condition.test for name, condition in self.ruleset.conditions.items()}
        lists = {
            name: self.program.compiler.codelist(definition.codelist)
            for name, definition in (*self.ruleset.dates.items(), *tests.items())
            if isinstance(definition, Extreme | Apart) and definition.assume_none
        }
        return [
            f"{self.ruleset.reference}: {name} is taken as none, as {' and '.join(missing[codelist])} was "
            f"not supplied"
            for name, codelist in lists.items()
            if codelist in missing
        ]

    def review(self, review_id: str | None) -> ReviewAnswer | None:
        """Return one review by its id."""
        return next((review for review in self.reviews if review.id == review_id), None)

    @property
    def unclear_reviews(self) -> list[str]:
        """The titles of the reviews of which it cannot be told whether a prompt is due."""
        withheld = {
            self.ruleset.prompts[id_].review for id_, truth in self.run.prompts.items() if truth is UNKNOWN
        }
        return [
            review.title
            for review in self.reviews
            if review.id in withheld or (review.possible and not OUTSTANDING.issuperset(review.possible))
        ]
