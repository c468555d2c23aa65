"""What a data set says of itself: `dataset.json`, which is written last."""

from collections.abc import Iterable
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Final

import msgspec

from ccr_rules.population.heads import DATASET
from ccr_rules.population.parts import Part
from ccr_rules.record.patient import KINDS

FORMAT: Final = DATASET.format
NAME: Final = DATASET.name
QUARANTINE: Final = "quarantine.ndjson"


class ReadFile(msgspec.Struct, frozen=True):
    """A file that was read: its name as it was named, its size, and when it was last changed (UTC)."""

    name: str
    bytes: int
    modified: str


class Dataset(msgspec.Struct, frozen=True):
    """A data set: what it was made of, what it holds, what it holds completely, and its parts.

    `supplied` are the kinds of resource that are complete of some patients, `incomplete` says of every other
    kind why not, and `lacking` counts for each kind the patients of whom it is not complete, as the bits of
    `patients.incomplete` say. `profile`, `assumed` and `keeps` are those of the host profile that was named,
    as in `PatientRecord`.

    `resources` counts what was read by type, `not_read` what is of no type that is read, `not_about_patients`
    what is about groups, devices or places. `quarantined` counts the lines of quarantine.ndjson,
    `unattributed` those of which nobody knows whose they are, `unusable` the patients of whom nothing could
    be read, `attributes_of_nobody` the lines of the attribute file that are about nobody here, `findings` the
    patients with each finding about the record itself. `plan` tells the sources, as they were, and the
    options from others.
    """

    format: int
    made_by: str
    sources: tuple[ReadFile, ...]
    patients: int
    entries: int
    supplied: tuple[str, ...]
    incomplete: dict[str, str]
    parts: tuple[Part, ...]
    lacking: dict[str, int] = {}
    profile: str | None = None
    assumed: tuple[str, ...] = ()
    keeps: dict[str, tuple[str, ...]] = {}
    resources: dict[str, int] = {}
    not_read: dict[str, int] = {}
    not_about_patients: int = 0
    quarantined: int = 0
    unattributed: int = 0
    unusable: int = 0
    attributes_of_nobody: int = 0
    findings: dict[str, int] = {}
    plan: str = ""


def write_dataset(folder: Path, dataset: Dataset) -> None:
    """Write `dataset.json`. Raises OSError if that cannot be done."""
    DATASET.write(folder, dataset)


def read_dataset(folder: Path) -> Dataset:
    """Return what a data set says of itself.

    Raises:
        UsageError: if the folder holds no data set, or one of another format.
    """
    return DATASET.read(folder, Dataset)


def in_order(kinds: Iterable[str]) -> tuple[str, ...]:
    """Return kinds in the order of `KINDS`."""
    wanted = frozenset(kinds)
    return tuple(kind for kind in KINDS if kind in wanted)


def made_by() -> str:
    """Return which version of this package is at work; a checkout that was not installed has none."""
    try:
        return f"ccr-rules {version('ccr-rules')}"
    except PackageNotFoundError:
        return "ccr-rules, not installed"
