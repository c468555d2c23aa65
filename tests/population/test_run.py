"""The folder of answers: what is in it, in every form, and what is left of a run that was cut off."""

import csv
import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from ccr_rules.errors import EvaluatorsDisagree, UsageError
from ccr_rules.population.answers import FORMS, NAME, TABLES, Form, read_answered, table_path
from ccr_rules.population.asked import EXPLANATIONS, Asked, Explain
from ccr_rules.population.parts import part_path
from ccr_rules.population.run import SCRATCH, run_population
from ccr_rules.population.writing import write_table
from ccr_rules.record.profiles import profile_named
from tests.population.answered import answer, by_reference, data_set, everything, rows
from tests.population.schemes import DIAGNOSIS, MOMENT, PEOPLE, engine, entry, groups, person


@pytest.fixture
def data(tmp_path: Path) -> Path:
    data_set(tmp_path / "data", PEOPLE[:2], PEOPLE[2:], plan="sha256:plan")
    return tmp_path / "data"


def run(tmp_path: Path, **options: Any) -> Any:
    asked = options.pop("groups", None) or groups(tmp_path / "rules", "local-scheme")
    return answer(tmp_path / "data", tmp_path / "out", MOMENT, asked, threads=1, **options)


def read(out: Path, name: str, form: Form) -> list[dict[str, Any]]:
    path = table_path(out, name, form)
    if form == "parquet":
        table = pq.read_table(path)
        assert table.schema.equals(TABLES[name])
        return list(table.to_pylist())
    if form == "csv":
        with path.open(newline="", encoding="utf-8") as file:
            return list(csv.DictReader(file))
    return [json.loads(line) for line in path.read_bytes().splitlines()]


def as_text(value: Any) -> str:
    if value is None:
        return ""
    return "; ".join(value) if isinstance(value, list) else str(value)


def test_every_form_says_the_same(data: Path, tmp_path: Path) -> None:
    asked = groups(tmp_path / "rules")
    found: dict[str, list[list[str]]] = {name: [] for name in TABLES}
    for form in FORMS:
        run(tmp_path, groups=asked, form=form, replace=True)
        for name, schema in TABLES.items():
            said = read(tmp_path / "out", name, form)
            found[name].append([as_text(row[column]) for row in said for column in schema.names])
    assert all(parquet == csv == ndjson for parquet, csv, ndjson in found.values())
    assert all(found[name][0] for name in ("indicators", "reviews", "prompts", "payments", "findings"))


def test_a_person_of_whom_nothing_is_said_has_no_row(data: Path, tmp_path: Path) -> None:
    outcome = run(tmp_path)
    patients = {row["patient"] for row in read(tmp_path / "out", "reviews", "parquet")}
    assert patients == {"Patient/overdue", "Patient/done", "Patient/unclear"}
    assert (outcome.answered.patients, outcome.answered.candidates) == (4, 3)


def test_what_is_said_of_everybody_has_a_row_for_everybody(data: Path, tmp_path: Path) -> None:
    people = data_set(data, PEOPLE[:2], PEOPLE[2:])
    asked = groups(tmp_path / "rules", "everybody")
    run(tmp_path, groups=asked)
    indicators = read(tmp_path / "out", "indicators", "parquet")
    assert [row["patient"] for row in indicators] == [record.reference for record in people.values()]
    assert everything(tmp_path / "out", list(people)) == by_reference(people, MOMENT, asked)
    adults = [row["patient"] for row in read(tmp_path / "out", "payments", "parquet")]
    assert adults == ["Patient/overdue", "Patient/done"]


def test_the_evidence_names_the_entries_and_the_patient(data: Path, tmp_path: Path) -> None:
    people = data_set(data, PEOPLE)
    run(tmp_path, groups=groups(tmp_path / "rules"))
    overdue, done, well, _ = (rows(tmp_path / "out", "evidence").get(number, set()) for number in people)
    assert ("local-scheme@2026.1.0", "DIAGNOSED", "Condition/1") in overdue
    assert ("local-scheme@2026.1.0", "REVIEWED", "Encounter/3") in done
    assert well == {("everybody@2026.1.0", "adult", "Patient/well")}


