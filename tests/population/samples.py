"""Small populations as files, and the shortest ways to ingest them."""

import gzip
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import zstandard

from ccr_rules import PatientRecord
from ccr_rules.population.dataset import Dataset
from ccr_rules.population.ingest import ingest
from ccr_rules.population.people import records
from ccr_rules.population.running import Outcome
from tests.record.samples import Json, concept

CANCER = concept("254837009", "Malignant neoplasm of breast")
REVIEW = concept("720006006", "Cancer care review")


def patient(id_: str = "p1", **elements: Any) -> Json:
    return {"resourceType": "Patient", "id": id_, "birthDate": "1950-06-15", **elements}


TWO = (patient("p1"), patient("p2"))


def about(resource_type: str, who: str, name: str, **elements: Any) -> Json:
    subject = {"subject": {"reference": f"Patient/{who}"}}
    return {"resourceType": resource_type, "id": name, **subject, **elements}


def condition(who: str = "p1", name: str = "c1", **elements: Any) -> Json:
    return about("Condition", who, name, **({"code": CANCER, "onsetDateTime": "2025-01-10"} | elements))


def observation(who: str = "p1", name: str = "o1", **elements: Any) -> Json:
    given = {"status": "final", "code": REVIEW, "effectiveDateTime": "2025-04-01"}
    return about("Observation", who, name, **(given | elements))


def bundle(*resources: Json, kind: str | None = "collection", **elements: Any) -> Json:
    entry = [{"resource": each} for each in resources]
    return {"resourceType": "Bundle", "type": kind, "entry": entry, **elements}


def ndjson(*values: Any) -> bytes:
    return b"".join(
        value if isinstance(value, bytes) else json.dumps(value).encode() + b"\n" for value in values
    )


def write(folder: Path, files: Mapping[str, bytes | Json | list[Any]]) -> Path:
    """Write files into a folder and return it; names that end in .gz or .zst are packed."""
    for name, given in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        content = given if isinstance(given, bytes) else json.dumps(given, indent=1).encode()
        if name.endswith(".gz"):
            content = gzip.compress(content)
        elif name.endswith(".zst"):
            content = zstandard.compress(content)
        path.write_bytes(content)
    return folder


def take(source: Path, *more: Path, **options: Any) -> Outcome:
    """Ingest sources, in this process, into a folder beside the first one."""
    out = options.pop("out", source.parent / "data")
    return ingest([str(source), *map(str, more)], out, **({"jobs": 1} | options))


def taken(tmp_path: Path, files: Mapping[str, bytes | Json | list[Any]], **options: Any) -> Dataset:
    """Write files and ingest them."""
    return take(write(tmp_path / "export", files), **options).dataset


def people(tmp_path: Path) -> dict[str, PatientRecord]:
    """Return everybody of the data set by reference."""
    return {record.reference: record for _, record in records(tmp_path / "data")}


def refused(tmp_path: Path) -> list[Json]:
    lines = (tmp_path / "data" / "quarantine.ndjson").read_bytes().splitlines()
    return [json.loads(line) for line in lines]


def places(refusals: Iterable[Json]) -> list[str]:
    return [each["place"].rpartition("export/")[2] for each in refusals]
