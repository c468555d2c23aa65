"""OMOP tables become the records that FHIR would make, as far as OMOP can say the same."""

from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.csv as pv
import pyarrow.parquet as pq
import pytest

from ccr_rules.errors import UsageError
from ccr_rules.population.omop.ingest import ingest_omop
from ccr_rules.record.entry import SNOMED, Coding, Days, Entry
from tests.population.extracts import CONCEPTS, CONDITIONS, PEOPLE, cdm, day
from tests.population.samples import people, places, refused, write

OBSERVATIONS = (
    "observation_id,person_id,observation_concept_id,observation_date,observation_source_value,"
    "observation_source_concept_id,value_as_concept_id\n"
)
PROCEDURES = "procedure_occurrence_id,person_id,procedure_concept_id,procedure_date\n"
VISITS = "visit_occurrence_id,person_id,visit_concept_id,visit_start_date,visit_source_value\n"
PERIODS = "observation_period_id,person_id,observation_period_start_date,observation_period_end_date\n"

CANCER = Coding(SNOMED, "254837009", "Malignant neoplasm of breast")
REVIEW = Coding(SNOMED, "720006006", "Cancer care review")


class TestEntries:
    def test_each_table_is_a_kind(self, tmp_path: Path) -> None:
        outcome = cdm(
            tmp_path,
            {
                "condition_occurrence.csv": f"{CONDITIONS}1,10,1,2025-01-10,B34,0\n",
                "observation.csv": f"{OBSERVATIONS}2,10,2,2025-02-10,,,\n",
                "procedure_occurrence.csv.gz": f"{PROCEDURES}3,10,2,2025-03-10\n",
                "visit_occurrence.csv.zst": f"{VISITS}4,10,3,2025-04-10,Surgery consultation\n",
                "drug_exposure.csv": "nobody reads it\n",
            },
        )
        record = people(tmp_path)["Patient/10"]
        assert record.entries == (
            Entry("Condition/1", "Condition", (CANCER,), clinical=day(2025, 1, 10)),
            Entry("Observation/2", "Observation", (REVIEW,), clinical=day(2025, 2, 10)),
            Entry("Procedure/3", "Procedure", (REVIEW,), clinical=day(2025, 3, 10)),
            Entry("Encounter/4", "Encounter", (), "Surgery consultation", clinical=day(2025, 4, 10)),
        )
        assert record.supplied == {"Patient", "Condition", "Observation", "Procedure", "Encounter"}
        assert outcome.dataset.profile == "omop"
        assert record.keeps["*activity"] == ("Condition", "Observation", "Procedure")

    @pytest.mark.parametrize(
        ("standard", "source", "code", "text"),
        [
            ("1", "0", "254837009", ""),
            ("1", "2", "720006006", ""),  # what was recorded counts before what OMOP made of it
            ("2.0", "3", "720006006", ""),
            ("3", "0", "", "as it was written"),
            ("0", "", "", "as it was written"),
        ],
    )
    def test_the_code_is_that_of_the_source_else_of_the_standard_concept_else_there_is_the_text(
        self, tmp_path: Path, standard: str, source: str, code: str, text: str
    ) -> None:
        row = f"1,10,{standard},2025-01-10,as it was written,{source}\n"
        cdm(tmp_path, {"condition_occurrence.csv": CONDITIONS + row})
        (one,) = people(tmp_path)["Patient/10"].entries
        assert ([each.code for each in one.codings], one.text) == ([code] if code else [], text)

    def test_a_coded_value_is_an_entry_of_its_own_and_never_sure(self, tmp_path: Path) -> None:
        cdm(tmp_path, {"observation.csv": f"{OBSERVATIONS}2,10,2,2025-02-10,,,1\n"})
        first, second = people(tmp_path)["Patient/10"].entries
        assert (first.codings, first.certain) == ((REVIEW,), True)
        assert (second.codings, second.certain) == ((CANCER,), False)

    def test_parquet_is_read_too(self, tmp_path: Path) -> None:
        folder = write(tmp_path / "export", {"concept.csv": CONCEPTS.encode(), "person.csv": PEOPLE.encode()})
        pq.write_table(pv.read_csv(folder / "person.csv"), folder / "person.parquet")
        (folder / "person.csv").unlink()
        columns = CONDITIONS.strip().split(",")
        values = [pa.array([each]) for each in (7, 10, 1.0, date(2025, 1, 10), None, 0)]
        pq.write_table(
            pa.table(dict(zip(columns, values, strict=True))), folder / "condition_occurrence.parquet"
        )
        ingest_omop([str(folder)], tmp_path / "data", jobs=2)
        record = people(tmp_path)["Patient/10"]
        assert record.entries == (Entry("Condition/7", "Condition", (CANCER,), clinical=day(2025, 1, 10)),)
        assert record.born == day(1950, 6, 15)