def test_rows_stand_in_the_order_of_the_people(data: Path, tmp_path: Path) -> None:
    run(tmp_path, groups=groups(tmp_path / "rules"))
    for name in TABLES:
        keys = [(row["person"], row["ruleset"]) for row in read(tmp_path / "out", name, "parquet")]
        assert keys == sorted(keys)


def test_the_head_says_what_was_asked_of_what(data: Path, tmp_path: Path) -> None:
    run(tmp_path)
    answered = read_answered(tmp_path / "out")
    assert (answered.plan, answered.engine, answered.form) == ("sha256:plan", "duckdb", "parquet")
    assert [ruleset.reference for ruleset in answered.rulesets] == ["local-scheme@2026.1.0"]
    assert answered.rulesets[0].in_force
    assert list(answered.releases) == ["cancer-care-review", "cancer-diagnosis"]
    assert answered.rows == {name: len(read(tmp_path / "out", name, "parquet")) for name in TABLES}
    assert not (tmp_path / "out" / SCRATCH).exists()


def test_a_ruleset_out_of_force_prompts_nothing(data: Path, tmp_path: Path) -> None:
    asked = engine(tmp_path / "rules").prepare(MOMENT.as_of, ["qof-cancer@2023"])
    outcome = run(tmp_path, groups=asked)
    assert not outcome.answered.rulesets[0].in_force
    assert outcome.answered.rows["prompts"] == 0


def test_a_data_set_of_nobody_has_empty_tables(tmp_path: Path) -> None:
    data_set(tmp_path / "data", [])
    outcome = run(tmp_path)
    assert set(outcome.answered.rows.values()) == {0}
    assert read(tmp_path / "out", "reviews", "parquet") == []


def test_the_profile_of_the_host_is_respected(tmp_path: Path) -> None:
    """Where diagnoses are always Conditions, a lack of Observations leaves nothing open."""
    host = profile_named("condition-encounter")
    assert host is not None
    asked = groups(tmp_path / "rules", "local-scheme")
    plain = person("p", supplied=frozenset({"Patient", "Condition", "Encounter"}))
    data_set(tmp_path / "data", [plain])
    assert run(tmp_path, groups=asked).answered.rows["reviews"] == 1
    data_set(tmp_path / "data", [plain], keeps=dict(host.keeps))
    assert run(tmp_path, groups=asked, replace=True).answered.rows["reviews"] == 0


# --- run again -------------------------------------------------------------------------------------


def test_the_same_question_is_not_answered_twice(data: Path, tmp_path: Path) -> None:
    asked = groups(tmp_path / "rules", "local-scheme")
    assert run(tmp_path, groups=asked).told is not None
    assert run(tmp_path, groups=asked).told is None


def test_another_question_is_refused_unless_it_may_replace(data: Path, tmp_path: Path) -> None:
    asked = groups(tmp_path / "rules", "local-scheme")
    run(tmp_path, groups=asked, explain=Explain(engine(tmp_path / "again")))
    with pytest.raises(UsageError, match="holds the answers to another question"):
        run(tmp_path, groups=asked, form="csv")
    run(tmp_path, groups=asked, form="csv", replace=True)
    names = {path.name for path in (tmp_path / "out").iterdir()}
    assert names == {NAME, *(f"{name}.csv" for name in TABLES)}


def test_a_run_that_was_cut_off_leaves_no_head(data: Path, tmp_path: Path) -> None:
    asked = groups(tmp_path / "rules", "local-scheme")
    run(tmp_path, groups=asked)

    def cut_off(step: str, done: int, _of: int) -> None:
        if (step, done) == ("Writing", 3):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_population(Asked(data, tmp_path / "out", MOMENT, asked, replace=True), cut_off)
    with pytest.raises(UsageError, match="finished"):
        read_answered(tmp_path / "out")
    assert run(tmp_path, groups=asked).told is not None


def test_a_file_is_no_folder_of_answers(data: Path, tmp_path: Path) -> None:
    (tmp_path / "out").write_text("")
    with pytest.raises(UsageError, match="is a file; name a folder for --out"):
        run(tmp_path)


def test_a_folder_that_cannot_be_written_is_told(data: Path, tmp_path: Path) -> None:
    (tmp_path / "out" / "reviews.parquet").mkdir(parents=True)
    with pytest.raises(UsageError, match="cannot be written"):
        run(tmp_path)


