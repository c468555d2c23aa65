"""What was read once is remembered, and remembering never changes an answer."""

import copy
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccr_rules.record import remembered
from ccr_rules.record.containers import open_document
from ccr_rules.record.json_text import Document, decode, decode_lines
from ccr_rules.record.patient import PatientRecord
from ccr_rules.record.reading import how_to_read, read, read_contents, read_record
from tests.record.samples import (
    BREAST,
    PATIENT,
    REVIEW,
    Json,
    bundle,
    concept,
    condition,
    encounter,
    entries_of,
    observation,
    record_of,
    resource,
)

FULL = "ccr_rules.record.reading.known_before"


def in_full(monkeypatch: pytest.MonkeyPatch, *resources: Json) -> PatientRecord:
    """Read resources as if nothing were ever remembered."""
    with monkeypatch.context() as patch:
        patch.setattr(FULL, lambda *_, **__: None)
        return record_of(*copy.deepcopy(resources))


ELEMENTS: dict[str, tuple[Any, ...]] = {
    "status": ("final", "cancelled", "nonsense", 5, None),
    "code": (
        concept(),
        concept(REVIEW, text="Review"),
        {"text": "x" * 900},
        {"coding": [{"code": "1"}]},
        {},
        7,
    ),
    "effectiveDateTime": ("2024-03", "2024-02-30", "1700", "2024-03-30T23:30:00Z", 5, None),
    "effectivePeriod": ({"start": "2024-01-02"}, {"end": "2024"}, {}, {"start": 5}, "2024-01-01"),
    "onsetAge": ({"value": 60, "unit": "a"}, "2024-01-01"),
    "onsetString": ("last spring",),
    "recordedDate": ("2024-05-06", "soon"),
    "issued": ("2024-05-06T10:00:00+01:00",),
    "extension": ([{"url": "x/ConditionEpisode", "valueCode": "first"}], [{"url": "x/ConditionEpisode"}]),
    "modifierExtension": ([{"url": "x"}],),
    "valueCodeableConcept": (concept(BREAST), {"text": "no"}),
    "verificationStatus": ({"coding": [{"code": "refuted"}]}, {"coding": [{"code": "provisional"}]}),
    "notDone": (True,),
}
ROLE = resource("PractitionerRole", "r1", subject=..., code=[{"text": "Practice nurse"}])
PERSONS: tuple[Any, ...] = (
    [{"individual": {"reference": "PractitionerRole/r1"}}],
    [{"actor": {"reference": "PractitionerRole/r1", "display": "Dr A Example, GP"}}],
    [{"individual": {"reference": "#r1"}}],
    [{"individual": {"reference": "Practitioner/p9", "display": "A Example (pharmacist)"}}],
    [{"type": [{"text": "Care coordinator"}], "individual": {"reference": "PractitionerRole/r1"}}],
    [{"individual": {"display": "nobody in particular"}}, {"type": [{"text": "Second"}]}],
    [],
    "nobody",
)
CONTACTS: dict[str, tuple[Any, ...]] = {
    "status": ("finished", "planned", "cancelled", "entered-in-error", "nonsense", 5),
    "class": ({"code": "VR"}, {"code": "HH"}, [concept("AMB")], "AMB"),
    "type": ([{"text": "Telephone call"}], [concept(REVIEW)], [{"text": "x" * 900}], ..., [], 7),
    "serviceType": ({"text": "Video consultation"},),
    "participant": PERSONS,
    "contained": ([ROLE | {"id": "r1"}], []),
    "period": ({"start": "2024-01-02T23:30:00+00:00"}, {"start": "2024-02-30"}, {"end": "2024"}, ..., 5),
    "actualPeriod": ({"start": "2024-05"},),
    "modifierExtension": ([{"url": "x"}],),
}
CALLS = st.dictionaries(st.sampled_from(sorted(CONTACTS)), st.integers(0, 7), max_size=5).map(
    lambda picks: {name: CONTACTS[name][number % len(CONTACTS[name])] for name, number in picks.items()}
)
CHANGES = st.dictionaries(st.sampled_from(sorted(ELEMENTS)), st.integers(0, 5), max_size=4).map(
    lambda picks: {name: ELEMENTS[name][number % len(ELEMENTS[name])] for name, number in picks.items()}
)


