"""Decisions and the cards that were shown for them."""

from datetime import timedelta

import msgspec
import pytest

from ccr_rules import Response
from ccr_rules.errors import UsageError
from ccr_rules.record.patient import Consultation
from ccr_rules.record.profiles import PROFILES
from ccr_rules.store.errors import StoreRefused
from ccr_rules.store.kept import Asked
from ccr_rules.store.store import Store
from tests.store.samples import DAY, KEY, NOW, PATIENT, TENANT, TODAY, card, decision, shown


def test_a_decision_comes_back_as_it_was_kept(store: Store) -> None:
    kept = decision(plugins=("emis 1.2",))
    store.record_decision(kept, patient=PATIENT)
    assert store.decision(kept.id) == kept


def test_the_whole_question_is_kept(store: Store) -> None:
    """What `Engine.evaluate` was given, so that it can be given it again."""
    asked = Asked(
        "checked", "R4", True, PROFILES["gp-connect"], ("Condition",), Consultation("Encounter/1", "video")
    )
    responses = (Response("snoozed", prompt="p", until=TODAY), Response("attested", codelist="c", day=TODAY))
    question = msgspec.structs.replace(decision().question, asked=asked, responses=responses)
    kept = decision(question=question)
    store.record_decision(kept, patient=PATIENT)
    found = store.decision(kept.id)
    assert found is not None
    assert found.question == question


def test_a_decision_is_found_by_the_id_that_the_answer_names_the_newest_first(store: Store) -> None:
    older = decision(NOW - DAY)
    newer = decision(NOW, evaluation=older.evaluation)
    for each in (newer, older):
        store.record_decision(each, patient=PATIENT)
    found = store.decision(older.evaluation)
    assert found is not None
    assert found.id == newer.id
    assert store.decision("nothing") is None


def test_the_patient_is_kept_as_what_only_the_store_can_tell_apart(store: Store) -> None:
    """Of another tenant the same reference is somebody else."""
    kept = decision()
    store.record_decision(kept, patient=PATIENT)
    assert store.is_about(kept.id, TENANT, PATIENT)
    assert not store.is_about(kept.id, TENANT, "Patient/9990000026")
    assert not store.is_about(kept.id, "practice-b", PATIENT)


def test_cards_come_back_with_their_prompts_and_suggestions(store: Store) -> None:
    kept, cards = decision(), [card(), card(suggestions=())]
    store.record_decision(kept, patient=PATIENT, cards=cards)
    assert store.cards_of(kept.id) == tuple(cards)
    assert store.cards_of("nothing") == ()


def test_a_decision_whose_card_is_there_already_is_not_kept_in_part(store: Store) -> None:
    one = shown(store)
    another = decision()
    with pytest.raises(StoreRefused, match="the store refused what it was given"):
        store.record_decision(another, patient=PATIENT, cards=[card(), one])
    assert store.decision(another.id) is None


def test_the_parts_of_an_answer_are_told_apart_without_being_kept(store: Store) -> None:
    parts = {"headline": "Review overdue", "reviews/a@r": "open", "reviews/b@r": "done"}
    kept = decision(parts=parts)
    store.record_decision(kept, patient=PATIENT)
    found = store.decision(kept.id)
    assert found is not None
    assert store.differing(found, parts) == ()
    now = {"headline": "Review overdue", "reviews/a@r": "overdue", "reviews/c@r": "open"}
    assert store.differing(found, now) == ("reviews/a@r", "reviews/b@r", "reviews/c@r")
    assert set(found.parts) == set(parts)
    assert not set(found.parts.values()) & set(parts.values())


def test_a_record_is_kept_only_sealed(url: str) -> None:
    record = b'{"resourceType": "Bundle"}'
    kept = decision(input=record)
    with Store.open(url) as store:
        assert not store.has_key
        with pytest.raises(UsageError, match="a record is kept only sealed, and this store has no key"):
            store.record_decision(kept, patient=PATIENT)
        assert store.decision(kept.id) is None
    with Store.open(url, key=KEY) as store:
        assert store.has_key
        store.record_decision(kept, patient=PATIENT)
        assert store.decision(kept.id) == kept


def test_moments_are_aware_and_keep_their_microseconds(store: Store) -> None:
    kept = decision(created=NOW + timedelta(microseconds=1))
    store.record_decision(kept, patient=PATIENT)
    found = store.decision(kept.id)
    assert found is not None
    assert found.created == kept.created
    assert found.created.utcoffset() == timedelta(0)


def test_a_moment_without_its_time_zone_is_refused(store: Store) -> None:
    with pytest.raises(UsageError, match="a moment has no time zone"):
        store.record_decision(decision(created=NOW.replace(tzinfo=None)), patient=PATIENT)


def test_text_that_a_database_cannot_hold_is_kept_as_near_as_can_be(store: Store) -> None:
    """PostgreSQL knows no NUL, and no database half a surrogate pair: neither stops the store."""
    kept = decision(program="0.1.0")
    odd = msgspec.structs.replace(kept, caller=msgspec.structs.replace(kept.caller, client="a\0b\ud800"))
    store.record_decision(odd, patient="Patient/\0\ud800")
    found = store.decision(kept.id)
    assert found is not None
    assert found.caller.client == "a\N{REPLACEMENT CHARACTER}b?"
    assert store.decision("\0") is None
