"""What a data set says of itself: `dataset.json`, which is written last."""

from pathlib import Path
from typing import Final

import msgspec

from ccr_rules.errors import UsageError
from ccr_rules.population.parts import Part, replacing
from ccr_rules.record.patient import KINDS

FORMAT: Final = 1
NAME: Final = "dataset.json"


class SourceFile(msgspec.Struct, frozen=True):
    """A file that was read: its name, its size in bytes, and the digest of its content."""

    name: str
    bytes: int
    digest: str


class Dataset(msgspec.Struct, frozen=True):
    """A data set: what it was made of, what it holds, what it holds completely, and its parts.

    `supplied` are the kinds of resource that the data set holds completely, `incomplete` says of every other
    kind why not; a single patient may lack more (the bits of `patients.incomplete`). `profile`, `assumed` and
    `keeps` are those of the host profile that was named, as in `PatientRecord`. `quarantined` counts what
    could not be read, `findings` the patients with each finding about the record itself.
    """

    format: int
    made_by: str
    sources: tuple[SourceFile, ...]
    patients: int
    entries: int
    supplied: tuple[str, ...]
    incomplete: dict[str, str]
    parts: tuple[Part, ...]
    profile: str | None = None
    assumed: tuple[str, ...] = ()
    keeps: dict[str, tuple[str, ...]] = {}
    quarantined: int = 0
    findings: dict[str, int] = {}


def write_dataset(folder: Path, dataset: Dataset) -> None:
    """Write `dataset.json`. Raises OSError if that cannot be done."""
    with replacing(folder / NAME) as unfinished:
        unfinished.write_bytes(msgspec.json.format(msgspec.json.encode(dataset), indent=2) + b"\n")


def read_dataset(folder: Path) -> Dataset:
    """Return what a data set says of itself.

    Raises:
        UsageError: if the folder holds no data set, or one of another format.
    """
    path = folder / NAME
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise UsageError(
            f"{path}: cannot be read: {error.strerror}; name a folder that `ccr population ingest` finished"
        ) from None
    try:
        head = msgspec.json.decode(raw, type=_Head)
        if head.format != FORMAT:
            raise UsageError(f"{path}: format {head.format}, and this version reads {FORMAT}; ingest anew")
        return msgspec.json.decode(raw, type=Dataset)
    except msgspec.DecodeError:
        raise UsageError(f"{path}: not what `ccr population ingest` writes; ingest anew") from None


class _Head(msgspec.Struct):
    format: int


def in_order(kinds: frozenset[str]) -> tuple[str, ...]:
    """Return kinds in the order of `KINDS`."""
    return tuple(kind for kind in KINDS if kind in kinds)
