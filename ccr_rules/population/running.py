"""How every ingest runs: scatter the sources to buckets, look what was found, gather the buckets to parts.

Whatever the sources are, the steps are the same, each can be left off and taken up again, and the last of
them makes the data set valid by writing `dataset.json`.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Generic, NamedTuple, TypeVar

from ccr_rules.errors import UsageError
from ccr_rules.population.dataset import (
    FORMAT,
    NAME,
    QUARANTINE,
    Dataset,
    ReadFile,
    in_order,
    made_by,
    read_dataset,
    write_dataset,
)
from ccr_rules.population.gathered import Gathered, read_gathered
from ccr_rules.population.parts import remove_leftovers, replacing
from ccr_rules.population.plan import AnyPlan
from ccr_rules.population.pool import Task, run_all
from ccr_rules.population.sources import SourceFile
from ccr_rules.population.spill import is_whole
from ccr_rules.population.survey import Survey, read_survey, write_survey
from ccr_rules.population.work import Work, digest_of_plan
from ccr_rules.record.patient import KINDS
from ccr_rules.record.profiles import profile_named

Progress = Callable[[str, int, int], None]
"""Told the name of a step, how much of it is done, and how much there is."""


P = TypeVar("P", bound=AnyPlan)


class Steps(NamedTuple, Generic[P]):
    """What a kind of source brings: the two tasks, what happens between them, and what before them.

    `prepare` leaves alone what an interrupted run prepared.
    """

    scatter: Task[Any]
    survey: Callable[[Work, P], Survey]
    gather: Task[Gathered]
    prepare: Callable[[Work, P], None] | None = None


class Outcome(NamedTuple):
    """The data set, and whether this run made it, or took up what another had begun."""

    dataset: Dataset
    is_new: bool
    was_continued: bool = False


def run_ingest(out: Path, plan: P, steps: Steps[P], jobs: int, replace: bool, progress: Progress) -> Outcome:
    """Make a data set, unless it is there already.

    Raises:
        UsageError: if the folder holds a data set of other sources and `replace` is not set, or cannot be
            written.
        CcrError: if a source cannot be read.
    """
    work, digest = Work(out), digest_of_plan(plan)
    try:
        known = _known(out, digest, replace)
        if known is not None:
            work.remove()
            return Outcome(known, is_new=False)
        was_begun = work.begin(plan)
        if steps.prepare is not None:
            steps.prepare(work, plan)
        _scatter(work, plan, steps, jobs, progress)
        survey = _surveyed(work, plan, steps)
        gathered = _gather(work, plan, steps, jobs, progress)
        _write_quarantine(work, plan)
        dataset = _dataset(plan, survey, gathered, digest)
        remove_leftovers(out, plan.parts)
        write_dataset(out, dataset)
    except OSError as error:
        raise UsageError(
            f"{out}: cannot be written: {error.strerror or error}; mend that (is the disk full?) and run "
            f"the same command again: it goes on where it stopped"
        ) from None
    work.remove()
    return Outcome(dataset, is_new=True, was_continued=was_begun)


def _known(out: Path, digest: str, replace: bool) -> Dataset | None:
    """Return the data set that is wanted, if it is there; another one goes, if it may."""
    if not (out / NAME).exists():
        return None
    if not replace:
        known = read_dataset(out)
        if known.plan == digest:
            return known
        raise UsageError(
            f"{out}: holds a data set of other sources, or made with other options; name another folder "
            f"for --out, or say --replace"
        )
    (out / NAME).unlink()
    return None


def _scatter(work: Work, plan: P, steps: Steps[P], jobs: int, progress: Progress) -> None:
    waiting = [chunk for chunk in range(len(plan.chunks)) if not is_whole(work.spill(chunk))]
    done = len(plan.chunks) - len(waiting)
    progress("Reading", done, len(plan.chunks))
    for _ in run_all(steps.scatter, str(work.out), waiting, jobs):
        done += 1
        progress("Reading", done, len(plan.chunks))


def _surveyed(work: Work, plan: P, steps: Steps[P]) -> Survey:
    if not work.survey.exists():
        write_survey(work.survey, steps.survey(work, plan))
    return read_survey(work.survey)


def _gather(work: Work, plan: P, steps: Steps[P], jobs: int, progress: Progress) -> list[Gathered]:
    done = {part: read for part in range(plan.parts) if (read := read_gathered(work, part))}
    progress("Writing", len(done), plan.parts)
    waiting = [part for part in range(plan.parts) if part not in done]
    for part, gathered in run_all(steps.gather, str(work.out), waiting, jobs):
        done[part] = gathered
        progress("Writing", len(done), plan.parts)
    return [done[part] for part in range(plan.parts)]


def _write_quarantine(work: Work, plan: AnyPlan) -> None:
    """Write what the first half refused, in the order of the sources, and then what each part did."""
    with replacing(work.out / QUARANTINE) as unfinished, unfinished.open("wb") as out:
        out.write(work.refused.read_bytes())
        for part in range(plan.parts):
            out.write(work.refused_of_part(part).read_bytes())


def _dataset(plan: AnyPlan, survey: Survey, gathered: Sequence[Gathered], digest: str) -> Dataset:
    patients = sum(each.part.patients for each in gathered)
    lacking = _summed(each.lacking for each in gathered)
    reasons: dict[str, str] = {}
    for each in gathered:
        reasons = each.reasons | reasons
    missing = [kind for kind in KINDS if lacking[kind] == patients]
    host = profile_named(plan.profile)
    return Dataset(
        format=FORMAT,
        made_by=made_by(),
        sources=tuple(_read_file(source) for source in plan.sources),
        patients=patients,
        entries=sum(each.part.entries for each in gathered),
        supplied=in_order(set(KINDS).difference(missing)),
        incomplete={kind: reasons.get(kind, "there are no patients") for kind in missing},
        parts=tuple(each.part for each in gathered),
        lacking={kind: lacking[kind] for kind in KINDS if lacking[kind]},
        profile=host.name if host else None,
        assumed=host.assumed if host else (),
        keeps=dict(host.keeps) if host else {},
        resources=survey.resources,
        not_read=survey.not_read,
        not_about_patients=survey.not_about_patients,
        quarantined=survey.refused + sum(each.refused for each in gathered),
        unattributed=survey.refused,
        unusable=sum(each.unusable for each in gathered),
        attributes_of_nobody=sum(each.attributes_of_nobody for each in gathered),
        findings=dict(sorted(_summed(each.findings for each in gathered).items())),
        plan=digest,
    )


def _summed(counts: Iterable[dict[str, int]]) -> Counter[str]:
    total: Counter[str] = Counter()
    for each in counts:
        total.update(each)
    return total


def _read_file(source: SourceFile) -> ReadFile:
    modified = datetime.fromtimestamp(source.modified_ns // 1_000_000_000, UTC)
    return ReadFile(source.name, source.bytes, modified.isoformat().replace("+00:00", "Z"))
