"""What stands on the sheets: alerts, searches, templates, limits, and what is known of each system."""

from pathlib import Path

import pytest
from ccr_build_sheets.book import WARNINGS, book
from ccr_build_sheets.model import Alert, Book, Search, System
from ccr_build_sheets.systems import EMIS, SYSTEMS, UNVERIFIED

from ccr_rules.library.library import load_library

LIBRARY = load_library(Path(__file__).parent / "library", cache=None)


def made(reference: str) -> Book:
    return book(LIBRARY.find(reference), LIBRARY, EMIS, "build-sheet-emis")


SHEETS = made("everything")
QOF = made("qof-cancer@2023")
BEST = made("best-practice-ccr@2025")


def alert(id_: str, sheets: Book = SHEETS) -> Alert:
    (found,) = (each for each in sheets.alerts if each.id == id_)
    return found


def search(id_: str, sheets: Book = SHEETS) -> Search:
    (found,) = (each for each in sheets.searches if each.id == id_)
    return found


# --- systems --------------------------------------------------------------------------------------


@pytest.mark.parametrize("system", SYSTEMS.values(), ids=lambda system: system.id)
class TestEverySystem:
    def test_says_of_each_fact_where_it_is_from_or_that_it_is_unverified(self, system: System) -> None:
        known = {each.id for each in system.sources}
        facts = (*system.facts, *system.triggers, *system.priorities.values())
        assert {fact.source for fact in facts} <= known | {UNVERIFIED}
        assert all(each.publisher for each in system.sources)

    def test_uses_every_source_that_it_names(self, system: System) -> None:
        facts = (*system.facts, *system.triggers, *system.priorities.values())
        # The pack is named by all: it is where the five systems are listed.
        assert {each.id for each in system.sources} - {fact.source for fact in facts} <= {"eoe-pack"}

    def test_has_three_priorities_and_a_moment_to_show_an_alert(self, system: System) -> None:
        assert list(system.priorities) == ["high", "medium", "low"]
        assert system.triggers


def test_what_no_public_page_says_is_marked() -> None:
    for each in SYSTEMS.values():
        assert any(fact.source == UNVERIFIED for fact in each.facts)


# --- alerts ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("id_", "severity", "priority"),
    [("talk-due", "info", "low"), ("many-things", "warning", "medium"), ("never-shown", "critical", "high")],
)
def test_the_severity_gives_the_priority(id_: str, severity: str, priority: str) -> None:
    assert (alert(id_).severity, alert(id_).priority) == (severity, priority)


def test_an_alert_stops_with_its_ruleset() -> None:
    assert alert("talk-due").always == (
        "The person is alive.",
        "The day is from 01-Apr-2025 to 31-Mar-2027: switch the alert off after that.",
    )
    assert alert("cancer-care-review-due", BEST).always[1].startswith("The day is 01-Apr-2025 or later.")


def test_an_alert_is_silent_while_its_review_is_paused() -> None:
    paused = alert("talk-due").paused
    assert paused
    assert paused.outline.text == "There is an entry or day for PALLIATIVE_ON."
    assert alert("many-things").paused is None


def test_the_places_of_a_text_are_told_in_words() -> None:
    shown = alert("talk-due")
    assert shown.text == (
        "Talk by {talk.due} (12 months), {talk.days_left} days left, status {talk.status}, says {talk.says}"
    )
    assert {each.placeholder: each.shows for each in shown.filled} == {
        "{talk.due}": "the day 12 months after diagnosis (DIAGNOSED)",
        "{talk.days_left}": "the days that are left until the due date of “A talk”",
        "{talk.status}": "the status of “A talk”",
        "{talk.says}": "what the screen says for the status of “A talk”",
        "{DIAGNOSED}": "diagnosis (DIAGNOSED)",
        "{talk.until}": "the day 24 months after diagnosis (DIAGNOSED)",
        "{endless.declined}": "the day on which “A talk without end” was declined",
    }
    assert shown.plain.startswith("Talk by [the day 12 months after diagnosis (DIAGNOSED)] (12 months), ")
    assert "Braces {}." in shown.plain
    assert all(each.refs for each in shown.filled)
    assert alert("many-things").plain == ""


def test_a_text_that_is_too_long_is_not_cut_but_said_to_be() -> None:
    assert "longer than 140" in alert("many-things").length
    assert "within the 140" in alert("talk-due").length


