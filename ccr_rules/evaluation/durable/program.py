"""One ruleset as questions for durable-rules, and the run that its answers make."""

from ccr_rules.errors import UsageError
from ccr_rules.evaluation.durable.conditions import Conditions, conjunction, negation
from ccr_rules.evaluation.durable.indicators import IndicatorQuestion
from ccr_rules.evaluation.durable.inputs import Inputs
from ccr_rules.evaluation.durable.people import living
from ccr_rules.evaluation.durable.plan import Answers, Asked, Plan
from ccr_rules.evaluation.durable.questions import Question, TooMuch, TruthQuestion
from ccr_rules.evaluation.durable.reviews import ReviewQuestion
from ccr_rules.evaluation.frame import Frame
from ccr_rules.evaluation.program import Program, Run, as_far_as_it_applies, prompting
from ccr_rules.language.ast import ConditionExpression
from ccr_rules.language.ruleset import Prompt
from ccr_rules.truth import TRUE


class NotInSubset(UsageError):
    """A ruleset that durable-rules cannot decide safely; the message says what is too much for it."""


class DurableProgram:
    """One ruleset for durable-rules; with the program of the reference it shares only the dates.

    Raises NotInSubset.
    """

    def __init__(self, program: Program) -> None:
        self._ruleset = program.ruleset
        self._compiler = program.compiler
        try:
            self._translate()
        except TooMuch as too_much:
            raise NotInSubset(
                f"{self._ruleset.reference} cannot be put to durable-rules: {too_much}. Split it into "
                f"simpler rules, or use --engine reference"
            ) from None

    def _translate(self) -> None:
        rules, compiler = self._ruleset, self._compiler
        self._indicators = {id_: IndicatorQuestion(each, compiler) for id_, each in rules.indicators.items()}
        self._reviews = {id_: ReviewQuestion(each, compiler) for id_, each in rules.reviews.items()}
        self._seen = {id_: compiler.date(each.seen) for id_, each in rules.items.items()}
        self._items = {
            id_: self._truth(f"item/{id_}", each.applies) for id_, each in rules.items.items() if each.applies
        }
        self._prompts = {id_: self._prompt(each) for id_, each in rules.prompts.items()}
        self._payments = {
            id_: self._truth(f"payment/{id_}", each.when) for id_, each in rules.payments.items()
        }
        self._findings = {
            id_: self._truth(f"finding/{id_}", each.when) for id_, each in rules.findings.items()
        }
        everything = (
            self._indicators,
            self._reviews,
            self._items,
            self._prompts,
            self._payments,
            self._findings,
        )
        self._plan = Plan(each.question for section in everything for each in section.values())

    def _truth(self, name: str, condition: ConditionExpression) -> TruthQuestion:
        inputs = Inputs()
        return TruthQuestion(name, inputs, Conditions(self._compiler, inputs).formula(condition))

    def _prompt(self, prompt: Prompt) -> TruthQuestion:
        """A prompt is shown when its condition holds, its review is not paused, and the person lives."""
        inputs = Inputs()
        conditions = Conditions(self._compiler, inputs)
        formulas = [conditions.formula(prompt.when), living(inputs)]
        pause = self._ruleset.reviews[prompt.review].pause if prompt.review else None
        if pause:
            formulas.append(negation(conditions.formula(pause)))
        return TruthQuestion(f"prompt/{prompt.id}", inputs, conjunction(*formulas))

    @property
    def questions(self) -> tuple[Question, ...]:
        """The questions, in an order in which each comes after those it needs."""
        return self._plan.questions

    @property
    def asked(self) -> tuple[Asked, ...]:
        """What the process that decides is told once."""
        return self._plan.asked

    def facts(self, frame: Frame) -> list[list[int]]:
        """Return what it is told of one record: for each question small integers, and nothing else."""
        return [question.inputs.values(frame) for question in self.questions]

    def run(self, frame: Frame, answers: Answers) -> Run:
        """Return the run that its answers make. Raises ImpossibleAnswer."""
        fired = self._plan.fired(answers)
        prompts = prompting(self._ruleset, frame.as_of)
        applies = {id_: each.truth(fired[f"item/{id_}"]) for id_, each in self._items.items()}
        return Run(
            self._ruleset,
            frame,
            prompts,
            {id_: each.state(frame, fired[f"indicator/{id_}"]) for id_, each in self._indicators.items()},
            {id_: each.state(frame, fired[f"review/{id_}"]) for id_, each in self._reviews.items()},
            {
                id_: as_far_as_it_applies(applies.get(id_, TRUE), seen, frame)
                for id_, seen in self._seen.items()
            },
            {id_: each.truth(fired[f"prompt/{id_}"]) for id_, each in self._prompts.items() if prompts},
            {id_: each.truth(fired[f"payment/{id_}"]) for id_, each in self._payments.items()},
            {id_: each.truth(fired[f"finding/{id_}"]) for id_, each in self._findings.items()},
        )
