"""OMOP CDM 5.4 to a data set: `ccr population ingest --omop`."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

from ccr_rules.errors import UsageError
from ccr_rules.population.dataset import made_by
from ccr_rules.population.gather import gather
from ccr_rules.population.ingest import silent, survey_all
from ccr_rules.population.omop.cdm import EVENTS, PERIOD
from ccr_rules.population.omop.files import find_tables, table_of
from ccr_rules.population.omop.lookup import NAME, keep_lookup
from ccr_rules.population.omop.scatter import scatter
from ccr_rules.population.plan import Plan, plan_of
from ccr_rules.population.pool import jobs_here
from ccr_rules.population.running import Outcome, Progress, Steps, run_ingest
from ccr_rules.population.sources import SourceFile, check_outside, described
from ccr_rules.population.work import Work, check_out
from ccr_rules.record.profiles import ACTIVITY, DIAGNOSIS, HostProfile, check_kinds

KEEPS: Final = {
    DIAGNOSIS: ("Condition", "Observation"),
    ACTIVITY: ("Condition", "Observation", "Procedure"),
}
ASSUMED: Final = (
    "OMOP has every diagnosis as a condition or observation, and every activity as a procedure, "
    "observation or condition.",
    "OMOP says neither when an entry was made nor which episode a diagnosis is: each counts as made on its "
    "own day.",
)
REGISTERED: Final = (
    "Everybody counts as registered from the first day of their latest observation period on: OMOP does "
    "not say who has left."
)


def ingest_omop(
    sources: Sequence[str],
    out: Path,
    *,
    attributes: Path | None = None,
    supplied: Iterable[str] | None = None,
    strict: bool = False,
    jobs: int | None = None,
    replace: bool = False,
    progress: Progress = silent,
) -> Outcome:
    """Make a data set of a folder of OMOP tables.

    Args:
        sources: the folder, and nothing else.
        out: the folder of the data set.
        attributes: as in `ccr_rules.population.ingest.ingest`, as are the further arguments.
        supplied: the kinds that the tables hold completely; by default those whose tables are there.
        strict: what cannot be attributed to a patient makes its kind incomplete for everybody.
        jobs: how many processes (default: as many as can run at once).
        replace: put it in the place of another data set.
        progress: told how far it is.

    Raises:
        UsageError: if an argument does not fit, a table or column is missing, or `out` cannot be written.
        RecordError: if a table is damaged.
    """
    if len(sources) != 1:
        raise UsageError("--omop takes one folder with the tables of OMOP CDM; ingest several one by one")
    folder = Path(sources[0])
    stated = None if supplied is None else tuple(supplied)
    check_kinds(stated or ())
    check_out(out)
    check_outside(out, folder)
    files = find_tables(folder)
    host = host_of(files, stated)
    if attributes is not None:
        files = (*files, described(attributes, "attributes", -1))
    plan = plan_of(made_by(), files, {"profile": host, "strict": strict}, Plan)
    return run_ingest(out, plan, OMOP, jobs or jobs_here(), replace, progress)


def host_of(files: Iterable[SourceFile], supplied: tuple[str, ...] | None) -> HostProfile:
    """Return what is known of the tables of a folder, in the terms of host profiles."""
    names = {table_of(Path(file.path)) for file in files}
    kinds = ("Patient", *(events.kind for name, events in EVENTS.items() if name in names))
    assumed = (*ASSUMED, REGISTERED) if PERIOD in names else ASSUMED
    return HostProfile("omop", kinds if supplied is None else supplied, KEEPS, assumed)


def _prepare(work: Work, plan: Plan) -> None:
    """Make the lookup, unless an interrupted run made it."""
    path = work.folder / NAME
    if not path.exists():
        keep_lookup(path, [Path(each.path) for each in plan.sources if each.form != "attributes"])


OMOP: Steps[Plan] = Steps(scatter, survey_all, gather, _prepare)
