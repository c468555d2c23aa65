"""The answers and the data set of a report: any form of answers, and nothing that does not fit together."""

from pathlib import Path

import pytest

from ccr_rules.errors import UsageError
from ccr_rules.population.answers import Form
from ccr_rules.population.report.content import Wanted
from ccr_rules.population.report.tables import open_tables
from tests.population.report.samples import QOF, included, somebody, undetermined, write_answers, write_data
from tests.population.report.support import answered, made, reported

PEOPLE = [somebody("a", "A"), somebody("b", "A")]
ROWS = {"indicators": [included(0, "CAN004"), undetermined(1, "CAN004", "included", "excepted: CANINVITE")]}


@pytest.mark.parametrize("form", ["parquet", "csv", "ndjson"])
def test_every_form_of_answers_gives_the_same_report(tmp_path: Path, form: Form) -> None:
    wanted = reported(tmp_path / "parquet", PEOPLE, ROWS).text("achievement.csv")
    assert reported(tmp_path / form, PEOPLE, ROWS, said={"form": form}).text("achievement.csv") == wanted


def test_a_table_may_be_a_folder_of_files(tmp_path: Path) -> None:
    answers = answered(tmp_path, PEOPLE, ROWS)
    (answers / "indicators.parquet").rename(answers / "one")
    (answers / "indicators.parquet").mkdir()
    (answers / "one").rename(answers / "indicators.parquet" / "part-0000.parquet")
    assert made(Wanted(answers)).rows("achievement.csv")[1]["population"] == "2"


def test_the_data_set_may_have_moved(tmp_path: Path) -> None:
    answers = answered(tmp_path, PEOPLE, ROWS)
    (tmp_path / "data").rename(tmp_path / "else where's")
    with pytest.raises(UsageError, match="name a folder that `ccr population ingest` finished"):
        made(Wanted(answers))
    assert made(Wanted(answers, data=tmp_path / "else where's", threads=1)).rows("achievement.csv")


def test_answers_about_another_data_set_are_refused(tmp_path: Path) -> None:
    answers = answered(tmp_path, PEOPLE, ROWS)
    write_data(tmp_path / "other", PEOPLE, plan="sha256:other")
    with pytest.raises(UsageError, match="answers about another data set"):
        made(Wanted(answers, data=tmp_path / "other"))


def test_a_table_that_is_not_there_is_told_without_a_traceback(tmp_path: Path) -> None:
    answers = answered(tmp_path, PEOPLE, ROWS)
    (answers / "indicators.parquet").unlink()
    with pytest.raises(UsageError, match=r"not whole: .*run anew"), open_tables(answers, None):
        pass


def test_a_ruleset_that_was_changed_since_is_refused(tmp_path: Path) -> None:
    answers = answered(tmp_path, PEOPLE, ROWS)
    path = answers / "run.json"
    path.write_text(path.read_text().replace('"digest": "sha256:', '"digest": "sha256:0'))
    with pytest.raises(UsageError, match=f"{QOF}: changed since the population was asked"):
        made(Wanted(answers))


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    answers = answered(tmp_path, PEOPLE, ROWS)
    (tmp_path / "file").write_text("")
    with pytest.raises(UsageError, match="file: cannot be written"):
        made(Wanted(answers, out=tmp_path / "file"))


def test_a_person_answered_about_twice_is_two_rulesets(tmp_path: Path) -> None:
    other = "qof-cancer@2022.1.0"
    write_data(tmp_path / "data", PEOPLE)
    rows = [included(0, "CAN004"), included(0, "CAN004", "not met") | {"ruleset": other}]
    answers = write_answers(tmp_path / "answers", tmp_path / "data", (QOF, other), {"indicators": rows})
    told = made(Wanted(answers)).rows("achievement.csv")
    assert {row["ruleset"]: row["numerator"] for row in told if row["indicator"] == "CAN004"} == {
        QOF: "1",
        other: "0",
    }
