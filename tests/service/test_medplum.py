"""A FHIR server that others wrote gives the card of a prefetch; their validator passes what cards suggest."""

from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import httpx
import pytest

from ccr_rules.cds_hooks.errors import CallError
from ccr_rules.cds_hooks.resources import About, recording
from ccr_rules.codelists.codelist import suggestible
from ccr_rules.evaluation.answers import Code
from ccr_rules.record.entry import SNOMED
from tests.cds_hooks.samples import DAY, Json, answered, engine, sent
from tests.cds_hooks.test_resources import OFFERED
from tests.service.examples import R4, call, patient_of, prefetch, resources
from tests.service.medplum_server import faults_of, medplum
from tests.service.running import listening
from tests.stories.folders import STORIES

UUIDS = {"uuid", "decision"}


def readable(story: str) -> list[Json]:
    """Return what a FHIR server takes: what names no type is none that anybody could search for."""
    return [each for each in resources(story) if "resourceType" in each]


@pytest.fixture(scope="module")
def base() -> Iterator[str]:
    """The base URL of the FHIR servers, one for each story."""
    with medplum({story: readable(story) for story in R4}) as running:
        yield running


@pytest.fixture(scope="module")
def service() -> Iterator[str]:
    with listening() as url:
        yield url


def without_uuids(value: Any) -> Any:
    """Return an answer without what is new in each."""
    if isinstance(value, dict):
        return {key: without_uuids(each) for key, each in value.items() if key not in UUIDS}
    return [without_uuids(each) for each in value] if isinstance(value, list) else value


def answer(service: str, story: str, **given: Any) -> Json:
    body = call(patient_of(resources(story)), **given)
    told = httpx.post(f"{service}/cds-services/ccr-patient-view", json=body, timeout=60)
    assert told.status_code == 200, told.text
    found: Json = told.json()
    return found


@pytest.mark.parametrize("story", R4)
def test_what_is_fetched_gives_the_card_of_a_whole_prefetch(service: str, base: str, story: str) -> None:
    whole = answer(service, story, prefetch=prefetch(readable(story)))
    fetched = answer(service, story, fhirServer=base + story)
    assert without_uuids(fetched) == without_uuids(whole)


@pytest.mark.parametrize("kept", [("Patient", "Encounter"), ("Condition",)])
def test_what_the_prefetch_lacks_is_fetched(service: str, base: str, kept: tuple[str, ...]) -> None:
    whole = prefetch(readable("two-primaries"))
    some = {kind: value for kind, value in whole.items() if kind in kept}
    fetched = answer(service, "two-primaries", fhirServer=f"{base}two-primaries", prefetch=some)
    assert fetched["cards"]
    assert without_uuids(fetched) == without_uuids(answer(service, "two-primaries", prefetch=whole))


def test_empty_searches_about_a_patient_whom_the_server_does_not_know_say_nothing(
    service: str, base: str
) -> None:
    body = call("nobody", fhirServer=f"{base}two-primaries")
    told = httpx.post(f"{service}/cds-services/ccr-patient-view", json=body, timeout=60)
    assert told.status_code == 412
    assert "it does not know the patient" in told.json()["issue"][0]["diagnostics"]


def suggested() -> Iterator[Json]:
    """Yield every resource that the cards of the example patients suggest, on the day of the story."""
    for story in R4:
        found = readable(story)
        encounters = [each["id"] for each in found if each["resourceType"] == "Encounter"]
        for encounter in (None, encounters[0]):
            context = {"patientId": patient_of(found), "encounterId": encounter}
            with suppress(CallError):
                made = answered(prefetch(found), day=STORIES[story].as_of, context=context)
                yield from (
                    action["resource"]
                    for card in sent(made)["cards"]
                    for suggestion in card.get("suggestions", ())
                    for action in suggestion["actions"]
                )


def recorded() -> Iterator[Json]:
    """Yield the resource for every code that any codelist offers."""
    about = About("p1", "e1", DAY)
    for name in OFFERED:
        codelist = engine().library.codelist(name, None)
        for entry in suggestible(codelist):
            yield recording(Code(SNOMED, entry.code, entry.display), codelist, about)


def test_everything_that_a_card_suggests_is_valid_fhir_to_others() -> None:
    """Base R4 with its invariants, as Medplum has them; it does not check required bindings."""
    of_cards = list(suggested())
    assert {each["resourceType"] for each in of_cards} >= {"Task", "Procedure", "Communication"}
    resources = of_cards + list(recorded())
    kinds = {each["resourceType"] for each in resources}
    assert kinds == {"Task", "Procedure", "Observation", "ServiceRequest", "Communication"}
    faults = faults_of([*resources, {"resourceType": "Task", "status": "requested"}])
    assert faults.pop() == ["Task.intent: Missing required property"], "the validator validates"
    assert faults == [[]] * len(resources)
