"""Entries and patients of tables as the FHIR resources that say the same.

So the reader of FHIR reads them too: a status, an episode, a date means in a table what it means there.
"""

from collections.abc import Callable
from typing import Any, Final, NamedTuple

from ccr_rules.population.person import ODS
from ccr_rules.record.status_table import TABLE as STATUSES

Json = dict[str, Any]

EPISODE: Final = "https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-ConditionEpisode"
ETHNICITY: Final = "https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-EthnicCategory"
REGISTRATION: Final = (
    "https://fhir.nhs.uk/STU3/StructureDefinition/Extension-CareConnect-RegistrationDetails-1"
)
ODS_CODES: Final = f"https://fhir.nhs.uk/Id/{ODS}"

VOID: Final = "entered-in-error"
UNKNOWN_WORD: Final = "word-not-in-mapping"
"""Stands for a word that a mapping does not know: FHIR's reader knows no such word either."""


class Elements(NamedTuple):
    """Where a kind of resource has the concept and the dates; a clinical period takes its start."""

    concept: str
    clinical: str
    recorded: str = ""
    is_period: bool = False


ELEMENTS: Final = {
    "Condition": Elements("code", "onsetDateTime", "recordedDate"),
    "Observation": Elements("code", "effectiveDateTime", "issued"),
    "Procedure": Elements("code", "performedDateTime", "recorded"),
    "Encounter": Elements("type", "period", is_period=True),
    "ServiceRequest": Elements("code", "authoredOn"),
    "Communication": Elements("category", "sent"),
    "DocumentReference": Elements("type", "period", "date", is_period=True),
    "CarePlan": Elements("category", "period", "created", is_period=True),
    "MedicationRequest": Elements("medicationCodeableConcept", "authoredOn"),
    "MedicationStatement": Elements("medicationCodeableConcept", "effectiveDateTime", "dateAsserted"),
}
"""The kinds that rows can be of."""

WITHOUT_RECORDED: Final = frozenset(kind for kind, each in ELEMENTS.items() if not each.recorded)

STATES: Final = ("done", "unsure", "planned", "not-done", VOID)
"""What a mapping can say that a word of the state column means."""


def status_of(kind: str, state: str) -> str | None:
    """Return the status by which a kind of resource says a state, or None if it cannot."""
    if state in (VOID, UNKNOWN_WORD):
        return state
    words = (words.split()[0] for standing, words in STATUSES[kind].items() if standing == state)
    return next(words, None)


class Told(NamedTuple):
    """What a row says of an entry, each empty where it says nothing; dates as FHIR writes them."""

    kind: str
    id: str
    patient: str
    system: str = ""
    code: str = ""
    term: str = ""
    clinical: str = ""
    recorded: str = ""
    episode: str = ""
    state: str = ""
    value: Json | None = None


def concept(system: str, code: str, term: str) -> Json:
    """Return a CodeableConcept; of a code without a system its reader takes the term."""
    if not code:
        return {"text": term} if term else {}
    coding = {"system": system, "code": code, "display": term}
    return {"coding": [{name: value for name, value in coding.items() if value}]}


def resource_of(told: Told) -> Json:
    """Return the resource of an entry."""
    elements = ELEMENTS[told.kind]
    resource: Json = {
        "resourceType": told.kind,
        "id": told.id,
        "subject": {"reference": f"Patient/{told.patient}"},
    }
    coded = concept(told.system, told.code, told.term)
    if coded:
        resource[elements.concept] = coded
    if told.clinical:
        resource[elements.clinical] = {"start": told.clinical} if elements.is_period else told.clinical
    if told.recorded and elements.recorded:
        resource[elements.recorded] = told.recorded
    if told.episode:
        resource["extension"] = [{"url": EPISODE, "valueCode": told.episode}]
    status = status_of(told.kind, told.state) if told.state else None
    if status:
        resource["verificationStatus" if told.kind == "Condition" else "status"] = status
    if told.value:
        resource["valueCodeableConcept"] = told.value
    if told.kind == "ServiceRequest":
        resource["intent"] = "order"
    return resource


def person_of(patient: str, told: dict[str, str]) -> Json:
    """Return the Patient resource of a patient.

    Args:
        patient: the id.
        told: what is said, by the names of `PERSON`; dates as FHIR writes them.
    """
    person: Json = {"resourceType": "Patient", "id": patient}
    for name, value in told.items():
        PERSON[name](person, value)
    return person


def _as(element: str) -> Callable[[Json, str], None]:
    def put(person: Json, value: str) -> None:
        person[element] = value

    return put


def _dead(person: Json, value: str) -> None:
    person["deceasedBoolean"] = value == "yes"


def _period(end: str) -> Callable[[Json, str], None]:
    def put(person: Json, value: str) -> None:
        details = _extension(person, REGISTRATION)
        parts = details.setdefault("extension", [{"url": "registrationPeriod", "valuePeriod": {}}])
        parts[0]["valuePeriod"][end] = value

    return put


def _ethnicity(element: str) -> Callable[[Json, str], None]:
    def put(person: Json, value: str) -> None:
        coded = _extension(person, ETHNICITY).setdefault("valueCodeableConcept", {"coding": [{}]})
        coded["coding"][0][element] = value

    return put


def _practice(person: Json, value: str) -> None:
    person["managingOrganization"] = {"identifier": {"system": ODS_CODES, "value": value}}


def _extension(person: Json, url: str) -> Json:
    extensions: list[Json] = person.setdefault("extension", [])
    found = next((each for each in extensions if each["url"] == url), None)
    if found is None:
        found = {"url": url}
        extensions.append(found)
    return found


PERSON: Final[dict[str, Callable[[Json, str], None]]] = {
    "born": _as("birthDate"),
    "died": _as("deceasedDateTime"),
    "dead": _dead,
    "registered": _period("start"),
    "deregistered": _period("end"),
    "sex": _as("gender"),
    "practice": _practice,
    "ethnicity": _ethnicity("code"),
    "ethnicity_term": _ethnicity("display"),
}
"""What can be said of a patient, and where its resource says it."""
