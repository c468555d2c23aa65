"""What a FHIR server does, as the answer over HTTP tells of it; and that a slow one holds up nobody else."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from statistics import median
from typing import Any

import httpx
import pytest

from tests.cds_hooks.fhir import FhirServer, serving
from tests.cds_hooks.samples import Json, body, kinds, patient, searchset
from tests.cds_hooks.test_calls import AUTHORIZATION
from tests.record.samples import condition
from tests.service.hooks import PATIENT_VIEW, due
from tests.service.running import listening

CONDITIONS = "Condition?patient=p1"
OUTCOME = {"resourceType": "OperationOutcome", "issue": [{"severity": "error", "code": "timeout"}]}
CANCER = condition("c1", onsetDateTime="2026-10-01")
OTHER = condition("c2", code={"text": "Eczema"})


@pytest.fixture(scope="module")
def service() -> Iterator[str]:
    with listening() as url:
        yield url


@pytest.fixture
def fhir() -> Iterator[FhirServer]:
    """A FHIR server that knows the patient, and of whom nothing else is on file."""
    with serving() as running:
        for kind in kinds():
            running.replies[f"{kind}?patient=p1"] = [(200, searchset())]
        running.replies["Patient/p1"] = [(200, patient())]
        yield running


def view(service: str, **given: Any) -> httpx.Response:
    return httpx.post(f"{service}{PATIENT_VIEW}", json=body(**given), timeout=60)


def first_page(fhir: FhirServer, resource: Json, further: str = "page2") -> None:
    """Put a resource on the first page of the Conditions, with a link to the second."""
    url = further if further.startswith("http") else f"{fhir.base}/{further}"
    link = [{"relation": "next", "url": url}]
    fhir.replies[CONDITIONS] = [(200, searchset(resource, total=2, link=link))]


def test_a_cancer_on_the_last_page_is_found(service: str, fhir: FhirServer) -> None:
    first_page(fhir, OTHER)
    fhir.replies["page2"] = [(200, searchset(CANCER, total=2))]
    answer = view(service, fhirServer=fhir.base).json()
    assert len(answer["cards"]) == 1
    assert answer["extension"]["example.ccr-rules.evaluation"]["completeness"] == "complete"


BAD_PAGES = [
    ((200, searchset(OUTCOME)), "the search failed in part (an OperationOutcome inside)"),
    ((401, OUTCOME), "it answered 401"),
    ((302, {}), "it answered 302"),
    ((200, b"<html>"), "an answer that is not JSON"),
]


@pytest.mark.parametrize(("reply", "says"), BAD_PAGES)
def test_without_the_second_page_nobody_can_tell_that_there_is_no_cancer(
    service: str, fhir: FhirServer, reply: Any, says: str
) -> None:
    first_page(fhir, OTHER)
    fhir.replies["page2"] = [reply]
    answer = view(service, fhirServer=fhir.base, fhirAuthorization=AUTHORIZATION)
    assert answer.status_code == 412
    assert says in answer.json()["issue"][0]["diagnostics"]
    assert fhir.asked["elsewhere"] == 0, "a redirect is not followed"


@pytest.mark.parametrize(("reply", "says"), BAD_PAGES)
def test_a_cancer_on_the_first_page_is_told_and_what_is_missing_too(
    service: str, fhir: FhirServer, reply: Any, says: str
) -> None:
    first_page(fhir, CANCER)
    fhir.replies["page2"] = [reply]
    answer = view(service, fhirServer=fhir.base, fhirAuthorization=AUTHORIZATION).json()
    assert len(answer["cards"]) == 1
    told = answer["extension"]["example.ccr-rules.evaluation"]
    assert told["completeness"] == "partial"
    assert [each["kind"] for each in told["incomplete"]] == ["Condition"]
    assert says in told["incomplete"][0]["reason"]


def test_a_page_on_another_host_is_never_asked_for_nor_told_the_token(service: str, fhir: FhirServer) -> None:
    with serving() as other:
        first_page(fhir, OTHER, f"{other.base}/page2")
        answer = view(service, fhirServer=fhir.base, fhirAuthorization=AUTHORIZATION)
        assert answer.status_code == 412
        assert "another server" in answer.json()["issue"][0]["diagnostics"]
        assert not other.asked


def test_while_a_slow_server_is_waited_for_everybody_else_is_served(
    service_url: str, fhir: FhirServer
) -> None:
    """Twenty calls wait for their server. Meanwhile others are answered, those with a quick server too."""
    with serving() as slow, ThreadPoolExecutor(20) as pool:
        slow.delay = 3
        waiting = [pool.submit(view, service_url, fhirServer=slow.base) for _ in range(20)]
        time.sleep(1)
        took = []
        for _ in range(11):
            start = time.perf_counter()
            assert httpx.get(f"{service_url}/health").is_success
            took.append(time.perf_counter() - start)
        assert not any(call.done() for call in waiting)
        fhir.replies[CONDITIONS] = [(200, searchset(CANCER))]
        quick = view(service_url, fhirServer=fhir.base)
        whole = view(service_url, prefetch=due())
        assert not all(call.done() for call in waiting)
        assert (quick.status_code, whole.status_code) == (200, 200)
        assert quick.json()["extension"]["example.ccr-rules.evaluation"].get("incomplete") is None
        answers = [call.result() for call in waiting]
    assert {answer.status_code for answer in answers} == {412}
    assert median(took) < 0.1
