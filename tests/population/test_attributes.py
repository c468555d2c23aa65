"""What reports tell people apart by: from the Patient resource, and from a file of attributes."""

from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from ccr_rules.errors import UsageError
from ccr_rules.population.schema import ATTRIBUTES, PEOPLE
from tests.population.samples import bundle, ndjson, observation, patient, taken, write
from tests.record.samples import Json

ODS = "https://fhir.nhs.uk/Id/ods-organization-code"
ETHNICITY = "https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-EthnicCategory"


def ods(code: str) -> Json:
    return {"identifier": {"system": ODS, "value": code}}


def told(tmp_path: Path, *resources: Any, file: str = "", **options: Any) -> list[Json]:
    """Ingest and return what each patient's attributes say, leaving out what nobody said."""
    if file:
        options["attributes"] = write(tmp_path, {"attributes.csv": file.encode()}) / "attributes.csv"
    taken(tmp_path, {"all.ndjson": ndjson(*resources)}, **options)
    table = pq.read_table(tmp_path / "data" / "patients" / "part-0000.parquet")
    assert table.schema == PEOPLE
    rows = table.select(ATTRIBUTES.names).to_pylist()
    return [{name: value for name, value in row.items() if value is not None} for row in rows]


class TestPatientResource:
    def test_says_sex_ethnicity_and_practice(self, tmp_path: Path) -> None:
        coding = {
            "system": "https://fhir.hl7.org.uk/CodeSystem/UKCore-EthnicCategory",
            "code": "A",
            "display": "British",
        }
        extension = [{"url": "other"}, {"url": ETHNICITY, "valueCodeableConcept": {"coding": [coding]}}]
        one = patient(gender="female", extension=extension, managingOrganization=ods("Y12345"))
        assert told(tmp_path, one) == [
            {"sex": "female", "ethnicity": "A", "ethnicity_term": "British", "practice": "Y12345"}
        ]

    def test_may_say_the_ethnicity_in_words_only(self, tmp_path: Path) -> None:
        words = [{"url": ETHNICITY, "valueCodeableConcept": {"text": " Irish "}}]
        assert told(tmp_path, patient(extension=words)) == [{"ethnicity_term": "Irish"}]

    @pytest.mark.parametrize(
        "named",
        [
            {"generalPractitioner": [{"display": "x"}, ods("Y12345")]},
            {"managingOrganization": {"reference": "Organization/o1"}},
            {
                "managingOrganization": {"reference": "Organization/none"},
                "generalPractitioner": [ods("Y12345")],
            },
        ],
    )
    def test_may_name_the_practice_elsewhere(self, tmp_path: Path, named: Json) -> None:
        practice = {
            "resourceType": "Organization",
            "id": "o1",
            "identifier": [{"value": "?"}, ods("Y12345")["identifier"]],
        }
        assert told(tmp_path, patient(**named), practice) == [{"practice": "Y12345"}]

    def test_leads_nowhere_by_a_reference_to_something_else(self, tmp_path: Path) -> None:
        medicine = {"resourceType": "Medication", "id": "o1", "identifier": [ods("Y12345")["identifier"]]}
        named = {"reference": "Medication/o1"}
        assert told(tmp_path, patient(managingOrganization=named), medicine) == [{}]

    @pytest.mark.parametrize(
        "odd",
        [
            {"gender": 5},
            {"gender": " "},
            {"extension": {"url": ETHNICITY}},
            {"extension": [{"url": ETHNICITY, "valueCodeableConcept": {"coding": "A"}}]},
            {"managingOrganization": "Y12345"},
            {"managingOrganization": {"identifier": {"system": "https://other.example", "value": "1"}}},
        ],
    )
    def test_of_another_shape_says_nothing(self, tmp_path: Path, odd: Json) -> None:
        assert told(tmp_path, patient("p1", **odd)) == [{}]

    def test_in_its_newest_version_counts(self, tmp_path: Path) -> None:
        old = patient(gender="male", meta={"versionId": "1"})
        new = patient(gender="female", meta={"versionId": "2"})
        assert told(tmp_path, new, old, observation()) == [{"sex": "female"}]

    def test_in_versions_that_contradict_each_other_says_nothing(self, tmp_path: Path) -> None:
        assert told(tmp_path, patient(gender="female"), patient(gender="male"), observation()) == [{}]

    def test_in_a_bundle_says_it_too(self, tmp_path: Path) -> None:
        assert told(tmp_path, bundle(patient(gender="other"))) == [{"sex": "other"}]

    def test_that_is_missing_says_nothing(self, tmp_path: Path) -> None:
        assert told(tmp_path, observation()) == [{}]


