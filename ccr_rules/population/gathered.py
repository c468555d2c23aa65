"""What is written of a part when it is done."""

from collections.abc import Iterable

import msgspec

from ccr_rules.population.parts import Part, replacing
from ccr_rules.population.quarantine import Refused, as_lines
from ccr_rules.population.work import Work


class Gathered(msgspec.Struct):
    """A part, and counts for the data set: patients who lack a kind, with a reason for each kind."""

    part: Part
    unusable: int = 0
    refused: int = 0
    lacking: dict[str, int] = {}
    reasons: dict[str, str] = {}
    findings: dict[str, int] = {}
    attributes_of_nobody: int = 0


def keep_gathered(work: Work, gathered: Gathered, refused: Iterable[Refused]) -> None:
    """Write that a part is done, and before it what was refused of it. Raises OSError."""
    part = gathered.part.part
    with replacing(work.refused_of_part(part)) as unfinished:
        unfinished.write_bytes(as_lines(refused))
    with replacing(work.part(part)) as unfinished:
        unfinished.write_bytes(msgspec.json.encode(gathered))


def read_gathered(work: Work, part: int) -> Gathered | None:
    """Return what was written of a part, or None if it is not done."""
    path = work.part(part)
    return msgspec.json.decode(path.read_bytes(), type=Gathered) if path.exists() else None
