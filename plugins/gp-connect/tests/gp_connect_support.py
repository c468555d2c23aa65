"""GP Connect answers for the tests and for `examples`: made here once, and compared with what stands there.

`python plugins/gp-connect/tests/gp_connect_support.py` writes `examples` anew.
"""

import json
from pathlib import Path
from typing import Any, NamedTuple

from ccr_gp_connect.areas import AREAS
from ccr_gp_connect.plugin import GpConnect

from ccr_rules import Engine, Evaluation, Plugins

EXAMPLES = Path(__file__).parents[1] / "examples"
AS_OF = "2026-11-21"
PATIENT = "Patient/p1"

Json = dict[str, Any]

GPC = "https://fhir.nhs.uk/STU3/StructureDefinition/CareConnect-GPC-"
CARE_CONNECT = "https://fhir.hl7.org.uk/STU3/StructureDefinition/Extension-CareConnect-"
BUNDLE = "https://fhir.nhs.uk/STU3/StructureDefinition/GPConnect-StructuredRecord-Bundle-1"
SNOMED = "http://snomed.info/sct"
READ = "http://read.info/readv2"
SECONDARY = "https://fhir.hl7.org.uk/STU3/CodeSystem/GPConnect-SecondaryListValues-1"

BREAST = ("254837009", "Malignant neoplasm of breast")
REVIEW = ("720006006", "Cancer care review")
SUPPORT = "Provision of information about cancer support services available in primary care"


def coded(code: str, display: str, system: str = SNOMED) -> Json:
    return {"coding": [{"system": system, "code": code, "display": display}]}


def text(words: str) -> Json:
    return {"text": words}


def resource(type_: str, id_: str, profile: str, **elements: Any) -> Json:
    given = {name: value for name, value in elements.items() if value is not None}
    return {"resourceType": type_, "id": id_, "meta": {"profile": [GPC + profile]}, **given}


def patient(born: str = "1961-03-14", nhs_number: str = "9990003009") -> Json:
    return resource(
        "Patient",
        "p1",
        "Patient-1",
        identifier=[{"system": "https://fhir.nhs.uk/Id/nhs-number", "value": nhs_number}],
        name=[{"use": "official", "family": "TESTPATIENT", "given": ["Gwen"]}],
        gender="female",
        birthDate=born,
        extension=[
            {
                "url": GPC.replace("CareConnect", "Extension-CareConnect") + "RegistrationDetails-1",
                "extension": [{"url": "registrationPeriod", "valuePeriod": {"start": "2014-07-21"}}],
            }
        ],
    )


def problem(
    id_: str,
    code: Json,
    asserted: str,
    onset: str | None = None,
    item: str | None = None,
    context: str | None = None,
    episode: str | None = None,
    **more: Any,
) -> Json:
    extension: list[Json] = [{"url": CARE_CONNECT + "ProblemSignificance-1", "valueCode": "major"}]
    if item is not None:
        extension.append({"url": CARE_CONNECT + "ActualProblem-1", "valueReference": {"reference": item}})
    if episode is not None:
        extension.append({"url": CARE_CONNECT + "ConditionEpisode-1", "valueCode": episode})
    category = coded("problem-list-item", "Problem List Item", "https://fhir.hl7.org.uk/category")
    return resource(
        "Condition",
        id_,
        "ProblemHeader-Condition-1",
        extension=extension,
        clinicalStatus="active",
        category=[category],
        code=code,
        subject={"reference": PATIENT},
        context=context and {"reference": context},
        onsetDateTime=onset,
        assertedDate=asserted,
        asserter={"reference": "Practitioner/d1"},
        **more,
    )


def observation(
    id_: str, code: Json, on: str | None = None, issued: str | None = None, context: str | None = None
) -> Json:
    return resource(
        "Observation",
        id_,
        "Observation-1",
        status="final",
        code=code,
        subject={"reference": PATIENT},
        context=context and {"reference": context},
        effectiveDateTime=on,
        issued=issued,
        performer=[{"reference": "Practitioner/d1"}],
    )


def encounter(id_: str, words: str, start: str | None, status: str = "finished") -> Json:
    return resource(
        "Encounter",
        id_,
        "Encounter-1",
        status=status,
        type=[text(words)],
        subject={"reference": PATIENT},
        period=start and {"start": start},
    )


