"""From the options of `ccr population ingest` to the ingest that is meant."""

from collections.abc import Iterable
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, cast

from ccr_rules.cli.progress import Told, progress_shown
from ccr_rules.cli.question import split_words
from ccr_rules.errors import MissingExtraError, UsageError

if TYPE_CHECKING:
    from ccr_rules.population.running import Outcome
    from ccr_rules.record.versions import Version

PACKAGES = ("pyarrow", "zstandard")
"""What the extra `population` brings for this."""


@dataclass(frozen=True, slots=True)
class Asked:
    """The options, as given."""

    sources: list[str]
    out: Path
    flat: Path | None = None
    patients: Path | None = None
    omop: bool = False
    attributes: Path | None = None
    profile: str | None = None
    supplied: list[str] | None = None
    version: str = "auto"
    strict: bool = False
    jobs: int | None = None
    replace: bool = False


def run(asked: Asked) -> "Outcome":
    """Ingest what is asked for, with a bar where somebody watches.

    Raises:
        MissingExtraError: if the packages for populations are not installed.
        UsageError: if options are named that do not go together.
        CcrError: whatever the ingest raises.
    """
    need_packages(PACKAGES)
    _check(asked)
    with progress_shown() as told:
        if asked.flat is not None:
            return _flat(asked, asked.flat, told)
        return _omop(asked, told) if asked.omop else _fhir(asked, told)


def need_packages(packages: Iterable[str]) -> None:
    """Check that packages of the extra `population` are there. Raises MissingExtraError."""
    if not all(map(find_spec, packages)):
        raise MissingExtraError(
            'populations need more packages: pip install "ccr-rules[population]", then run this again'
        )


def _check(asked: Asked) -> None:
    """Refuse options that would mean nothing together."""
    if asked.patients is not None and asked.flat is None:
        raise UsageError("--patients is read by a mapping; name that with --flat")
    if asked.flat is not None and asked.omop:
        raise UsageError("--flat and --omop are two kinds of sources; name one of them")
    if asked.flat is None and not asked.omop:
        return
    if asked.profile is not None:
        says = "the mapping says" if asked.flat is not None else "OMOP settles"
        raise UsageError(f"--profile is for FHIR; here {says} what is kept where")
    if asked.version != "auto":
        raise UsageError("--fhir-version is for FHIR, and this is none")


def _flat(asked: Asked, mapping: Path, told: Told) -> "Outcome":
    from ccr_rules.population.flat.ingest import ingest_flat

    return ingest_flat(
        asked.sources,
        asked.out,
        mapping,
        patients=asked.patients,
        attributes=asked.attributes,
        supplied=split_words(asked.supplied),
        strict=asked.strict,
        jobs=asked.jobs,
        replace=asked.replace,
        progress=told,
    )


def _omop(asked: Asked, told: Told) -> "Outcome":
    from ccr_rules.population.omop.ingest import ingest_omop

    return ingest_omop(
        asked.sources,
        asked.out,
        attributes=asked.attributes,
        supplied=split_words(asked.supplied),
        strict=asked.strict,
        jobs=asked.jobs,
        replace=asked.replace,
        progress=told,
    )


def _fhir(asked: Asked, told: Told) -> "Outcome":
    from ccr_rules.population.ingest import ingest

    return ingest(
        asked.sources,
        asked.out,
        attributes=asked.attributes,
        profile=asked.profile,
        supplied=split_words(asked.supplied),
        version=cast("Version", asked.version),
        strict=asked.strict,
        jobs=asked.jobs,
        replace=asked.replace,
        progress=told,
    )
