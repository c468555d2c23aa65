"""FHIR in every form becomes the record that the reader of single records makes of it."""

import json
from pathlib import Path
from typing import Any

import pytest

from ccr_rules.errors import RecordError, UsageError
from ccr_rules.population.ingest import ingest
from ccr_rules.record.patient import KINDS
from tests.population.samples import (
    CANCER,
    REVIEW,
    about,
    bundle,
    condition,
    ndjson,
    observation,
    patient,
    people,
    places,
    refused,
    take,
    taken,
    write,
)

TWO = (patient("p1"), patient("p2"))


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


class TestWhatIsComplete:
    def test_lists_of_single_patients_say_nothing_of_others(self, tmp_path: Path) -> None:
        taken(tmp_path, {"p1.json": [patient("p1"), condition("p1")], "p2.json": [patient("p2")]})
        assert people(tmp_path)["Patient/p1"].supplied == {"Patient", "Condition"}
        assert people(tmp_path)["Patient/p2"].supplied == {"Patient"}

    def test_files_of_lines_of_one_patient_each_say_nothing_of_others(self, tmp_path: Path) -> None:
        files = {"p1.ndjson": ndjson(patient("p1"), condition("p1")), "p2.ndjson": ndjson(patient("p2"))}
        taken(tmp_path, files)
        assert people(tmp_path)["Patient/p2"].supplied == {"Patient"}

    def test_an_export_of_one_patient_by_type_is_one_export(self, tmp_path: Path) -> None:
        taken(tmp_path, {"Patient.ndjson": ndjson(patient()), "Condition.ndjson": ndjson(condition())})
        assert people(tmp_path)["Patient/p1"].supplied == {"Patient", "Condition"}

    def test_two_folders_are_two_exports(self, tmp_path: Path) -> None:
        both = ndjson(*TWO, observation("p1"))
        a = write(tmp_path / "export", {"all.ndjson": both})
        b = write(tmp_path / "b", {"all.ndjson": ndjson(patient("p3"), patient("p4"), condition("p3"))})
        take(a, b)
        assert people(tmp_path)["Patient/p2"].supplied == {"Patient", "Observation"}
        assert people(tmp_path)["Patient/p4"].supplied == {"Patient", "Condition"}

    def test_files_named_of_one_folder_are_one_export(self, tmp_path: Path) -> None:
        folder = write(tmp_path / "export", {"1.ndjson": ndjson(*TWO), "2.ndjson": ndjson(condition("p1"))})
        take(folder / "1.ndjson", folder / "2.ndjson", folder / "1.ndjson", out=tmp_path / "data")
        assert people(tmp_path)["Patient/p2"].supplied == {"Patient", "Condition"}

    def test_the_host_may_state_it(self, tmp_path: Path) -> None:
        dataset = taken(tmp_path, {"all.ndjson": ndjson(*TWO)}, supplied=["Patient", "Condition"])
        assert dataset.supplied == ("Patient", "Condition")
        assert dataset.incomplete["Observation"] == "the host does not state that it supplies it"

    def test_a_profile_may_state_it(self, tmp_path: Path) -> None:
        dataset = taken(tmp_path, {"all.ndjson": ndjson(*TWO)}, profile="condition-encounter")
        assert dataset.supplied == ("Patient", "Condition", "Encounter")
        record = people(tmp_path)["Patient/p1"]
        assert record.assumed == dataset.assumed != ()
        assert record.keeps == {"*diagnosis": ("Condition",), "*activity": ("Encounter",)}

    def test_of_nobody_nothing_is_complete(self, tmp_path: Path) -> None:
        dataset = taken(tmp_path, {"all.ndjson": ndjson({"resourceType": "AllergyIntolerance"})})
        assert (dataset.patients, dataset.supplied, dataset.not_read) == (0, (), {"AllergyIntolerance": 1})
        assert set(dataset.incomplete.values()) == {"there are no patients"}


