"""CDS Hooks over HTTP: what is answered, what is kept, and what is said when something is missing."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from msgspec.structs import replace

from ccr_rules.cds_hooks.hooks import HOOKS
from ccr_rules.cds_hooks.invariants import json_faults, response_faults
from ccr_rules.cds_hooks.schemas import DISCOVERY, OPERATION_OUTCOME, RESPONSE
from ccr_rules.errors import UsageError
from ccr_rules.service.clock import Clock
from ccr_rules.service.settings import Settings, checked
from ccr_rules.store.store import Store
from tests.cds_hooks.fhir import FhirServer, serving
from tests.cds_hooks.samples import body, kinds, searchset
from tests.record.samples import condition, encounter
from tests.service.hooks import FEEDBACK, PATIENT_VIEW, cards, due, overridden, say, told, view, whom
from tests.service.support import DEV, NOW, Here


def settings(tmp_path: Path, **changed: Any) -> Settings:
    return replace(DEV, **({"database_url": f"sqlite:///{tmp_path / 'store.sqlite3'}"} | changed))


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Here]:
    with Here(settings(tmp_path)) as made:
        yield made


def test_discovery_is_valid_and_names_a_service_for_each_hook(service: Here) -> None:
    answer = service.get("/cds-services")
    jsonschema.Draft202012Validator(DISCOVERY).validate(answer.json())
    assert {each["hook"] for each in answer.json()["services"]} == set(HOOKS)


def test_a_record_that_is_opened_has_one_card(service: Here) -> None:
    answer = view(service, due())
    (card,) = cards(answer)
    assert card["summary"] == "Cancer support conversation suggested by 01-Jan-2027"
    jsonschema.Draft202012Validator(RESPONSE).validate(answer.json())
    assert [*json_faults(answer.json()), *response_faults(answer.json())] == []


@pytest.mark.parametrize("hook", HOOKS)
def test_every_hook_is_answered(service: Here, hook: str) -> None:
    context = {"encounterId": "e1", "conditions": searchset(), "appointments": searchset()}
    asked = {name: context[name] for name in HOOKS[hook].required if name in context}
    answer = service.post(f"/cds-services/ccr-{hook}", json=body(due(), hook, context=asked))
    assert len(cards(answer)) == 1


@pytest.mark.parametrize(
    ("sent", "status"),
    [(body(hook="order-sign"), 400), (body(), 412), (body(due("p2")), 422)],
)
def test_what_goes_wrong_is_an_operation_outcome(service: Here, sent: Any, status: int) -> None:
    answer = service.post(PATIENT_VIEW, json=sent)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/fhir+json"
    jsonschema.Draft202012Validator(OPERATION_OUTCOME).validate(answer.json())


def test_another_media_type_is_not_taken(service: Here) -> None:
    assert service.post(PATIENT_VIEW, content=b"x", headers={"Content-Type": "text/xml"}).status_code == 415


def test_a_large_call_is_answered_too(tmp_path: Path) -> None:
    with Here(settings(tmp_path, inline_bytes=10)) as made:
        assert len(cards(view(made, due()))) == 1


def test_a_host_profile_says_what_a_host_keeps_where(tmp_path: Path) -> None:
    with Here(settings(tmp_path, host_profile="condition-encounter")) as made:
        answer = view(made, {kind: value for kind, value in due().items() if kind != "Observation"})
        assert "assumed" in told(answer)


def test_the_panel_of_a_card_is_found_by_its_uuid(tmp_path: Path) -> None:
    with Here(settings(tmp_path, panel_url="https://panel.example/cards/")) as made:
        (card,) = cards(view(made, due()))
        assert card["links"][0]["url"] == f"https://panel.example/cards/{card['uuid']}"


# --- the FHIR server ---------------------------------------------------------------------------


@pytest.fixture
def fhir() -> Iterator[FhirServer]:
    with serving() as running:
        for kind in kinds():
            running.replies[f"{kind}?patient=p1"] = [(200, searchset())]
        running.replies["Patient/p1"] = [(200, whom())]
        running.replies["Condition?patient=p1"] = [(200, searchset(condition(onsetDateTime="2026-10-01")))]
        yield running


def test_what_the_prefetch_lacks_is_fetched(service: Here, fhir: FhirServer) -> None:
    answer = view(service, fhirServer=fhir.base)
    assert len(cards(answer)) == 1
    assert told(answer)["completeness"] == "complete"


def test_conditions_that_the_server_does_not_give_are_412(service: Here, fhir: FhirServer) -> None:
    fhir.replies["Condition?patient=p1"] = [(403, {})]
    answer = view(service, fhirServer=fhir.base)
    assert answer.status_code == 412
    assert "403" in answer.json()["issue"][0]["diagnostics"]


# --- feedback ----------------------------------------------------------------------------------


def test_what_was_set_aside_does_not_come_again_before_its_time(service: Here) -> None:
    (card,) = cards(view(service, due()))
    answer = say(service, overridden(card["uuid"]))
    assert (answer.status_code, answer.json()["new"]) == (200, 1)
    assert cards(view(service, due())) == []


@pytest.mark.parametrize(("days", "shown"), [(14, 0), (15, 1)])
def test_it_comes_again_the_day_after(tmp_path: Path, days: int, shown: int) -> None:
    with Here(settings(tmp_path)) as now:
        (card,) = cards(view(now, due()))
        say(now, overridden(card["uuid"]))
    with Here(settings(tmp_path), Clock(lambda: NOW + timedelta(days))) as later:
        assert len(cards(view(later, due()))) == shown


def test_what_holds_until_the_record_changes_comes_again_when_it_has(service: Here) -> None:
    (card,) = cards(view(service, due()))
    say(service, overridden(card["uuid"], "check-the-diagnosis-entry"))
    assert cards(view(service, due())) == []
    assert (
        len(cards(view(service, due(verificationStatus={"coding": [{"code": "confirmed"}]}, id="c2")))) == 1
    )


def test_the_same_feedback_again_changes_nothing(service: Here) -> None:
    (card,) = cards(view(service, due()))
    item = overridden(card["uuid"])
    assert say(service, item).json()["new"] == 1
    assert say(service, item, item).json() == {**say(service, item).json(), "repeated": 2}


def test_a_card_that_nobody_knows_is_told_and_kept(service: Here) -> None:
    unknown = "9368d37b-283f-44a0-93ea-547cebab93ed"
    assert say(service, overridden(unknown)).json()["unknown"] == [unknown]


def test_the_consultation_of_a_call_is_kept_with_its_decision(tmp_path: Path) -> None:
    kept = settings(tmp_path)
    with Here(kept) as service:
        dated = encounter("e1", type=[], period={"start": "2026-11-20"})
        undated = encounter("e2", type=[], period=None)
        answers = [
            view(service, {**due(), "Encounter": searchset(dated, undated)}, context={"encounterId": id_})
            for id_ in ("e1", "e2")
        ]
    with Store.open(kept.store_url) as store:
        found = [store.decision(told(each)["decision"]) for each in answers]
    consultations = [each.question.asked.consultation for each in found if each is not None]
    assert [each.reference for each in consultations if each] == ["Encounter/e1", "Encounter/e2"]
    assert [each.date is None for each in consultations if each] == [False, True]


def test_to_accept_a_suggestion_holds_nothing_back(service: Here) -> None:
    (card,) = cards(view(service, due()))
    accepted = [{"id": each["uuid"]} for each in card["suggestions"]]
    item = overridden(card["uuid"], None, outcome="accepted", acceptedSuggestions=accepted)
    assert say(service, item).json()["new"] == 1
    assert len(cards(view(service, due()))) == 1


def test_a_reason_of_the_hosts_own_holds_nothing_back(service: Here) -> None:
    (card,) = cards(view(service, due()))
    own = {"reason": {"code": "not-now", "system": "urn:example:host"}}
    say(service, overridden(card["uuid"], None, overrideReason=own))
    assert len(cards(view(service, due()))) == 1


def test_feedback_about_one_person_says_nothing_about_another(service: Here) -> None:
    (card,) = cards(view(service, due()))
    say(service, overridden(card["uuid"]))
    assert len(cards(view(service, due("p2"), "p2"))) == 1


def test_feedback_that_does_not_fit_is_an_operation_outcome(service: Here) -> None:
    answer = say(service, {"card": "x"})
    assert answer.status_code == 400
    assert answer.json()["resourceType"] == "OperationOutcome"


# --- the store ---------------------------------------------------------------------------------


def test_a_decision_is_kept_with_its_card(tmp_path: Path) -> None:
    kept = settings(tmp_path)
    with Here(kept) as service:
        answer = view(service, due(), context={"encounterId": "e1"})
    with Store.open(kept.store_url) as store:
        decision = store.decision(told(answer)["decision"])
        assert decision is not None
        (card,) = store.cards_of(decision.id)
    assert decision.caller.endpoint == "patient-view"
    assert card.id == cards(answer)[0]["uuid"]
    assert [each.id for each in card.suggestions] == [
        each["uuid"] for each in cards(answer)[0]["suggestions"]
    ]


@pytest.fixture
def without_store(tmp_path: Path) -> Settings:
    """Settings whose store cannot be opened."""
    (tmp_path / "store.sqlite3").mkdir()
    return settings(tmp_path)


def test_without_the_store_prompts_are_shown_and_the_answer_says_what_it_could_not_do(
    without_store: Settings,
) -> None:
    with Here(without_store) as service:
        answer = view(service, due())
        assert len(cards(answer)) == 1
        assert told(answer)["recorded"] is False
        assert told(answer)["responses"].startswith("unknown: the store cannot be reached")


def test_where_nothing_goes_without_the_store_the_prompts_are_unavailable(tmp_path: Path) -> None:
    (tmp_path / "store.sqlite3").mkdir()
    with Here(settings(tmp_path, require_store=True)) as service:
        answer = view(service, due())
        assert answer.status_code == 503
        assert answer.json()["issue"][0]["diagnostics"].startswith("prompts unavailable: ")
        assert answer.json()["issue"][0]["diagnostics"].count("prompts unavailable") == 1
        assert int(answer.headers["retry-after"]) > 0


def test_feedback_that_could_not_be_kept_is_not_acknowledged(without_store: Settings) -> None:
    with Here(without_store) as service:
        answer = say(service, overridden("9368d37b-283f-44a0-93ea-547cebab93ed"))
        assert (answer.status_code, answer.json()["type"]) == (503, "urn:ccr-rules:problem:not-recorded")


def test_a_call_that_takes_too_long_is_unavailable_and_not_empty(tmp_path: Path) -> None:
    with Here(settings(tmp_path, inline_bytes=0, evaluation_seconds=0.000001)) as service:
        answer = view(service, due())
        assert answer.status_code == 503
        assert answer.json()["issue"][0]["diagnostics"].startswith("prompts unavailable: it took more than")


def test_who_may_not_call_gets_a_bare_401(tmp_path: Path) -> None:
    closed = settings(tmp_path, dev=False)
    with Here(closed) as service:
        for path in (PATIENT_VIEW, FEEDBACK):
            assert service.post(path, json={}).status_code == 401
        assert service.get("/cds-services").status_code == 401


def test_a_profile_that_does_not_exist_is_refused_at_the_start() -> None:
    with pytest.raises(UsageError, match="host_profile: there is no profile"):
        checked(Settings(dev=True, host_profile="gp-conect"))
    with pytest.raises(UsageError, match="fhir_servers"):
        checked(Settings(fhir_servers=("http://ehr.example/fhir",)))
    assert checked(Settings(fhir_servers=("https://ehr.example/fhir",))).fhir_servers


def test_the_openapi_document_tells_of_every_service(service: Here) -> None:
    paths = service.get("/openapi.json").json()["paths"]
    assert {f"/cds-services/ccr-{hook}" for hook in HOOKS} <= set(paths)
    call = paths[PATIENT_VIEW]["post"]
    assert {"200", "400", "401", "412", "422", "503"} <= set(call["responses"])
    assert "application/fhir+json" in call["responses"]["503"]["content"]
