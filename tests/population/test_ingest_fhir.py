"""FHIR in every form becomes the record that the reader of single records makes of it."""

import json
from pathlib import Path
from typing import Any

import pytest

from ccr_rules.record.patient import KINDS
from tests.population.samples import (
    CANCER,
    REVIEW,
    TWO,
    about,
    bundle,
    condition,
    ndjson,
    observation,
    patient,
    people,
    places,
    refused,
    taken,
)


class TestForms:
    @pytest.mark.parametrize("packing", ["", ".gz", ".zst"])
    def test_a_bulk_export_scatters_a_patient_over_files(self, tmp_path: Path, packing: str) -> None:
        dataset = taken(
            tmp_path,
            {
                f"Patient.ndjson{packing}": ndjson(*TWO),
                f"Condition.ndjson{packing}": ndjson(condition("p1"), condition("p2", "c2")),
                f"more/Observation.ndjson{packing}": ndjson(observation("p2")),
            },
        )
        assert (dataset.patients, dataset.entries) == (2, 3)
        found = people(tmp_path)
        assert [entry.reference for entry in found["Patient/p1"].entries] == ["Condition/c1"]
        assert {entry.kind for entry in found["Patient/p2"].entries} == {"Condition", "Observation"}
        assert found["Patient/p1"].supplied == {"Patient", "Condition", "Observation"}

    @pytest.mark.parametrize("name", ["all.ndjson", "all.jsonl", "all.json"])
    def test_lines_are_told_by_the_name_or_by_the_first_line(self, tmp_path: Path, name: str) -> None:
        assert taken(tmp_path, {name: ndjson(*TWO, condition())}).entries == 1

    def test_a_byte_order_mark_and_windows_line_ends_do_not_matter(self, tmp_path: Path) -> None:
        text = b"\xef\xbb\xbf" + ndjson(*TWO, condition()).replace(b"\n", b"\r\n") + b"\r\n \r\n"
        dataset = taken(tmp_path, {"all.ndjson": text, "one.json": b"\xef\xbb\xbf" + ndjson(observation())})
        assert (dataset.patients, dataset.entries, dataset.quarantined) == (2, 2, 0)

    def test_ndjson_of_bundles(self, tmp_path: Path) -> None:
        lines = ndjson(bundle(patient("p1"), condition("p1")), bundle(patient("p2"), kind="searchset"))
        dataset = taken(tmp_path, {"bundles.ndjson": lines})
        assert people(tmp_path)["Patient/p1"].supplied == frozenset(KINDS)
        assert people(tmp_path)["Patient/p2"].supplied == {"Patient"}
        assert dataset.lacking["Condition"] == 1
        assert dataset.supplied == KINDS

    def test_a_file_with_a_bundle_over_many_lines(self, tmp_path: Path) -> None:
        taken(tmp_path, {"p1.json": bundle(patient(), condition()), "p2.json.gz": bundle(patient("p2"))})
        assert set(people(tmp_path)) == {"Patient/p1", "Patient/p2"}

    def test_the_answers_to_several_searches_are_read_together(self, tmp_path: Path) -> None:
        def found(kind: str, *resources: Any) -> Any:
            url = f"https://gp.example/fhir/{kind}?patient=p1"
            return bundle(*resources, kind="searchset", link=[{"relation": "self", "url": url}])

        files = {
            "1.json": found("Condition", condition()),
            "2.json": found("Observation"),
            "p.json": patient(),
        }
        taken(tmp_path, files)
        assert people(tmp_path)["Patient/p1"].supplied == {"Patient", "Condition", "Observation"}

    def test_a_mapping_from_kinds_to_search_results(self, tmp_path: Path) -> None:
        prefetch = {"Patient": patient(), "Condition": bundle(condition(), kind="searchset"), "Flag": None}
        taken(tmp_path, {"p1.json": prefetch})
        record = people(tmp_path)["Patient/p1"]
        assert record.supplied == {"Patient", "Condition"}
        assert len(record.entries) == 1

    def test_a_bundle_by_urn_is_of_the_patient_in_it(self, tmp_path: Path) -> None:
        urn = "urn:uuid:0a1b"
        entries = [
            {"fullUrl": urn, "resource": patient("p9")},
            {"resource": condition() | {"subject": {"reference": urn}}},
        ]
        taken(tmp_path, {"p.json": bundle() | {"entry": entries}, "o.json": observation("p9")})
        assert len(people(tmp_path)["Patient/p9"].entries) == 2

    def test_a_patient_without_an_id_is_told_apart_by_the_place(self, tmp_path: Path) -> None:
        nameless = bundle({"resourceType": "Patient", "birthDate": "1950"}, condition() | {"subject": None})
        taken(tmp_path, {"a.json": nameless, "b.json": nameless, "c.ndjson": ndjson(nameless, nameless)})
        names = {name.rpartition("export/")[2] for name in people(tmp_path)}
        assert names == {f"{place}.entry[0]" for place in ("a.json", "b.json", "c.ndjson:1", "c.ndjson:2")}

    def test_a_search_about_a_group_is_about_nobody(self, tmp_path: Path) -> None:
        link = [{"relation": "self", "url": "https://gp.example/fhir/Flag?subject=Group/g1"}]
        dataset = taken(tmp_path, {"a.json": bundle(kind="searchset", link=link), "b.json": patient()})
        assert (dataset.patients, dataset.quarantined) == (1, 0)


