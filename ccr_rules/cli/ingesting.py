"""From the options of `ccr population ingest` to the ingest that is meant."""

from collections.abc import Iterable
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, cast

from ccr_rules.cli.progress import Told, progress_shown
from ccr_rules.cli.question import split_words
from ccr_rules.errors import MissingExtraError

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
        CcrError: whatever the ingest raises.
    """
    need_packages(PACKAGES)
    with progress_shown() as told:
        return _fhir(asked, told)


def need_packages(packages: Iterable[str]) -> None:
    """Check that packages of the extra `population` are there. Raises MissingExtraError."""
    if not all(map(find_spec, packages)):
        raise MissingExtraError(
            'populations need more packages: pip install "ccr-rules[population]", then run this again'
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
