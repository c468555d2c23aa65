"""Whether evaluators agree: the same questions, the same verdicts."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from ccr_rules.dates import ABSENT, DateValue
from ccr_rules.evaluation.asof import Moment
from ccr_rules.evaluation.decisions import dead_on
from ccr_rules.evaluation.frame import Frame
from ccr_rules.evaluation.groups import Group
from ccr_rules.evaluation.members import RecordView
from ccr_rules.evaluation.program import Program
from ccr_rules.evaluation.verdicts import Verdicts, differing, verdicts
from ccr_rules.record.patient import Consultation, PatientRecord
from ccr_rules.truth import FALSE


class Asked(NamedTuple):
    """One question: a person, the moment, and the consultation in which it is asked."""

    record: PatientRecord
    moment: Moment
    consultation: Consultation | None = None


Said = Mapping[str, Verdicts]
"""What one evaluator says about one question, by ruleset."""


class Difference(NamedTuple):
    """One verdict on which two evaluators differ; `number` is that of the question."""

    number: int
    ruleset: str
    key: str
    one: object
    other: object

    def __str__(self) -> str:
        """Say what differs, without anything of the record."""
        return f"question {self.number}, {self.ruleset} {self.key}: {self.one} against {self.other}"


def frames(asked: Asked, groups: Sequence[Group]) -> Iterator[tuple[Program, Frame]]:
    """Yield every ruleset with the record, ready to be run."""
    record, moment = asked.record, asked.moment
    dead = dead_on(record, moment.as_of, moment.known_on)
    for group in groups:
        view = RecordView(record, moment, group.index, group.codelists)
        for program in group.programs:
            yield program, Frame(view, asked.consultation, dead)


def by_reference(asked: Sequence[Asked], groups: Sequence[Group]) -> list[Said]:
    """Answer questions with the reference evaluator."""
    return [
        {program.ruleset.reference: verdicts(program.run(frame)) for program, frame in frames(each, groups)}
        for each in asked
    ]


def differences(one: Sequence[Said], other: Sequence[Said]) -> list[Difference]:
    """Return every verdict on which two evaluators differ about the same questions."""
    return list(_differences(one, other))


def _differences(one: Sequence[Said], other: Sequence[Said]) -> Iterator[Difference]:
    for number, (first, second) in enumerate(zip(one, other, strict=True)):
        for ruleset in sorted({*first, *second}):
            a, b = first.get(ruleset, {}), second.get(ruleset, {})
            for key in differing(a, b):
                yield Difference(number, ruleset, key, a.get(key), b.get(key))


class Tally(NamedTuple):
    """How many verdicts were compared, and how many of them said something."""

    verdicts: int
    telling: int

    def plus(self, other: "Tally") -> "Tally":
        """Return both together."""
        return Tally(self.verdicts + other.verdicts, self.telling + other.telling)


def tally(said: Iterable[Said]) -> Tally:
    """Count verdicts; telling ones are not what would be said of an empty record."""
    values = [(key, value) for each in said for verdict in each.values() for key, value in verdict.items()]
    return Tally(len(values), sum(is_telling(key, value) for key, value in values))


def is_telling(key: str, value: object) -> bool:
    """Say whether a verdict is more than "no", "not applicable" or "absent"."""
    if isinstance(value, frozenset):
        words = {getattr(each, "denominator", each) for each in value}
        return words != {"not applicable"}
    if isinstance(value, DateValue):
        return value != ABSENT and not key.endswith("/until")
    return value is not None and value is not FALSE
