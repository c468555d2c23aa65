"""CCRRecord reads FHIR R4 as the reader of ccr-rules does: each element, status and spelling, one by one."""

from collections.abc import Iterable
from typing import Any

from ccr_rules import Days, Entry, PatientRecord
from ccr_rules.codelists.codelist import texts
from ccr_rules.codelists.text import fold
from ccr_rules.exports.cql.files import support_libraries
from ccr_rules.exports.cql.membership import READ
from ccr_rules.record.entry import SNOMED
from ccr_rules.record.reading import read_record
from tests.cql.engine import CqlRun, run_cql
from tests.cql.resources import every_resource, of_kind

Json = dict[str, Any]

LIBRARY = f"""\
library Reading version '1.0.0'
using FHIR version '4.0.1'
include CCRCalculus version '1.0.0' called Calculus
include CCRRecord version '1.0.0' called Record
context Patient
define "Entries": flatten {{ {", ".join(f'Record."{name}"' for name in READ.values())} }}
define "Unreadable": Record."Kinds that cannot be read"
define "Person": {{ Record."Born", Record."Died", Record."Registered", Record."Deregistered" }}
define "Dead": Record."Is dead"
"""

Said = tuple[object, ...]


def bundle(*resources: Json, **patient: Any) -> Json:
    everything = [{"resourceType": "Patient", "id": "p", **patient}, *resources]
    present = [{key: value for key, value in each.items() if value is not None} for each in everything]
    return {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": each} for each in present]}


def ask(*bundles: Json) -> list[Json]:
    questions = [{"bundle": each, "parameters": {}} for each in bundles]
    files = {**support_libraries(), "Reading-1.0.0.cql": LIBRARY}
    run: CqlRun = run_cql(files, [{"library": "Reading-1.0.0.cql", "questions": questions}], shown=".")
    assert run.problems == []
    return run.answers[0]


def said_by(entries: Iterable[Entry]) -> list[Said]:
    return sorted(
        (
            entry.reference,
            sorted({coding.code for coding in entry.codings if coding.system == SNOMED}),
            sorted({fold(text) for text in texts(entry) if text}),
            _days(entry.clinical),
            _days(entry.recorded),
            entry.episode,
            entry.state,
            entry.certain,
        )
        for entry in entries
    )


def said_in_cql(entries: Iterable[Json]) -> list[Said]:
    return sorted(
        (
            each["reference"],
            sorted({code["code"] for code in each["codes"]}),
            sorted(set(each["texts"])),
            _days_in_cql(each["clinical"]),
            _days_in_cql(each["recorded"]),
            each["episode"],
            each["state"],
            each["certain"],
        )
        for each in entries
    )


def _days(days: Days | None) -> Said:
    return () if days is None else (str(days.first), str(days.last))


def _days_in_cql(value: Json) -> Said:
    return () if value["presence"] == 0 else (value["first"], value["last"])


def test_every_resource_becomes_the_same_entries() -> None:
    asked = bundle(*every_resource(), birthDate="1960-03")
    record = read_record(asked)
    assert not record.quarantined
    (answer,) = ask(asked)
    reference, cql = said_by(record.entries), said_in_cql(answer["Entries"])
    by_id = {each["resource"].get("id"): each["resource"] for each in asked["entry"]}
    differing = [
        f"{by_id[str(one[0]).partition('/')[2]]}\n  is {one}\n  and {other} in CQL"
        for one, other in zip(reference, cql, strict=True)
        if one != other
    ]
    assert not differing, "\n".join([f"{len(differing)} of {len(reference)} differ", *differing[:10]])
    assert len(reference) > 650


def test_a_kind_of_which_something_must_not_be_read_is_not_complete() -> None:
    """As in a record: the resource is left out, and "not found" is not certain any more."""
    modified = {"modifierExtension": [{"url": "https://icb.example/negated", "valueBoolean": True}]}
    implicit = {"implicitRules": "https://icb.example/rules"}
    bundles = [bundle(of_kind(kind, id="x", **why)) for kind in READ for why in (modified, implicit)]
    for asked, answer in zip(bundles, ask(*bundles), strict=True):
        record = read_record(asked)
        kinds = {one.kind for one in record.quarantined}
        assert kinds == {asked["entry"][1]["resource"]["resourceType"]} == set(answer["Unreadable"])
        assert record.entries == ()
        assert answer["Entries"] == []


def registration(**period: str) -> Json:
    return {
        "resourceType": "EpisodeOfCare",
        "status": "active",
        "patient": {"reference": "Patient/p"},
        "type": [{"text": "Registered with the practice"}],
        "period": period,
    }


CARE_CONNECT = "https://fhir.nhs.uk/STU3/StructureDefinition/Extension-CareConnect-RegistrationDetails-1"


def care_connect(**period: str) -> Json:
    return {"url": CARE_CONNECT, "extension": [{"url": "registrationPeriod", "valuePeriod": period}]}


def test_the_person_is_read_alike() -> None:
    bundles = [
        bundle(),
        bundle(birthDate="1960-03-31", deceasedBoolean=False),
        bundle(birthDate="1960", deceasedBoolean=True),
        bundle(birthDate="1849-01-01", deceasedDateTime="2024-03"),
        bundle(deceasedDateTime="2024-03-31T23:30:00Z"),
        bundle(registration(start="2020-01-01")),
        bundle(registration(start="2020", end="2021-05")),
        bundle(registration(end="2021-05-01")),
        bundle({**registration(start="2020-01-01"), "status": "entered-in-error"}),
        bundle({**registration(start="2020-01-01"), "status": "planned"}),
        bundle({**registration(start="2020-01-01"), "type": [{"text": "Diabetes clinic"}]}),
        bundle({**registration(start="2020-01-01"), "type": None}),
        bundle(
            {**registration(start="2015-01-01", end="2019-12-31"), "id": "a"},
            {**registration(start="2020-01-01"), "id": "b"},
            {**registration(end="2024-01-01"), "id": "c"},
        ),
        bundle(extension=[care_connect(start="2020-01-01", end="2023-02"), {"url": "https://icb.example/x"}]),
        bundle(
            {**registration(start="2015-01-01"), "id": "a"},
            extension=[{"url": CARE_CONNECT}, care_connect(start="2021")],
        ),
    ]
    for asked, answer in zip(bundles, ask(*bundles), strict=True):
        record: PatientRecord = read_record(asked)
        dates = [_days(each) for each in (record.born, record.died, record.registered, record.deregistered)]
        assert [_days_in_cql(each) for each in answer["Person"]] == dates, asked
        assert answer["Dead"] == record.is_dead
