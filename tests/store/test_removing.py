"""Retention and erasure."""

from pathlib import Path

from ccr_rules import Response
from ccr_rules.store.kept import Fresh, Removed
from ccr_rules.store.store import Store
from tests.store.samples import (
    CLIENT,
    DAY,
    KEY,
    NOW,
    PATIENT,
    TENANT,
    TODAY,
    decision,
    overridden,
    shown,
)

OTHER = "Patient/9990000026"


def _fill(store: Store, patient: str, number: int) -> str:
    """Keep one of everything about a patient, and return the id of the decision."""
    kept = decision()
    one = shown(store, patient=patient, id=kept.id)
    store.save_feedback(TENANT, CLIENT, [overridden(one, comment="free text")], NOW)
    store.add_response(TENANT, patient, Response("attested", codelist="c", day=TODAY), TODAY, NOW)
    begun = store.begin_idempotent(CLIENT, f"key-{number}", "d", NOW)
    assert isinstance(begun, Fresh)
    store.finish_idempotent(
        CLIENT, f"key-{number}", begun.ticket, NOW, status=200, headers={}, body=b"answer", decision=kept.id
    )
    return kept.id


def test_everything_about_a_patient_is_erased_and_nothing_else(store: Store) -> None:
    erased, kept = _fill(store, PATIENT, 1), _fill(store, OTHER, 2)
    assert store.erase_patient(TENANT, PATIENT) == Removed(decisions=1, feedback=1, responses=2, requests=1)
    assert store.decision(erased) is None
    assert store.cards_of(erased) == ()
    assert store.feedback_of(erased) == ()
    assert store.responses_for(TENANT, PATIENT, TODAY) == ()
    assert isinstance(store.begin_idempotent(CLIENT, "key-1", "d", NOW), Fresh)
    assert store.decision(kept) is not None
    assert len(store.feedback_of(kept)) == 1
    assert len(store.responses_for(TENANT, OTHER, TODAY)) == 2
    assert store.erase_patient(TENANT, PATIENT) == Removed()


def test_the_patient_of_another_tenant_is_not_erased(store: Store) -> None:
    _fill(store, PATIENT, 1)
    assert store.erase_patient("practice-b", PATIENT) == Removed()


def test_what_was_erased_no_longer_stands_in_the_file(tmp_path: Path) -> None:
    file = tmp_path / "store.sqlite3"
    with Store.open(f"sqlite:///{file}", key=KEY) as store:
        store.record_decision(decision(program="the-mark-of-a-decision"), patient=PATIENT)
        store.erase_patient(TENANT, PATIENT)
    assert b"the-mark-of-a-decision" not in file.read_bytes()
    assert not file.with_name("store.sqlite3-wal").exists()


def test_what_is_older_than_a_moment_is_removed(store: Store) -> None:
    old, new = decision(NOW - 10 * DAY), decision(NOW)
    for each in (old, new):
        one = shown(store, now=each.created, id=each.id)
        store.save_feedback(TENANT, CLIENT, [overridden(one, "", at=each.created)], each.created)
    store.begin_idempotent(CLIENT, "key", "d", NOW - 10 * DAY)
    assert store.expire(NOW - DAY) == Removed(decisions=1, feedback=1, requests=1)
    assert store.decision(old.id) is None
    assert store.cards_of(old.id) == ()
    assert store.decision(new.id) is not None
    assert len(store.feedback_of(new.id)) == 1


def test_a_response_stays_while_it_holds_however_old_its_decision_is(store: Store) -> None:
    """A decline that is forgotten too soon would bother somebody who said no."""
    long_ago = NOW - 100 * DAY
    one = shown(store, now=long_ago)
    store.save_feedback(TENANT, CLIENT, [overridden(one, "patient-declined", at=long_ago)], long_ago)
    assert store.expire(NOW) == Removed(decisions=1, feedback=1)
    assert len(store.responses_for(TENANT, PATIENT, TODAY)) == 2
    assert store.expire(NOW + 400 * DAY).responses == 2


def test_responses_that_ended_are_removed(store: Store) -> None:
    """By their last day, a withdrawal, or since the record will have changed; an attestation never ends."""
    for each in (
        Response("snoozed", prompt="ended", until=TODAY),
        Response("declined", prompt="withdrawn"),
        Response("declined", prompt="open"),
        Response("attested", codelist="c", day=TODAY),
    ):
        store.add_response(TENANT, PATIENT, each, TODAY, NOW)
    store.add_response(TENANT, PATIENT, Response("declined", prompt="until changed"), TODAY, NOW, record="r")
    store.withdraw(TENANT, PATIENT, NOW, prompt="withdrawn")
    assert store.expire(NOW + DAY).responses == 3
    left = store.responses_for(TENANT, PATIENT, TODAY)
    assert {each.prompt or each.codelist for each in left} == {"open", "c"}