class TestQuarantine:
    def test_a_resource_that_cannot_be_read_makes_its_kind_incomplete_for_its_patient(
        self, tmp_path: Path
    ) -> None:
        broken = observation("p2", effectiveDateTime="2024-02-30")
        dataset = taken(tmp_path, {"all.ndjson": ndjson(*TWO, observation("p1"), broken)})
        assert refused(tmp_path) == [
            {
                "place": f"{(tmp_path / 'export' / 'all.ndjson').as_posix()}:4",
                "kind": "Observation",
                "reason": "effectiveDateTime: a day that does not exist",
                "attributed": True,
            }
        ]
        assert (dataset.quarantined, dataset.unattributed, dataset.lacking["Observation"]) == (1, 0, 1)
        assert "Observation" in people(tmp_path)["Patient/p1"].supplied
        assert people(tmp_path)["Patient/p2"].incomplete["Observation"].startswith("some of it could not")

    @pytest.mark.parametrize(
        ("given", "kind", "reason"),
        [
            (b'{"resourceType": "Observation", "id": "o', "", "the record is not JSON"),
            (b'{"resourceType": "Observation", "id": "\xff"}\n', "", "not UTF-8"),
            (
                ndjson({"resourceType": "Condition", "id": "c", "code": CANCER}),
                "Condition",
                "names no patient",
            ),
            (ndjson(condition() | {"subject": "p1"}), "Condition", "its subject is no reference"),
            (ndjson(condition() | {"subject": {"reference": "Patient/"}}), "Condition", "is empty"),
            (ndjson(condition() | {"subject": {"reference": "Patient/a\tb"}}), "Condition", "no id has"),
            (
                ndjson(condition() | {"subject": {"identifier": {"system": "s", "value": "9"}}}),
                "Condition",
                "by an identifier only",
            ),
            (ndjson({"resourceType": "Patient"}), "Patient", "a Patient without an id"),
            (ndjson({"resourceType": "OperationOutcome"}), "", "an OperationOutcome at the top"),
            (ndjson({"resourceType": "ReferralRequest"}), "ServiceRequest", "names no patient"),
            (ndjson({"no": "resource"}), "", "no resourceType"),
            (ndjson({"resourceType": 5}), "", "expected the name of a type"),
            (ndjson(5), "", "the record is a number"),
        ],
    )
    def test_what_nobody_owns_is_left_out_and_counted(
        self, tmp_path: Path, given: bytes, kind: str, reason: str
    ) -> None:
        dataset = taken(tmp_path, {"all.ndjson": ndjson(*TWO, observation()) + given})
        (one,) = refused(tmp_path)
        assert (places([one]), one["kind"], one["attributed"]) == (["all.ndjson:4"], kind, False)
        assert reason in one["reason"]
        assert dataset.unattributed == dataset.quarantined == 1
        assert "Observation" in dataset.supplied

    @pytest.mark.parametrize(
        ("given", "missing"),
        [
            (ndjson(condition() | {"subject": "p1"}), {"Condition"}),
            (b'{"resourceType": "Observation", "id": "o', {"Patient", "Condition", "Observation"}),
        ],
    )
    def test_strictly_its_kind_is_then_incomplete_for_everybody(
        self, tmp_path: Path, given: bytes, missing: set[str]
    ) -> None:
        lines = ndjson(*TWO, observation(), condition()) + given
        dataset = taken(tmp_path, {"all.ndjson": lines}, strict=True)
        assert {"Patient", "Condition", "Observation"} - set(dataset.supplied) == missing
        assert "cannot be attributed to a patient" in dataset.incomplete["Condition"]

    def test_a_file_that_is_no_json_is_left_out(self, tmp_path: Path) -> None:
        taken(tmp_path, {"a.json": ndjson(patient()), "b.json": b"{ no\njson"})
        (one,) = refused(tmp_path)
        assert (places([one]), one["kind"]) == (["b.json"], "")

    def test_resources_without_ids_go_by_their_places(self, tmp_path: Path) -> None:
        nameless = [{key: value for key, value in observation().items() if key != "id"} for _ in range(2)]
        taken(tmp_path, {"all.ndjson": ndjson(patient(), *nameless)})
        names = [entry.reference.rpartition("export/")[2] for entry in people(tmp_path)["Patient/p1"].entries]
        assert names == ["all.ndjson:2", "all.ndjson:3"]

    def test_a_line_with_a_key_twice_is_its_patients(self, tmp_path: Path) -> None:
        twice = (
            b'{"resourceType": "Condition", "id": "c", "id": "d", "subject": {"reference": "Patient/p2"}}\n'
        )
        taken(tmp_path, {"all.ndjson": ndjson(*TWO, observation("p2")) + twice})
        (one,) = refused(tmp_path)
        assert (places([one]), one["kind"], one["attributed"]) == (["all.ndjson:4"], "Condition", True)

    def test_a_line_that_is_no_text_in_what_is_passed_over_is_its_patients(self, tmp_path: Path) -> None:
        bad = ndjson(condition("p2", note="?")).replace(b'"?"', b'"\xff"')
        taken(tmp_path, {"all.ndjson": ndjson(*TWO) + bad})
        assert refused(tmp_path)[0]["attributed"]
        assert people(tmp_path)["Patient/p2"].supplied == frozenset()

    def test_a_patient_of_whom_nothing_can_be_read_stays_known(self, tmp_path: Path) -> None:
        servers = [about("Observation", "p1", f"o{n}") for n in (1, 2)]
        for number, server in enumerate(servers):
            server["subject"] = {"reference": f"https://gp{number}.example/Patient/p1"}
        dataset = taken(tmp_path, {"all.ndjson": ndjson(*servers, patient("p2"))})
        assert dataset.unusable == 1
        assert people(tmp_path)["Patient/p1"].supplied == frozenset()
        assert "two servers" in refused(tmp_path)[0]["reason"]

    def test_two_contents_under_one_id_are_both_refused_with_a_place(self, tmp_path: Path) -> None:
        taken(tmp_path, {"all.ndjson": ndjson(patient(), condition(), condition(onsetDateTime="2020"))})
        (one,) = refused(tmp_path)
        assert places([one]) == ["all.ndjson:2"]
        assert "two different contents" in one["reason"]

    def test_lines_are_counted_over_all_stretches_of_a_file(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("ccr_rules.population.plan.STRETCH", 300)
        lines = [observation("p1", f"o{number}") for number in range(40)]
        lines[30] = observation("p1", "bad", effectiveDateTime="2024-02-30")
        dataset = taken(tmp_path, {"all.ndjson": ndjson(*lines, b"{")})
        assert dataset.entries == 39
        assert places(refused(tmp_path)) == ["all.ndjson:41", "all.ndjson:31"]

    def test_nothing_refused_leaves_an_empty_quarantine(self, tmp_path: Path) -> None:
        taken(tmp_path, {"all.ndjson": ndjson(*TWO)})
        assert refused(tmp_path) == []


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


class TestRefusals:
    def refusal(self, tmp_path: Path, *sources: str | Path, **options: Any) -> str:
        with pytest.raises((UsageError, RecordError)) as refusal:
            ingest(
                [str(source) for source in sources], options.pop("out", tmp_path / "data"), jobs=1, **options
            )
        assert not (tmp_path / "data" / "dataset.json").exists()
        return refusal.value.message

    def test_a_source_that_is_not_there(self, tmp_path: Path) -> None:
        assert "no-such.ndjson: cannot be read: No such file" in self.refusal(
            tmp_path, tmp_path / "no-such.ndjson"
        )

    def test_a_folder_without_fhir(self, tmp_path: Path) -> None:
        write(tmp_path / "export", {"readme.txt": b"hello", "expected.json": {}})
        assert "no .json, .ndjson, .jsonl file in this folder" in self.refusal(tmp_path, tmp_path / "export")

    def test_a_data_set_inside_its_source(self, tmp_path: Path) -> None:
        folder = write(tmp_path / "export", {"all.ndjson": ndjson(*TWO)})
        assert "lies inside the source" in self.refusal(tmp_path, folder, out=folder / "data")

    def test_a_data_set_that_is_a_file(self, tmp_path: Path) -> None:
        folder = write(tmp_path / "export", {"all.ndjson": ndjson(*TWO)})
        assert "is a file; name a folder" in self.refusal(tmp_path, folder, out=folder / "all.ndjson")

    @pytest.mark.parametrize("name", ["all.ndjson.gz", "all.ndjson.zst", "all.json.gz"])
    def test_a_packed_file_that_is_cut_off(self, tmp_path: Path, name: str) -> None:
        lines = ndjson(*(observation("p1", f"o{number}", note=str(number * 7919)) for number in range(4000)))
        folder = write(tmp_path / "export", {name: lines})
        whole = (folder / name).read_bytes()
        (folder / name).write_bytes(whole[:-9])
        message = self.refusal(tmp_path, folder)
        assert f"{name}: damaged or cut off near byte {len(whole) - 9:,}" in message

    def test_a_file_in_another_encoding(self, tmp_path: Path) -> None:
        folder = write(tmp_path / "export", {"all.json": json.dumps(patient()).encode("utf-16")})
        assert "all.json: encoded as UTF-16 or UTF-32; write it as UTF-8" in self.refusal(tmp_path, folder)

    @pytest.mark.parametrize("name", ["big.json", "big.json.zst"])
    def test_a_document_too_large_to_be_read_at_once(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
    ) -> None:
        for module in ("sources", "scatter"):
            monkeypatch.setattr(f"ccr_rules.population.{module}.MAX_BYTES", 3000)
        folder = write(tmp_path / "export", {name: bundle(*[observation("p1", f"o{n}") for n in range(99)])})
        assert "one JSON document of" in self.refusal(tmp_path, folder)

    @pytest.mark.parametrize("name", ["long.ndjson", "long.ndjson.gz"])
    def test_a_line_too_long_to_be_read(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
    ) -> None:
        monkeypatch.setattr("ccr_rules.population.lines.LONGEST_LINE", 3000)
        monkeypatch.setattr("ccr_rules.population.plan.STRETCH", 500)
        long = observation(note="x" * 5000)
        folder = write(tmp_path / "export", {name: ndjson(*TWO, long)[:-1]})
        assert f"{name}: a line of more than 3,000 bytes near byte" in self.refusal(tmp_path, folder)

    @pytest.mark.parametrize(
        ("option", "says"),
        [
            ({"profile": "gp"}, "no profile 'gp'"),
            ({"supplied": ["Conditions"]}, "did you mean 'Condition'?"),
            ({"version": "R6"}, "no FHIR version 'R6'"),
        ],
    )
    def test_an_option_that_does_not_exist(self, tmp_path: Path, option: dict[str, Any], says: str) -> None:
        folder = write(tmp_path / "export", {"all.ndjson": ndjson(*TWO)})
        assert says in self.refusal(tmp_path, folder, **option)


def test_only_the_review_code_of_a_line_reaches_the_tables(tmp_path: Path) -> None:
    """What nobody reads, such as a name, is nowhere in the data set."""
    named = patient("p1", name=[{"family": "Zzyzxson-test"}])
    taken(tmp_path, {"all.ndjson": ndjson(named, observation(note=[{"text": "Zzyzxson-test"}]))})
    data = b"".join(path.read_bytes() for path in (tmp_path / "data").rglob("*") if path.is_file())
    assert b"Zzyzxson" not in data
    assert REVIEW["coding"][0]["code"].encode() in data
