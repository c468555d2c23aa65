"""What the prefetch lacks is fetched from the client's FHIR server, and from nowhere else."""

import asyncio
import time
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from ccr_rules.cds_hooks.errors import BadCall
from ccr_rules.cds_hooks.fhir_server import Policy, fetched
from ccr_rules.cds_hooks.prefetch import Obtained
from ccr_rules.cds_hooks.records import read_sent, sent_with
from tests.cds_hooks.fhir import FhirServer, serving
from tests.cds_hooks.samples import DAY, Json, call_of, kinds, obtained, patient, prefetch_of, searchset
from tests.cds_hooks.test_calls import AUTHORIZATION
from tests.record.samples import condition

CONDITIONS = "Condition?patient=p1"
OUTCOME = {"resourceType": "OperationOutcome", "issue": [{"severity": "error", "code": "timeout"}]}
QUICK = Policy(any_server=True, retries=1, backoff=0.01)


@pytest.fixture
def server() -> Iterator[FhirServer]:
    with serving() as running:
        for kind in kinds():
            running.replies[f"{kind}?patient=p1"] = [(200, searchset())]
        running.replies["Patient/p1"] = [(200, patient())]
        yield running


def fetch(server: FhirServer, prefetch: Json | None = None, policy: Policy = QUICK, **given: Any) -> Obtained:
    call = call_of(prefetch, fhirServer=given.pop("fhirServer", server.base), **given)

    async def run() -> Obtained:
        async with httpx.AsyncClient() as client:
            return await fetched(call, obtained(call), policy, client)

    return asyncio.run(run())


def without(*missing: str) -> Json:
    """Return a prefetch that is complete but for some kinds."""
    return {kind: value for kind, value in prefetch_of(patient()).items() if kind not in missing}


def test_only_what_is_missing_is_asked_for(server: FhirServer) -> None:
    server.replies[CONDITIONS] = [(200, searchset(condition()))]
    found = fetch(server, without("Condition"))
    assert dict(server.asked) == {CONDITIONS: 1}
    assert found.missing == {}
    assert found.pages["Condition"][0].value["entry"][0]["resource"]["id"] == "c1"


def test_without_a_server_nothing_is_asked() -> None:
    call = call_of({})
    assert asyncio.run(fetched(call, obtained(call), QUICK, httpx.AsyncClient())) == obtained(call)


def test_everything_can_be_fetched(server: FhirServer) -> None:
    found = fetch(server)
    assert found.missing == {}
    assert set(found.pages) == set(kinds())


def test_the_token_is_sent_and_fhir_is_asked_for(server: FhirServer) -> None:
    fetch(server, without("Condition"), fhirAuthorization=AUTHORIZATION)
    (headers,) = server.headers
    assert headers["Authorization"] == "Bearer some-token"
    assert headers["Accept"] == "application/fhir+json"


def test_every_page_is_read(server: FhirServer) -> None:
    def page(number: int, further: str) -> Json:
        link = [{"relation": "next", "url": further}] if further else []
        return searchset(condition(f"c{number}"), total=3, link=link)

    server.replies[CONDITIONS] = [(200, page(1, f"{server.base}/page2"))]
    server.replies["page2"] = [(200, page(2, "/fhir/page3"))]
    server.replies["page3"] = [(200, page(3, ""))]
    found = fetch(server, without("Condition"))
    assert [each.value["entry"][0]["resource"]["id"] for each in found.pages["Condition"]] == [
        "c1",
        "c2",
        "c3",
    ]
    assert "Condition" not in found.missing


def test_pages_are_one_record_whatever_they_call_themselves(server: FhirServer) -> None:
    """Many servers name in `self` something else than the address at which a page was asked for."""
    odd = {"relation": "self", "url": f"{server.base}?_getpages=7"}
    first = searchset(
        condition("c1"), total=2, link=[odd, {"relation": "next", "url": f"{server.base}/page2"}]
    )
    server.replies[CONDITIONS] = [(200, first)]
    for link in ([odd, "odd"], {"relation": "self"}, None):
        server.replies["page2"] = [(200, searchset(condition("c2"), total=2, link=link))]
        call = call_of(without("Condition"), fhirServer=server.base)
        record = read_sent(sent_with(call, fetch(server, without("Condition")), DAY))
        assert "Condition" in record.supplied
        assert len(record.entries) == 2