def area_list(
    area: str, *items: str, warnings: tuple[str, ...] = (), note: str = "", reason: str | None = None
) -> Json:
    """Return the primary List of an area; an empty one says that nothing is recorded, or `reason`."""
    empty = "no-content-recorded" if reason is None else reason
    notes = [*([note] if note else []), *([] if items or warnings else ["Information not available"])]
    return resource(
        "List",
        f"list-{area}",
        "List-1",
        extension=[
            {
                "url": CARE_CONNECT + "ListWarningCode-1",
                "valueCodeableConcept": {"coding": [{"code": each}]},
            }
            for each in warnings
        ]
        or None,
        status="current",
        mode="snapshot",
        code=coded(AREAS[area].list_code, AREAS[area].title),
        subject={"reference": PATIENT},
        note=[text(each) for each in notes] or None,
        entry=[{"item": {"reference": each}} for each in items] or None,
        emptyReason=None if items or not empty else {"coding": [{"code": empty}]},
    )


def structure_list(id_: str, code: str, *items: str, encounter: str | None = None) -> Json:
    """Return a List of a consultation: the consultation itself, a topic or a heading."""
    return resource(
        "List",
        id_,
        "List-1",
        status="current",
        mode="snapshot",
        code=coded(code, "Structure"),
        subject={"reference": PATIENT},
        encounter=encounter and {"reference": encounter},
        entry=[{"item": {"reference": each}} for each in items],
    )


CONSULTATION, TOPIC, HEADING = "325851000000107", "25851000000105", "24781000000107"

DOCTOR = resource("Practitioner", "d1", "Practitioner-1", name=[{"family": "Testdoctor"}])


def bundle(*resources: Json) -> Json:
    return {
        "resourceType": "Bundle",
        "meta": {"profile": [BUNDLE]},
        "type": "collection",
        "entry": [{"resource": each} for each in resources],
    }


def answer(
    *resources: Json, without: tuple[str, ...] = (), warnings: dict[str, tuple[str, ...]] | None = None
) -> Json:
    """Return a whole answer: the patient, the resources, and for each area the List that names them."""
    types = {
        "problems": "Condition",
        "consultations": "Encounter",
        "uncategorised-data": "Observation",
        "diary-entries": "ProcedureRequest",
        "outbound-referrals": "ReferralRequest",
    }
    lists = [
        area_list(
            area,
            *(f"{type_}/{each['id']}" for each in resources if each["resourceType"] == type_),
            warnings=(warnings or {}).get(area, ()),
        )
        for area, type_ in types.items()
        if area not in without
    ]
    return bundle(patient(), DOCTOR, *resources, *lists)


def engine(**settings: Any) -> Engine:
    return Engine.hosting(Plugins.of({"gp-connect": GpConnect()}, {"gp-connect": settings}))


class Example(NamedTuple):
    record: Json
    story: str
    as_of: str = AS_OF


def _consultation() -> list[Json]:
    """Return a review in a consultation: without a day of its own, found through topic and heading."""
    return [
        encounter("e1", "Surgery Consultation", "2026-08-27T14:40:00+01:00"),
        structure_list("c1", CONSULTATION, "List/t1", encounter="Encounter/e1"),
        structure_list("t1", TOPIC, "List/h1", encounter="Encounter/e1"),
        structure_list("h1", HEADING, "Observation/o2", encounter="Encounter/e1"),
    ]


