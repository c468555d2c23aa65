"""`ccr population run`: what it says, and where."""

import json
from pathlib import Path

import pytest
from typer.testing import Result

from ccr_rules.cli import answering
from ccr_rules.hosting import columns
from tests.cli.support import ccr
from tests.population.answered import data_set
from tests.population.schemes import PEOPLE, engine


@pytest.fixture
def data(tmp_path: Path) -> Path:
    engine(tmp_path / "rules")
    data_set(
        tmp_path / "data",
        PEOPLE,
        lacking={"Condition": 1},
        unattributed=3,
        unusable=1,
        assumed=("The host keeps every diagnosis as a Condition.",),
    )
    return tmp_path / "data"


def run(data: Path, *options: str, as_of: str = "2026-07-01") -> Result:
    folder = data.parent
    rulesets = ("--rulesets", folder / "rules", "-r", "local-scheme", "-r", "everybody")
    asked = ("population", "run", data, "--as-of", as_of, "--out", folder / "out")
    return ccr(*asked, *rulesets, "--threads", "1", *options)


def words(text: str) -> str:
    return " ".join(text.split())


def test_the_page_says_how_many_have_which_answer(data: Path) -> None:
    result = run(data)
    page = words(result.stdout)
    assert result.exit_code == 0
    assert page.startswith("4 people, 3 candidates 01-Jul-2026")
    assert "local-scheme@2026.1.0 talk" in page
    assert "overdue 1 to 2" in page
    assert "done 1 to 2" in page
    assert "cannot tell 1" in page
    assert "everybody@2026.1.0 living in 4" in page
    assert "Lacking not completely supplied, of so many patients: Condition 1" in page
    assert "Assumed The host keeps every diagnosis as a Condition." in page
    assert f"Written: {data.parent / 'out' / 'run.json'}" in result.stdout.replace("\n", "")
    assert "indicators 4" in page


def test_what_answers_may_lack_is_told_loudly(data: Path) -> None:
    told = words(run(data).stderr)
    assert "3 resources or lines of the data set could not be attributed to a patient" in told
    assert "1 patients of whom nothing could be read: nobody can tell what is due" in told


def test_a_second_run_says_that_there_is_nothing_to_do(data: Path) -> None:
    run(data)
    assert "Nothing to do" in run(data).stdout


def test_what_was_known_then_may_be_asked(data: Path) -> None:
    assert run(data, "--known-on", "2026-01-15", "--format", "csv").exit_code == 0
    head = json.loads((data.parent / "out" / "run.json").read_bytes())
    assert (head["as_of"], head["known_on"], head["form"]) == ("2026-07-01", "2026-01-15", "csv")


@pytest.mark.parametrize("options", [("--explain",), ("--explain-most", "4")])
def test_explanations_are_counted(data: Path, options: tuple[str, ...]) -> None:
    assert "Explained: 4 people, each as the reference evaluator answers" in words(run(data, *options).stdout)
    assert len((data.parent / "out" / "explanations.ndjson").read_bytes().splitlines()) == 4


def test_indicators_show_who_counts_and_drafts_are_named(tmp_path: Path) -> None:
    data_set(tmp_path / "data", PEOPLE)
    asked = ("population", "run", tmp_path / "data", "--as-of", "2026-03-20", "--out", tmp_path / "out")
    page = words(ccr(*asked, "-r", "qof-cancer@2023").stdout)
    assert "CAN004 in 0 to 1, included 0 to 1, met 0 to 1" in page
    assert "Note draft, not clinically approved: qof-cancer@2023" in page
    assert "not in force on this day, so nothing is prompted by qof-cancer@2023" in page


def test_a_ruleset_without_rules_about_anybody_says_so(tmp_path: Path) -> None:
    data_set(tmp_path / "data", PEOPLE[2:3])
    asked = ("population", "run", tmp_path / "data", "--as-of", "2026-03-20", "--out", tmp_path / "out")
    page = words(ccr(*asked, "-r", "qof-cancer@2023").stdout)
    assert "qof-cancer@2023.1.0 no indicator or review concerns anybody" in page


@pytest.mark.parametrize(
    ("as_of", "options", "says"),
    [
        ("tomorrow", (), "--as-of: 'tomorrow' is not a day; write it as YYYY-MM-DD"),
        ("2026-07-01", ("--known-on", "x"), "--known-on: 'x' is not a day"),
        ("2026-07-01", ("--engine", "excel"), "--engine excel: there is no such engine"),
        ("2026-07-01", ("-r", "none"), "there is no ruleset none"),
        ("2026-07-01", ("--codelist-release", "x"), "--codelist-release x: write NAME=YYYY-MM-DD"),
    ],
)
def test_what_does_not_fit_is_told(data: Path, as_of: str, options: tuple[str, ...], says: str) -> None:
    result = run(data, *options, as_of=as_of)
    assert result.exit_code == 2
    assert says in words(result.stderr)
    assert not (data.parent / "out" / "run.json").exists()


def test_a_folder_without_a_data_set_is_told(tmp_path: Path) -> None:
    asked = ("population", "run", tmp_path, "--as-of", "2026-07-01", "--out", tmp_path / "out")
    result = ccr(*asked)
    assert result.exit_code == 2
    assert "name a folder that `ccr population ingest` finished" in words(result.stderr)


def test_without_the_packages_the_command_that_installs_them_is_named(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(answering, "PACKAGES", ("no_such_package_here",))
    result = run(data)
    assert result.exit_code == 2
    assert 'pip install "ccr-rules[population]"' in result.stderr


def test_without_spark_the_command_that_installs_it_is_named(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing(_name: str) -> None:
        raise ImportError

    monkeypatch.setattr(columns, "import_module", missing)
    result = run(data, "--engine", "spark")
    assert result.exit_code == 2
    assert "pip install 'ccr-rules[spark]'" in result.stderr
