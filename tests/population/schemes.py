"""Small rulesets for runs, quick to compile: one about a diagnosis, one about everybody."""

from datetime import date
from pathlib import Path

from ccr_rules import Engine, PatientRecord, load_library
from ccr_rules.evaluation.asof import Moment
from ccr_rules.evaluation.groups import Group
from ccr_rules.record.entry import SNOMED, Coding, Days, Entry
from ccr_rules.record.patient import KINDS
from tests.cli.support import SCHEME, write_ruleset

DAY = date(2026, 7, 1)
MOMENT = Moment(DAY, DAY)
EVERYBODY = """\
ruleset: everybody
version: 2026.1.0
title: About everybody
jurisdiction: GB-ENG
status: active
in_force: {from: 2026-01-01}
sources:
  - {id: us, title: Ourselves}
codelists: {DX: cancer-diagnosis, REVIEW: cancer-care-review}
dates:
  DIAGNOSED: {earliest: DX, title: diagnosis}
  REVIEWED: {earliest: REVIEW, title: review}
conditions:
  adult: "patient.born <= @1990-01-01"
  known: DIAGNOSED is not null
indicators:
  living:
    title: Everybody living
    population: "true"
    source: us
payments:
  visit: {title: A visit, when: adult, amount: 50.00, currency: GBP, per: year, source: us}
findings:
  seen: {when: known, severity: info, message: "Seen", source: us}
"""


def entry(reference: str, code: str, day: date | None, state: str = "done") -> Entry:
    days = None if day is None else Days(day, day)
    kind = reference.partition("/")[0]
    return Entry(reference, kind, (Coding(SNOMED, code, ""),), "", days, days, "first", state)  # type: ignore[arg-type]


def person(name: str, *entries: Entry, born: date = date(1950, 6, 15), **more: object) -> PatientRecord:
    given = {"supplied": frozenset(KINDS), "born": Days(born, born)} | more
    return PatientRecord(reference=f"Patient/{name}", entries=entries, **given)  # type: ignore[arg-type]


DIAGNOSIS, REVIEW = "254837009", "720006006"
PEOPLE = (
    person("overdue", entry("Condition/1", DIAGNOSIS, date(2026, 3, 1))),
    person(
        "done",
        entry("Condition/2", DIAGNOSIS, date(2026, 3, 1)),
        entry("Encounter/3", REVIEW, date(2026, 4, 1)),
    ),
    person("well", born=date(2000, 1, 1)),
    person("unclear", supplied=frozenset({"Patient"}), born=date(2000, 1, 1)),
)


def engine(folder: Path) -> Engine:
    """Return an engine with both rulesets."""
    write_ruleset(folder, SCHEME)
    place = folder / "everybody" / "2026"
    place.mkdir(parents=True)
    (place / "ruleset.yaml").write_text(EVERYBODY, encoding="utf-8")
    return Engine(load_library(folder))


def groups(folder: Path, *names: str) -> tuple[Group, ...]:
    return engine(folder).prepare(DAY, names or ("local-scheme", "everybody"))