@pytest.mark.parametrize(
    ("last", "says"),
    [
        (searchset(OUTCOME), "the search failed in part (an OperationOutcome inside)"),
        (searchset(condition("c2"), total=3), "2 of 3 resources found"),
        (OUTCOME, "the answer is not a Bundle"),
    ],
)
def test_pages_that_lack_something_are_not_all(server: FhirServer, last: Json, says: str) -> None:
    further = [{"relation": "next", "url": "/fhir/page2"}]
    server.replies[CONDITIONS] = [(200, searchset(condition("c1"), total=3, link=further))]
    server.replies["page2"] = [(200, last)]
    found = fetch(server, without("Condition"))
    assert found.missing["Condition"] == f"not in the prefetch; FHIR server: {says}"
    assert found.pages["Condition"][0].value["entry"]


def test_a_token_that_expires_between_two_pages_leaves_the_first(server: FhirServer) -> None:
    further = [{"relation": "next", "url": "/fhir/page2"}]
    server.replies[CONDITIONS] = [(200, searchset(condition("c1"), link=further))]
    server.replies["page2"] = [(401, OUTCOME)]
    found = fetch(server, without("Condition"), fhirAuthorization=AUTHORIZATION)
    assert found.missing["Condition"].endswith("it answered 401")
    assert len(found.pages["Condition"]) == 1
    assert server.asked["page2"] == 1, "a token does not become valid again"


def test_what_the_prefetch_began_the_server_gives_anew_and_whole(server: FhirServer) -> None:
    first = searchset(condition("c1"), link=[{"relation": "next", "url": "https://ehr.example/2"}])
    server.replies[CONDITIONS] = [(200, searchset(condition("c1"), condition("c2")))]
    found = fetch(server, without("Condition") | {"Condition": first})
    (page,) = found.pages["Condition"]
    assert len(page.value["entry"]) == 2


@pytest.mark.parametrize(
    ("reply", "says"),
    [
        ((401, {}), "it answered 401"),
        ((403, {}), "it answered 403"),
        ((404, {}), "it answered 404"),
        ((500, {}), "it answered 500"),
        ((302, {}), "it answered 302"),
        ((503, {}), "it answered 503"),
        ((200, b"<html>"), "not JSON"),
        ((200, b"[]"), "not FHIR"),
        ((200, {"resourceType": "OperationOutcome"}), "not a Bundle"),
        ((200, searchset(link=[{"relation": "next", "url": "https://other.example/2"}])), "another server"),
        ((200, searchset(link=[{"relation": "next", "url": "http://127.0.0.1:1/fhir/2"}])), "another server"),
        ((200, searchset(link=[{"relation": "next", "url": f"/fhir/{CONDITIONS}"}])), "more than 50 pages"),
        ((200, b'{"x": "' + b"x" * (9 << 20) + b'"}'), "a page of more than"),
    ],
)
def test_what_cannot_be_had_is_named_and_the_rest_is_there(server: FhirServer, reply: Any, says: str) -> None:
    server.replies[CONDITIONS] = [reply]
    found = fetch(server, without("Condition", "Observation"))
    assert says in found.missing["Condition"]
    assert found.missing["Condition"].startswith("not in the prefetch; FHIR server: ")
    assert "Observation" not in found.missing
    assert server.asked["elsewhere"] == 0


def test_a_patient_that_is_none_is_not_had(server: FhirServer) -> None:
    server.replies["Patient/p1"] = [(200, searchset())]
    assert "not a Patient" in fetch(server, without("Patient")).missing["Patient"]