class TestBundlesOfSeveralPatients:
    MIXED = bundle(
        patient("p1"),
        patient("p2"),
        condition("p1", medication=None),
        observation("p2"),
        {"resourceType": "Organization", "id": "x"},
        {"resourceType": "Practitioner", "id": "x"},
        {"resourceType": "Medication", "id": "m1", "code": {"text": "Tamoxifen"}},
        about("MedicationRequest", "p2", "r1", medicationReference={"reference": "Medication/m1"}),
    )

    def test_are_shared_out(self, tmp_path: Path) -> None:
        taken(tmp_path, {"all.json": self.MIXED})
        found = people(tmp_path)
        assert [entry.reference for entry in found["Patient/p1"].entries] == ["Condition/c1"]
        assert [entry.text for entry in found["Patient/p2"].entries] == ["", "Tamoxifen"]
        assert found["Patient/p1"].supplied == frozenset(KINDS)

    def test_of_a_search_say_of_nobody_what_is_complete(self, tmp_path: Path) -> None:
        next_page = [{"relation": "next", "url": "https://gp.example/fhir?page=2"}]
        taken(tmp_path, {"all.json": self.MIXED | {"type": "searchset", "link": next_page}})
        assert people(tmp_path)["Patient/p2"].supplied == {"Patient"}
        assert [each["reason"] for each in refused(tmp_path)] == [
            "a further page may be missing (it has link.next)"
        ]

    def test_leave_what_nobody_owns_in_quarantine(self, tmp_path: Path) -> None:
        nobodys = {"resourceType": "Condition", "id": "x", "code": CANCER}
        dataset = taken(tmp_path, {"all.ndjson": ndjson(bundle(*TWO, nobodys, {"resourceType": 5}))})
        assert dataset.unattributed == 2
        assert places(refused(tmp_path)) == [
            "all.ndjson:1.entry[3].resource",
            "all.ndjson:1.entry[2].resource",
        ]

    def test_put_the_faults_of_a_share_at_the_bundle(self, tmp_path: Path) -> None:
        broken = observation("p2", effectiveDateTime="2024-02-30")
        taken(tmp_path, {"all.ndjson": b"\n" + ndjson(bundle(*TWO, broken))})
        assert places(refused(tmp_path)) == ["all.ndjson:2"]

    def test_a_list_of_several_patients_with_a_key_twice_is_shared_out_without_it(
        self, tmp_path: Path
    ) -> None:
        twice = b'{"resourceType": "Condition", "id": "c", "id": "d", "subject": {"reference": "Patient/p2"}}'
        text = b"[" + b",\n".join([*(json.dumps(each).encode() for each in TWO), twice]) + b"]"
        taken(tmp_path, {"all.json": text})
        (one,) = refused(tmp_path)
        assert (places([one]), one["kind"], one["attributed"]) == (["all.json[2]"], "Condition", False)
        assert people(tmp_path)["Patient/p2"].supplied == {"Patient"}

    def test_a_list_of_several_patients_is_as_good_as_lines(self, tmp_path: Path) -> None:
        taken(tmp_path, {"all.json": [*TWO, condition("p1"), 5]})
        assert people(tmp_path)["Patient/p2"].supplied == {"Patient", "Condition"}
        assert [each["reason"] for each in refused(tmp_path)] == ["expected a FHIR resource, found a number"]


