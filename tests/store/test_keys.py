"""Keys: what is sealed, with which, and what a store without one does not keep."""

from pathlib import Path

import pytest
from sqlalchemy import select

from ccr_rules.errors import UsageError
from ccr_rules.store.connection import connect, read_url, reading
from ccr_rules.store.errors import StoreUnfit
from ccr_rules.store.kept import Fresh
from ccr_rules.store.store import Store
from ccr_rules.store.tables import decision as decision_table
from ccr_rules.store.tables import meta
from tests.store.samples import (
    CLIENT,
    KEY,
    NEWER_KEY,
    NOW,
    PATIENT,
    TENANT,
    TODAY,
    decision,
    overridden,
    shown,
)


def _stored(url: str, column: object) -> bytes:
    engine = connect(read_url(url))
    with reading(engine) as connection:
        value: bytes = connection.execute(select(column)).scalar_one()  # type: ignore[call-overload]
    engine.dispose()
    return value


def test_a_sealed_store_does_not_open_without_its_key(url: str) -> None:
    Store.open(url, key=KEY).close()
    with pytest.raises(StoreUnfit, match="this store is sealed, and no key was given"):
        Store.open(url)
    with pytest.raises(StoreUnfit, match="none of the keys given opens what this store holds"):
        Store.open(url, key=NEWER_KEY)


def test_a_store_is_sealed_by_its_first_opening_with_a_key(url: str) -> None:
    """What it told apart before, it tells apart after."""
    kept = decision()
    with Store.open(url) as store:
        store.record_decision(kept, patient=PATIENT)
        secret = _stored(url, meta.c.value)[1:]
    with Store.open(url, key=KEY) as store:
        assert store.is_about(kept.id, TENANT, PATIENT)
        assert store.decision(kept.id) == kept
        assert secret not in _stored(url, meta.c.value)
    with pytest.raises(StoreUnfit):
        Store.open(url)


def test_two_stores_tell_a_patient_apart_each_in_its_own_way(tmp_path: Path) -> None:
    keys = []
    for name in ("one", "two"):
        url = f"sqlite:///{tmp_path / name}"
        with Store.open(url) as store:
            store.record_decision(decision(), patient=PATIENT)
        keys.append(_stored(url, decision_table.c.patient))
    assert keys[0] != keys[1]


@pytest.mark.parametrize("bad", ["short", "!" * 44, "a" * 43, KEY + ",short"])
def test_a_key_of_another_form_is_refused_without_being_shown(file_url: str, bad: str) -> None:
    with pytest.raises(
        StoreUnfit, match="the key of the store is not 32 bytes in URL-safe base64"
    ) as refused:
        Store.open(file_url, key=bad)
    assert bad not in str(refused.value)


def test_a_key_is_rotated_and_the_old_one_then_is_not_needed(url: str) -> None:
    kept = decision(input=b"the record")
    with Store.open(url, key=KEY) as store:
        one = shown(store, id=kept.id, input=kept.input, evaluation=kept.evaluation)
        store.save_feedback(TENANT, CLIENT, [overridden(one, comment="free text")], NOW)
        begun = store.begin_idempotent(CLIENT, "key", "d", NOW)
        assert isinstance(begun, Fresh)
        store.finish_idempotent(CLIENT, "key", begun.ticket, NOW, status=200, headers={}, body=b"answer")
        before = store.begin_idempotent(CLIENT, "key", "d", NOW)
    with Store.open(url, key=f"{NEWER_KEY},{KEY}") as store:
        assert store.decision(kept.id) == kept
        assert store.rotate_key(NOW) == 5
    with Store.open(url, key=NEWER_KEY) as store:
        assert store.decision(kept.id) == kept
        assert [each.comment for each in store.feedback_of(kept.id)] == ["free text"]
        assert store.begin_idempotent(CLIENT, "key", "d", NOW) == before
        assert len(store.responses_for(TENANT, PATIENT, TODAY)) == 1
    with pytest.raises(StoreUnfit):
        Store.open(url, key=KEY)


def test_rotating_seals_what_stood_in_clear(url: str) -> None:
    kept = decision()
    with Store.open(url) as store:
        store.record_decision(kept, patient=PATIENT)
    assert b"best-practice" in _stored(url, decision_table.c.question)
    with Store.open(url, key=KEY) as store:
        store.rotate_key(NOW)
        assert store.decision(kept.id) == kept
    assert b"best-practice" not in _stored(url, decision_table.c.question)


def test_without_a_key_there_is_nothing_to_rotate_to(store: Store) -> None:
    with pytest.raises(UsageError, match="there is no key to seal with"):
        store.rotate_key(NOW)
