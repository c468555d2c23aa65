"""FHIR R4 resources that say one thing each: every date element, status, reason and spelling that is read."""

from collections.abc import Iterator
from typing import Any

from ccr_rules.exports.cql.membership import READ
from ccr_rules.record import date_table, status_table
from ccr_rules.record.episodes import WORDS

Json = dict[str, Any]

MOMENTS = (
    "2024-03-30T23:30:00Z",  # the evening before summer time begins
    "2024-03-31T23:30:00Z",
    "2024-03-31T22:59:59.999Z",
    "2024-03-31T23:00:00Z",
    "2024-03-31T22:00:00-01:00",
    "2024-10-26T23:15:00+00:00",  # the last evening of summer time
    "2024-10-27T23:30:00Z",
    "2024-07-01T00:30:00+01:00",
    "2024-01-01T03:00:00+05:00",  # still the year before
    "2023-12-31T22:30:00-03:00",  # already the year after
    "2024-02-28T23:45:00-00:30",
    "1975-06-01T23:30:00Z",
    "1979-03-18T23:30:00Z",
    "1989-10-28T23:30:00Z",
    "1992-10-24T23:30:00Z",
    "1992-10-25T23:30:00Z",
    "1999-10-30T23:30:00Z",
)
DATES = ("2024-03-05", "2024-03", "2024-02", "2024", "1849-12-31", "3000", "2999-12-31", *MOMENTS)
PERIODS: tuple[Json, ...] = (
    {"start": "2024-03-05"},
    {"start": "2024-03", "end": "2024-06"},
    {"end": "2024-02"},
    {"end": "2024-03-05T10:00:00Z"},
    {"start": "1849"},
    {"end": "1849"},
)
AGES: tuple[Json, ...] = (
    {"value": 50, "code": "a"},
    {"value": 40.5, "unit": "years"},
    {"value": 18, "unit": "Months"},
    {"value": 3, "code": "wk", "unit": "years"},
    {"value": 0, "code": "d"},
    {"value": -1, "code": "a"},
    {"value": 99999, "code": "d"},
    {"value": 40, "code": "decades"},
    {"value": 40},
    {"code": "a"},
)
TIMINGS: tuple[Json, ...] = (
    {"event": ["2024-03-05", "2024-02"]},
    {"event": ["1849", "2024-03-05"]},
    {"event": ["1849"]},
    {"repeat": {"boundsPeriod": {"start": "2024-03"}}},
)
VALUES: dict[str, tuple[Any, ...]] = {
    "DateTime": DATES,
    "Instant": MOMENTS,
    "Period": PERIODS,
    "Age": AGES,
    "Range": ({"low": {"value": 40}},),
    "String": ("in her forties",),
    "Timing": TIMINGS,
}
INSTANTS = {"issued", "date"}
NOT_R4 = {("DocumentReference", "created"), ("DocumentReference", "indexed")}

EPISODE = "https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-ConditionEpisode"
DECLINED = {"text": "Patient refused"}


def every_resource() -> list[Json]:
    """Return all of them, each with an id of its own."""
    several = (dates(), statuses(), episodes(), observations(), reasons(), requests(), plans(), codings())
    return [
        {**each, "id": f"r{number}"} for number, each in enumerate(one for group in several for one in group)
    ]


def of_kind(kind: str, **more: Any) -> Json:
    """Return a resource of a kind, about a review, with nothing else that R4 does not ask for."""
    review = concept("Cancer care review")
    known: dict[str, Json] = {
        "Encounter": {"type": [review]},
        "Communication": {"category": [review]},
        "CarePlan": {"category": [concept("Cancer care plan")]},
        "DocumentReference": {"type": review, "content": [{"attachment": {"contentType": "text/plain"}}]},
        "ServiceRequest": {"code": concept("Referral to a link worker"), "intent": "order"},
    }
    about = known.get(kind, {"code": review})
    return {"resourceType": kind, "subject": {"reference": "Patient/p"}, **about, **more}


