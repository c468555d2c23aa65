"""Tokens that may be used once, and requests that come again."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from ccr_rules.store.kept import Begun, Conflict, Fresh, InProgress, Replayed
from ccr_rules.store.store import Store
from tests.store.samples import CLIENT, DAY, KEY, NOW, decision

ISSUER = "https://ehr.example"
SOON = NOW + timedelta(minutes=5)


# ---- Tokens ------------------------------------------------------------------------------------------------


def test_a_token_is_used_once_also_after_a_restart(url: str) -> None:
    with Store.open(url) as store:
        assert store.use_jti(ISSUER, "one", SOON, NOW)
        assert not store.use_jti(ISSUER, "one", SOON, NOW)
        assert store.use_jti(ISSUER, "two", SOON, NOW)
        assert store.use_jti("https://another.example", "one", SOON, NOW)
    with Store.open(url) as store:
        assert not store.use_jti(ISSUER, "one", SOON, NOW)


def test_where_an_issuer_ends_and_a_token_begins_counts(store: Store) -> None:
    assert store.use_jti("a", "bc", SOON, NOW)
    assert store.use_jti("ab", "c", SOON, NOW)


def test_of_many_workers_that_use_a_token_at_once_one_may(url: str) -> None:
    with Store.open(url) as one, Store.open(url) as other, ThreadPoolExecutor(8) as pool:
        used = [
            pool.submit(store.use_jti, ISSUER, f"token-{number}", SOON, NOW)
            for number in range(10)
            for store in (one, other, one, other)
        ]
        assert sum(each.result() for each in used) == 10


def test_a_token_is_forgotten_a_day_after_it_expired_and_then_is_too_old_to_use(store: Store) -> None:
    assert store.use_jti(ISSUER, "one", SOON, NOW)
    assert store.sweep(SOON + DAY).tokens == 0
    after = SOON + DAY + timedelta(seconds=1)
    assert store.sweep(after).tokens == 1
    assert not store.use_jti(ISSUER, "one", SOON, after)


def test_a_clock_that_ran_ahead_and_was_put_right_does_not_let_a_token_be_used_again(store: Store) -> None:
    assert store.use_jti(ISSUER, "one", SOON, NOW)
    store.sweep(NOW + timedelta(hours=23))
    assert not store.use_jti(ISSUER, "one", SOON, NOW)


# ---- Requests ----------------------------------------------------------------------------------------------


def _begin(store: Store, digest: str = "sha256:1", minutes: float = 0, client: str = CLIENT) -> Begun:
    return store.begin_idempotent(client, "key", digest, NOW + timedelta(minutes=minutes))


def _ticket(begun: Begun) -> str:
    assert isinstance(begun, Fresh)
    return begun.ticket


def _finish(store: Store, ticket: str) -> bool:
    return store.finish_idempotent(
        CLIENT,
        "key",
        ticket,
        NOW,
        status=200,
        headers={"content-type": "application/json"},
        body=b"{}",
        decision="d",
    )


def test_a_request_that_comes_again_gets_its_answer_again(url: str) -> None:
    with Store.open(url, key=KEY) as store:
        assert _finish(store, _ticket(_begin(store)))
    with Store.open(url, key=KEY) as store:
        assert _begin(store) == Replayed(200, {"content-type": "application/json"}, b"{}", "d")


def test_without_a_key_the_body_is_not_kept_but_the_decision_to_evaluate_again(store: Store) -> None:
    _finish(store, _ticket(_begin(store)))
    assert _begin(store) == Replayed(200, {"content-type": "application/json"}, None, "d")


def test_another_request_under_the_same_key_is_a_conflict(store: Store) -> None:
    ticket = _ticket(_begin(store))
    assert _begin(store, "sha256:2") == Conflict()
    _finish(store, ticket)
    assert _begin(store, "sha256:2") == Conflict()


def test_the_key_of_another_client_is_another_key(store: Store) -> None:
    _begin(store)
    assert isinstance(_begin(store, client="ehr-2"), Fresh)


def test_a_request_that_is_being_answered_is_in_progress_until_its_lease_ends(store: Store) -> None:
    first = _ticket(_begin(store))
    assert _begin(store, minutes=1) == InProgress()
    second = _ticket(_begin(store, minutes=1.1))
    assert not _finish(store, first), "another worker took it over"
    assert _finish(store, second)


def test_a_clock_that_went_backwards_does_not_keep_a_request_waiting(store: Store) -> None:
    _begin(store)
    assert isinstance(_begin(store, minutes=-60), Fresh)


def test_an_answer_is_forgotten_after_a_day(store: Store) -> None:
    _finish(store, _ticket(_begin(store)))
    assert isinstance(_begin(store, minutes=24 * 60), Replayed)
    assert isinstance(_begin(store, "sha256:2", minutes=24 * 60 + 1), Fresh)
    assert _begin(store, minutes=24 * 60 + 1) == Conflict()


def test_a_request_that_failed_may_come_again_at_once(store: Store) -> None:
    ticket = _ticket(_begin(store))
    store.abandon_idempotent(CLIENT, "key", "another ticket")
    assert _begin(store) == InProgress()
    store.abandon_idempotent(CLIENT, "key", ticket)
    assert isinstance(_begin(store), Fresh)


def test_what_was_answered_is_not_abandoned(store: Store) -> None:
    ticket = _ticket(_begin(store))
    _finish(store, ticket)
    store.abandon_idempotent(CLIENT, "key", ticket)
    assert isinstance(_begin(store), Replayed)


@pytest.mark.parametrize("workers", [8])
def test_of_many_workers_that_begin_at_once_one_answers(url: str, workers: int) -> None:
    with Store.open(url) as one, Store.open(url) as other, ThreadPoolExecutor(workers) as pool:
        begun = list(pool.map(_begin, [one, other] * workers))
    assert sorted(type(each).__name__ for each in begun) == ["Fresh"] + ["InProgress"] * (2 * workers - 1)


def test_answers_are_swept_after_a_day(store: Store) -> None:
    store.record_decision(decision(), patient="Patient/1")
    _finish(store, _ticket(_begin(store)))
    assert store.sweep(NOW + DAY).requests == 0
    assert store.sweep(NOW + DAY + timedelta(seconds=1)).requests == 1