def test_codes_are_offered_and_terms_without_one_are_to_be_looked_up() -> None:
    offers = [(each.codelist, each.code) for each in alert("talk-due").offers]
    assert offers == [("cancer-care-review", "720006006"), ("support-information-given", "")]


def test_reasons_for_declining_say_how_long_they_hold() -> None:
    assert [(each.display, each.holds) for each in alert("talk-due").declines] == [
        ("Not today", "for 14 days"),
        ("Check the entry", "until the record changes"),
    ]


def test_who_holds_the_review_is_named_and_no_job_is_left_out() -> None:
    assert alert("talk-due").staff[0] == "In the review, the practice and the patient holds the talk."
    assert "nurses, care coordinators and GPs alike" in alert("many-things").staff[-1]


# --- searches -------------------------------------------------------------------------------------


def test_a_review_is_searched_for_status_by_status_in_the_order_of_the_semantics() -> None:
    assert [row.outcome for row in search("talk").rows] == [
        "done",
        "done late",
        "declined",
        "lapsed",
        "upcoming",
        "overdue",
        "due soon",
        "open",
    ]
    assert [day.label for day in search("talk").days] == [
        "Opens",
        "Due",
        "Reminds from",
        "Ends",
        "Done",
        "Declined",
    ]
    assert [row.note for row in search("talk").rows if row.note] == [
        "The screen says “late”.",
        "The screen says “suggested”.",
    ]


def test_a_review_without_an_end_never_lapses() -> None:
    endless = search("endless")
    assert "lapsed" not in [row.outcome for row in endless.rows]
    assert "declined" not in [row.outcome for row in endless.rows]
    assert endless.notes == ("It has no end: it stays open until it is done.",)


def test_the_rows_of_an_indicator_stand_in_order_with_reason_and_grounds() -> None:
    rows = search("IND1").rows
    assert [(row.number, row.outcome, row.reason) for row in rows] == [
        (1, "excluded", "SPREAD"),
        (2, "included", ""),
        (3, "excepted", "INVITED"),
        (4, "excepted", "TWICE"),
        (5, "included", ""),
    ]
    assert rows[0].note == "“Somebody else's words.” [choice: ours: the row]"
    assert rows[3].note == "Never reached, listed all the same: row 2 decides."
    assert rows[4].text == "Everybody who is left."
    assert [day.label for day in search("IND1").days] == ["Period ends", "Can still be met until"]
    assert "Thresholds: 50 % to 90 %." in search("IND1").notes


def test_an_indicator_counts_whom_the_practice_had_at_the_periods_end() -> None:
    assert search("CAN004", QOF).base == (
        "Everybody who was registered here and alive on the day of the search or, if that is earlier, on "
        "31-Mar-2024 (PPED) (D1)."
    )
    assert search("REG1").base == "Everybody who was registered here and alive on the day of the search."


def test_a_register_has_no_rows() -> None:
    assert search("REG1").rows == ()
    assert "It is a register: whoever is in it is in it, and there are no rows." in search("REG1").notes


def test_findings_items_and_payments_are_searches_too() -> None:
    assert "“Spread on [spread (SPREAD)], see 12 months.”" in search("spread-only").notes[1]
    assert search("fee").notes == ("It pays 50.00 GBP for each patient.",)
    assert search("carer").population.english == "Always."
    assert [row.outcome for row in search("told").rows] == ["received", "not seen"]


# --- steps ----------------------------------------------------------------------------------------


def test_an_entry_is_found_by_list_class_episode_state_window_and_day() -> None:
    steps = {each.name: each for each in SHEETS.steps}
    assert steps["DIAGNOSED"].instructions == (
        "Find entries with a code of list L1 (Cancer diagnoses).",
        "Only codes of the class primary (see the list).",
        "Only entries marked as first, marked as new or without an episode.",
        "Sort by the day on which it happened, and keep the earliest one: its day is DIAGNOSED.",
    )
    assert (
        "Only entries that say it was declined or that say it was not done." in steps["REFUSED"].instructions
    )
    marks = {each.name: each.sheet for each in SHEETS.steps}
    assert f"Only after diagnosis (DIAGNOSED) ({marks['DIAGNOSED']})." in steps["SUPPORTED"].instructions
    assert steps["ENTERED"].instructions[-1].startswith("Sort by the day on which they were entered")
    assert steps["REVIEWED"].missing.endswith("or if a day of its window is not there.")


