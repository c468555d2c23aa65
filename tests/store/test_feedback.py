"""Feedback on cards, and what follows from it."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from msgspec.structs import replace

from ccr_rules import Response
from ccr_rules.store.kept import FeedbackItem, FeedbackSaved
from ccr_rules.store.store import Store
from tests.store.samples import (
    CLIENT,
    DAY,
    KEY,
    NOW,
    PATIENT,
    TENANT,
    TODAY,
    card,
    day,
    decision,
    overridden,
    shown,
)


def _save(store: Store, *items: FeedbackItem) -> FeedbackSaved:
    """Return what became of feedback, without the cards that it was about."""
    return replace(store.save_feedback(TENANT, CLIENT, items, NOW), shown=())


def test_the_cards_of_new_feedback_come_back_once(store: Store) -> None:
    one = shown(store)
    first = store.save_feedback(TENANT, CLIENT, [overridden(one), overridden("nobody-s-card")], NOW)
    assert first.shown == (one,)
    assert first.shown[0].prompts
    assert store.save_feedback(TENANT, CLIENT, [overridden(one)], NOW).shown == ()


def _until(store: Store) -> dict[str, object]:
    return {each.prompt: each.until for each in store.responses_for(TENANT, PATIENT, TODAY)}


def test_a_reason_for_not_acting_declines_each_prompt_that_offered_it(store: Store) -> None:
    """For as long as that prompt's ruleset says."""
    one = shown(store)
    assert _save(store, overridden(one, "patient-declined")) == FeedbackSaved(new=1, repeated=0)
    held = Response(
        "declined",
        prompt="review-due",
        ruleset="best-practice",
        until=day("2027-05-20"),
        reason="patient-declined",
    )
    assert held in store.responses_for(TENANT, PATIENT, TODAY)
    assert _until(store) == {"review-due": day("2027-05-20"), "support-due": day("2027-11-20")}


def test_a_decline_holds_up_to_and_including_its_last_day(store: Store) -> None:
    _save(store, overridden(shown(store), "not-now"))
    assert len(store.responses_for(TENANT, PATIENT, day("2026-12-04"))) == 1
    assert store.responses_for(TENANT, PATIENT, day("2026-12-05")) == ()


def test_a_decline_does_not_reach_back_before_it_was_given(store: Store) -> None:
    _save(store, overridden(shown(store), "not-now"))
    assert store.responses_for(TENANT, PATIENT, TODAY - DAY) == ()


def test_a_decline_is_of_one_patient_of_one_tenant(store: Store) -> None:
    _save(store, overridden(shown(store), "not-now"))
    assert store.responses_for(TENANT, "Patient/9990000026", TODAY) == ()
    assert store.responses_for("practice-b", PATIENT, TODAY) == ()


def test_feedback_that_is_sent_again_is_kept_once(store: Store) -> None:
    """In one batch, in the next, and however its suggestions are ordered."""
    one = shown(store)
    item = FeedbackItem(one.id, "accepted", NOW, suggestions=("s1", "s2"))
    assert _save(store, item, item) == FeedbackSaved(new=1, repeated=1)
    turned = FeedbackItem(one.id, "accepted", NOW.astimezone(None), suggestions=("s2", "s1", "s1"))
    assert _save(store, turned, overridden(one)) == FeedbackSaved(new=1, repeated=1)
    assert _save(store, overridden(one, at=NOW + timedelta(seconds=1))) == FeedbackSaved(new=1, repeated=0)


def test_feedback_that_is_sent_again_does_not_bring_back_what_was_withdrawn(store: Store) -> None:
    item = overridden(shown(store), "not-now")
    _save(store, item)
    assert store.withdraw(TENANT, PATIENT, NOW, prompt="review-due") == 1
    assert store.responses_for(TENANT, PATIENT, TODAY) == ()
    assert _save(store, item).repeated == 1
    assert store.responses_for(TENANT, PATIENT, TODAY) == ()


