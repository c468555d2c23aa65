"""durable-rules as an evaluator: rulesets and records in, runs out, as the reference gives them."""

from collections.abc import Sequence
from weakref import WeakKeyDictionary

from ccr_rules.errors import EvaluatorUnavailable
from ccr_rules.evaluation.durable.program import DurableProgram, NotInSubset
from ccr_rules.evaluation.durable.questions import ImpossibleAnswer
from ccr_rules.evaluation.frame import Frame
from ccr_rules.evaluation.program import Program, Run
from ccr_rules.evaluation.second_opinion import SecondOpinion, differences
from ccr_rules.hosting.durable.availability import require
from ccr_rules.hosting.durable.process import DurableProcess, unavailable

Asked = tuple[Program, Frame]
"""A ruleset and a record."""


class DurableEvaluator:
    """Decides with durable-rules; one of them serves many threads.

    `process` is where it runs: by default one of its own, for which durable-rules must be installed.
    Raises MissingExtraError.
    """

    def __init__(self, process: DurableProcess | None = None) -> None:
        if process is None:
            require()
        self.process = process or DurableProcess()
        self._programs: WeakKeyDictionary[Program, DurableProgram] = WeakKeyDictionary()

    def runs(self, asked: Sequence[Asked]) -> list[Run]:
        """Return what durable-rules decides. Raises NotInSubset and EvaluatorUnavailable."""
        translated = [(self.translated(program), frame) for program, frame in asked]
        answers = self.process.decide([(each.asked, each.facts(frame)) for each, frame in translated])
        try:
            return [
                each.run(frame, answer) for (each, frame), answer in zip(translated, answers, strict=True)
            ]
        except ImpossibleAnswer as impossible:
            self.process.close()
            raise unavailable(f"it gave an impossible answer ({impossible})") from None

    def opinion(self, asked: Sequence[Asked], runs: Sequence[Run]) -> SecondOpinion:
        """Compare the runs of the reference with what durable-rules decides."""
        reasons: dict[str, str] = {}
        first: list[tuple[Asked, Run]] = []
        for each, run in zip(asked, runs, strict=True):
            try:
                self.translated(each[0])
                first.append((each, run))
            except NotInSubset as refused:
                reasons[run.ruleset.reference] = refused.message
        try:
            second = self.runs([each for each, _ in first])
        except EvaluatorUnavailable as fault:
            reasons |= dict.fromkeys((run.ruleset.reference for _, run in first), fault.message)
            second = []
        compared = {
            run.ruleset.reference: differences(run, other)
            for (_, run), other in zip(first, second, strict=False)
        }
        return SecondOpinion({ruleset: names for ruleset, names in compared.items() if names}, reasons)

    def translated(self, program: Program) -> DurableProgram:
        """Return a ruleset as durable-rules gets it. Raises NotInSubset."""
        if program not in self._programs:
            self._programs[program] = DurableProgram(program)
        return self._programs[program]
