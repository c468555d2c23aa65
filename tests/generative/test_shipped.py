"""What holds of the shipped rulesets, whoever the patient is (issue 2, "What it must reach")."""

import calendar
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from typing import Any

import msgspec
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from ccr_rules import Consultation, Days, Entry, Evaluation, PatientRecord
from ccr_rules.dates import ABSENT_DATE, MAYBE, PRESENT, DateValue
from ccr_rules.language.ast import DateName
from ccr_rules.truth import UNKNOWN, Truth
from tests.generative.patients import (
    ENGINE,
    answer_of,
    consultations,
    days,
    entries,
    exactly,
    plain_days,
    records,
    told,
    with_entries,
)
from tests.stories.folders import STORIES, record_of

DONE = frozenset({"done", "done late"})


# --- what never changes an answer ------------------------------------------------------------------


@given(records(), days, consultations, st.data())
def test_the_order_of_the_entries_never_changes_an_answer(
    record: PatientRecord, as_of: date, consultation: Consultation | None, data: st.DataObject
) -> None:
    other = with_entries(record, tuple(data.draw(st.permutations(record.entries))))
    assert told(answer_of(other, as_of, consultation)) == told(answer_of(record, as_of, consultation))


@given(records(), days, consultations)
def test_an_entry_sent_twice_never_changes_an_answer(
    record: PatientRecord, as_of: date, consultation: Consultation | None
) -> None:
    other = with_entries(record, record.entries * 2)
    assert told(answer_of(other, as_of, consultation)) == told(answer_of(record, as_of, consultation))


@given(records(), days, consultations, st.lists(days, max_size=3))
def test_what_no_codelist_holds_never_changes_an_answer(
    record: PatientRecord, as_of: date, consultation: Consultation | None, others: list[date]
) -> None:
    irrelevant = tuple(
        Entry(f"Condition/asthma-{number}", "Condition", (), "Asthma", exactly(day))
        for number, day in enumerate(others)
    )
    other = with_entries(record, irrelevant + record.entries)
    assert told(answer_of(other, as_of, consultation)) == told(answer_of(record, as_of, consultation))


@pytest.mark.parametrize("name", [name for name in STORIES if "entry" in record_of(STORIES[name])])
def test_neither_the_order_of_a_bundle_nor_a_copy_in_it_changes_a_story(name: str) -> None:
    """Whole FHIR records, read anew: resources last to first, and each of them twice."""
    story = STORIES[name]
    record = record_of(story)

    def answer(entries_of_bundle: list[Any]) -> dict[str, Any]:
        evaluation = ENGINE.evaluate(
            {**record, "entry": entries_of_bundle},
            story.as_of,
            known_on=story.known_on,
            profile=story.profile,
            supplied=story.supplied,
            rulesets=story.rulesets,
        )
        answered = told(evaluation)
        used = answered["record"]  # it names places in the bundle, in their order
        used["quarantined"] = {f"{each['reference']}: {each['reason']}" for each in used["quarantined"]}
        used["incomplete"] = set(used["incomplete"])
        return answered

    once = answer(record["entry"])
    assert answer(record["entry"][::-1]) == once
    assert answer([*record["entry"], *record["entry"]]) == once


# --- knowing less ----------------------------------------------------------------------------------


def widens(known: Evaluation, vague: Evaluation) -> Iterator[tuple[str, bool, object, object]]:
    """Yield, for each answer, whether the vaguer one leaves room for the other."""
    for a, b in zip(known.results, vague.results, strict=True):
        for name in (*a.ruleset.dates, *a.ruleset.lets):
            one, two = a.because.evidence.value(DateName(name)), b.because.evidence.value(DateName(name))
            yield name, _date_widens(one, two), one, two
        for id_ in a.ruleset.reviews:
            some, more = a.run.reviews[id_].possible, b.run.reviews[id_].possible
            yield id_, set(some) <= set(more), some, more
        for id_ in a.ruleset.indicators:
            first, second = a.run.indicators[id_], b.run.indicators[id_]
            yield id_, set(first.possible) <= set(second.possible), first, second
            yield id_, _truth_widens(first.population, second.population), first, second
            if any(each.denominator == "included" for each in first.possible):
                yield id_, _truth_widens(first.numerator, second.numerator), first, second
        for before, after in ((a.run.prompts, b.run.prompts), (a.run.findings, b.run.findings)):
            for id_, truth in before.items():
                yield id_, _truth_widens(truth, after[id_]), truth, after[id_]


def _date_widens(known: DateValue, vague: DateValue) -> bool:
    if known.presence is ABSENT_DATE:
        return vague.presence is not PRESENT
    inside = vague.first <= known.first and known.last <= vague.last
    surely = vague.presence is MAYBE or known.presence is vague.presence
    return vague.presence is not ABSENT_DATE and surely and inside