@pytest.mark.parametrize("status", [404, 410])
def test_searches_about_a_patient_whom_the_server_does_not_know_say_nothing(
    server: FhirServer, status: int
) -> None:
    server.replies["Patient/p1"] = [(status, OUTCOME)]
    found = fetch(server)
    assert found.missing["Patient"] == f"not in the prefetch; FHIR server: it answered {status}"
    assert found.missing["Condition"] == "not in the prefetch; FHIR server: it does not know the patient"


def test_what_passes_is_asked_again(server: FhirServer) -> None:
    server.replies[CONDITIONS] = [(503, {}), (200, searchset(condition()))]
    found = fetch(server, without("Condition"))
    assert server.asked[CONDITIONS] == 2
    assert "Condition" not in found.missing


def test_what_does_not_pass_is_not_asked_for_ever(server: FhirServer) -> None:
    server.replies[CONDITIONS] = [(503, {})]
    fetch(server, without("Condition"))
    assert server.asked[CONDITIONS] == 2


def test_what_the_prefetch_held_stays_where_the_server_fails(server: FhirServer) -> None:
    first = searchset(condition("c1"), link=[{"relation": "next", "url": "https://ehr.example/2"}])
    server.replies[CONDITIONS] = [(500, {})]
    found = fetch(server, without("Condition") | {"Condition": first})
    assert found.pages["Condition"][0].value == first
    assert found.missing["Condition"] == "prefetch: there is a further page; FHIR server: it answered 500"


def test_pages_read_before_a_fault_count_though_they_are_not_all(server: FhirServer) -> None:
    server.replies[CONDITIONS] = [
        (200, searchset(condition(), link=[{"relation": "next", "url": "/fhir/gone"}]))
    ]
    found = fetch(server, without("Condition"))
    assert len(found.pages["Condition"]) == 1
    assert "404" in found.missing["Condition"]


def test_a_slow_server_does_not_hold_the_answer_up(server: FhirServer) -> None:
    server.delay = 5
    start = time.monotonic()
    found = fetch(server, without("Condition"), QUICK._replace(seconds=0.2))
    assert time.monotonic() - start < 2
    assert "no complete answer within 0.2 s" in found.missing["Condition"]


def test_a_server_that_is_not_there_is_told(server: FhirServer) -> None:
    found = fetch(server, without("Condition"), fhirServer="http://127.0.0.1:9/fhir")
    assert "could not be reached" in found.missing["Condition"]


# --- which server may be asked ------------------------------------------------------------------

ALLOWED = Policy(servers=frozenset({"https://ehr.example/fhir"}))


@pytest.mark.parametrize(
    ("named", "says"),
    [
        ("http://ehr.example/fhir", "https is required"),
        ("https://other.example/fhir", "not one of those"),
        ("https://ehr.example/fhir/../other", "not one of those"),
        ("https://ehr.example:8443/fhir", "not one of those"),
        ("https://user@ehr.example/fhir", "not the base URL"),
        ("https://ehr.example/fhir?x=1", "not the base URL"),
        ("ftp://ehr.example/fhir", "not the base URL"),
        ("file:///etc/passwd", "not the base URL"),
        ("ehr", "not the base URL"),
    ],
)
def test_outside_development_only_allowed_servers_are_asked(
    server: FhirServer, named: str, says: str
) -> None:
    with pytest.raises(BadCall, match=says):
        fetch(server, {}, ALLOWED, fhirServer=named)


def test_an_allowed_server_is_asked_with_or_without_a_slash_at_its_end(server: FhirServer) -> None:
    for named in ("https://ehr.example/fhir", "https://ehr.example/fhir/"):
        quick = ALLOWED._replace(seconds=0.01, request_seconds=0.01, retries=0)
        assert set(fetch(server, {}, quick, fhirServer=named).missing) == set(kinds())


def test_where_nothing_is_missing_the_server_does_not_matter(server: FhirServer) -> None:
    assert fetch(server, prefetch_of(patient()), ALLOWED, fhirServer="ehr").missing == {}