ALL = {
    "problem-and-review": Example(
        answer(
            problem("c1", coded(*BREAST), "2025-09-15T09:41:00+01:00", onset="2025-09-08"),
            observation("o1", text(SUPPORT), "2025-11-20", "2025-11-20T11:24:00Z"),
            observation("o2", coded(*REVIEW), issued="2026-08-29T08:00:00+01:00"),
            *_consultation(),
        ),
        "The diagnosis is a problem, the two conversations are uncategorised data; the review has no day of "
        "its own and stands under a heading of a consultation.",
    ),
    "problem-flagged-late": Example(
        answer(
            observation("o1", coded(*BREAST), "2024-05-02", "2024-05-03T10:00:00+01:00"),
            problem("c1", coded(*BREAST), "2026-06-01T10:00:00+01:00", item="Observation/o1"),
        ),
        "Diagnosed in May 2024, made a problem in June 2026, without an onset: one diagnosis, of 2024.",
    ),
    "problem-dates-differ": Example(
        answer(
            observation("o1", coded(*BREAST), "2025-12-20", "2025-12-20T10:00:00Z"),
            problem("c1", coded(*BREAST), "2025-12-20T10:00:00Z", "2025-11-03", "Observation/o1"),
        ),
        "The problem began on 3 November 2025, says its header; its item says 20 December. The review was "
        "due three weeks ago or is due in a month: nobody can tell.",
        "2026-11-25",
    ),
    "text-only-encounters": Example(
        answer(
            observation("o1", coded(*BREAST), "2025-09-08", "2025-09-08T10:00:00+01:00"),
            encounter("e1", "GP Surgery", "2025-09-08T09:50:00+01:00"),
            encounter("e2", "Mail from patient", "2026-11-21T08:10:00Z"),
            encounter("e3", "Telephone call to a patient", "2026-11-21T09:30:00Z"),
            encounter("e4", "Third party consultation", None),
        ),
        "Four consultations whose types are words: the last of today is a telephone call. Nothing was "
        "discussed yet.",
    ),
    "confidential-items": Example(
        answer(
            observation("o1", text("Ankle sprain"), "2026-02-03", "2026-02-03T10:00:00Z"),
            warnings={"uncategorised-data": ("confidential-items",)},
        ),
        "No cancer is seen, and the List of uncategorised data warns that confidential items were left out.",
    ),
    "data-in-transit": Example(
        answer(
            observation("o1", coded(*BREAST), "2025-09-08", "2025-09-08T10:00:00+01:00"),
            warnings=dict.fromkeys(AREAS, ("data-in-transit",)),
        ),
        "The record of the previous practice is still on its way: a review could have been held there.",
    ),
    "no-content": Example(answer(), "Every area was asked for, and nothing is recorded in any."),
    "problems-not-asked-for": Example(
        answer(
            observation("o1", text("Ankle sprain"), "2026-02-03", "2026-02-03T10:00:00Z"),
            without=("problems",),
        ),
        "No cancer is seen, and problems were not asked for.",
    ),
    "read-codes-only": Example(
        answer(
            problem(
                "c1",
                coded("B34..", "Malignant neoplasm of female breast", READ),
                "2025-09-15T09:41:00+01:00",
                onset="2025-09-08",
            )
        ),
        "The only code is a Read code: its words look like a cancer.",
    ),
    "degraded-code": Example(
        answer(
            observation(
                "o1",
                coded("196411000000103", "Transfer-degraded record entry"),
                "2025-09-08",
                "2025-09-08T10:00:00+01:00",
            )
        ),
        "An entry lost its code in a transfer, and has no words.",
    ),
}


def evaluated(name: str) -> Evaluation:
    example = ALL[name]
    return engine().evaluate(json.dumps(example.record), example.as_of)


def outcome(evaluation: Evaluation) -> Json:
    answer = evaluation.to_dict()
    return {
        "headline": answer["headline"],
        "completeness": answer["completeness"],
        "reviews": {each["id"]: each["status"] for each in answer["reviews"]},
        "prompts": [each["id"] for each in answer["prompts"]],
        "incomplete": {
            kind: why
            for kind, why in answer["record"]["incomplete"].items()
            if kind in {kind for area in AREAS.values() for kind in area.kinds}
        },
        "findings": sorted({each["id"] for each in answer["findings"]}),
    }


def as_json(value: Json) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False) + "\n"


def files() -> dict[str, str]:
    """Return what stands in `examples`, by path."""
    found = {}
    table = ["# Examples", "", "Synthetic people. A test compares each file with what comes out.", ""]
    table += ["| record | as of | what is in it | what comes out |", "| --- | --- | --- | --- |"]
    for name, example in ALL.items():
        told = outcome(evaluated(name))
        found[f"{name}/record.json"] = as_json(example.record)
        found[f"{name}/expected.json"] = as_json(told)
        table.append(
            f"| [{name}]({name}/record.json) | {example.as_of} | {example.story} | {told['headline']} |"
        )
    diary = engine().plugins.render([evaluated("text-only-encounters")], "gp-connect-diary")
    assert diary is not None
    found["text-only-encounters/gp-connect-diary.json"] = diary.content.decode()
    found["README.md"] = "\n".join(table) + "\n"
    return found


if __name__ == "__main__":
    for path, content in files().items():
        (EXAMPLES / path).parent.mkdir(parents=True, exist_ok=True)
        (EXAMPLES / path).write_text(content, encoding="utf-8")