def test_a_fixed_day_is_always_there() -> None:
    steps = {each.name: each for each in SHEETS.steps}
    assert steps["END"].missing == steps["TODAY_YEAR_AGO"].missing == ""
    assert steps["LATER_OF"].missing
    assert steps["ROUGH"].instructions == ("Write the fixed date Apr-2003.",)


# --- templates ------------------------------------------------------------------------------------


def test_a_template_asks_what_the_review_is_made_of() -> None:
    (template,) = SHEETS.templates
    before, during, after = template.fields
    invitation, concerns = before.inside
    assert (invitation.link, invitation.kind) == ("talk.prepare.invitation", "tick box")
    assert concerns.inside[0].kind == "whole number from 0 to 10"
    held, on, work = during.inside
    assert held.answers == ("held", "declined")
    assert [each.code for each in held.offers] == ["720006006", ""]
    assert on.asked_if == "only if the answer to talk.outcome is “held”"
    assert [each.kind for each in work.inside] == ["tick box", "free text"]
    assert after.inside[0].answers == ("done", "offered", "declined")


def test_the_process_says_who_does_what_and_what_comes_before() -> None:
    assert [(stage.when, stage.steps) for stage in SHEETS.process] == [
        ("At once", ("The trust tells the practice. [source: us]",)),
        (
            "During “A talk”",
            (
                "The practice and the patient holds the talk. Before that: the trust tells the practice. "
                "Recorded as cancer care review. [source: us]",
            ),
        ),
    ]


# --- codelists --------------------------------------------------------------------------------------


def test_codes_seen_in_one_document_only_stand_apart() -> None:
    discussed = SHEETS.codelists[-1]
    assert discussed.codes == ()
    assert {each.use for each in discussed.unverified} == {"find only"}


def test_retired_codes_are_found_and_not_recorded() -> None:
    review = next(each for each in SHEETS.codelists if each.alias == "REVIEW")
    assert [(each.code, each.use) for each in review.codes] == [
        ("720006006", "find and record"),
        ("401123009", "find only"),
    ]


# --- limits ---------------------------------------------------------------------------------------


def limits(sheets: Book) -> dict[str, tuple[str, ...]]:
    return {each.what: each.where for each in sheets.limits}


def test_a_ruleset_with_everything_meets_every_limit() -> None:
    marks = {each.name: each.sheet for each in SHEETS.steps}
    found = limits(SHEETS)
    assert len(found) == 19
    assert found["Two entries a number of days apart"] == (marks["invited_twice"],)
    assert found["Days on which something was entered"] == (marks["ENTERED"],)
    assert found["Entries that say that something was declined, planned or not done"] == (marks["REFUSED"],)
    assert found["The later, the earlier or the first of several days"] == tuple(
        marks[name] for name in ("EARLIER_OF", "LATER_OF", "FIRST_OF")
    )
    assert set(found["The mode of a consultation"]) == {marks["by_phone"], marks["FIRST_OF"]}
    assert found["Declining, and staying away for a stated time"] == (alert("talk-due").sheet,)
    moving = found["Windows that start or end at another entry of the same person"]
    assert marks["SUPPORTED"] in moving
    assert marks["SPREAD"] not in moving


def test_a_ruleset_without_prompts_has_no_limits_of_alerts() -> None:
    assert "One card for each person and contact" not in limits(made("coding-quality"))
    assert set(limits(made("no-cases"))) >= {"“Cannot tell”", "Dates known only to the month or the year"}


def test_what_is_stated_and_never_evaluated_is_told_with_what_it_needs() -> None:
    (stated,) = SHEETS.stated
    assert (stated.what, stated.needs) == ("Telling sites apart.", "the hierarchy")


# --- status ---------------------------------------------------------------------------------------


def test_the_warning_is_that_of_the_status() -> None:
    assert SHEETS.ruleset.warning == WARNINGS["draft"]
    assert made("no-cases").ruleset.warning == WARNINGS["active"]
    assert set(WARNINGS) == {"draft", "active", "retired"}


def test_an_overlay_names_its_base() -> None:
    base = LIBRARY.find("best-practice-ccr@2025")
    assert made("best-practice-ccr@2026").ruleset.base == f"{base.reference} ({base.digest})"
    assert SHEETS.ruleset.base == ""
