"""How the cases of a casebook went, in words that a person reads."""

from dataclasses import dataclass

from ccr_rules.dates import display
from ccr_rules.governance.case_answers import Value
from ccr_rules.governance.cases import Case, CaseDay, Expected


@dataclass(frozen=True, slots=True)
class Difference:
    """One expectation that was not met."""

    expected: Expected
    came: Value
    because: tuple[str, ...]

    def __str__(self) -> str:
        """Return one line: what was expected of which part of the answer, and what came."""
        where = f"{self.expected.id or self.expected.section} {self.expected.part}".strip()
        wanted, came = self.expected.value, self.came
        line = f"{where}: expected {_shown(wanted)}, came {_shown(came)}"
        if isinstance(wanted, str) or isinstance(came, str):
            return line
        apart = [("missing", set(wanted) - set(came)), ("too many", set(came) - set(wanted))]
        return f"{line} ({'; '.join(f'{word} {_shown(tuple(sorted(ids)))}' for word, ids in apart if ids)})"


@dataclass(frozen=True, slots=True)
class CaseFailure:
    """One day of one case on which some expectation was not met."""

    case: Case
    day: CaseDay
    differences: tuple[Difference, ...]

    def __str__(self) -> str:
        """Return the block that a person reads: case, day, what was expected, what came, and why."""
        at = self.day.at
        known = f", known on {display(self.day.known_on)}" if self.day.known_on else ""
        lines = [
            f"{self.case.id}: {self.case.title}",
            f"  {at.file}:{at.line}, as of {display(self.day.as_of)}{known}",
            *(f"    {difference}" for difference in self.differences),
        ]
        because = dict.fromkeys(line for difference in self.differences for line in difference.because)
        return "\n".join([*lines, *(f"      because {line}" for line in because)])


@dataclass(frozen=True, slots=True)
class CasebookResult:
    """How the cases of a ruleset went. `gaps` names what no case exercises."""

    ruleset: str
    passed: tuple[str, ...]
    failed: tuple[str, ...]
    failures: tuple[CaseFailure, ...]
    gaps: tuple[str, ...]

    @property
    def is_passed(self) -> bool:
        """Whether every case went as expected."""
        return not self.failed

    def __str__(self) -> str:
        """Return a line of counts, after a block for each failure."""
        counts = f"{self.ruleset}: {len(self.passed)} passed, {len(self.failed)} failed"
        return "\n\n".join([*(str(failure) for failure in self.failures), counts])


def _shown(value: Value) -> str:
    if isinstance(value, str):
        return value
    return ", ".join(value) or "nothing"
