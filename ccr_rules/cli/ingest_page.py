"""The page of an ingest: what is in the data set, what is complete, and what was left out."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from ccr_rules.cli.layout import Page
from ccr_rules.population.dataset import NAME, QUARANTINE, Dataset
from ccr_rules.population.running import Outcome
from ccr_rules.record.findings import MESSAGES

MOST_SHOWN = 8


def ingest_page(outcome: Outcome, out: Path, width: int) -> Page:
    """Return the page."""
    dataset = outcome.dataset
    page = Page(width)
    page.title(f"{dataset.patients:,} patients, {dataset.entries:,} entries", str(out))
    page.section("Read", [_counts(dataset.resources)] if dataset.resources else [])
    page.section("Complete", list(_complete(dataset)))
    page.section("Lacking", list(_incomplete(dataset)))
    page.section("Assumed", dataset.assumed)
    page.section("Left out", list(_left_out(dataset, out)), "bold yellow" if dataset.unattributed else "")
    page.section("Findings", list(_findings(dataset)))
    page.gap()
    page.say(_outcome(outcome, out))
    return page


def warning_of(dataset: Dataset) -> str:
    """Return what must not go unseen: that records lack something and do not show it; or nothing."""
    if not dataset.unattributed:
        return ""
    return (
        f"{dataset.unattributed:,} resources or lines could not be attributed to a patient: somebody's "
        f"record lacks them, and nothing shows whose; mend the source, or run again with --strict "
        f"--replace: their kinds then count as incomplete for everybody"
    )


def _counts(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{kind} {count:,}" for kind, count in counts.items())


def _complete(dataset: Dataset) -> Iterator[str]:
    for_all = [kind for kind in dataset.supplied if not dataset.lacking.get(kind)]
    if for_all:
        yield ", ".join(for_all)
    some = {kind: dataset.lacking[kind] for kind in dataset.supplied if dataset.lacking.get(kind)}
    if some:
        patients = ", ".join(f"{kind} {count:,}" for kind, count in some.items())
        yield f"but not for so many patients: {patients}"


def _incomplete(dataset: Dataset) -> Iterator[str]:
    kinds: dict[str, list[str]] = {}
    for kind, reason in dataset.incomplete.items():
        kinds.setdefault(reason, []).append(kind)
    yield from (f"{', '.join(several)}: {reason}" for reason, several in kinds.items())


def _left_out(dataset: Dataset, out: Path) -> Iterator[str]:
    if dataset.unattributed:
        yield f"{dataset.unattributed:,} resources or lines of which nobody can tell whose they are"
    if dataset.unusable:
        yield f"{dataset.unusable:,} patients of whom nothing could be read: nobody can tell what is due"
    if dataset.quarantined:
        yield f"{dataset.quarantined:,} in all; each with its place and the reason in {out / QUARANTINE}"
    if dataset.not_read:
        yield f"not read, for the engine uses none: {_counts(dataset.not_read)}"
    if dataset.not_about_patients:
        yield f"{dataset.not_about_patients:,} about groups, devices or places"
    if dataset.attributes_of_nobody:
        yield f"attributes of {dataset.attributes_of_nobody:,} who are not in the sources"


def _findings(dataset: Dataset) -> Iterator[str]:
    for finding, count in sorted(dataset.findings.items(), key=lambda each: -each[1])[:MOST_SHOWN]:
        yield f"{count:,} patients: {MESSAGES[finding].replace(': {}', '').replace(' {}', '')}"


def _outcome(outcome: Outcome, out: Path) -> str:
    if not outcome.is_new:
        return f"Nothing to do: {out} was made of these sources, as they are, with these options."
    parts = len(outcome.dataset.parts)
    begun = "An interrupted run was continued. " if outcome.was_continued else ""
    return f"{begun}Written: {out / NAME} and {parts} part{'' if parts == 1 else 's'} of each table."
