"""A question that durable-rules decides: one flat fact, and the rules that say what may be answered."""

from collections.abc import Collection, Iterable, Iterator, Mapping

from ccr_rules.evaluation.durable.conditions import Formula
from ccr_rules.evaluation.durable.inputs import Inputs
from ccr_rules.evaluation.durable.ways import MOST_WAYS, TooManyWays, Ways
from ccr_rules.truth import FALSE, TRUE, UNKNOWN, Truth

Fired = Collection[str]
"""The answers whose rules fired."""


class TooMuch(Exception):
    """A question that durable-rules cannot be asked safely, and why."""


class ImpossibleAnswer(Exception):
    """What durable-rules answered, and its rules cannot give: it has lost or invented something."""


class Question:
    """One fact and its rules; `name` is that of what is decided, such as `indicator/CAN004`.

    `rules` are the answers, each with the ways in which it is given. Raises TooMuch.
    """

    def __init__(self, name: str, inputs: Inputs, rules: Iterable[tuple[str, Ways]]) -> None:
        self.name = name
        self.inputs = inputs
        try:
            self.rules: Mapping[str, Ways] = dict(rules)
        except TooManyWays:
            raise TooMuch(f"{name} would need more than {MOST_WAYS} rules") from None

    def fired(self, numbers: Iterable[int]) -> Fired:
        """Return the answers with these numbers. Raises ImpossibleAnswer."""
        names = dict(enumerate(self.rules))
        try:
            return frozenset(names[number] for number in numbers)
        except KeyError as unknown:
            raise self.impossible(f"there is no answer {unknown}") from None

    def truth(self, part: str, fired: Fired) -> Truth:
        """Return the truth value that the two rules of a part gave. Raises ImpossibleAnswer."""
        sure, possible = f"{part} surely" in fired, f"{part} possibly" in fired
        if sure and not possible:
            raise self.impossible(f"{part} surely and not possibly")
        return TRUE if sure else UNKNOWN if possible else FALSE

    def impossible(self, what: str) -> ImpossibleAnswer:
        """Return the error that says what the rules cannot have given."""
        return ImpossibleAnswer(f"{self.name}: {what}")


class TruthQuestion:
    """A question whose answer is a truth value: a prompt, a payment, a finding, whether an item applies."""

    def __init__(self, name: str, inputs: Inputs, formula: Formula) -> None:
        self.question = Question(name, inputs, truth_rules("holds", formula))

    def truth(self, fired: Fired) -> Truth:
        """Return what the rules that fired decide. Raises ImpossibleAnswer."""
        return self.question.truth("holds", fired)


def truth_rules(name: str, formula: Formula) -> Iterator[tuple[str, Ways]]:
    """Yield the two rules of a truth value."""
    yield f"{name} surely", formula("surely")
    yield f"{name} possibly", formula("possibly")
