"""The second half of an ingest: the bucket of some patients is read, patient by patient, into a part.

Each patient is read by the reader of single records, from all that names this patient.
"""

import gc
from collections import Counter
from pathlib import Path
from typing import Any

import msgspec

from ccr_rules.errors import UsageError
from ccr_rules.evaluation.columnar.tables import TableBuilder
from ccr_rules.population import units
from ccr_rules.population.gathered import Gathered, keep_gathered
from ccr_rules.population.one_patient import Found, PatientReader, ReadPatient
from ccr_rules.population.parts import write_part
from ccr_rules.population.plan import Plan
from ccr_rules.population.quarantine import Refused
from ccr_rules.population.scattered import BEFORE_PARTS
from ccr_rules.population.schema import first_person, with_attributes
from ccr_rules.population.shared import Shared
from ccr_rules.population.spill import lines_of_bucket
from ccr_rules.population.survey import read_survey
from ccr_rules.population.work import Work


def gather(out: str, part: int) -> Gathered:
    """Read the bucket of a part and write it. Raises CcrError, OSError."""
    work = Work(Path(out))
    plan = work.plan(Plan)
    shared = Shared(work.shared)
    gc.disable()  # hardly a cycle is made, and looking for them takes a fifth of the time
    try:
        reader = PatientReader(plan, read_survey(work.survey), shared)
        return _write(work, part, _Gathering(reader, part).run(_people(work, plan, part)))
    finally:
        gc.enable()
        shared.close()


def _people(work: Work, plan: Plan, part: int) -> dict[bytes, list[Found]]:
    """Return the units of each patient, in the order of the sources."""
    people: dict[bytes, list[Found]] = {}
    for chunk in range(len(plan.chunks)):
        for text in lines_of_bucket(work.spill(chunk), part + BEFORE_PARTS):
            lines = text.split(b"\n")
            lines.pop()  # behind the last line end
            for line in lines:
                key, place, raw = line.split(b"\t", 2)
                known = people.get(key)
                if known is None:
                    known = people[key] = []
                known.append((chunk, place, raw))
    return people


class _Gathering:
    """The reading of one bucket."""

    def __init__(self, reader: PatientReader, part: int) -> None:
        self.reader = reader
        self.part = part
        self.builder = TableBuilder(first_person(part))
        self.attributes: list[dict[str, Any]] = []
        self.refused: list[Refused] = []
        self.lacking: Counter[str] = Counter()
        self.reasons: dict[str, str] = {}
        self.findings: Counter[str] = Counter()
        self.unusable = 0
        self.attributes_of_nobody = 0

    def run(self, people: dict[bytes, list[Found]]) -> "_Gathering":
        """Read all patients of the bucket, in the order of their ids."""
        for key in sorted(people):
            found = people.pop(key)
            attributes, found = self._attributes(found)
            if found:
                self._add(self.reader.read(key.decode(), found), attributes)
            else:
                self.attributes_of_nobody += 1
        return self

    def _attributes(self, found: list[Found]) -> tuple[dict[str, Any], list[Found]]:
        """Return what the attribute file says of a patient, and all other units.

        Raises:
            UsageError: if it says it twice.
        """
        told = [each for each in found if each[1].startswith(units.ATTRIBUTES)]
        if not told:
            return {}, found
        if len(told) > 1:
            first, second = (self.reader.place(*each) for each in told[:2])
            raise UsageError(f"{second}: this patient stands at {first} too; give each patient one line")
        rest = [each for each in found if each is not told[0]]
        return msgspec.json.decode(told[0][2]), rest

    def _add(self, read: ReadPatient, attributes: dict[str, Any]) -> None:
        record = read.record
        if read.rows is None:
            self.builder.add(record)
        else:
            self.builder.add_rows(record, read.rows)
        self.attributes.append(read.attributes | attributes)
        self.refused += read.refused
        self.unusable += not read.is_usable
        self.lacking.update(record.incomplete.keys())
        for kind, reason in record.incomplete.items():
            self.reasons.setdefault(kind, reason)
        self.findings.update(finding.id for finding in record.findings)


def _write(work: Work, part: int, read: _Gathering) -> Gathered:
    patients, entries, concepts = read.builder.take()
    people = with_attributes(patients, read.attributes)
    tables = {"patients": people, "entries": entries, "concepts": concepts}
    gathered = Gathered(
        part=write_part(work.out, part, tables),
        unusable=read.unusable,
        refused=len(read.refused),
        lacking=dict(read.lacking),
        reasons=read.reasons,
        findings=dict(read.findings),
        attributes_of_nobody=read.attributes_of_nobody,
    )
    keep_gathered(work, gathered, read.refused)
    return gathered