def _truth_widens(known: Truth, vague: Truth) -> bool:
    return vague in (known, UNKNOWN)


def assert_widens(known: Evaluation, vague: Evaluation) -> None:
    for what, holds, before, after in widens(known, vague):
        assert holds, f"{what}: knowing more says {before}, knowing less says {after}"
    shown, still = ({each.id for each in one.prompts} for one in (known, vague))
    open_ = {each.id for each in vague.unsettled}
    assert still <= shown, "nothing is shown for knowing less"
    assert shown <= still | open_, "what is no longer shown is unsettled"


def future_dated(entry: Entry, known_on: date) -> bool:
    clinical = entry.clinical
    return clinical is not None and clinical.first > (entry.recorded.last if entry.recorded else known_on)


@given(records(), days, consultations, st.data())
def test_coarsening_a_date_only_makes_answers_less_sure(
    record: PatientRecord, as_of: date, consultation: Consultation | None, data: st.DataObject
) -> None:
    """The new answer is the old one, or "cannot tell" with the old one among the possible."""
    assume(record.entries)
    place = data.draw(st.integers(0, len(record.entries) - 1))
    entry = record.entries[place]
    assume(entry.clinical is not None and not future_dated(entry, as_of))
    vague = msgspec.structs.replace(entry, clinical=_coarser(entry.clinical, data))
    if entry.recorded and data.draw(st.booleans()):
        vague = msgspec.structs.replace(vague, recorded=_coarser(entry.recorded, data))
    other = with_entries(record, (*record.entries[:place], vague, *record.entries[place + 1 :]))
    assert_widens(answer_of(record, as_of, consultation), answer_of(other, as_of, consultation))


def _coarser(known: Days | None, data: st.DataObject) -> Days:
    assert known is not None
    first, last = known.first, known.last
    match data.draw(st.sampled_from(("month", "year", "some days"))):
        case "month":
            return Days(first.replace(day=1), last.replace(day=calendar.monthrange(last.year, last.month)[1]))
        case "year":
            return Days(date(first.year, 1, 1), date(last.year, 12, 31))
        case _:
            before, after = data.draw(st.tuples(st.integers(0, 40), st.integers(0, 40)))
            return Days(first - timedelta(before), last + timedelta(after))


@given(records(), days, consultations, st.sampled_from(("Condition", "Observation", "Encounter")))
def test_sending_less_only_makes_answers_less_sure(
    record: PatientRecord, as_of: date, consultation: Consultation | None, kind: str
) -> None:
    """A kind that is no longer supplied, with its entries or without them.

    Kinds for which no list waits (`also_in`: letters, diary entries) are another matter: an entry there
    counts, and none there is "not found".
    """
    known = answer_of(record, as_of, consultation)
    less = msgspec.structs.replace(record, supplied=record.supplied - {kind})
    assert_widens(known, answer_of(less, as_of, consultation))
    gone = with_entries(less, tuple(entry for entry in record.entries if entry.kind != kind))
    assert_widens(known, answer_of(gone, as_of, consultation))


@given(records(), days, consultations, st.data())
def test_doubting_a_diagnosis_only_makes_answers_less_sure(
    record: PatientRecord, as_of: date, consultation: Consultation | None, data: st.DataObject
) -> None:
    assume(record.entries)
    place = data.draw(st.integers(0, len(record.entries) - 1))
    doubted = msgspec.structs.replace(record.entries[place], certain=False)
    other = with_entries(record, (*record.entries[:place], doubted, *record.entries[place + 1 :]))
    assert_widens(answer_of(record, as_of, consultation), answer_of(other, as_of, consultation))


# --- time ------------------------------------------------------------------------------------------


def shifted_day(day: date, years: int) -> date:
    return day.replace(year=day.year + years)


def shifted(record: PatientRecord, years: int) -> PatientRecord:
    def days_of(some: Days | None) -> Days | None:
        return None if some is None else Days(shifted_day(some.first, years), shifted_day(some.last, years))

    moved = tuple(
        msgspec.structs.replace(entry, clinical=days_of(entry.clinical), recorded=days_of(entry.recorded))
        for entry in record.entries
    )
    dates = {name: days_of(getattr(record, name)) for name in ("born", "died", "registered")}
    return msgspec.structs.replace(record, entries=moved, **dates)