class TestWhatIsOfNoPatient:
    def test_medicines_are_found_by_who_refers_to_them(self, tmp_path: Path) -> None:
        requests = (
            about("MedicationRequest", "p1", "r1", medicationReference={"reference": "Medication/m1"}),
            about("MedicationRequest", "p2", "r2", medication={"reference": {"reference": "Medication/m2"}}),
            about("MedicationRequest", "p2", "r3", medication={"concept": {"text": "Letrozole"}}),
            about("MedicationRequest", "p2", "r4", medicationReference={"reference": "Medication/none"}),
        )
        medicines = [
            {"resourceType": "Medication", "id": "m1", "code": {"text": "Tamoxifen"}},
            {"resourceType": "Medication", "id": "m2", "code": {"text": "Old name"}},
            {"resourceType": "Medication", "id": "m2", "code": {"text": "Anastrozole"}},
        ]
        taken(tmp_path, {"1.ndjson": ndjson(*TWO, *requests), "Medication.ndjson": ndjson(*medicines)})
        found = people(tmp_path)
        assert [entry.text for entry in found["Patient/p1"].entries] == ["Tamoxifen"]
        assert [entry.text for entry in found["Patient/p2"].entries] == ["Anastrozole", "Letrozole"]

    def test_what_is_about_a_group_or_a_place_is_counted(self, tmp_path: Path) -> None:
        group = observation() | {"subject": {"reference": "Group/g1"}}
        inside = observation() | {
            "subject": {"reference": "#d"},
            "contained": [{"resourceType": "Device", "id": "d"}],
        }
        assert taken(tmp_path, {"all.ndjson": ndjson(patient(), group, inside)}).not_about_patients == 2


class TestPeople:
    def test_lives_are_those_of_the_reader(self, tmp_path: Path) -> None:
        dead = patient("p2", deceasedBoolean=True)
        registered = {
            "resourceType": "EpisodeOfCare",
            "id": "e",
            "patient": {"reference": "Patient/p1"},
            "status": "active",
            "type": [{"text": "GP registration"}],
            "period": {"start": "2020-02", "end": "2024-05-06"},
        }
        taken(tmp_path, {"all.ndjson": ndjson(patient(), dead, registered)})
        living = people(tmp_path)["Patient/p1"]
        assert (str(living.registered and living.registered.last), living.is_dead) == ("2020-02-29", False)
        assert people(tmp_path)["Patient/p2"].is_dead

    def test_several_files_share_a_part_by_patient(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("ccr_rules.population.plan.BYTES_OF_PART", 500)
        everybody = [patient(f"p{number}") for number in range(40)]
        entries = [condition(f"p{number}", f"c{number}") for number in range(40)]
        dataset = taken(tmp_path, {"p.ndjson": ndjson(*everybody), "c.ndjson": ndjson(*entries)})
        assert len(dataset.parts) > 4
        assert sum(part.patients for part in dataset.parts) == 40
        assert all(len(record.entries) == 1 for record in people(tmp_path).values())
        assert len(people(tmp_path)) == 40


def test_only_the_review_code_of_a_line_reaches_the_tables(tmp_path: Path) -> None:
    """What nobody reads, such as a name, is nowhere in the data set."""
    named = patient("p1", name=[{"family": "Zzyzxson-test"}])
    taken(tmp_path, {"all.ndjson": ndjson(named, observation(note=[{"text": "Zzyzxson-test"}]))})
    data = b"".join(path.read_bytes() for path in (tmp_path / "data").rglob("*") if path.is_file())
    assert b"Zzyzxson" not in data
    assert REVIEW["coding"][0]["code"].encode() in data