class TestPeople:
    def test_births_deaths_and_registrations_are_those_of_three_tables(self, tmp_path: Path) -> None:
        tables = {
            "death.csv": "person_id,death_date\n10,2026-02-02\n10,2026-02-01\n",
            "observation_period.csv": f"{PERIODS}1,10,2010-01-01,2012-01-01\n2,10,2014-01-01,2026-02-01\n",
            "condition_occurrence.csv": f"{CONDITIONS}1,11,1,2025-01-10,,\n",
        }
        dataset = cdm(tmp_path, tables).dataset
        found = people(tmp_path)
        first, second = found["Patient/10"], found["Patient/11"]
        assert (first.died, first.registered, first.deregistered) == (day(2026, 2, 1), day(2014, 1, 1), None)
        assert (second.died, second.is_dead, second.registered) == (None, False, None)
        assert second.born == Days(date(1960, 1, 1), date(1960, 12, 31))
        assert "who has left" in dataset.assumed[-1]
        rows = pq.read_table(tmp_path / "data" / "patients" / "part-0000.parquet").to_pylist()
        assert {row["patient"]: row["sex"] for row in rows} == {"Patient/10": "female", "Patient/11": None}

    def test_of_registrations_nothing_is_assumed_without_the_table(self, tmp_path: Path) -> None:
        dataset = cdm(tmp_path, {"condition_occurrence.csv": CONDITIONS}).dataset
        assert len(dataset.assumed) == 2

    def test_attributes_may_stand_in_a_file(self, tmp_path: Path) -> None:
        file = write(tmp_path, {"a.csv": b"patient,practice\n10,Y12345\n"}) / "a.csv"
        dataset = cdm(tmp_path, {"condition_occurrence.csv": CONDITIONS}, attributes=file).dataset
        assert (dataset.patients, dataset.attributes_of_nobody) == (2, 0)

    def test_what_is_supplied_may_be_stated(self, tmp_path: Path) -> None:
        dataset = cdm(tmp_path, {"condition_occurrence.csv": CONDITIONS}, supplied=["Patient"]).dataset
        assert dataset.supplied == ("Patient",)


class TestRefused:
    @pytest.mark.parametrize(
        ("row", "reason", "is_known"),
        [
            ("1,10,1,10/01/2025,,", "`condition_start_date`: not of the form", True),
            ("1,10,99,2025-01-10,,", "its concept is not in the table of concepts", True),
            ("1,10,1,2025-01-10,,x", "its concept is not in the table of concepts", True),
            (",10,1,2025-01-10,,", "`condition_occurrence_id` is empty", True),
            ("1,10,1,2025-01-10,\xe9,", "it holds bytes that are no characters", True),
            ("1,,1,2025-01-10,,", "it names no patient", False),
            ("1,1/0,1,2025-01-10,,", "what names its patient is no id", False),
            ("1,10,1", "3 cells under 6 columns", False),
        ],
    )
    def test_a_bad_row_makes_its_kind_incomplete_for_whom_it_is_about(
        self, tmp_path: Path, row: str, reason: str, is_known: bool
    ) -> None:
        dataset = cdm(
            tmp_path, {"condition_occurrence.csv": f"{CONDITIONS}{row}\n".encode("latin-1")}
        ).dataset
        (one,) = refused(tmp_path)
        assert (places([one]), one["kind"]) == (["condition_occurrence.csv:2"], "Condition")
        assert one["attributed"] == is_known
        assert one["reason"].startswith(reason)
        assert dataset.unattributed == (0 if is_known else 1)
        expected = {"Patient"} if is_known else {"Patient", "Condition"}
        assert people(tmp_path)["Patient/10"].supplied == expected
        assert people(tmp_path)["Patient/11"].supplied == {"Patient", "Condition"}

    def test_of_whom_a_day_cannot_be_read_the_patient_is_incomplete(self, tmp_path: Path) -> None:
        tables = {
            "death.csv": "person_id,death_date\n10,soon\n",
            "observation_period.csv": f"{PERIODS}1,11,,2012-01-01\n",
            "condition_occurrence.csv": CONDITIONS,
        }
        cdm(tmp_path, tables)
        assert [each["reason"].partition(":")[0] for each in refused(tmp_path)] == [
            "`death_date`",
            "`observation_period_start_date` is empty",
        ]
        assert {record.supplied for record in people(tmp_path).values()} == {frozenset({"Condition"})}

    def test_a_birth_that_cannot_be_read_is_told(self, tmp_path: Path) -> None:
        person = PEOPLE.replace("1950,6,15", "1950,6,31").replace("11,0,1960", "11,0,")
        cdm(tmp_path, {"person.csv": person, "condition_occurrence.csv": CONDITIONS})
        assert [each["reason"] for each in refused(tmp_path)] == [
            "`year_of_birth`: a day that does not exist"
        ]
        assert people(tmp_path)["Patient/11"].born is None