class TestRemembering:
    @given(changes=st.lists(CHANGES, min_size=1, max_size=4))
    def test_gives_the_record_that_reading_in_full_gives(self, changes: list[Json]) -> None:
        monkeypatch = pytest.MonkeyPatch()
        resources = [
            make(f"{make.__name__}-{number}", **change)
            for number, change in enumerate(changes)
            for make in (condition, observation)
        ]
        expected = in_full(monkeypatch, *resources)
        assert record_of(*resources) == expected
        assert record_of(*resources) == expected  # and again, when all that can be is remembered

    @given(changes=st.lists(CALLS, min_size=1, max_size=4), is_role_there=st.booleans())
    def test_gives_the_consultations_that_reading_in_full_gives(
        self, changes: list[Json], is_role_there: bool
    ) -> None:
        """Whom a contact was with may stand in another resource: there, inside, or nowhere."""
        monkeypatch = pytest.MonkeyPatch()
        resources = [encounter(f"e{number}", **change) for number, change in enumerate(changes)]
        resources += [ROLE] if is_role_there else []
        expected = in_full(monkeypatch, *resources)
        assert record_of(*resources) == expected
        assert record_of(*resources) == expected

    def test_of_a_contact_keeps_mode_and_role_but_neither_reference_nor_days(self) -> None:
        nurse = [{"individual": {"reference": "Practitioner/1", "display": "Practice nurse"}}]
        first, second = record_of(
            encounter("e1", participant=nurse, type=[{"text": "Telephone call"}]),
            encounter(
                "e2", participant=nurse, type=[{"text": "Telephone call"}], period={"start": "2026-02"}
            ),
        ).consultations
        assert (first.mode, first.role) == (second.mode, second.role) == ("telephone", "nurse")
        assert (first.reference, second.reference) == ("Encounter/e1", "Encounter/e2")
        assert first.date != second.date

    def test_of_a_contact_asks_again_where_what_it_refers_to_came_along(self) -> None:
        """The same words mean another role once the resource that tells it is there."""
        who = [{"individual": {"reference": "PractitionerRole/r1"}}]
        assert record_of(encounter(participant=who)).consultations[0].role == ""
        assert record_of(encounter(participant=who), ROLE).consultations[0].role == "Practice nurse"

    def test_keeps_codes_and_state_but_neither_reference_nor_days(self) -> None:
        first, second = entries_of(
            observation("o1", effectiveDateTime="2024-01-01"),
            observation("o2", effectiveDateTime="2025-02", issued="2025-03-01"),
        )
        assert (first.codings, first.state) == (second.codings, second.state)
        assert first.reference != second.reference
        assert first.clinical != second.clinical
        assert first.recorded is None
        assert second.recorded is not None

    def test_tells_findings_of_each_resource(self) -> None:
        record = record_of(*(condition(name, code=concept("12 34")) for name in ("c1", "c2")))
        (finding,) = record.findings
        assert finding.evidence == ("Condition/c1", "Condition/c2")

    def test_is_not_of_long_texts(self) -> None:
        note = "word " * remembered.LONGEST
        before = remembered._meaning.cache_info().currsize
        assert entries_of(observation(code={"text": note}))[0].text == note
        assert remembered._meaning.cache_info().currsize == before

    def test_a_text_where_an_age_belongs_is_refused_as_ever(self) -> None:
        record_of(condition("c1"))
        (refused,) = record_of(condition("c2", onsetDateTime=..., onsetAge="2024-01-01")).quarantined
        assert "onsetAge" in refused.reason


def without_consultations(document: Document) -> PatientRecord:
    return read_contents(open_document(document), how_to_read(consultations=False))


class TestConsultations:
    def test_left_out_change_nothing_else(self) -> None:
        document = decode(json.dumps(bundle(PATIENT, encounter(), observation())))
        with_them, without = read(document), without_consultations(document)
        assert with_them.consultations
        assert without.consultations == ()
        assert without.entries == with_them.entries

    def test_left_out_an_encounter_without_codes_says_nothing(self) -> None:
        record = without_consultations(decode(json.dumps(bundle(PATIENT, encounter(type=...)))))
        assert (record.entries, record.consultations, record.quarantined) == ((), (), ())

    def test_left_out_an_encounter_without_codes_and_with_an_impossible_date_is_still_refused(self) -> None:
        document = decode(json.dumps(bundle(PATIENT, encounter(type=..., period={"start": "2024-02-30"}))))
        record = without_consultations(document)
        assert record.quarantined == read(document).quarantined
        assert "Encounter" in record.incomplete


class TestLines:
    def lines(self, *resources: Json) -> list[bytes]:
        return [json.dumps(each).encode() for each in resources]

    def test_decoded_together_say_what_ndjson_says(self) -> None:
        lines = self.lines(PATIENT, condition(), observation())
        together = decode_lines(lines, ["line 1", "line 2", "line 3"])
        assert together == decode(b"\n".join(lines))
        assert read(together) == read_record(b"\n".join(lines))

    def test_with_a_key_twice_are_quarantined_one_by_one(self) -> None:
        lines = [*self.lines(PATIENT, observation()), b'{"resourceType": "Flag", "id": "f", "id": "g"}']
        record = read(decode_lines(lines, ["a:1", "a:2", "b:7"]))
        assert [(each.place, each.kind) for each in record.quarantined] == [("b:7", "Flag")]
        assert len(record.entries) == 1

    def test_that_cannot_be_decoded_leave_every_kind_incomplete(self) -> None:
        lines = [*self.lines(PATIENT, observation()), b'{"resourceType": "Flag", "id": "\xff"}']
        record = read(decode_lines(lines, ["a:1", "a:2", "b:7"]))
        assert [each.place for each in record.quarantined] == ["b:7"]
        assert record.supplied == frozenset()

    def test_of_one_patient_supply_what_the_whole_source_contains(self) -> None:
        lines = self.lines(PATIENT, observation())
        document = decode_lines(lines, ["1", "2"], frozenset({"Observation", "Condition"}))
        assert read(document).supplied == {"Patient", "Observation", "Condition"}


def test_kinds_that_refer_to_others_are_read_in_full() -> None:
    medication = resource("Medication", "m1", code=concept("1", "Tamoxifen"))
    request = resource("MedicationRequest", "r1", medicationReference={"reference": "Medication/m1"})
    assert entries_of(medication, request)[0].codings[0].display == "Tamoxifen"