def test_an_accepted_suggestion_holds_nothing_back(store: Store) -> None:
    """The record will show it."""
    one = shown(store)
    _save(
        store, FeedbackItem(one.id, "accepted", NOW, suggestions=(one.suggestions[0].id,), reason="not-now")
    )
    assert store.responses_for(TENANT, PATIENT, TODAY) == ()


def test_an_override_without_a_reason_holds_nothing_back(store: Store) -> None:
    assert _save(store, overridden(shown(store), "")) == FeedbackSaved(new=1, repeated=0)
    assert store.responses_for(TENANT, PATIENT, TODAY) == ()


def test_a_reason_that_the_card_did_not_offer_is_kept_and_said(store: Store) -> None:
    one = shown(store)
    saved = _save(store, overridden(one, "because"))
    assert saved == FeedbackSaved(new=1, repeated=0, unread=("because",))
    assert store.responses_for(TENANT, PATIENT, TODAY) == ()


def test_feedback_on_an_unknown_card_is_kept_and_said(store: Store) -> None:
    """The rest of its batch is not lost for it."""
    saved = _save(store, overridden("nobody-s-card"), overridden(shown(store)))
    assert saved == FeedbackSaved(new=2, repeated=0, unknown=("nobody-s-card",))
    assert _save(store, overridden("nobody-s-card")).repeated == 1
    assert len(store.responses_for(TENANT, PATIENT, TODAY)) == 1


def test_feedback_that_came_before_its_card_was_kept_counts_when_it_comes_again(store: Store) -> None:
    late = card()
    assert _save(store, overridden(late)).unknown == (late.id,)
    store.record_decision(decision(), patient=PATIENT, cards=[late])
    assert _save(store, overridden(late)) == FeedbackSaved(new=1, repeated=0)
    assert _save(store, overridden(late)) == FeedbackSaved(new=0, repeated=1)
    assert len(store.responses_for(TENANT, PATIENT, TODAY)) == 1


@pytest.mark.parametrize(("tenant", "client"), [("practice-b", CLIENT), (TENANT, "ehr-2")])
def test_the_card_of_another_tenant_or_client_is_unknown(store: Store, tenant: str, client: str) -> None:
    """Nobody can silence the prompts of somebody else's patient."""
    one = shown(store)
    assert store.save_feedback(tenant, client, [overridden(one)], NOW).unknown == (one.id,)
    assert store.responses_for(TENANT, PATIENT, TODAY) == ()


def test_a_batch_is_kept_whole_or_not_at_all(store: Store) -> None:
    one = shown(store)
    with pytest.raises(Exception, match="a moment has no time zone"):
        _save(store, overridden(one), overridden(one, at=NOW.replace(tzinfo=None)))
    assert _save(store, overridden(one)) == FeedbackSaved(new=1, repeated=0)


@pytest.mark.parametrize(
    ("at", "until"),
    [
        (NOW - 400 * DAY, "2026-12-02"),
        (NOW - DAY, "2026-12-03"),
        (NOW + 4000 * DAY, "2026-12-04"),
    ],
)
def test_a_host_s_clock_cannot_make_a_decline_hold_longer_than_from_today(
    store: Store, at: object, until: str
) -> None:
    """Nor shorter than from the day of the question."""
    one = shown(store, now=NOW - 2 * DAY)
    assert _save(store, overridden(one, at=at)).new == 1  # type: ignore[arg-type]
    assert _until(store) == {"review-due": day(until)}


def test_a_decline_until_the_record_changes_is_forgotten_when_it_changes(store: Store) -> None:
    one = shown(store, record="as it was")
    _save(store, overridden(one, "check-entry"))
    assert [each.until for each in store.responses_for(TENANT, PATIENT, TODAY)] == [None]
    assert len(store.responses_for(TENANT, PATIENT, TODAY, record="as it was")) == 1
    assert store.responses_for(TENANT, PATIENT, TODAY, record="otherwise") == ()


