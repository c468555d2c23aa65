"""Test patients: few, enterable, every answer once, and the days on which answers change."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from ccr_build_sheets.answers import Asker
from ccr_build_sheets.book import book
from ccr_build_sheets.cases import Asked, cases_of, day_of
from ccr_build_sheets.marks import Marks
from ccr_build_sheets.model import Book
from ccr_build_sheets.plan import MOST_EDGES
from ccr_build_sheets.proving import Proof
from ccr_build_sheets.systems import EMIS

from ccr_rules.governance.case_records import RecordBuilder
from ccr_rules.governance.casebook import read_casebook
from ccr_rules.language.ruleset import Ruleset
from ccr_rules.library.library import load_library

LIBRARY = load_library(Path(__file__).parent / "library", cache=None)
SHIPPED = [each.reference for each in LIBRARY.rulesets]


def made(reference: str, test_day: date | None = None) -> Book:
    return book(LIBRARY.find(reference), LIBRARY, EMIS, "build-sheet-emis", test_day)


def proofs(sheets: Book) -> dict[str, Proof]:
    alerts = {each.sheet: each.proof for each in sheets.alerts}
    return alerts | {each.sheet: each.proof for each in sheets.searches}


def asking(ruleset: Ruleset) -> tuple[Asker, list[Asked]]:
    uses = {use.codelist: use.release for use in ruleset.codelists.values()}
    names = dict.fromkeys([*uses, *LIBRARY.codelist_names])
    records = RecordBuilder(LIBRARY.codelist(name, uses.get(name)) for name in names)
    found = cases_of(ruleset, LIBRARY, records)
    return Asker(ruleset, Marks(ruleset), LIBRARY, records), list(found.asked)


@pytest.mark.parametrize(
    "reference", ["everything", "qof-cancer@2023", "best-practice-ccr@2026", "nice-cancer"]
)
class TestThePlan:
    def test_shows_every_answer_that_any_case_shows(self, reference: str) -> None:
        asker, asked = asking(LIBRARY.find(reference))
        wanted = {pair for each in asked for pair in asker.answers(each).items()}
        given = {
            (sheet, each.answer) for sheet, proof in proofs(made(reference)).items() for each in proof.results
        }
        assert given == wanted

    def test_is_small(self, reference: str) -> None:
        _, asked = asking(LIBRARY.find(reference))
        assert 0 < len(made(reference).plan.patients) <= min(20, len(asked))

    def test_says_which_answers_nobody_shows(self, reference: str) -> None:
        for proof in proofs(made(reference)).values():
            assert not {answer for edge in proof.edges for answer in edge.answers} & set(proof.missing)
            assert not {each.answer for each in proof.results} & set(proof.missing)

    def test_states_on_each_side_of_a_boundary_what_the_engine_answers(self, reference: str) -> None:
        sheets = made(reference)
        asker, asked = asking(LIBRARY.find(reference))
        known = {(each.case.id, each.day, each.of): each for each in asked}
        patients = {each.sheet: each for each in sheets.plan.patients}
        for sheet, proof in proofs(sheets).items():
            assert len(proof.edges) <= MOST_EDGES
            for edge in proof.edges:
                patient = patients[edge.patient]
                question = known[patient.case, date.fromisoformat(patient.day), patient.of]
                index = [entry.id for entry in question.case.entries].index(edge.entry)
                days = [date.fromisoformat(day) for day in edge.days]
                assert days[1:] == [day + timedelta(1) for day in days[:-1]]
                assert days[2] <= question.day
                for day, answer in zip(days, edge.answers, strict=True):
                    assert asker.answers(question.with_entry(index, day))[sheet] == answer
                assert edge.answers[1] != edge.answers[2]

    def test_has_only_entries_that_a_person_can_make(self, reference: str) -> None:
        for patient in made(reference).plan.patients:
            for entry in patient.entries:
                assert entry.before >= 0
                assert entry.state == "done"
                assert entry.code or entry.term


@pytest.mark.parametrize("reference", SHIPPED)
def test_every_prompt_shows_for_somebody_or_the_sheet_says_that_none_shows_it(reference: str) -> None:
    for alert in made(reference).alerts:
        shown = {each.answer for each in alert.proof.results}
        shown |= {answer for edge in alert.proof.edges for answer in edge.answers}
        assert ("shown" in shown) is not ("shown" in alert.proof.missing)


@pytest.mark.parametrize(
    "reference", [each for each in SHIPPED if not each.startswith(("everything", "no-", "bad-"))]
)
def test_every_prompt_of_the_shipped_rulesets_shows_for_somebody(reference: str) -> None:
    for alert in made(reference).alerts:
        assert {"shown", "not shown"} <= {each.answer for each in alert.proof.results}


# --- known boundaries -----------------------------------------------------------------------------


def test_the_register_begins_on_1_april_2003() -> None:
    sheets = made("qof-cancer@2023")
    (register,) = (each for each in sheets.searches if each.id == "CAN001")
    (edge,) = (each for each in register.proof.edges if each.days[2] == "2003-04-01")
    assert edge.days == ("2003-03-30", "2003-03-31", "2003-04-01")
    assert edge.answers == ("not in it", "not in it", "in it")


def test_a_talk_is_due_soon_from_28_days_before_three_months_are_over() -> None:
    library = load_library(Path(__file__).parents[1] / "examples" / "library", cache=None)
    (alert,) = book(library.find("our-talk"), library, EMIS, "build-sheet-emis").alerts
    edges = {(edge.days, edge.answers) for edge in alert.proof.edges}
    # On 20-Mar-2026: three months from 17-Jan are over on 17-Apr, 28 days before that is 20-Mar.
    assert (("2026-01-16", "2026-01-17", "2026-01-18"), ("shown", "shown", "not shown")) in edges


# --- which cases are taken ------------------------------------------------------------------------


def test_cases_that_nobody_can_enter_are_left_out() -> None:
    _, asked = asking(LIBRARY.find("everything"))
    assert {each.case.id for each in asked} == {
        "open",
        "entered-later",
        "on-the-phone",
        "spread",
        "died",
        "nobody",
    }


def test_an_entry_that_lies_ahead_is_left_out() -> None:
    _, asked = asking(LIBRARY.find("everything"))
    (early,) = (each for each in asked if each.case.id == "open" and each.day == date(2026, 3, 20))
    assert [entry.codelist for entry in early.case.entries] == ["cancer-diagnosis"]


def test_the_cases_of_a_base_are_asked_again_with_the_overlays_rules() -> None:
    _, asked = asking(LIBRARY.find("best-practice-ccr@2026"))
    assert {each.of for each in asked} == {"best-practice-ccr@2026.1.0", "best-practice-ccr@2025.1.0"}


@pytest.mark.parametrize(
    ("reference", "note"),
    [
        ("no-cases", "so nothing here proves a build. Write a casebook beside the ruleset"),
        ("bad-cases", "The casebook of bad-cases@2026.1.0 could not be read; `ccr ruleset test` says why."),
    ],
)
def test_without_cases_the_sheets_say_that_nothing_is_proved(reference: str, note: str) -> None:
    sheets = made(reference)
    assert sheets.plan.patients == ()
    assert note in sheets.plan.note
    assert [each.proof.results for each in sheets.searches] == [()]
    assert sheets.searches[0].proof.missing == ("found", "not found")


@pytest.mark.parametrize(
    ("case", "open_"),
    [
        ("half-supplied", {"talk", "IND1", "told", "fee", "spread-only"}),
        ("perhaps-reviewed", {"talk", "IND1", "fee"}),
    ],
)
def test_a_sheet_whose_answer_the_record_leaves_open_is_left_out(case: str, open_: set[str]) -> None:
    ruleset = LIBRARY.find("everything")
    asker, _ = asking(ruleset)
    text = (Path(__file__).parent / "library" / "everything" / "2026" / "casebook.yaml").read_bytes()
    (found,) = (each for each in read_casebook(text).cases if each.id == case)
    answers = asker.answers(Asked(found, found.days[0].as_of, ruleset.reference))
    assert open_ <= {each.id for each in made("everything").searches if each.sheet not in answers}


# --- a day for the test -----------------------------------------------------------------------------


def test_with_a_day_for_the_test_every_record_is_moved_and_asked_anew() -> None:
    day = date(2026, 12, 1)
    sheets = made("everything", day)
    assert sheets.plan.day == "2026-12-01"
    assert {patient.day for patient in sheets.plan.patients} == {"2026-12-01"}
    asker, asked = asking(LIBRARY.find("everything"))
    moved = [each.on(day) for each in asked]
    wanted = {pair for each in moved for pair in asker.answers(each).items()}
    given = {(sheet, each.answer) for sheet, proof in proofs(sheets).items() for each in proof.results}
    assert given == wanted
    for before, after in zip(asked, moved, strict=True):
        for was, now in zip(before.case.entries, after.case.entries, strict=True):
            assert day_of(now) - day_of(was) == day - before.day


def test_a_patients_own_dates_move_along() -> None:
    _, asked = asking(LIBRARY.find("everything"))
    (died,) = (each for each in asked if each.case.id == "died")
    moved = died.on(died.day + timedelta(7)).case.patient
    assert moved.died
    assert moved.died.first == date(2026, 3, 8)
    assert moved.registered is None
