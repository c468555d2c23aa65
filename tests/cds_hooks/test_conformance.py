"""The conformance cases: a service that is right passes, and one that is wrong in one way is found out."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import httpx
import jwt
import pytest
from jwt.types import Options

from ccr_rules.cds_hooks.conformance.cases import filled, load_cases
from ccr_rules.cds_hooks.conformance.checking import MISSING, found_in
from ccr_rules.cds_hooks.conformance.running import Headers, Runner
from ccr_rules.cds_hooks.conformance.signing import Client, client_of, headers_of
from ccr_rules.cli.question import today
from ccr_rules.errors import UsageError
from tests.cds_hooks.samples import Json
from tests.service.running import free_port, served
from tests.service.signing import ISSUER, private_key, write_key_set, write_pem
from tests.service.spoiling import Answer, Spoil, spoiled

CASES = load_cases()
ALL = tuple(case.id for case in CASES)
Found = dict[str, tuple[str, ...]]
UNSIGNED = headers_of(None)


def found(url: str, *only: str, headers: Headers = UNSIGNED) -> Found:
    """Return what is wrong with a service, by the id of the case."""
    cases = [case for case in CASES if not only or case.id in only]
    with httpx.Client() as client:
        results = list(Runner(f"{url}/", client, headers, today()).run(cases))
    assert [result.case for result in results] == cases
    return {result.case.id: result.faults for result in results if result.faults}


def test_the_service_passes_every_case(service_url: str) -> None:
    assert found(service_url) == {}


def test_each_case_has_its_own_name_and_says_where_it_is_written() -> None:
    assert len(set(ALL)) == len(ALL)
    assert all(case.says.endswith(".") and case.source and case.group for case in CASES)


# --- services that are wrong ---------------------------------------------------------------------


def with_cards(change: Callable[[Json], Any]) -> Spoil:
    """Change every answer that has a card."""

    def spoil(answer: Answer) -> Answer:
        is_card = answer.status == 200 and b'"cards":[{' in answer.body
        return answer.saying(change(answer.json)) if is_card else answer

    return spoil


def on_card(**changed: Any) -> Spoil:
    return with_cards(lambda told: {**told, "cards": [told["cards"][0] | changed]})


def no_card_instead(answer: Answer) -> Answer:
    """Take "I cannot tell" for "nothing is due"."""
    return answer.saying({"cards": []}, 200) if answer.status == 412 else answer


def html(answer: Answer) -> Answer:
    is_call = b'"hook"' in answer.asked and answer.status == 200
    return replace(answer, media_type="text/html", body=b"<html>") if is_call else answer


def typed(media_type: str) -> Spoil:
    return lambda answer: replace(answer, media_type=media_type) if answer.status == 200 else answer


def of_status(status: int) -> Spoil:
    return lambda answer: replace(answer, status=status) if b'"hook"' in answer.asked else answer


def hung_up(answer: Answer) -> Answer | None:
    return None if b'"hook"' in answer.asked else answer


def bare_refusal(answer: Answer) -> Answer:
    return answer.saying({"error": "no"}) if answer.status == 412 else answer


def taking_anybody(answer: Answer) -> Answer:
    return answer.saying({"cards": []}, 200) if answer.status == 422 else answer


def writing(told: Json) -> Json:
    return told | {"systemActions": told["cards"][0]["suggestions"][0]["actions"]}


def without_extension(told: Json) -> Json:
    return {"cards": told["cards"]}


def bare(told: Json) -> Json:
    return {"cards": [{key: told["cards"][0][key] for key in ("summary", "indicator", "source")}]}


SUGGESTION = {"label": "x", "uuid": "9368d37b-283f-44a0-93ea-547cebab93ed"}
MARKUP = "text-of-the-record-is-no-markup"
LACKING = "observations-missing"
LINK = {"label": "Panel", "url": "https://panel.example/"}
REVIEW = "a-review-that-is-due-is-one-card"
VIEW = "patient-view-is-answered"


@pytest.mark.parametrize(
    ("spoil", "case", "says"),
    [
        (no_card_instead, "conditions-null", "status 200, expected 412"),
        (no_card_instead, "no-prefetch-and-no-server", "status 200, expected 412"),
        (on_card(summary="x" * 140), VIEW, "cards.0.summary: against the schema (maxLength 139)"),
        (on_card(detail=None), VIEW, "cards[0].detail: null: leave out what there is none of"),
        (on_card(links=[]), VIEW, "cards[0].links: empty: leave out what there is none of"),
        (on_card(links=[LINK]), VIEW, "cards.0.links.0: type is missing"),
        (on_card(indicator="severe"), VIEW, "cards.0.indicator: expected info or warning or critical"),
        (on_card(severity="info"), VIEW, "cards.0: there is no severity here"),
        (on_card(uuid="1"), VIEW, "cards.0.uuid: against the schema (format uuid)"),
        (on_card(overrideReasons=[{"code": "a", "system": "urn:b"}]), VIEW, "cds-resp-4: needed"),
        (with_cards(lambda told: [told]), VIEW, "the answer: expected object"),
        (with_cards(writing), VIEW, "systemActions: nothing may be written without somebody's hand"),
        (with_cards(lambda told: {"cards": []}), REVIEW, "0 cards, expected 1"),
        (on_card(detail="Nothing"), REVIEW, "card detail: nothing matches [Cc]ancer care review"),
        (on_card(source={"label": "Us"}), REVIEW, "card source: nothing matches @\\d"),
        (on_card(suggestions=[SUGGESTION]), REVIEW, "card suggestion: nothing matches"),
        (on_card(detail="![x](http://e.example/x.png)"), MARKUP, "card detail: nothing matches"),
        (with_cards(without_extension), LACKING, "extension: completeness: missing, expected partial"),
        (taking_anybody, "another-patient-is-refused", "status 200, expected 422"),
        (bare_refusal, "conditions-failed", "the answer: resourceType and issue is missing"),
        (html, VIEW, "the body is not JSON"),
        (typed("text/plain"), "encounter-start-is-answered", "media type text/plain, expected JSON"),
        (typed(""), VIEW, "media type none, expected application/json"),
        (of_status(500), VIEW, "status 500, expected 200"),
        (of_status(401), "a-call-of-another-hook-is-refused", "status 401, expected 400"),
        (hung_up, VIEW, "no answer"),
        (with_cards(bare), "feedback-may-be-repeated", "step 1: cards.0.uuid: missing"),
    ],
)
def test_what_is_wrong_is_told(service_url: str, spoil: Spoil, case: str, says: str) -> None:
    with spoiled(service_url, spoil) as url:
        assert any(says in fault for fault in found(url, case)[case])


def test_what_is_not_there_may_be_told_in_any_form(service_url: str) -> None:
    def page(answer: Answer) -> Answer:
        return replace(answer, media_type="text/html", body=b"<html>") if answer.status == 404 else answer

    with spoiled(service_url, page) as url:
        assert found(url, "an-unknown-service-is-not-found") == {}


def test_a_service_that_is_wrong_in_one_way_passes_the_rest(service_url: str) -> None:
    with spoiled(service_url, no_card_instead) as url:
        assert set(found(url)) == {
            "no-prefetch-and-no-server",
            "conditions-null",
            "conditions-failed",
            "conditions-failed-in-part",
            "conditions-fewer-than-found",
            "conditions-with-a-further-page",
        }


def test_a_hook_that_is_not_offered_is_told(service_url: str) -> None:
    def only_the_first(answer: Answer) -> Answer:
        return (
            answer.saying({"services": answer.json["services"][:1]}) if b"prefetch" in answer.body else answer
        )

    with spoiled(service_url, only_the_first) as url:
        assert found(url, "appointment-book-is-answered") == {
            "appointment-book-is-answered": ("there is no service for appointment-book",)
        }


def test_another_prefetch_is_told(service_url: str) -> None:
    def filtered(answer: Answer) -> Answer:
        services = answer.json["services"]
        services[0]["prefetch"]["Condition"] += "&category=problem-list-item"
        return answer.saying({"services": services})

    with spoiled(service_url, filtered) as url:
        (faults,) = found(url, "discovery-asks-for-conditions-unfiltered").values()
    assert faults[0].startswith("services.0.prefetch.Condition: not what is expected, Condition?patient=")


def test_discovery_is_held_to_its_schema(service_url: str) -> None:
    with spoiled(service_url, lambda answer: answer.saying({**answer.json, "more": 1})) as url:
        assert found(url, "discovery-lists-services") == {
            "discovery-lists-services": ("the answer: there is no more here",)
        }


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (lambda answer: replace(answer, status=404), "it answered 404"),
        (lambda answer: replace(answer, body=b"<html>"), "this is no discovery of CDS Hooks"),
        (lambda answer: answer.saying({"services": [{"hook": "patient-view"}]}), "this is no discovery"),
        (lambda answer: answer.saying([]), "this is no discovery"),
        (lambda _: None, "it cannot be reached"),
    ],
)
def test_without_discovery_nothing_can_be_asked(service_url: str, spoil: Spoil, says: str) -> None:
    with spoiled(service_url, spoil) as url, pytest.raises(UsageError, match=says):
        found(url)


@pytest.mark.parametrize("url", ["http://127.0.0.1:1", "http://[", "nowhere"])
def test_what_is_no_service_cannot_be_reached(url: str) -> None:
    with pytest.raises(UsageError, match="it cannot be reached"):
        found(url)


# --- signed calls --------------------------------------------------------------------------------


@pytest.mark.parametrize("algorithm", ["ES384", "RS384"])
def test_a_service_that_knows_its_clients_passes_every_case(tmp_path: Path, algorithm: str) -> None:
    key = private_key(algorithm)
    key_set = write_key_set({"one": key}, tmp_path / "keys.json")
    port = free_port()
    settings = tmp_path / "settings.toml"
    settings.write_text(
        f'public_url = "https://ccr.example"\n[[issuers]]\nissuer = "{ISSUER}"\njwks = "{key_set.name}"\n'
    )
    client = client_of(ISSUER, "one", write_pem(key, tmp_path / "key.pem"))
    signed = headers_of(client)

    def headers(url: str) -> Mapping[str, str]:
        """Sign for the address under which the service is known, behind a proxy."""
        return signed(url.replace(f"http://127.0.0.1:{port}", "https://ccr.example"))

    with served(tmp_path, "--config", str(settings), "--port", str(port)) as url:
        assert found(url, headers=headers) == {}
        with pytest.raises(
            UsageError, match=r"it answered 401; name the base URL .* and how to authenticate"
        ):
            found(url)


def test_a_token_is_for_one_address_and_short_and_new_each_time(tmp_path: Path) -> None:
    client = client_of(
        ISSUER, "one", write_pem(private_key("ES384"), tmp_path / "key.pem"), "https://ehr.example/keys"
    )
    now = datetime(2026, 11, 20, 12, tzinfo=UTC)
    first, second = (client.token("https://ccr.example/x", now) for _ in range(2))
    options: Options = {"verify_signature": False}
    claims = jwt.decode(first, options=options)
    assert (claims["iss"], claims["aud"], claims["exp"] - claims["iat"]) == (
        ISSUER,
        "https://ccr.example/x",
        120,
    )
    assert claims["jti"] != jwt.decode(second, options=options)["jti"]
    header = jwt.get_unverified_header(first)
    assert header == {"alg": "ES384", "kid": "one", "typ": "JWT", "jku": "https://ehr.example/keys"}


def test_a_fixed_token_is_sent_as_it_is() -> None:
    assert headers_of(None, "abc")("https://ccr.example") == {"Authorization": "Bearer abc"}


@pytest.mark.parametrize(
    "key", [b"", b"no key", b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"]
)
def test_what_is_no_private_key_is_refused(key: bytes) -> None:
    with pytest.raises(UsageError, match="no private key of P-384 or RSA"):
        Client(ISSUER, "one", key).token("https://ccr.example", datetime.now(UTC))


def test_a_key_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be read: No such file"):
        client_of(ISSUER, "one", tmp_path / "none.pem")


# --- the language of the cases -------------------------------------------------------------------


def test_placeholders_are_filled_wherever_they_stand() -> None:
    known = {"card": "c1"}
    new = iter(["u1", "u2"]).__next__
    given = ["{{today - 1 day}} to {{today + 2 days}}", {"x": "{{today}} {{card}} {{uuid}}"}, 7, None]
    assert filled(given, date(2026, 3, 1), known, new) == [
        "2026-02-28 to 2026-03-03",
        {"x": "2026-03-01 c1 u1"},
        7,
        None,
    ]
    assert filled("{{uuid a}}{{uuid a}}{{context.patientId}}", date(2026, 3, 1), known, new) == (
        "u2u2{{context.patientId}}"
    )
    with pytest.raises(KeyError):
        filled("{{nothing}}", date(2026, 3, 1), known, new)


@pytest.mark.parametrize(
    ("name", "value"),
    [("a.0.b", 1), ("a.1", MISSING), ("a.x", MISSING), ("b", MISSING), ("a.0.b.c", MISSING)],
)
def test_a_place_is_found_by_its_dotted_name(name: str, value: object) -> None:
    assert found_in({"a": [{"b": 1}]}, name) is value or found_in({"a": [{"b": 1}]}, name) == value
