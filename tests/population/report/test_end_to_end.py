"""From FHIR to the report, through the three commands."""

import csv
from pathlib import Path

from tests.cli.support import ccr
from tests.population.samples import condition, ndjson, observation, patient, write
from tests.record.samples import concept

INVITED = concept("413738001", "Cancer monitoring first letter")


def test_somebody_who_is_due_a_review_is_on_the_worklist_with_the_diagnosis_and_the_invitation(
    tmp_path: Path,
) -> None:
    # Diagnosed 10-Jan-2025, so the review is suggested by 10-Jan-2026, five days after the question.
    invited = observation("p1", "o2", code=INVITED, effectiveDateTime="2025-11-03")
    resources = ndjson(
        patient(), patient("p2"), condition(), condition("p2", "c2"), observation("p2"), invited
    )
    export = write(tmp_path / "export", {"all.ndjson": resources})
    attributes = write(tmp_path, {"a.csv": b"patient,practice\np1,A10001\n"}) / "a.csv"
    data, answers = tmp_path / "data", tmp_path / "answers"
    ingested = ccr(
        *("population", "ingest", export, "--out", data, "--jobs", "1", "--attributes", attributes),
        *("--supplied", "Patient,Condition,Observation,Encounter,Procedure,Communication"),
    )
    assert ingested.exit_code == 0
    asked = ("--as-of", "2026-01-05", "-r", "best-practice-ccr@2025", "--out", answers)
    assert ccr("population", "run", data, *asked).exit_code == 0
    assert ccr("population", "report", answers).exit_code == 0
    with (answers / "report" / "worklist.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["review"] == "cancer-care-review"]
    (row,) = rows
    assert (row["list"], row["rank"], row["patient"], row["practice"]) == (
        "to do",
        "1",
        "Patient/p1",
        "A10001",
    )
    assert (row["status"], row["due_first"], row["days_left"]) == ("due soon", "2026-01-10", "5")
    assert (row["invitations"], row["last_invited"]) == ("1", "2025-11-03")
    assert row["evidence"] == "Condition/c1"