@pytest.mark.parametrize("name", ["patients", "entries", "concepts"])
def test_a_data_set_that_is_not_whole_is_refused(data: Path, tmp_path: Path, name: str) -> None:
    part_path(data, name, 1).unlink()
    with pytest.raises(UsageError, match=f"{name}/part-0001.parquet: is not what"):
        run(tmp_path)


def test_a_part_with_other_rows_is_refused(data: Path, tmp_path: Path) -> None:
    part_path(data, "patients", 0).write_bytes(part_path(data, "patients", 1).read_bytes()[:-9])
    with pytest.raises(UsageError, match="ingest anew"):
        run(tmp_path)


# --- explanations ----------------------------------------------------------------------------------


def test_each_explanation_is_the_answer_about_one_person(data: Path, tmp_path: Path) -> None:
    people = data_set(data, PEOPLE[:2], PEOPLE[2:])
    ours = engine(tmp_path / "rules")
    asked = ours.prepare(MOMENT.as_of, ["local-scheme", "everybody"])
    outcome = run(tmp_path, groups=asked, explain=Explain(ours))
    lines = (tmp_path / "out" / EXPLANATIONS).read_bytes().splitlines()
    assert outcome.answered.explained == len(lines) == len(people)
    for line, record in zip(lines, people.values(), strict=True):
        told = json.loads(line)
        assert told["record"]["patient"] == record.reference
        expected = ours.evaluate_record(record, MOMENT, asked).to_dict()
        assert told["reviews"] == expected["reviews"]
        assert told["dates"] == expected["dates"]


def test_only_the_first_are_explained_if_so_many_are_wanted(data: Path, tmp_path: Path) -> None:
    ours = engine(tmp_path / "rules")
    asked = ours.prepare(MOMENT.as_of, ["everybody"])
    outcome = run(tmp_path, groups=asked, explain=Explain(ours, 3))
    assert (outcome.answered.explained, outcome.answered.explain) == (3, "the first 3")


def test_nobody_is_explained_where_nothing_is_said(tmp_path: Path) -> None:
    data_set(tmp_path / "data", [PEOPLE[2]])
    ours = engine(tmp_path / "rules")
    asked = ours.prepare(MOMENT.as_of, ["local-scheme"])
    assert run(tmp_path, groups=asked, explain=Explain(ours)).answered.explained == 0


def test_tables_that_the_reference_does_not_confirm_are_no_answers(data: Path, tmp_path: Path) -> None:
    """The reference is made to answer about records that are not those of the tables."""
    ours = engine(tmp_path / "rules")
    asked = ours.prepare(MOMENT.as_of, ["everybody"])
    many = [person(f"p{number}", entry("Condition/1", DIAGNOSIS, MOMENT.as_of)) for number in range(12)]
    data_set(data, many)

    class Otherwise(type(ours)):  # type: ignore[misc]
        def evaluate_record(self, record: Any, moment: Any, prepared: Any, *_: Any, **__: Any) -> Any:
            empty = person(record.reference.removeprefix("Patient/"), born=MOMENT.as_of)
            return ours.evaluate_record(empty, moment, prepared)

    with pytest.raises(EvaluatorsDisagree, match=r"12 of 12 people .*Patient/p9 and 2 more") as caught:
        run(tmp_path, groups=asked, explain=Explain(Otherwise(ours.library)))
    assert caught.value.exit_code == 15
    assert not (tmp_path / "out" / NAME).exists()


# --- files -----------------------------------------------------------------------------------------


def batch(**cells: str) -> pa.RecordBatch:
    row = {"person": 1, "patient": "Patient/1", "ruleset": "r@1", "prompt": "p", "holds": "yes"} | cells
    return pa.RecordBatch.from_pylist([row], schema=TABLES["prompts"])


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx"])
def test_no_cell_of_a_csv_begins_a_formula(tmp_path: Path, text: str) -> None:
    assert write_table(tmp_path, "prompts", "csv", [batch(prompt=text), batch()]) == 2
    first, second = read(tmp_path, "prompts", "csv")
    assert (first["prompt"], second["prompt"]) == (f"'{text}", "p")
    write_table(tmp_path, "prompts", "ndjson", [batch(prompt=text)])
    assert read(tmp_path, "prompts", "ndjson")[0]["prompt"] == text
