"""How long after one invitation the next may go out, and who says so."""

from collections.abc import Iterable
from datetime import date
from typing import Final, NamedTuple

from ccr_rules import Evaluation
from ccr_rules.dates import Duration, shift_day

PARAMETER: Final = "invitations_apart"
"""The parameter with which a ruleset says how far apart two invitations must be."""

DEFAULT: Final = Duration(7, "day")
UNVERIFIED: Final = (
    "unverified: 7 days between invitations is what the contract counted until 2024/25; no source says how "
    "long to wait since then (settings second_after and third_after)"
)


class Wait(NamedTuple):
    """The time between two invitations: all of `durations` must have passed. `note` says where it is from."""

    durations: tuple[Duration, ...]
    note: str

    def after(self, day: date) -> date:
        """Return the first day on which the next invitation may go out."""
        return max(shift_day(day, each) for each in self.durations)


def wait_of(evaluation: Evaluation, setting: Duration | None) -> Wait:
    """Return how long to wait: as long as the rulesets in force ask for, and the practice's own setting."""
    ruled = dict(_ruled(evaluation))
    own = {"the practice's setting": setting} if setting else {}
    said = own | ruled
    if not said:
        return Wait((DEFAULT,), UNVERIFIED)
    words = "; ".join(f"{each} ({who})" for who, each in said.items())
    return Wait(tuple(said.values()), f"Time between invitations: {words}")


def _ruled(evaluation: Evaluation) -> Iterable[tuple[str, Duration]]:
    for result in evaluation.results:
        parameter = result.ruleset.parameters.get(PARAMETER)
        if result.in_force and parameter is not None and isinstance(parameter.value, Duration):
            yield result.ruleset.reference, parameter.value
