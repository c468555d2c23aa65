"""`ccr population ingest`: what it says, and where."""

import io
import json
from pathlib import Path

import pytest

from ccr_rules.cli import ingesting, progress
from tests.cli.support import ccr
from tests.population.extracts import CONCEPTS, CONDITIONS, EXAMPLES, PEOPLE
from tests.population.samples import bundle, condition, ndjson, observation, patient, write


def export(tmp_path: Path, *more: bytes) -> Path:
    return write(tmp_path / "export", {"all.ndjson": ndjson(patient(), patient("p2"), condition(), *more)})


def words(text: str) -> str:
    return " ".join(text.split())


def test_the_page_says_what_there_is_and_what_is_not_complete(tmp_path: Path) -> None:
    result = ccr("population", "ingest", export(tmp_path), "--out", tmp_path / "data", "--jobs", "1")
    page = words(result.stdout)
    assert (result.exit_code, result.stderr) == (0, "")
    assert page.startswith("2 patients, 1 entries")
    assert "Read Condition 1, Patient 2 Complete Patient, Condition Lacking Encounter, Observation," in page
    assert "MedicationDispense: not supplied" in page
    assert page.endswith("dataset.json and 1 part of each table.")


def test_a_second_run_says_that_there_is_nothing_to_do(tmp_path: Path) -> None:
    asked = ("population", "ingest", export(tmp_path), "--out", tmp_path / "data", "--jobs", "1")
    ccr(*asked)
    assert "Nothing to do" in ccr(*asked).stdout


def test_what_was_left_out_is_told_and_what_nobody_owns_loudly(tmp_path: Path) -> None:
    folder = export(
        tmp_path,
        ndjson(observation("p2", code={"coding": [{"code": "1"}], "text": "x"})),
        ndjson({"resourceType": "Condition", "id": "x"}, {"resourceType": "Immunization"}),
        ndjson(observation() | {"subject": {"reference": "Group/g"}}),
    )
    attributes = write(tmp_path, {"a.csv": b"patient,practice\nnobody,Y1\n"}) / "a.csv"
    result = ccr(
        *(
            "population",
            "ingest",
            folder,
            "--out",
            tmp_path / "data",
            "--jobs",
            "1",
            "--attributes",
            attributes,
        )
    )
    page = words(result.stdout)
    assert result.exit_code == 0
    assert "1 resources or lines could not be attributed to a patient" in words(result.stderr)
    assert "--strict --replace" in result.stderr
    assert "1 in all; each with its place and the reason in" in page
    assert "Immunization 1" in page
    assert "1 about groups, devices or places" in page
    assert "attributes of 1 who are not in the sources" in page
    assert "1 patients: codings without a system: their code is not used, only their term" in page


def test_patients_who_lack_something_are_counted(tmp_path: Path) -> None:
    servers = [
        observation("p3", name) | {"subject": {"reference": f"https://{name}.example/Patient/p3"}}
        for name in ("a", "b")
    ]
    result = ccr(
        *("population", "ingest", export(tmp_path, ndjson(*servers)), "--out", tmp_path / "data"),
        *("--jobs", "1", "--profile", "condition-encounter"),
    )
    page = words(result.stdout)
    assert "Complete but not for so many patients: Patient 1, Condition 1, Encounter 1" in page
    assert "1 patients of whom nothing could be read: nobody can tell what is due" in page
    assert "Assumed The host keeps every diagnosis as a Condition." in page


def test_kinds_may_be_stated_with_commas(tmp_path: Path) -> None:
    asked = (
        "--out",
        tmp_path / "data",
        "--jobs",
        "1",
        "--supplied",
        "Patient,Condition",
        "--supplied",
        "Flag",
    )
    assert "Complete Patient, Condition, Flag" in words(
        ccr("population", "ingest", export(tmp_path), *asked).stdout
    )


