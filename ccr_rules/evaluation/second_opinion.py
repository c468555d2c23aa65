"""What a second evaluator says of the answers of the first: the same, something else, or nothing at all."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from ccr_rules.errors import EvaluatorsDisagree, EvaluatorUnavailable
from ccr_rules.evaluation.answers import FindingAnswer, PluginFault
from ccr_rules.evaluation.program import Run
from ccr_rules.evaluation.verdicts import Verdicts, differing, verdicts

SECOND_EVALUATOR = "durable-rules"


@dataclass(frozen=True, slots=True)
class SecondOpinion:
    """By ruleset, what is decided differently; and why nothing is known of a ruleset that was not decided."""

    differences: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    unavailable: Mapping[str, str] = field(default_factory=dict)

    @property
    def agrees(self) -> bool:
        """Whether everything was decided twice, and alike."""
        return not self.differences and not self.unavailable

    def insist(self, where: str) -> None:
        """Raise EvaluatorsDisagree or EvaluatorUnavailable unless the two agree."""
        for ruleset, names in self.differences.items():
            raise EvaluatorsDisagree(
                f"{ruleset}: {where}: durable-rules decides differently: {', '.join(names)}"
            )
        for ruleset, why in self.unavailable.items():
            raise EvaluatorUnavailable(f"{ruleset}: {where}: {why}")

    def findings(self) -> Iterator[FindingAnswer]:
        """Yield what the answer says about it; nothing where the two agree."""
        for ruleset, names in self.differences.items():
            message = (
                f"A second evaluator ({SECOND_EVALUATOR}) decides differently: {', '.join(names)}. One of "
                f"the two is wrong: do not rely on these answers, and report it."
            )
            yield FindingAnswer("evaluators-disagree", "critical", message, [], ruleset)
        for ruleset, why in self.unavailable.items():
            message = f"Nothing was decided a second time: {why}."
            yield FindingAnswer("second-opinion-unavailable", "warning", message, [], ruleset)

    def faults(self) -> Iterator[PluginFault]:
        """Yield why the second evaluator said nothing, for whoever runs it."""
        for why in dict.fromkeys(self.unavailable.values()):
            yield PluginFault(SECOND_EVALUATOR, "decide", why)


def differences(first: Run, second: Run) -> tuple[str, ...]:
    """Return the names of what two evaluators decide differently of one ruleset and record."""
    return tuple(differing(_everything(first), _everything(second)))


def _everything(run: Run) -> Verdicts:
    """With the verdicts, whether each review applies: the headline says of it whether there is a cancer."""
    applies = {f"review/{id_}/applies": state.applies for id_, state in run.reviews.items()}
    return {**verdicts(run), **applies}
