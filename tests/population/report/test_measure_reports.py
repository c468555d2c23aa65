"""FHIR MeasureReports: valid R4, with the counts of the practice, and lists on which nobody is lost."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from fhir.resources.R4B.bundle import Bundle
from fhir.resources.R4B.measurereport import MeasureReport

from ccr_rules.population.report.rules import payment_year
from tests.population.report.samples import (
    BEST,
    QOF,
    included,
    on_register,
    outcome,
    somebody,
    undetermined,
)
from tests.population.report.support import LIBRARY, Files, reported

PEOPLE = [*(somebody(str(number), "A10001") for number in range(6)), somebody("x")]
ROWS = [
    included(0, "CAN004"),
    included(1, "CAN004", "not met"),
    outcome(2, "CAN004", "excluded", "DIAGCRV12M"),
    outcome(3, "CAN004", "excepted", "CANINVITE"),
    undetermined(4, "CAN004", "included", "not applicable", population="undetermined"),
    included(5, "CAN004", "undetermined"),
    *(on_register(person) for person in (0, 1, 2, 3, 5)),
]
EXTENSION = "https://ccr-rules.example/fhir/StructureDefinition"


@pytest.fixture
def files(tmp_path: Path) -> Files:
    rows = [row | {"patient": f"Patient/{row['person']}"} for row in ROWS]
    return reported(tmp_path, PEOPLE, {"indicators": rows}, (QOF, BEST))


def lines(files: Files, name: str = "measure-reports.ndjson") -> list[dict[str, Any]]:
    return [json.loads(line) for line in files.text(name).splitlines()]


def of(files: Files, practice: str | None, indicator: str = "CAN004") -> dict[str, Any]:
    (found,) = [
        each
        for each in lines(files)
        if each["measure"].endswith(f".{indicator}|2023.1.0")
        and each.get("reporter", {}).get("identifier", {}).get("value", each.get("reporter")) == practice
    ]
    return found


def counts(report: dict[str, Any]) -> dict[str, tuple[int, int]]:
    return {
        each["code"]["coding"][0]["code"]: (
            each["count"],
            each.get("extension", [{"valueInteger": each["count"]}])[0]["valueInteger"],
        )
        for each in report["group"][0]["population"]
    }


def test_every_report_is_valid_r4(files: Files) -> None:
    reports, bundles = lines(files), lines(files, "measure-report-subjects.ndjson")
    assert len(reports) == 9  # three indicators, for everybody, A10001 and not stated
    for each in reports:
        MeasureReport.model_validate(each)
    for each in bundles:
        Bundle.model_validate(each)


def test_a_summary_counts_what_is_sure_and_says_how_many_more_there_may_be(files: Files) -> None:
    report = of(files, "A10001")
    assert counts(report) == {
        "initial-population": (5, 6),
        "denominator": (5, 6),
        "denominator-exclusion": (1, 1),
        "denominator-exception": (1, 1),
        "numerator": (1, 3),
    }
    (bounds,) = report["group"][0]["extension"]
    assert bounds["url"] == f"{EXTENSION}/score-bounds"
    assert (bounds["valueRange"]["low"]["value"], bounds["valueRange"]["high"]["value"]) == (25, 75)
    assert "measureScore" not in report["group"][0]


def test_a_settled_score_is_told_and_is_the_indicators(tmp_path: Path) -> None:
    rows = [row for row in ROWS if row["person"] < 4]
    report = of(reported(tmp_path, PEOPLE, {"indicators": rows}), None)
    group = report["group"][0]
    assert group["measureScore"]["value"] == 50
    number = {code: count for code, (count, _) in counts(report).items()}
    left = number["denominator"] - number["denominator-exclusion"] - number["denominator-exception"]
    assert 100 * number["numerator"] / left == group["measureScore"]["value"]
    assert "extension" not in group


def test_the_period_is_the_payment_year_and_the_measure_that_of_the_version(files: Files) -> None:
    report = of(files, None)
    assert report["period"] == {"start": "2023-04-01", "end": "2024-03-31"}
    assert report["measure"] == "https://ccr-rules.example/fhir/Measure/qof-cancer.CAN004|2023.1.0"
    assert report["improvementNotation"]["coding"][0]["code"] == "increase"
    assert "reporter" not in report


@pytest.mark.parametrize(
    ("as_of", "start", "end"),
    [
        (date(2026, 3, 31), "2025-04-01", "2026-03-31"),
        (date(2026, 4, 1), "2026-04-01", "2027-03-31"),
    ],
)
def test_a_ruleset_without_a_year_of_its_own_is_reported_for_that_of_the_day(
    as_of: date, start: str, end: str
) -> None:
    nice = LIBRARY.find("nice-cancer@2025")
    assert [day.isoformat() for day in payment_year(nice, as_of)] == [start, end]


def test_a_register_has_one_population_and_no_direction(files: Files) -> None:
    report = of(files, "A10001", "CAN001")
    assert counts(report) == {"initial-population": (5, 5)}
    assert "improvementNotation" not in report


def test_a_practice_that_is_not_stated_has_no_identifier(files: Files) -> None:
    assert [each["reporter"] for each in lines(files) if "display" in each.get("reporter", {})] == [
        {"display": "Practice not stated"}
    ] * 3


def test_the_lists_hold_everybody_and_those_undetermined_apart(files: Files) -> None:
    bundles = lines(files, "measure-report-subjects.ndjson")
    (bundle,) = [each for each in bundles if ".CAN004|" in each["entry"][0]["resource"]["measure"]]
    report, *others = [each["resource"] for each in bundle["entry"]]
    by_id = {
        f"List/{each['id']}": [item["item"]["reference"][8:] for item in each["entry"]] for each in others
    }
    listed = {
        each["code"]["coding"][0]["code"]: by_id[each["subjectResults"]["reference"]]
        for each in report["group"][0]["population"]
    }
    assert listed == {
        "initial-population": ["0", "1", "2", "3", "5"],
        "denominator": ["0", "1", "2", "3", "5"],
        "denominator-exclusion": ["2"],
        "denominator-exception": ["3"],
        "numerator": ["0"],
    }
    (told,) = report["group"][0]["extension"]
    assert told["url"] == f"{EXTENSION}/undetermined"
    assert by_id[told["valueReference"]["reference"]] == ["4", "5"]
    assert report["type"] == "subject-list"


def test_nobody_who_is_determined_is_on_the_list_of_the_undetermined(tmp_path: Path) -> None:
    rows = [included(0, "CAN004") | {"patient": "Patient/0"}]
    files = reported(tmp_path, PEOPLE, {"indicators": rows})
    (bundle,) = lines(files, "measure-report-subjects.ndjson")
    assert "extension" not in bundle["entry"][0]["resource"]["group"][0]
    assert len(bundle["entry"]) == 4


def test_a_denominator_that_is_open_puts_somebody_with_the_undetermined(tmp_path: Path) -> None:
    rows = [undetermined(0, "CAN004", "included", "excluded: MDRV_DAT") | {"patient": "Patient/0"}]
    (bundle,) = lines(reported(tmp_path, PEOPLE, {"indicators": rows}), "measure-report-subjects.ndjson")
    titles = [each["resource"].get("title") for each in bundle["entry"][1:]]
    assert titles == ["CAN004: Initial Population", "CAN004: Denominator", "CAN004: Undetermined"]


def test_the_measures_belong_where_somebody_says(tmp_path: Path) -> None:
    files = reported(tmp_path, PEOPLE, {"indicators": ROWS}, canonical="https://elsewhere.example/fhir/")
    assert lines(files)[0]["measure"].startswith("https://elsewhere.example/fhir/Measure/qof-cancer.")