def test_a_decline_with_a_last_day_outlives_a_change_of_the_record(store: Store) -> None:
    _save(store, overridden(shown(store, record="as it was"), "not-now"))
    assert len(store.responses_for(TENANT, PATIENT, TODAY, record="otherwise")) == 1


def test_free_text_is_kept_sealed_or_not_at_all(url: str) -> None:
    with Store.open(url) as store:
        kept = decision()
        one = shown(store, id=kept.id)
        item = overridden(one, comment="Mrs Zzyzxson-test would rather not\0")
        assert _save(store, item).comments_dropped == 1
        assert [each.comment for each in store.feedback_of(kept.id)] == [None]
    with Store.open(url, key=KEY) as store:
        later = overridden(one, at=NOW + DAY, comment="Mrs Zzyzxson-test would rather not\0")
        assert _save(store, later).comments_dropped == 0
        assert (
            store.feedback_of(kept.id)[-1].comment
            == "Mrs Zzyzxson-test would rather not\N{REPLACEMENT CHARACTER}"
        )


def test_free_text_on_an_unknown_card_is_dropped(url: str) -> None:
    """It would be about somebody, and no erasure could find it."""
    with Store.open(url, key=KEY) as store:
        assert _save(store, overridden("nobody-s-card", comment="text")).comments_dropped == 1


def test_feedback_comes_back_the_oldest_first(store: Store) -> None:
    kept = decision()
    one = shown(store, id=kept.id)
    store.save_feedback(TENANT, CLIENT, [overridden(one, at=NOW + DAY)], NOW + DAY)
    store.save_feedback(TENANT, CLIENT, [FeedbackItem(one.id, "accepted", NOW, ("s",))], NOW)
    first, second = store.feedback_of(kept.id)
    assert (first.outcome, first.at, first.suggestions, first.decision) == ("accepted", NOW, ("s",), kept.id)
    assert (second.outcome, second.reason, second.received) == ("overridden", "not-now", NOW + DAY)


def test_a_snooze_given_directly_holds_until_it_is_withdrawn(store: Store) -> None:
    snooze = Response("snoozed", review="review", reason="busy")
    store.add_response(TENANT, PATIENT, snooze, TODAY, NOW)
    store.add_response(TENANT, PATIENT, snooze, TODAY, NOW)
    assert store.responses_for(TENANT, PATIENT, TODAY, record="any") == (snooze,)
    assert store.withdraw(TENANT, PATIENT, NOW) == 0
    assert store.withdraw(TENANT, PATIENT, NOW, prompt="another", review="review") == 1
    assert store.responses_for(TENANT, PATIENT, TODAY) == ()
    store.add_response(TENANT, PATIENT, snooze, TODAY, NOW)
    assert store.responses_for(TENANT, PATIENT, TODAY) == (snooze,)


def test_what_was_done_elsewhere_stays_so_when_the_record_changes(store: Store) -> None:
    done = Response("attested", codelist="support-information-given", day=TODAY - DAY)
    store.add_response(TENANT, PATIENT, done, TODAY, NOW, record="as it was")
    assert store.responses_for(TENANT, PATIENT, TODAY, record="otherwise") == (done,)
    assert store.withdraw(TENANT, PATIENT, NOW, codelist="support-information-given") == 1


def test_two_batches_at_once_in_opposite_orders_do_not_wait_for_each_other(url: str) -> None:
    with Store.open(url) as store, ThreadPoolExecutor(4) as pool:
        one = shown(store)
        items = [overridden(one, at=NOW + timedelta(seconds=number)) for number in range(10)]
        saved = list(pool.map(lambda batch: _save(store, *batch), [items, items[::-1]] * 4))
        assert sum(each.new for each in saved) == 10
        assert sum(each.repeated for each in saved) == 7 * 10