def test_a_fault_is_told_without_a_trace(tmp_path: Path) -> None:
    result = ccr("population", "ingest", tmp_path / "none", "--out", tmp_path / "data")
    assert result.exit_code == 2
    assert result.stderr.startswith("ccr: ")
    assert "none: cannot be read" in result.stderr


def test_missing_packages_are_told_with_what_installs_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ingesting, "PACKAGES", ("no_such_package_here",))
    result = ccr("population", "ingest", export(tmp_path), "--out", tmp_path / "data")
    assert result.exit_code == 2
    assert 'pip install "ccr-rules[population]"' in result.stderr


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_bar_is_shown_on_a_terminal_only(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = Terminal()
    monkeypatch.setattr("sys.stderr", terminal)
    with progress.progress_shown() as told:
        told("Reading", 0, 4)
        told("Reading", 4, 4)
        told("Writing", 1, 2)
    assert "Reading" in terminal.getvalue()
    pipe = io.StringIO()
    monkeypatch.setattr("sys.stderr", pipe)
    with progress.progress_shown() as told:
        told("Reading", 4, 4)
    assert pipe.getvalue() == ""


def test_the_help_of_the_noun_lists_it() -> None:
    assert "ingest" in ccr("population", "--help").stdout


def test_bundles_are_counted_by_what_they_hold(tmp_path: Path) -> None:
    folder = write(tmp_path / "export", {"p1.json": bundle(patient(), condition())})
    ccr("population", "ingest", folder, "--out", tmp_path / "data", "--jobs", "1")
    dataset = json.loads((tmp_path / "data" / "dataset.json").read_text())
    assert dataset["resources"] == {"Condition": 1, "Patient": 1}
    assert dataset["sources"][0]["name"].endswith("export/p1.json")


EXTRACT = EXAMPLES / "emis-like"


def flat(tmp_path: Path, *more: str | Path) -> tuple[str | Path, ...]:
    mapping = ("--flat", EXTRACT / "mapping.yaml")
    return ("population", "ingest", EXTRACT / "entries.csv", *mapping, "--out", tmp_path / "data", *more)


def test_tables_are_ingested_by_a_mapping(tmp_path: Path) -> None:
    result = ccr(*flat(tmp_path, "--patients", EXTRACT / "patients.csv", "--jobs", "1"))
    page = words(result.stdout)
    assert (result.exit_code, result.stderr) == (0, "")
    assert page.startswith("3 patients, 3 entries")
    assert (
        "Read Observation 4, Patient 3 Complete Patient but not for so many patients: Observation 1" in page
    )
    assert "the profile emis-like-example does not supply it" in page
    assert "It has every diagnosis as Observation." in page


def test_omop_is_ingested_from_its_folder(tmp_path: Path) -> None:
    files = {"person.csv": PEOPLE.encode(), "concept.csv": CONCEPTS.encode()}
    files["condition_occurrence.csv"] = f"{CONDITIONS}1,10,1,2025-01-10,,\n".encode()
    folder = write(tmp_path / "export", files)
    result = ccr("population", "ingest", folder, "--omop", "--out", tmp_path / "data", "--jobs", "1")
    page = words(result.stdout)
    assert (result.exit_code, result.stderr) == (0, "")
    assert page.startswith("2 patients, 1 entries")
    assert "Complete Patient, Condition Lacking" in page


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (("--patients", "p.csv"), "--patients is read by a mapping; name that with --flat"),
        (("--flat", "m.yaml", "--omop"), "name one of them"),
        (("--flat", "m.yaml", "--profile", "gp-connect"), "--profile is for FHIR; here the mapping says"),
        (("--omop", "--profile", "gp-connect"), "--profile is for FHIR; here OMOP settles"),
        (("--omop", "--fhir-version", "R4"), "--fhir-version is for FHIR"),
    ],
)
def test_options_that_would_mean_nothing_are_refused(
    tmp_path: Path, options: tuple[str, ...], says: str
) -> None:
    result = ccr("population", "ingest", tmp_path, "--out", tmp_path / "data", *options)
    assert result.exit_code == 2
    assert says in words(result.stderr)
