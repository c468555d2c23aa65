"""A synthetic population as a FHIR bulk export: a file of NDJSON for each type of resource."""

import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from ccr_rules.population.dataset import read_dataset
from ccr_rules.population.parts import part_path
from ccr_rules.population.schema import TABLES

STATUS = {
    "Observation": "final",
    "Procedure": "completed",
    "Encounter": "finished",
    "Communication": "completed",
}
CLINICAL = {
    "Condition": "onsetDateTime",
    "Observation": "effectiveDateTime",
    "Procedure": "performedDateTime",
}
RECORDED = {"Condition": "recordedDate", "Observation": "issued"}


def export(folder: Path, out: Path) -> int:
    """Write a data set as a bulk export and return how many resources that is."""
    out.mkdir(parents=True, exist_ok=True)
    written = 0
    for part in read_dataset(folder).parts:
        patients, entries, concepts = (pq.read_table(part_path(folder, name, part.part)) for name in TABLES)
        written += _append(out / "Patient.ndjson", _patient_lines(patients))
        kinds, codes = _codes(concepts)
        place = pc.index_in(entries["concept"], concepts["concept"])
        entries = entries.append_column("kind", kinds.take(place)).append_column("code", codes.take(place))
        for kind in pc.unique(kinds).to_pylist():
            of_kind = entries.filter(pc.equal(entries["kind"], kind))
            written += _append(out / f"{kind}.ndjson", _resource_lines(kind, of_kind))
    return written


def _append(path: Path, lines: pa.ChunkedArray) -> int:
    with path.open("ab") as file:
        for chunk in lines.chunks:
            file.write("".join(chunk.to_pylist()).encode())
    return len(lines)


def _codes(concepts: pa.Table) -> tuple[pa.Array, pa.Array]:
    codes = [
        json.dumps({"coding": each["codings"], "text": each["text"] or each["codings"][0]["display"]})
        for each in concepts.to_pylist()
    ]
    return concepts["kind"].combine_chunks(), pa.array(codes)


def _patient_lines(patients: pa.Table) -> pa.ChunkedArray:
    died = _element("deceasedDateTime", _day(patients, "died"))
    return _lines(
        '{"resourceType":"Patient","id":"',
        patients["person"].cast(pa.string()),
        '","gender":"',
        patients["sex"],
        '","birthDate":"',
        _day(patients, "born"),
        '"',
        died,
        ',"managingOrganization":{"identifier":{"system":"https://fhir.nhs.uk/Id/ods-organization-code","value":"',
        patients["practice"],
        '"}}}\n',
    )


def _resource_lines(kind: str, entries: pa.Table) -> pa.ChunkedArray:
    day, recorded = _day(entries, ""), _day(entries, "recorded")
    time = pc.binary_join_element_wise(
        "T", _two(entries["person"], 8, 10), ":", _two(entries["entry"], 0, 30), ""
    )
    if kind == "Encounter":
        said = ',"class":{"code":"AMB"},"type":['
        when = _element("period", day, '{"start":"', '"}')
        ends = "]"
    else:
        said, ends = ',"code":', ""
        if kind == "Communication":
            said, ends = ',"category":[', "]"
        when = _element(
            CLINICAL.get(kind, "sent"), pc.if_else(pc.equal(pc.utf8_length(day), 10), _stamp(day, time), day)
        )
    status = f',"status":"{STATUS[kind]}"' if kind in STATUS else ""
    return _lines(
        f'{{"resourceType":"{kind}","id":"',
        pc.replace_substring(entries["reference"], f"{kind}/", ""),
        '","meta":{"versionId":"1","lastUpdated":"2026-01-20T04:00:00.000+00:00"}',
        status,
        said,
        entries["code"],
        ends,
        ',"subject":{"reference":"Patient/',
        entries["person"].cast(pa.string()),
        '"}',
        when,
        _element(RECORDED[kind], _stamp(recorded, time)) if kind in RECORDED else "",
        "}\n",
    )


def _lines(*pieces: Any) -> pa.ChunkedArray:
    return pc.binary_join_element_wise(*pieces, "")


def _two(numbers: pa.ChunkedArray, least: int, count: int) -> pa.ChunkedArray:
    within = pc.subtract(numbers, pc.multiply(pc.divide(numbers, count), count))
    return pc.utf8_lpad(pc.add(within, least).cast(pa.string()), 2, "0")


def _stamp(day: pa.ChunkedArray, time: pa.ChunkedArray) -> pa.ChunkedArray:
    return pc.binary_join_element_wise(day, time, ":00+00:00", "")


def _element(name: str, text: pa.ChunkedArray, begins: str = '"', ends: str = '"') -> pa.ChunkedArray:
    """Return an element as JSON, or nothing where it has no text."""
    return pc.fill_null(pc.binary_join_element_wise(f',"{name}":{begins}', text, ends, ""), "")


def _day(table: pa.Table, name: str) -> pa.ChunkedArray:
    """Return days as FHIR writes them: whole, or only the month or the year."""
    first, last = (table[f"{name}_{end}" if name else end] for end in ("first", "last"))
    span = pc.days_between(first, last)
    return pc.case_when(
        pc.make_struct(pc.equal(span, 0), pc.less(span, 31)),
        pc.strftime(first, "%Y-%m-%d"),
        pc.strftime(first, "%Y-%m"),
        pc.strftime(first, "%Y"),
    )