class TestSources:
    @pytest.mark.parametrize(
        ("tables", "says"),
        [
            ({"person.csv": ""}, "no person.csv or person.parquet"),
            ({"concept.csv": ""}, "no concept.csv or concept.parquet"),
            ({}, "none of condition_occurrence, observation, procedure_occurrence, visit_occurrence"),
            ({"person.parquet": "x"}, "person.csv holds this table too"),
            (
                {"death.csv": "person,day\n", "observation.csv": OBSERVATIONS},
                "no column `person_id`; OMOP CDM",
            ),
            (
                {"death.csv": "person_id,person_id,death_date\n", "observation.csv": OBSERVATIONS},
                "several columns",
            ),
            (
                {"observation.csv": OBSERVATIONS, "concept.csv": CONCEPTS + "1\n"},
                "concept.csv:7: 1 cells under 5",
            ),
            (
                {"observation.csv": OBSERVATIONS, "concept.csv": CONCEPTS.replace("8507", "x")},
                "csv:2: `concept_id`",
            ),
        ],
    )
    def test_tables_that_do_not_fit_are_told(self, tmp_path: Path, tables: dict[str, str], says: str) -> None:
        with pytest.raises(UsageError) as error:
            cdm(tmp_path, tables)
        assert says in error.value.message

    def test_it_is_one_folder(self, tmp_path: Path) -> None:
        with pytest.raises(UsageError, match="takes one folder"):
            ingest_omop(["a", "b"], tmp_path / "data")
        with pytest.raises(UsageError, match="no folder; --omop takes the folder"):
            ingest_omop([str(tmp_path / "none")], tmp_path / "data")

    def test_names_may_be_in_capitals_and_cells_be_quoted(self, tmp_path: Path) -> None:
        files = {
            "person.csv": "",
            "PERSON.csv": PEOPLE.replace("person_id", '"PERSON_ID"'),
            "condition_occurrence.csv": f'{CONDITIONS}1,10,1,2025-01-10,"B34, of old",\n',
        }
        cdm(tmp_path, files)
        assert len(people(tmp_path)["Patient/10"].entries) == 1

    def test_an_interrupted_run_takes_up_its_lookup(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        from ccr_rules.population.omop import ingest as module

        tables = {"condition_occurrence.csv": f"{CONDITIONS}1,10,1,2025-01-10,,\n"}
        with monkeypatch.context() as patch:
            patch.setattr(module, "OMOP", module.OMOP._replace(scatter=_stop))
            with pytest.raises(KeyboardInterrupt):
                cdm(tmp_path, tables)
        with monkeypatch.context() as patch:
            patch.setattr(module, "keep_lookup", _stop)
            outcome = cdm_again(tmp_path)
        assert outcome == (True, True, 1)
        assert cdm_again(tmp_path) == (False, False, 1)


def _stop(*_: object) -> None:
    raise KeyboardInterrupt


def cdm_again(tmp_path: Path) -> tuple[bool, bool, int]:
    outcome = ingest_omop([str(tmp_path / "export")], tmp_path / "data", jobs=1)
    return outcome.is_new, outcome.was_continued, outcome.dataset.entries
