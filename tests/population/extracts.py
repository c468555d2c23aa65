"""Small extracts as files, and the shortest ways to ingest them."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from ccr_rules.population.dataset import Dataset
from ccr_rules.population.flat.ingest import ingest_flat
from ccr_rules.population.omop.ingest import ingest_omop
from ccr_rules.population.running import Outcome
from ccr_rules.record.entry import Days
from tests.cli.support import ROOT
from tests.population.samples import write

EXAMPLES = ROOT / "docs" / "extracts"

ENTRIES = """\
  patient: who
  kind: Observation
  code: code
  term: term
  date: date
"""
PATIENTS = "patients:\n  patient: who\n  born: born\n"
HEAD = "who,code,term,date\n"
CANCER = "254837009,Malignant neoplasm of breast"
REVIEW = "720006006,Cancer care review"


def day(year: int, month: int, day_: int) -> Days:
    return Days(date(year, month, day_), date(year, month, day_))


def mapping(entries: str = ENTRIES, more: str = "", supplied: str = "[Patient, Observation]") -> bytes:
    return f"mapping: test\nsupplied: {supplied}\n{more}entries:\n{entries}".encode()


def extract(tmp_path: Path, files: Mapping[str, str | bytes], text: bytes = b"", **options: Any) -> Outcome:
    """Ingest tables by a mapping; a file called patients.csv is the table of patients."""
    content = {name: each.encode() if isinstance(each, str) else each for name, each in files.items()}
    folder = write(tmp_path / "export", content)
    mapped = write(tmp_path, {"mapping.yaml": text or mapping()}) / "mapping.yaml"
    people = next((folder / name for name in content if name.startswith("patients")), None)
    sources = [str(folder / name) for name in content if not name.startswith("patients")]
    given = {"jobs": 1, "patients": people} | options
    return ingest_flat(sources, tmp_path / "data", mapped, **given)


def extracted(tmp_path: Path, files: Mapping[str, str | bytes], text: bytes = b"", **options: Any) -> Dataset:
    return extract(tmp_path, files, text, **options).dataset


CONCEPTS = """\
concept_id\tconcept_name\tdomain_id\tvocabulary_id\tconcept_code
8507\tMALE\tGender\tGender\tM
8532\tFEMALE\tGender\tGender\tF
1\tMalignant neoplasm of breast\tCondition\tSNOMED\t254837009
2\tCancer care review\tProcedure\tSNOMED\t720006006
3\tSomething in another vocabulary\tCondition\tICD10\tX
"""
PEOPLE = """\
person_id,gender_concept_id,year_of_birth,month_of_birth,day_of_birth
10,8532,1950,6,15
11,0,1960,,
"""
CONDITIONS = (
    "condition_occurrence_id,person_id,condition_concept_id,condition_start_date,condition_source_value,"
    "condition_source_concept_id\n"
)


def cdm(tmp_path: Path, tables: Mapping[str, str | bytes], **options: Any) -> Outcome:
    """Ingest OMOP tables; people and concepts are there unless they are given."""
    given = {"person.csv": PEOPLE, "concept.csv": CONCEPTS} | dict(tables)
    content = {name: each.encode() if isinstance(each, str) else each for name, each in given.items() if each}
    folder = write(tmp_path / "export", content)
    return ingest_omop([str(folder)], tmp_path / "data", **({"jobs": 1} | options))
