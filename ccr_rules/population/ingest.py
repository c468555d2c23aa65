"""FHIR of many patients to a data set of tables: `ccr population ingest`.

First each resource goes to the bucket of its patient (`scatter`), then each bucket becomes a part of the data
set (`gather`).
"""

from collections.abc import Iterable, Sequence
from pathlib import Path

from ccr_rules.population.dataset import made_by
from ccr_rules.population.gather import gather
from ccr_rules.population.plan import Plan, plan_of
from ccr_rules.population.pool import jobs_here
from ccr_rules.population.running import Outcome, Progress, Steps, run_ingest
from ccr_rules.population.scatter import scatter
from ccr_rules.population.scattered import SHARED, Scattered
from ccr_rules.population.shared import keep_shared
from ccr_rules.population.sources import described, find_sources
from ccr_rules.population.spill import lines_of_bucket, told
from ccr_rules.population.survey import Survey, keep_refused, survey_of
from ccr_rules.population.work import Work, check_out
from ccr_rules.record.reading import how_to_read
from ccr_rules.record.versions import Version


def silent(_step: str, _done: int, _of: int) -> None:
    """Tell nobody how far it is."""


def ingest(  # noqa: PLR0913 - one argument for each option
    sources: Sequence[str],
    out: Path,
    *,
    attributes: Path | None = None,
    profile: str | None = None,
    supplied: Iterable[str] | None = None,
    version: Version = "auto",
    strict: bool = False,
    jobs: int | None = None,
    replace: bool = False,
    progress: Progress = silent,
) -> Outcome:
    """Make a data set of the FHIR resources of many patients.

    Args:
        sources: files and folders: NDJSON of resources or Bundles, Bundles, lists; .gz and .zst too.
        out: the folder of the data set.
        attributes: a CSV with `patient` and attributes, which count before those of the Patient resources.
        profile: the name of a shipped host profile.
        supplied: the kinds of resource that the sources hold completely, where that is known.
        version: the FHIR version, where its shape does not tell.
        strict: what cannot be attributed to a patient makes its kind incomplete for everybody.
        jobs: how many processes (default: as many as can run at once).
        replace: put it in the place of another data set.
        progress: told how far it is.

    Raises:
        UsageError: if an argument does not fit, a source is missing, or the folder cannot be written.
        RecordError: if a source is damaged.
    """
    stated = None if supplied is None else tuple(supplied)
    how_to_read(version, None, profile, stated)
    check_out(out)
    files = find_sources(sources, out)
    if attributes is not None:
        files = (*files, described(attributes, "attributes", -1))
    options = {"profile": profile, "supplied": stated, "strict": strict, "version": version}
    plan = plan_of(made_by(), files, options, Plan)
    return run_ingest(out, plan, FHIR, jobs or jobs_here(), replace, progress)


def survey_all(work: Work, plan: Plan) -> Survey:
    """Put together what the first half found, and keep what belongs to no patient where all can find it."""
    chunks = range(len(plan.chunks))
    survey = survey_of(plan, [told(work.spill(chunk), Scattered) for chunk in chunks])
    keep_shared(
        work.shared, (text for chunk in chunks for text in lines_of_bucket(work.spill(chunk), SHARED))
    )
    return keep_refused(work, plan, survey)


FHIR: Steps[Plan] = Steps(scatter, survey_all, gather)
