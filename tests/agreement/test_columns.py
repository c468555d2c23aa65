"""Whole tables of people: who is a candidate, what is said of all others, what is refused."""

from collections.abc import Iterator
from datetime import date

import ibis
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccr_rules import Coding, Consultation, Days, Entry, PatientRecord
from ccr_rules.agreement.codelists import coded, kind_of, tiny_library
from ccr_rules.evaluation.asof import Moment
from ccr_rules.evaluation.columnar import tables
from ccr_rules.evaluation.columnar.members import membership, read_concepts
from ccr_rules.evaluation.columnar.plan import Answers, Population, evaluate
from ccr_rules.evaluation.columnar.scope import Question
from ccr_rules.evaluation.columnar.tables import (
    ConceptClashError,
    TableBuilder,
    incomplete_bits,
    supplied_kinds,
)
from ccr_rules.evaluation.groups import Group, prepare
from ccr_rules.evaluation.program import Program
from ccr_rules.language.loading import load_ruleset
from ccr_rules.record.patient import KINDS
from tests.agreement.duckdb import bring

HEAD = """
ruleset: {name}
version: 2024.1.0
title: A ruleset over tables
jurisdiction: GB-ENG
status: active
in_force: {{from: 2024-01-01}}
sources: [{{id: spec, title: The test in which it stands}}]
codelists: {{diagnosis: diagnosis, review: review, invitation: invitation}}
"""
REVIEWS = """
dates:
  DX: {earliest: diagnosis}
  REVIEWED: {earliest: review, from: DX}
conditions:
  has_cancer: DX is not null
reviews:
  review:
    title: Review
    applies: has_cancer
    opens: DX
    due: DX + 12 months
    remind: 28 days
    until: never
    done: REVIEWED
    source: spec
prompts:
  review-due:
    when: "review.status in {open, due soon, overdue} and not (consultation.mode in {administrative})"
    review: review
    severity: info
    summary: Review suggested
    source: spec
findings:
  reviewed-elsewhere: {when: REVIEWED is not null, severity: info, message: Reviewed, source: spec}
  seen: {when: has_cancer and consultation.date is not null, severity: info, message: Seen, source: spec}
"""
DEAD = """
findings:
  has-died: {when: patient.died is not null, severity: info, message: Has died, source: spec}
"""
AS_OF = date(2024, 6, 30)


def groups_of(*rules: str) -> tuple[Group, ...]:
    loaded = (
        load_ruleset(f"{HEAD.format(name=f'spec-{place}')}{text}", codelists=tiny_library().codelist_names)
        for place, text in enumerate(rules)
    )
    return prepare([Program(ruleset) for ruleset in loaded], tiny_library().codelist)


def entry(word: str, day: str, number: int = 0) -> Entry:
    codings, text = coded(word)
    on = date.fromisoformat(day)
    return Entry(f"{kind_of(word)}/{number}", kind_of(word), codings, text, Days(on, on))


def person(*entries: Entry, missing: str = "", died: str = "") -> PatientRecord:
    gone = Days(date.fromisoformat(died), date.fromisoformat(died)) if died else None
    return PatientRecord(
        "Patient/p", entries, died=gone, is_dead=bool(gone), supplied=frozenset(KINDS) - {missing}
    )


def asked(groups: tuple[Group, ...], people: list[PatientRecord], as_of: date = AS_OF) -> Answers:
    builder = TableBuilder()
    for each in people:
        builder.add(each, Consultation("Encounter/now", "administrative", date=Days(as_of, as_of)))
    patients, entries, concepts = builder.take()
    population = Population(bring(patients), bring(entries), read_concepts(concepts), bring=bring)
    return evaluate(population, groups, Question(Moment(as_of, as_of), in_consultation=False))


def persons(table: ibis.expr.types.Table) -> list[int]:
    return sorted(table.to_pyarrow()["person"].to_pylist())


# --- candidates and all others ---------------------------------------------------------------------


def test_only_people_with_an_entry_of_an_anchor_are_worked_on() -> None:
    """Without a diagnosis nothing can be said: a review alone makes nobody a candidate."""
    people = [person(), person(entry("review", "2024-01-01")), person(entry("diagnosis", "2024-01-01"))]
    answers = asked(groups_of(REVIEWS), people)
    assert persons(answers.candidates) == [2]
    assert persons(answers.others) == [0, 1]