class TestAttributeFile:
    HEAD = "patient,imd_quintile,practice,learning_disability,severe_mental_illness\n"

    def test_is_joined_by_the_patient(self, tmp_path: Path) -> None:
        file = self.HEAD + "p1,1,Y1,yes,0\nPatient/p2,,,,\nnobody,5,,,\n"
        both = told(tmp_path, patient("p1"), patient("p2"), file=file)
        first = {
            "imd_quintile": 1,
            "practice": "Y1",
            "learning_disability": True,
            "severe_mental_illness": False,
        }
        assert sorted(both, key=len) == [{}, first]

    def test_counts_before_the_resource(self, tmp_path: Path) -> None:
        file = "patient,practice,sex\np1,Y2,\n"
        assert told(tmp_path, patient(gender="male", managingOrganization=ods("Y1")), file=file) == [
            {"practice": "Y2", "sex": "male"}
        ]

    def test_may_have_a_byte_order_mark_quotes_and_windows_line_ends(self, tmp_path: Path) -> None:
        file = '\ufeffpatient,ethnicity_term\r\np1,"White, British"\r\n\r\n'
        assert told(tmp_path, patient(), file=file) == [{"ethnicity_term": "White, British"}]

    def test_about_people_who_are_not_there_is_counted(self, tmp_path: Path) -> None:
        file = write(tmp_path, {"a.csv": b"patient,practice\np2,Y1\np3,Y1\n"}) / "a.csv"
        dataset = taken(tmp_path, {"all.ndjson": ndjson(patient())}, attributes=file)
        assert (dataset.patients, dataset.attributes_of_nobody) == (1, 2)

    @pytest.mark.parametrize(
        ("file", "says"),
        [
            ("", "attributes.csv:1: no column `patient`"),
            ("person,practice\n", "no column `patient`"),
            ("patient,imd_quintil\n", "no attribute has the name of column 2; did you mean `imd_quintile`?"),
            ("patient,xyzzy\n", "there are sex, ethnicity"),
            (
                "patient,imd_quintile\np1,3\np2,9\n",
                "attributes.csv:3: `imd_quintile` takes 1 (the most deprived) to 5",
            ),
            ("patient,learning_disability\np1,perhaps\n", "`learning_disability` takes yes, no or nothing"),
            ("patient,practice\np1\n", "attributes.csv:2: 1 values under 2 columns"),
            ("patient,practice\n,Y1\n", "attributes.csv:2: `patient` is empty, or no id"),
            ("patient,practice\np1,Y1\np1,Y1\n", "attributes.csv:3: this patient stands at "),
            (f"patient,practice\np1,{'Y' * 200_000}\n", "attributes.csv:2: not CSV: field larger than"),
        ],
    )
    def test_that_does_not_fit_is_refused_with_its_line(self, tmp_path: Path, file: str, says: str) -> None:
        with pytest.raises(UsageError) as refusal:
            told(tmp_path, patient(), file=file or "\n")
        assert says in refusal.value.message

    def test_in_another_encoding_is_refused_with_its_line(self, tmp_path: Path) -> None:
        file = write(tmp_path, {"a.csv": "patient,practice\np1,\xe9".encode("latin-1")}) / "a.csv"
        with pytest.raises(UsageError, match=r"a\.csv:2: not UTF-8"):
            taken(tmp_path, {"all.ndjson": ndjson(patient())}, attributes=file)

    def test_that_is_not_there_is_refused(self, tmp_path: Path) -> None:
        with pytest.raises(UsageError, match=r"none\.csv: No such file"):
            taken(tmp_path, {"all.ndjson": ndjson(patient())}, attributes=tmp_path / "none.csv")
