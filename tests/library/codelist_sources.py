"""Sources of codelists with made-up codes: RF2 releases, files of the primary care domain, tables.

The codes are far longer than any that SNOMED CT gave to a concept without a namespace, and their check digits
fit; they stand in tests only.
"""

import csv
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ccr_rules.library.codelist_sctid import concept_id_fault

SAME_AS = "900000000000527005"
REPLACED_BY = "900000000000526001"
POSSIBLY = "900000000000523009"
NAME = "900000000000003001"
SYNONYM = "900000000000013009"
REFSET = "999013651000230103"


def code(number: int) -> str:
    """Return a made-up identifier of a concept."""
    return _with_check_digit(f"9999990{number:06d}00")


def description_id(number: int) -> str:
    """Return a made-up identifier of a description."""
    body = f"9999990{number:06d}01"
    return next(
        f"{body}{digit}" for digit in range(10) if "description" in str(concept_id_fault(f"{body}{digit}"))
    )


def _with_check_digit(body: str) -> str:
    return next(f"{body}{digit}" for digit in range(10) if concept_id_fault(f"{body}{digit}") is None)


REFSETS = ("id", "effectiveTime", "active", "moduleId", "refsetId", "referencedComponentId")
CONCEPTS = ("id", "effectiveTime", "active", "moduleId", "definitionStatusId")
DESCRIPTIONS = (*CONCEPTS[:4], "conceptId", "languageCode", "typeId", "term", "caseSignificanceId")


@dataclass
class Release:
    """A release in RF2; each part holds rows without their first columns."""

    members: list[Sequence[str]] = field(default_factory=list)
    concepts: list[Sequence[str]] = field(default_factory=list)
    names: list[Sequence[str]] = field(default_factory=list)
    history: list[Sequence[str]] = field(default_factory=list)

    def member(self, concept: str, active: str = "1", refset: str = REFSET) -> "Release":
        self.members.append((f"m{len(self.members)}", "20251211", active, "1", refset, concept))
        return self

    def concept(self, concept: str, term: str = "", active: str = "1") -> "Release":
        self.concepts.append((concept, "20251211", active, "1", "1"))
        return self.name(concept, term) if term else self

    def name(
        self,
        concept: str,
        term: str,
        *,
        active: str = "1",
        day: str = "20251211",
        type_: str = NAME,
        language: str = "en",
    ) -> "Release":
        self.names.append(("d", day, active, "1", concept, language, type_, term, "1"))
        return self

    def replaced(self, old: str, new: str, how: str = SAME_AS, active: str = "1") -> "Release":
        self.history.append((f"h{len(self.history)}", "20251211", active, "1", how, old, new))
        return self

    def write(self, folder: Path, type_: str = "Snapshot", day: str = "20251211") -> Path:
        """Write the files of the release, named as those of the primary care release are."""
        parts: list[tuple[str, Sequence[str], Iterable[Sequence[str]]]] = [
            (f"der2_Refset_Simple{type_}_{day}.txt", REFSETS, self.members),
            (f"der2_cRefset_Association{type_}_{day}.txt", (*REFSETS, "targetComponentId"), self.history),
            (f"sct2_Concept_{type_}_{day}.txt", CONCEPTS, self.concepts),
            (f"sct2_Description_{type_}-en_{day}.txt", DESCRIPTIONS, self.names),
        ]
        folder.mkdir(parents=True, exist_ok=True)
        for name, header, rows in parts:
            lines = ("\t".join(row) + "\r\n" for row in (header, *rows))
            (folder / name).write_bytes("".join(lines).encode())
        return folder


PCD = (
    "Cluster_ID",
    "Cluster_Description",
    "SNOMED_code",
    "SNOMED_code_description",
    "PCD_Refset_ID",
    "Service_and_Ruleset",
)


def write_pcd(path: Path, rows: Iterable[tuple[str, str, str, str]], columns: Sequence[str] = PCD) -> Path:
    """Write a file of the primary care domain; each row is a cluster, a refset, a code and a term."""
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, delimiter="\t")
        writer.writerow(columns)
        for cluster, refset, concept, term in rows:
            cells = dict(zip(PCD, (cluster, "a cluster", concept, term, refset, "QOF"), strict=True))
            writer.writerow([cells.get(column, "1") for column in columns])
    return path


def write_text(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def value_set(*concepts: Mapping[str, object], **expansion: object) -> str:
    """Return a ValueSet that was expanded to concepts, of SNOMED CT unless they say otherwise."""
    contains = [{"system": "http://snomed.info/sct", **concept} for concept in concepts]
    return json.dumps({"resourceType": "ValueSet", "expansion": {"contains": contains, **expansion}})


LIST = """\
name: growths
title: Growths
category: diagnosis
found_in: [Condition]
found_in_because: It stands there.
refset: {id: "999013651000230103", cluster: CAN_COD}
sources:
  - {id: us, title: Ourselves}
licence: Free.
membership: {complete: false, note: Import the rest.}
classes: [primary, metastasis, history-of]
looks_like:
  - {pattern: 'history of', class: history-of}
  - {pattern: 'secondary', class: metastasis}
  - {pattern: 'cancer', class: primary}
hazards:
  - {name: in situ, pattern: 'in situ'}
"""


def library_of(folder: Path, yaml: str = LIST, name: str = "growths", **releases: str) -> Path:
    """Write a library with one list, whose releases are CSV rows by day: `d2026_01_01="…"`."""
    write_text(folder / "codelists" / name / "codelist.yaml", yaml)
    for day, rows in releases.items():
        file = f"{day[1:].replace('_', '-')}.csv"
        write_text(folder / "codelists" / name / file, "code,term,class,status,note\n" + rows)
    return folder
