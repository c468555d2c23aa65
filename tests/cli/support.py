"""Running `ccr`, in this process and in one of its own, and small inputs for it."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from typer.testing import CliRunner, Result

from ccr_rules.cli.app import app

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "fhir_examples"
OVERDUE = EXAMPLES / "support-overdue" / "record.json"
DAY = "2026-11-20"
WIDTH = 100


def ccr(*arguments: str | Path, given: str | bytes | None = None, **environment: str) -> Result:
    """Run `ccr` in this process."""
    return CliRunner().invoke(
        app,
        [str(argument) for argument in arguments],
        input=given,
        env={"COLUMNS": str(WIDTH), **environment},
        prog_name="ccr",
    )


def process(
    *arguments: str | Path, given: bytes = b"", environment: Mapping[str, str] | None = None
) -> "subprocess.CompletedProcess[bytes]":
    """Run `ccr` as a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "ccr_rules.cli", *map(str, arguments)],
        input=given,
        capture_output=True,
        env={**os.environ, "COLUMNS": str(WIDTH), **(environment or {})},
        check=False,
        timeout=60,
    )


def bundle(*resources: dict[str, Any]) -> dict[str, Any]:
    """Return a Bundle of resources."""
    return {
        "resourceType": "Bundle",
        "type": "collection",
        "entry": [{"resource": each} for each in resources],
    }


def patient(id_: str = "p1") -> dict[str, Any]:
    return {
        "resourceType": "Patient",
        "id": id_,
        "name": [{"family": "Zzyzxson-test", "given": ["Quillon"]}],
        "identifier": [{"system": "https://fhir.nhs.uk/Id/nhs-number", "value": "9990000018"}],
    }


def diagnosis(onset: str = "2026-07-30", **more: Any) -> dict[str, Any]:
    return {
        "resourceType": "Condition",
        "id": "c1",
        "subject": {"reference": "Patient/p1"},
        "code": {
            "coding": [{"system": "http://snomed.info/sct", "code": "254837009", "display": "Breast cancer"}]
        },
        "onsetDateTime": onset,
        "recordedDate": onset,
        **more,
    }


def write_record(folder: Path, *resources: dict[str, Any], name: str = "record.json") -> Path:
    """Write a Bundle to a file and return its path."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(bundle(*resources)), encoding="utf-8")
    return path


SCHEME = """\
ruleset: local-scheme
version: 2026.1.0
title: A local scheme
jurisdiction: GB-ENG
status: active
in_force: {from: 2026-01-01}
sources:
  - {id: us, title: Ourselves}
codelists: {DX: cancer-diagnosis, REVIEW: cancer-care-review}
parameters:
  reminder: {value: 28 days, source: us}
dates:
  DIAGNOSED: {earliest: DX, title: diagnosis}
  REVIEWED: {earliest: REVIEW, from: DIAGNOSED, title: review}
conditions:
  has_cancer: DIAGNOSED is not null
reviews:
  talk:
    title: Talk
    applies: has_cancer
    opens: DIAGNOSED
    due: DIAGNOSED + 3 months
    remind: reminder
    until: DIAGNOSED + 12 months
    done: REVIEWED
    record: [REVIEW]
    source: us
prompts:
  talk-due:
    when: "talk.status in {open, due soon, overdue}"
    review: talk
    severity: warning
    summary: "Talk by {talk.due}"
    record: [REVIEW]
    source: us
payments:
  visit: {title: A visit, when: has_cancer, amount: 50.00, currency: GBP, per: year, source: us}
"""

CASES = """\
casebook: local-scheme
cases:
  overdue:
    title: Nothing was done
    record:
      - {date: 2026-03-01, list: cancer-diagnosis, episode: first}
    expect:
      2026-07-01:
        reviews: {talk: overdue}
"""


def write_ruleset(folder: Path, text: str = SCHEME, cases: str = "", name: str = "ruleset.yaml") -> Path:
    """Write a ruleset into `<folder>/local-scheme/2026`, with a casebook if there are cases."""
    place = folder / "local-scheme" / "2026"
    place.mkdir(parents=True, exist_ok=True)
    (place / name).write_text(text, encoding="utf-8")
    if cases:
        (place / "casebook.yaml").write_text(cases, encoding="utf-8")
    return place / name