@given(records(), st.dates(date(2025, 4, 1), date(2027, 12, 31)), st.sampled_from((4, 8, 28)))
def test_four_years_later_everything_is_four_years_later(
    record: PatientRecord, as_of: date, years: int
) -> None:
    """best-practice-ccr@2025 has no fixed days; after four years even the leap days fall alike."""
    now = answer_of(record, as_of, rulesets=["best-practice-ccr@2025"])
    then = answer_of(shifted(record, years), shifted_day(as_of, years), rulesets=["best-practice-ccr@2025"])
    assert [(each.status, each.possible, each.days_left, each.paused is None) for each in now.reviews] == [
        (each.status, each.possible, each.days_left, each.paused is None) for each in then.reviews
    ]
    assert [each.id for each in now.prompts] == [each.id for each in then.prompts]
    assert [each.id for each in now.findings] == [each.id for each in then.findings]
    assert [each.id for each in now.unsettled] == [each.id for each in then.unsettled]
    for one, two in zip(now.answer.dates.values(), then.answer.dates.values(), strict=True):
        assert (one.presence, one.evidence) == (two.presence, two.evidence)
        for a, b in ((one.first, two.first), (one.last, two.last)):
            if a is not None and a.year > 1900:  # the calendar itself does not move
                assert shifted_day(a, years) == b


@given(
    records(plain_days, exact=True, supplied=True),
    plain_days.filter(lambda day: day >= date(2025, 4, 1)),
    st.integers(1, 9),
)
def test_some_years_later_everything_is_some_years_later(
    record: PatientRecord, as_of: date, years: int
) -> None:
    """Leap days apart: no day is a 29th or later, and no 28 days of notice reach back over February."""
    now = answer_of(record, as_of, rulesets=["best-practice-ccr@2025"])
    assume(all(each.due is None or each.due.first.month != 3 for each in now.reviews))
    then = answer_of(shifted(record, years), shifted_day(as_of, years), rulesets=["best-practice-ccr@2025"])
    assert [(each.status, each.possible) for each in now.reviews] == [
        (each.status, each.possible) for each in then.reviews
    ]
    assert [each.id for each in now.prompts] == [each.id for each in then.prompts]
    assert [each.id for each in now.findings] == [each.id for each in then.findings]


@given(records(lives=True, supplied=True), days, st.integers(0, 900))
def test_what_is_done_is_undone_only_by_another_diagnosis(
    record: PatientRecord, as_of: date, later: int
) -> None:
    """And the answer names, as its evidence, the entry that moved the diagnosis it belongs to."""
    before, after = answer_of(record, as_of), answer_of(record, as_of + timedelta(later))
    for then, now in zip(before.reviews, after.reviews, strict=True):
        if then.status in DONE and now.status not in DONE:
            assert now.opens != then.opens
            came = {
                entry.reference
                for entry in record.entries
                if entry.kind == "Condition" and _came_after(entry, as_of)
            }
            assert came & set(now.evidence), f"{then} became {now}"


def _came_after(entry: Entry, day: date) -> bool:
    """Say whether some of an entry was not known on a day: it, its last day, or its recording was to come."""
    known = [each.last for each in (entry.clinical, entry.recorded) if each]
    return any(last > day for last in known)


@given(records(exact=True, lives=True, supplied=True), entries(99, days, exact=True), days)
def test_recording_a_review_never_makes_one_due(record: PatientRecord, entry: Entry, as_of: date) -> None:
    """One more entry that is no diagnosis never makes anything outstanding that was not."""
    assume(entry.kind != "Condition")
    before, after = answer_of(record, as_of), answer_of(with_entries(record, (*record.entries, entry)), as_of)
    outstanding = {"open", "due soon", "overdue"}
    for then, now in zip(before.reviews, after.reviews, strict=True):
        assert not (now.status in outstanding and then.status not in outstanding)


# --- threads ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("threads", [8])
def test_eight_threads_say_what_one_says(threads: int) -> None:
    """A thousand evaluations; `benchmarks/` has the 100,000."""
    people = [(_somebody(number), date(2025, 4, 1) + timedelta(13 * number)) for number in range(50)]
    alone = [answer_of(record, as_of).to_json() for record, as_of in people]

    def again(number: int) -> bool:
        record, as_of = people[number % len(people)]
        return answer_of(record, as_of).to_json() == alone[number % len(people)]

    with ThreadPoolExecutor(threads) as pool:
        assert all(pool.map(again, range(1000)))


def _somebody(number: int) -> PatientRecord:
    """Return one of fifty people, each with a diagnosis, some with more."""
    day = date(2025, 1, 1) + timedelta(11 * number)
    texts = ("Carcinoma of colon", "Cancer care review", "Palliative care", "Asthma", "Breast cancer")
    some = tuple(
        Entry(f"Condition/{number}-{place}", "Condition", (), text, exactly(day + timedelta(40 * place)))
        for place, text in enumerate(texts[: number % 5 + 1])
    )
    return PatientRecord(f"Patient/{number}", some, supplied=frozenset({"Condition", "Observation"}))