def concept(text: str, *codings: Json) -> Json:
    return {"text": text, **({"coding": list(codings)} if codings else {})}


def snomed(code: str, display: str = "", system: str = "http://snomed.info/sct") -> Json:
    return {"system": system, "code": code, **({"display": display} if display else {})}


# --- dates -----------------------------------------------------------------------------------------


def dates() -> Iterator[Json]:
    for kind, _, elements, versions in date_table.TABLE:
        if kind not in READ or "R4" not in versions.split():
            continue
        for element in elements.split():
            for value in _values(kind, element):
                yield of_kind(kind, **_placed(element, value))
    yield of_kind("Communication", sent="2024-03-05", received="2024-03-07")
    yield of_kind(
        "DocumentReference",
        context={"period": {"start": "2024-03-01"}},
        content=[{"attachment": {"creation": "2024-02-01"}}],
    )


def _values(kind: str, element: str) -> tuple[Any, ...]:
    if (kind, element) in NOT_R4:
        return ()
    if element in INSTANTS:
        return MOMENTS
    if element.lower().endswith("period"):
        return PERIODS
    typed = next((values for suffix, values in VALUES.items() if element.endswith(suffix)), None)
    return DATES if typed is None else typed


def _placed(element: str, value: Any) -> Json:
    if element == "content.attachment.creation":
        return {"content": [{"attachment": {"creation": value}}, {"attachment": {"creation": "2020"}}]}
    outer, _, inner = element.partition(".")
    return {outer: {inner: value}} if inner else {outer: value}


# --- what it says happened -------------------------------------------------------------------------


def statuses() -> Iterator[Json]:
    for kind in READ:
        words = [word for words in status_table.TABLE[kind].values() for word in words.split()]
        for word in (*words, "unheard-of"):
            if kind == "Condition":
                yield of_kind(kind, verificationStatus={"coding": [{"code": word}]})
                yield of_kind(kind, verificationStatus={"text": word})
            else:
                yield of_kind(kind, status=word)
    yield of_kind("Condition", verificationStatus={"coding": [{"code": "confirmed"}, {"code": "refuted"}]})
    yield of_kind(
        "Condition", verificationStatus={"coding": [{"code": "confirmed"}, {"code": "provisional"}]}
    )
    for several in status_table.DOCUMENT_STATUS.values():
        for word in (*several.split(), "unheard-of"):
            yield of_kind("DocumentReference", status="current", docStatus=word)
            yield of_kind("DocumentReference", status="unheard-of", docStatus=word)
    yield of_kind("DocumentReference", status="entered-in-error", docStatus="final")


def episodes() -> Iterator[Json]:
    for word in (*WORDS, "FIRST", "unheard-of"):
        for value in (
            {"valueCode": word},
            {"valueString": word},
            {"valueCodeableConcept": {"coding": [{"code": "x"}, {"code": word}]}},
            {"valueCodeableConcept": {"text": word}},
        ):
            yield of_kind(
                "Condition", extension=[{"url": "https://icb.example/other"}, {"url": EPISODE, **value}]
            )
    yield of_kind("Observation", extension=[{"url": EPISODE}])


def observations() -> Iterator[Json]:
    for text in ("No", " negative ", "Not present", "Malignant tumour of breast", "None known"):
        yield of_kind("Observation", valueCodeableConcept=concept(text))
        yield of_kind("Observation", valueCodeableConcept={"coding": [{"code": "x", "display": text}]})
    coded = concept("Lump", snomed("254837009", "Malignant neoplasm of breast"))
    for status in ("final", "registered", "entered-in-error"):
        yield of_kind("Observation", valueCodeableConcept=coded, status=status)
    yield of_kind("Observation", valueBoolean=False)
    yield of_kind("Observation", valueBoolean=True)
    yield of_kind("Observation", valueQuantity={"value": 3})
    for word in ("asked-declined", "not-performed", "not-asked", "not-permitted", "unknown"):
        yield of_kind("Observation", dataAbsentReason={"coding": [{"code": word}]}, status="final")
        yield of_kind(
            "Observation", dataAbsentReason={"coding": [{"code": word}]}, valueCodeableConcept=coded
        )
        yield of_kind("Observation", dataAbsentReason=concept(word), status="cancelled")


