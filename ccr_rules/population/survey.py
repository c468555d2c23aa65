"""What the first half of an ingest found, put together for the second: lines, kinds, what was refused."""

from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import msgspec

from ccr_rules.population import units
from ccr_rules.population.parts import replacing
from ccr_rules.population.plan import Plan
from ccr_rules.population.quarantine import Refused, as_lines, within
from ccr_rules.population.scattered import REFUSED, Scattered
from ccr_rules.population.spill import lines_of_bucket
from ccr_rules.population.work import Work


class Survey(msgspec.Struct, frozen=True):
    """`first_lines` holds for each piece of each chunk how many lines of its file come before it.

    `groups` says for each source to which group it belongs: its export, or itself where every file of the
    export is of one patient; `kinds` are the types of resource that each group has outside Bundles. The rest
    are sums of what the tasks found; `refused` counts what they refused.
    """

    first_lines: list[list[int]]
    groups: list[int]
    kinds: dict[int, list[str]]
    resources: dict[str, int]
    not_read: dict[str, int]
    not_about_patients: int
    unattributed: dict[str, str]
    refused: int = 0

    def place(self, plan: Plan, chunk: int, piece: int, line: int) -> str:
        """Return the name of a file, and the line there; line 0 stands for the whole file."""
        name = plan.sources[plan.chunks[chunk][piece].source].name
        return f"{name}:{self.first_lines[chunk][piece] + line}" if line else name

    def contains(self, sources: Iterable[int]) -> frozenset[str]:
        """Return the types of resource that the groups of some sources have outside Bundles."""
        groups = {self.groups[source] for source in sources}
        return frozenset(kind for group in groups for kind in self.kinds.get(group, ()))


def survey_of(plan: Plan, scattered: Iterable[Scattered]) -> Survey:
    """Put together what the tasks found, in the order of the chunks."""
    found = list(scattered)
    resources: Counter[str] = Counter()
    not_read: Counter[str] = Counter()
    groups = _groups(plan, found)
    kinds: dict[int, set[str]] = {}
    unattributed: dict[str, str] = {}
    for each in found:
        resources.update(each.resources)
        not_read.update(each.not_read)
        for source, several in each.kinds.items():
            kinds.setdefault(groups[source], set()).update(several)
        unattributed = each.unattributed | unattributed
    return Survey(
        first_lines=_first_lines(plan, found),
        groups=groups,
        kinds={group: sorted(several) for group, several in kinds.items()},
        resources=dict(sorted(resources.items())),
        not_read=dict(sorted(not_read.items())),
        not_about_patients=sum(each.not_about_patients for each in found),
        unattributed=unattributed,
    )


def _groups(plan: Plan, found: Iterable[Scattered]) -> list[int]:
    """Say what holds one population: an export, unless each of its files is of one patient, not all of one.

    Such files say of nobody else what is complete.
    """
    whose: dict[int, set[str | None]] = {}
    for each in found:
        for source, patient in each.patients.items():
            whose.setdefault(source, set()).add(patient)
    exports: dict[int, list[set[str | None]]] = {}
    for source, patients in whose.items():
        exports.setdefault(plan.sources[source].export, []).append(patients)
    of_single_patients = {
        export
        for export, several in exports.items()
        if all(len(patients) == 1 and None not in patients for patients in several)
        and len(set().union(*several)) > 1
    }
    return [
        len(plan.sources) + number if source.export in of_single_patients else source.export
        for number, source in enumerate(plan.sources)
    ]


def _first_lines(plan: Plan, found: list[Scattered]) -> list[list[int]]:
    """Count lines over the pieces of each source: no source comes back after another began."""
    before: dict[int, int] = {}
    first_lines: list[list[int]] = []
    for chunk, each in zip(plan.chunks, found, strict=True):
        starts: list[int] = []
        for piece, lines in zip(chunk, each.lines, strict=True):
            starts.append(before.get(piece.source, 0))
            before[piece.source] = starts[-1] + lines
        first_lines.append(starts)
    return first_lines


def keep_refused(work: Work, plan: Plan, survey: Survey) -> Survey:
    """Write what the first half refused, with its places; return the survey with how much it was.

    Raises:
        OSError: if it cannot be written.
    """
    count = 0
    with replacing(work.refused) as unfinished, unfinished.open("wb") as out:
        for chunk in range(len(plan.chunks)):
            for text in lines_of_bucket(work.spill(chunk), REFUSED):
                refused = [_placed(survey, plan, chunk, line) for line in text.splitlines()]
                out.write(as_lines(refused))
                count += len(refused)
    return msgspec.structs.replace(survey, refused=count)


def _placed(survey: Survey, plan: Plan, chunk: int, line: bytes) -> Refused:
    unit = units.split(line.partition(b"\t")[2])
    refused = msgspec.json.decode(unit.raw, type=Refused)
    place = survey.place(plan, chunk, unit.piece, unit.line)
    return msgspec.structs.replace(refused, place=within(place, refused.place))


def write_survey(path: Path, survey: Survey) -> None:
    """Keep a survey. Raises OSError if that cannot be done."""
    with replacing(path) as unfinished:
        unfinished.write_bytes(msgspec.json.encode(survey))


def read_survey(path: Path) -> Survey:
    """Read a survey that was kept."""
    return msgspec.json.decode(path.read_bytes(), type=Survey)
