"""The result of one evaluation: decided at once, told on demand.

The statuses, outcomes and prompts are worked out when the engine evaluates; sentences, evidence and
the card are made when they are first read, and kept.
"""

import base64
import hashlib
from collections.abc import Sequence
from functools import cached_property
from typing import Any, Literal

import msgspec

from ccr_rules.codelists.codelist import Codelist
from ccr_rules.evaluation import answers
from ccr_rules.evaluation.asof import Moment
from ccr_rules.evaluation.card import CardParts, Shown, make_card
from ccr_rules.evaluation.completeness import completeness_of, needed_kinds
from ccr_rules.evaluation.headline import make_headline
from ccr_rules.evaluation.hosted import NOBODY, Hosted
from ccr_rules.evaluation.members import RecordView
from ccr_rules.evaluation.record_findings import record_findings
from ccr_rules.evaluation.ruleset_result import RulesetResult
from ccr_rules.evaluation.second_opinion import SecondOpinion
from ccr_rules.evaluation.unsettled import not_computable
from ccr_rules.language.ruleset import Prompt
from ccr_rules.record.patient import Consultation, PatientRecord
from ccr_rules.record.responses import Response
from ccr_rules.truth import FALSE, TRUE, Truth

DECISION_LENGTH = 26


class Evaluation:
    """Everything that is said about one person as of one day (the public answer, `to_dict`)."""

    def __init__(
        self,
        record: PatientRecord,
        moment: Moment,
        results: Sequence[RulesetResult],
        views: Sequence[RecordView],
        consultation: Consultation | None,
        responses: Sequence[Response],
        dead: Truth,
        opinion: SecondOpinion | None = None,
    ) -> None:
        self.record = record
        self.moment = moment
        self.results = results
        self.consultation = consultation
        self.responses = responses
        self.opinion = opinion
        self.hosted: Hosted = NOBODY
        self._views = views
        self._dead = dead

    def hosted_by(self, hosted: Hosted) -> "Evaluation":
        """Return the same, with what the host's plugins did."""
        return self._again(self.record, hosted)

    def apart(self) -> "Evaluation":
        """Return the same, for somebody who might change it: with a record and lists of its own."""
        return self._again(self.record.apart(), self.hosted)

    def _again(self, record: PatientRecord, hosted: Hosted) -> "Evaluation":
        same = Evaluation(
            record,
            self.moment,
            tuple(self.results),
            self._views,
            self.consultation,
            self.responses,
            self._dead,
            self.opinion,
        )
        same.hosted = hosted
        return same

    def to_dict(self) -> dict[str, Any]:
        """Return the answer as JSON-ready builtins; days are ISO strings."""
        built: dict[str, Any] = msgspec.to_builtins(self.answer)
        return built

    def to_json(self) -> bytes:
        """Return the answer as JSON text."""
        return msgspec.json.encode(self.answer)

    # --- the answer ----------------------------------------------------------------------------

    @cached_property
    def answer(self) -> answers.EvaluationAnswer:
        """The whole answer, as its public types."""
        return answers.EvaluationAnswer(
            as_of=self.moment.as_of,
            known_on=self.moment.known_on,
            decision=self.decision,
            completeness=self.completeness,
            headline=self.headline,
            rulesets=[result.used for result in self.results],
            record=self.record_used,
            dates={name: value for result in self.results for name, value in result.telling.dates().items()},
            indicators=self.indicators,
            reviews=self.reviews,
            items=self.items,
            prompts=self.prompts,
            held=self.held,
            card=self.card,
            suggested_codes=self.suggested_codes,
            unsettled=self.unsettled,
            not_computable=[rule for result in self.results for rule in not_computable(result.ruleset)],
            findings=self.findings,
            payments=[each for result in self.results for each in result.telling.payments()],
            plugin_faults=[*(self.opinion.faults() if self.opinion else ()), *self.hosted.faults],
        )

    @cached_property
    def decision(self) -> str:
        """An id made from everything that the answer rests on: the same question, the same id."""
        asked = [
            self.record,
            self.moment,
            [[result.ruleset.digest, result.codelist_digests] for result in self.results],
            self.consultation,
            list(self.responses),
        ]
        if self.hosted.plugins:
            asked.append([self.hosted.plugins, self.hosted.withheld])
        digest = hashlib.sha256(msgspec.json.encode(asked, order="deterministic")).digest()
        return base64.b32encode(digest).decode()[:DECISION_LENGTH]

    @cached_property
    def completeness(self) -> answers.Completeness:
        """Whether every kind that the rulesets need was completely supplied."""
        return completeness_of(self.record, self._codelists, self.knows_cancer)

    @property
    def _codelists(self) -> list[Codelist]:
        return [codelist for result in self.results for codelist in result.codelists.values()]

    @cached_property
    def knows_cancer(self) -> Truth:
        """Whether some review of a ruleset in force applies to this person."""
        in_force = [result for result in self.results if result.in_force] or self.results
        return max((result.run.knows_cancer for result in in_force), default=FALSE)

    @cached_property
    def headline(self) -> str:
        """One sentence for the host."""
        disagree = self.opinion is not None and self.opinion.differences
        return f"Two evaluators disagree: {self._headline}" if disagree else self._headline

    @cached_property
    def _headline(self) -> str:
        in_force = [result for result in self.results if result.in_force] or self.results
        return make_headline(
            [review for result in in_force for review in result.reviews],
            self.indicators,
            self.unsettled,
            self.knows_cancer,
            self._dead,
        )

    @cached_property
    def indicators(self) -> list[answers.IndicatorAnswer]:
        """Every indicator of every ruleset."""
        return [each for result in self.results for each in result.telling.indicators()]

    @cached_property
    def reviews(self) -> list[answers.ReviewAnswer]:
        """Every review of every ruleset."""
        return [each for result in self.results for each in result.reviews]

    @cached_property
    def items(self) -> list[answers.ItemAnswer]:
        """What is shown as received or not seen."""
        return [each for result in self.results for each in result.telling.items()]

    @cached_property
    def findings(self) -> list[answers.FindingAnswer]:
        """What somebody should look at: of the evaluators, of the rulesets, and of the record itself."""
        found = list(self.opinion.findings()) if self.opinion else []
        found += [each for result in self.results for each in result.telling.findings()]
        return found + record_findings(self.record, self._views, self._codelists)

    @cached_property
    def unsettled(self) -> list[answers.UnsettledAnswer]:
        """What the record does not settle, and what would settle it."""
        return [each for result in self.results for each in result.unsettled]

    # --- prompts -------------------------------------------------------------------------------

    @cached_property
    def _fired(self) -> list[tuple[RulesetResult, Prompt, answers.HeldAnswer | None]]:
        return [
            (result, prompt, self._held_by(result, prompt))
            for result in self.results
            for prompt in result.prompting.fired()
        ]

    def _held_by(self, result: RulesetResult, prompt: Prompt) -> answers.HeldAnswer | None:
        ruleset, today = result.ruleset, self.moment.as_of
        for each in self.responses:
            if each.holds(ruleset.id, prompt.id, prompt.review, today):
                kind: Literal["snoozed", "declined"] = "snoozed" if each.kind == "snoozed" else "declined"
                return answers.HeldAnswer(prompt.id, ruleset.reference, kind, each.until, each.reason)
        reason = self.hosted.reason(prompt.id, ruleset.reference)
        if reason is not None:
            return answers.HeldAnswer(prompt.id, ruleset.reference, "withheld", None, reason)
        return None

    @cached_property
    def _shown(self) -> list[Shown]:
        return [
            Shown(result.prompting.show(prompt), result.review(prompt.review))
            for result, prompt, held in self._fired
            if held is None
        ]

    @cached_property
    def prompts(self) -> list[answers.PromptAnswer]:
        """The prompts that are shown, the most urgent first."""
        return [each.prompt for each in sorted(self._shown, key=lambda one: one.urgency)]

    @cached_property
    def held(self) -> list[answers.HeldAnswer]:
        """The prompts that a snooze, a decline or a plugin keeps away, and until when."""
        return [held for _, _, held in self._fired if held is not None]

    @cached_property
    def suggested_codes(self) -> list[answers.SuggestedCode]:
        """The verified codes that the shown prompts offer, each once."""
        found = {
            (codelist, code.code): answers.SuggestedCode(code.system, code.code, code.display, codelist)
            for result, prompt, held in self._fired
            if held is None
            for codelist, code in result.prompting.suggested(prompt)
        }
        return list(found.values())

    @cached_property
    def card(self) -> answers.CardAnswer | None:
        """The one card for a clinician, or None. Doubt whether somebody has cancer is not on it."""
        showing = [result for result in self.results if result.in_force and result.run.knows_cancer is TRUE]
        on_card = {each.prompt.ruleset for each in self._shown}
        on_card |= {result.ruleset.reference for result in showing}
        rulesets = [result.ruleset for result in self.results if result.ruleset.reference in on_card]
        return make_card(
            CardParts(
                self._shown,
                [review for result in showing for review in result.reviews if review.paused],
                [title for result in showing for title in result.unclear_reviews],
                [ruleset.reference for ruleset in rulesets if ruleset.status == "draft"],
            )
        )

    # --- the record ----------------------------------------------------------------------------

    @cached_property
    def record_used(self) -> answers.RecordUsed:
        """What was read, what is missing of it, and what was assumed."""
        record = self.record
        needed = needed_kinds(record, self._codelists)
        missing = {kind: record.incomplete.get(kind, "not supplied") for kind in needed - record.supplied}
        return answers.RecordUsed(
            record.reference,
            sorted(record.supplied),
            dict(sorted((record.incomplete | missing).items())),
            [*record.assumed, *dict.fromkeys(each for result in self.results for each in result.assumptions)],
            [
                answers.QuarantinedResource(each.reference, each.place, each.reason)
                for each in record.quarantined
            ],
        )