def reasons() -> Iterator[Json]:
    for kind in ("Procedure", "Communication"):
        for status in ("not-done", "completed"):
            yield of_kind(kind, status=status, statusReason=DECLINED)
            yield of_kind(kind, status=status, reasonCode=[concept("Unwell"), concept("Informed DISSENT")])
            yield of_kind(kind, status=status, statusReason=concept("Unwell"))


def requests() -> Iterator[Json]:
    for intent in ("proposal", "plan", "directive", "order", "original-order", "reflex-order", "option"):
        for status in ("active", "draft", "unknown", "revoked"):
            more = {"intent": intent, "status": status}
            yield of_kind("ServiceRequest", **more)
            yield of_kind("ServiceRequest", code=concept("Cancer care review"), **more)
            review = {"code": concept("Cancer care review"), "category": [concept("Referrals")]}
            yield of_kind("ServiceRequest", **review, **more)
    yield of_kind("ServiceRequest", doNotPerform=True)
    yield of_kind("ServiceRequest", doNotPerform=True, reasonCode=[DECLINED])
    yield of_kind("ServiceRequest", doNotPerform=True, status="revoked")
    yield of_kind("ServiceRequest", doNotPerform=False, status="active")


def plans() -> Iterator[Json]:
    for intent in ("proposal", "plan", "order", "option"):
        for status in ("active", "draft", "unknown", "completed"):
            for title in ("Treatment Summary", "Cancer care review plan", "Cancer care"):
                yield of_kind("CarePlan", title=title, category=None, intent=intent, status=status)
                yield of_kind("CarePlan", title=title, intent=intent, status=status)


# --- what it is about ------------------------------------------------------------------------------


def codings() -> Iterator[Json]:
    for system in (
        "http://snomed.info/sct",
        "http://snomed.info/sct/83821000000107",
        "https://snomed.info/sct/",
        "urn:oid:2.16.840.1.113883.6.96",
        " SNOMED-CT ",
        "sct",
        "http://snomed.info/sctx",
        "http://read.info/readv2",
    ):
        yield of_kind("Condition", code={"coding": [snomed("254837009", "Breast cancer", system)]})
    yield of_kind("Condition", code={"coding": [{"code": "254837009", "display": "Without a system"}]})
    yield of_kind(
        "Condition", code={"coding": [snomed("254837009"), {"display": "Only a term"}], "text": "Text"}
    )
    for text in (
        "Malignant tumour of breast (disorder)",
        "Malignant tumour of breast (regime/therapy)",
        "Malignant tumour of breast (left)",
        "  Hodgkin\u2019s \t disease \u2013 stage\n\n II  ",
        "\u2018Quoted\u2019 \u2014 d\u00e9j\u00e0 VU",
        "A dollar $1 and a \\backslash (x",
        "long " * 300,
    ):
        yield of_kind("Condition", code=concept(text))
    reason, service = concept("Reason", snomed("1", "R")), concept("Service")
    yield of_kind("Encounter", reasonCode=[reason, concept("Another")], serviceType=service)
    yield of_kind("Encounter", type=None, reasonCode=[reason])
    yield of_kind("Encounter", type=None, serviceType=service)
    yield of_kind("Communication", topic=concept("Cancer care review letter"))
    yield of_kind("Communication", category=None, topic=concept("Letter"), reasonCode=[reason])
    yield of_kind("DocumentReference", category=[concept("Letter"), concept("Summary")])
    yield of_kind("DocumentReference", type=None, category=[concept("Letter")])
