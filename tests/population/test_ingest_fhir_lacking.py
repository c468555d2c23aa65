"""What of FHIR is complete, and what cannot be read: whose it is, and what then is lacking."""

from pathlib import Path

import pytest

from tests.population.samples import (
    CANCER,
    TWO,
    about,
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