def test_what_is_said_of_all_others_is_said_once() -> None:
    answers = asked(groups_of(REVIEWS), [person(), person(entry("diagnosis", "2024-01-01"))])
    assert answers.others.columns == ("person",)
    assert answers.same["spec-0@2024.1.0/finding/reviewed-elsewhere/truth"] == 0
    assert {*answers.same, "person"} == {*answers.candidates.columns}


def test_what_rests_on_a_persons_own_dates_is_said_of_each() -> None:
    """Nobody needs an entry to have died."""
    answers = asked(groups_of(DEAD), [person(), person(died="2024-02-01"), person(died="2024-07-01")])
    found = answers.everybody.order_by("person").to_pyarrow()
    assert found["spec-0@2024.1.0/finding/has-died/truth"].to_pylist() == [0, 2, 0]
    assert persons(answers.candidates) == []


def test_whoever_may_lack_an_entry_of_an_anchor_is_a_candidate() -> None:
    people = [person(), person(missing="Condition"), person(missing="Communication")]
    answers = asked(groups_of(REVIEWS), people)
    assert persons(answers.candidates) == [1]
    row = answers.candidates.to_pyarrow().to_pylist()[0]
    assert row["spec-0@2024.1.0/review/review/applies"] == 1


def test_several_rulesets_are_answered_from_one_read() -> None:
    answers = asked(groups_of(REVIEWS, DEAD), [person(entry("diagnosis", "2024-01-01"))])
    row = answers.everybody.to_pyarrow().to_pylist()[0]
    assert row["spec-0@2024.1.0/prompt/review-due/truth"] == 2
    assert row["spec-1@2024.1.0/finding/has-died/truth"] == 0


# --- the day of the question -----------------------------------------------------------------------


@pytest.mark.parametrize(("as_of", "prompts"), [(date(2023, 12, 31), False), (date(2024, 1, 1), True)])
def test_a_ruleset_prompts_only_while_it_is_in_force(as_of: date, prompts: bool) -> None:
    answers = asked(groups_of(REVIEWS), [person(entry("diagnosis", "2023-06-01"))], as_of)
    assert any("/prompt/" in name for name in answers.candidates.columns) is prompts


def test_a_population_is_asked_outside_any_consultation() -> None:
    """The people of `asked` carry an administrative consultation, which would keep the prompt away."""
    [row] = (
        asked(groups_of(REVIEWS), [person(entry("diagnosis", "2024-01-01"))])
        .candidates.to_pyarrow()
        .to_pylist()
    )
    assert row["spec-0@2024.1.0/prompt/review-due/truth"] == 2
    assert row["spec-0@2024.1.0/finding/seen/truth"] == 0


# --- the tables ------------------------------------------------------------------------------------


@given(st.frozensets(st.sampled_from(KINDS)))
def test_bits_keep_which_kinds_were_supplied(supplied: frozenset[str]) -> None:
    assert supplied_kinds(incomplete_bits(supplied)) == supplied


def test_a_builder_gives_what_it_holds_once_and_goes_on_counting() -> None:
    builder = TableBuilder(first_person=7)
    assert builder.add(person()) == 7
    assert [table.num_rows for table in builder.take()] == [1, 0, 0]
    assert builder.add(person(entry("review", "2024-01-01"))) == 8
    assert [table.num_rows for table in builder.take()] == [1, 1, 1]


def test_what_was_sent_twice_has_one_number() -> None:
    builder = TableBuilder()
    one = entry("review", "2024-01-01")
    builder.add(person(one, entry("review", "2024-01-02", 1), one))
    assert builder.take()[1]["entry"].to_pylist() == [0, 1, 0]


def test_two_concepts_with_one_number_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """Else somebody's cancer would be read as somebody's letter."""
    monkeypatch.setattr(tables, "concept_number", lambda concept: 5)
    with pytest.raises(ConceptClashError, match="number 5"):
        TableBuilder().add(person(entry("review", "2024-01-01"), entry("diagnosis", "2024-01-01", 1)))


def test_two_parts_that_use_a_number_differently_are_refused() -> None:
    def concepts() -> Iterator[tuple[int, tables.Concept]]:
        for term in ("Cancer care review", "Cancer care review", "Letter"):
            yield 5, ("Encounter", (Coding("http://snomed.info/sct", "720006006", term),), "")

    with pytest.raises(ConceptClashError, match="number 5"):
        membership(concepts(), groups_of(REVIEWS), {})
