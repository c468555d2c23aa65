"""Running a casebook: what passes, what a failure shows, what no case exercises."""

import pytest

from ccr_rules.errors import RulesetError
from ccr_rules.governance.case_records import RecordBuilder
from ccr_rules.governance.casebook import read_casebook, run_casebook
from ccr_rules.language.loading import load_ruleset
from tests.governance.samples import ENGINE, RULESET, book, case_of, ruleset, run

EXPECT = "expect: {2025-06-01: {prompts: []}}"
LIBRARY = ENGINE.library
RECORDS = RecordBuilder(LIBRARY.codelist(name) for name in LIBRARY.codelist_names)

REVIEWED = """
    title: Reviewed in time
    patient: {born: 1960-05-01, registered: 2010-01-01}
    record:
      - {date: 2025-05-01, list: cancer-diagnosis, id: found}
      - {date: 2025-06-01, list: cancer-care-review, id: held}
      - {date: 2025-06-02, list: cancer-care-plan}
    expect:
      2026-01-20:
        completeness: complete
        indicators:
          REG1: in
          REV1:
            population: in
            denominator: included
            reason: none
            numerator: met
            achievable_until: none
            possible: []
        reviews:
          review:
            status: done
            says: done
            opens: 2025-05-08
            due: 2026-05-08
            days_left: none
            done_on: 2025-06-01
            paused: false
            possible: []
            evidence: [held, found]
        dates: {DIAGNOSED: 2025-05-01, DECLINED: none}
        items: {plan: seen}
        prompts: []
        findings: []
        unsettled: []
        payments: [reviewed]
        suggested_codes: []
"""


class TestACaseThatGoesAsExpected:
    def test_passes(self) -> None:
        result = run(REVIEWED)
        assert result.is_passed
        assert (result.passed, result.failed) == (("one",), ())
        assert str(result) == "small@2025.1.0: 1 passed, 0 failed"

    def test_may_be_about_what_cannot_be_told(self) -> None:
        assert run("""
            title: Only diagnoses were sent
            record: [{date: 2025-05, list: cancer-diagnosis}]
            supplied: [Patient, Condition]
            expect:
              2026-05-20:
                completeness: partial
                indicators: {REV1: {denominator: undetermined, numerator: undetermined}}
                dates: {REVIEWED: maybe 1850-01-01..2026-05-20}
                items: {plan: cannot tell}
                prompts: []
            """).is_passed

    def test_may_be_an_outcome_that_is_open(self) -> None:
        assert run("""
            title: Diagnosed in 2019 or 2020
            record:
              - {date: 2019-12-31, list: cancer-diagnosis, certain: false}
              - {date: 2020-01-01, list: cancer-diagnosis}
            expect:
              2026-01-20:
                indicators: {REV1: {denominator: undetermined, possible: [included, excluded OLD]}}
            """).is_passed

    def test_may_be_about_a_contact(self) -> None:
        prompted = """
            title: A contact
            record: [{date: 2025-05-01, list: cancer-diagnosis}]
            consultation: {mode: %s}
            expect: {2025-06-20: {prompts: [review-due], suggested_codes: [720006006]}}
            """
        assert run(prompted % "telephone").is_passed
        assert not run(prompted % "administrative").is_passed

    def test_may_be_asked_with_hindsight(self) -> None:
        assert run("""
            title: Entered in July
            record: [{date: 2025-05-01, recorded: 2025-07-01, list: cancer-diagnosis}]
            expect:
              2025-06-01: {indicators: {REG1: out}}
              2025-06-02: {known_on: 2025-07-01, indicators: {REG1: in}}
            """).is_passed

    def test_may_name_a_finding_about_the_record_or_leave_it_out(self) -> None:
        case = """
            title: No episode anywhere
            record: [{date: 2025-05-01, list: cancer-diagnosis}]
            expect: {2025-06-01: {findings: %s}}
            """
        assert run(case % "[]").is_passed
        assert run(case % "[episode-not-supplied]").is_passed
        assert not run(case % "[future-dated]").is_passed


class TestTheRecordOfACase:
    @pytest.mark.parametrize(
        ("entry", "kind"),
        [
            ("list: cancer-diagnosis", "Condition"),
            ("code: 254837009", "Condition"),
            ("list: cancer-care-review", "Observation"),
            ("term: Malignant tumour of appendix", "Observation"),
            ("list: cancer-care-review, kind: Procedure", "Procedure"),
        ],
    )
    def test_holds_entries_where_hosts_keep_them(self, entry: str, kind: str) -> None:
        case = case_of(f"title: Kinds\nrecord: [{{date: 2025-05-01, {entry}}}]\n{EXPECT}")
        record = RECORDS.record(case)
        assert [(each.kind, each.reference) for each in record.entries] == [(kind, f"{kind}/e1")]

    def test_takes_the_first_of_a_class(self) -> None:
        result = run("""
            title: A metastasis
            record: [{date: 2025-05-01, list: cancer-diagnosis, class: metastasis}]
            expect: {2025-06-01: {indicators: {REG1: out}}}
            """)
        assert "Secondary malignant neoplasm of bone" in str(result)

    def test_takes_the_term_of_a_list_without_codes(self) -> None:
        case = case_of(f"title: A term\nrecord: [{{date: 2025, list: support-information-given}}]\n{EXPECT}")
        entry = RECORDS.record(case).entries[0]
        assert entry.codings == ()
        assert entry.text.startswith("Provision of information about cancer support services")

    def test_says_that_somebody_has_died(self) -> None:
        assert run("""
            title: Died
            patient: {died: 2025-06-01}
            record: [{date: 2025-05-01, list: cancer-diagnosis}]
            expect: {2025-06-01: {reviews: {review: not applicable}}}
            """).is_passed


class TestACaseThatFails:
    def test_shows_what_was_expected_what_came_and_why(self) -> None:
        result = run("""
            title: A year has passed
            record: [{date: 2025-05-01, list: cancer-diagnosis, episode: first}]
            expect:
              2026-05-09:
                reviews: {review: {status: open, days_left: 12}}
                prompts: []
            """)
        assert not result.is_passed
        assert (result.passed, result.failed) == ((), ("one",))
        assert str(result).split("\n") == [
            "one: A year has passed",
            "  casebook.yaml:7, as of 09-May-2026",
            "    review status: expected open, came overdue",
            "    review days_left: expected 12, came -1",
            "    prompts: expected nothing, came review-due (too many review-due)",
            *(line for line in str(result).split("\n") if line.startswith("      because ")),
            "",
            "small@2025.1.0: 0 passed, 1 failed",
        ]
        assert "01-May-2025 (Malignant neoplasm of breast, first: Condition/e1)" in str(result)

    def test_is_one_failed_case_however_many_days_failed(self) -> None:
        result = run("""
            title: Two wrong days
            record: [{date: 2025-05-01, list: cancer-diagnosis}]
            expect:
              2025-06-01: {known_on: 2025-06-02, indicators: {REG1: out}}
              2025-06-02: {prompts: [review-due]}
              2025-06-03: {indicators: {REG1: out}}
            """)
        assert result.failed == ("one",)
        assert [failure.day.as_of.day for failure in result.failures] == [1, 3]
        assert "as of 01-Jun-2025, known on 02-Jun-2025" in str(result.failures[0])

    def test_says_which_findings_came_and_which_did_not(self) -> None:
        result = run("""
            title: A plan
            record: [{date: 2025-05-01, list: cancer-care-plan}]
            expect: {2025-06-01: {findings: [undated], unsettled: [review-due]}}
            """)
        text = str(result)
        assert (
            "findings: expected undated, came plan-without-cancer "
            "(missing undated; too many plan-without-cancer)" in text
        )
        assert "because plan-without-cancer: A plan." in text
        assert "unsettled: expected review-due, came nothing (missing review-due)" in text


class TestNamesThatNothingHas:
    def test_are_refused_with_the_nearest_spelling(self) -> None:
        with pytest.raises(RulesetError) as refused:
            run("""
                title: Slips
                record:
                  - {date: 2025-05-01, list: cancer-diagnoses}
                  - {date: 2025-05-01, list: cancer-care-review, class: primary}
                  - {date: 2025-05-01, code: 720006007}
                  - {date: 2025-05-01, code: 1}
                expect:
                  2025-06-01:
                    indicators: {REV2: in}
                    reviews: {revew: open}
                    dates: {STARTS: none, DIAGNOSE: none}
                    items: {plans: seen}
                    prompts: [review-due, review-do]
                    payments: [reviewing]
                """)
        assert [(each.line, each.column, each.found, each.hint) for each in refused.value.problems] == [
            (6, 9, "cancer-diagnoses", "did you mean `cancer-diagnosis`?"),
            (7, 9, "primary", "leave `class` out"),
            (8, 9, "720006007", "did you mean `720006006`?"),
            (9, 9, "1", "write it as `term` if it is meant to be unlisted"),
            (12, 22, "REV2", "did you mean `REV1`?"),
            (13, 19, "revew", "did you mean `review`?"),
            (14, 31, "DIAGNOSE", "did you mean `DIAGNOSED`?"),
            (15, 17, "plans", "did you mean `plan`?"),
            (16, 18, "review-do", "did you mean `review-due`?"),
            (17, 19, "reviewing", "did you mean `reviewed`?"),
        ]

    def test_are_refused_when_the_casebook_is_of_another_ruleset(self) -> None:
        casebook = read_casebook(
            book(REVIEWED).replace("casebook: small", "casebook: large"), "casebook.yaml"
        )
        with pytest.raises(RulesetError, match="about `large`, the ruleset is `small`"):
            run_casebook(casebook, ENGINE, ruleset())


class TestWhatNoCaseExercises:
    def test_is_listed_in_the_order_of_the_ruleset(self) -> None:
        assert run(REVIEWED).gaps == (
            "REG1: population out",
            "REG1: population undetermined",
            "REV1: population out",
            "REV1: population undetermined",
            "REV1: row 1 (exclude, OLD)",
            "REV1: not met",
            "REV1: undetermined",
            "review: status not applicable",
            "review: status upcoming",
            "review: status open",
            "review: status due soon",
            "review: status overdue",
            "review: status lapsed",
            "review: status done late",
            "review: status declined",
            "review: status cannot tell",
            "review: paused",
            "later-review: status not applicable",
            "later-review: status open",
            "later-review: status due soon",
            "later-review: status overdue",
            "later-review: status done late",
            "later-review: status cannot tell",
            "prompt review-due: shown",
            "finding plan-without-cancer",
            "plan: not seen",
            "plan: cannot tell",
            "carer: cannot tell",
            "anything: not seen",
            "anything: cannot tell",
        )

    def test_an_item_whose_list_only_guesses_need_not_be_seen(self) -> None:
        gaps = run("""
            title: Nothing
            record: []
            expect: {2026-01-20: {items: {carer: not seen}}}
            """).gaps
        assert "plan: seen" in gaps
        assert "carer: seen" not in gaps

    def test_a_row_is_exercised_when_it_decides(self) -> None:
        gaps = run("""
            title: Long ago
            record: [{date: 2018-05-01, list: cancer-diagnosis}]
            expect: {2025-06-01: {indicators: {REV1: excluded OLD}}}
            """).gaps
        assert "REV1: row 1 (exclude, OLD)" not in gaps
        assert "REV1: row 3 (include)" in gaps

    def test_a_row_that_may_have_decided_is_not_exercised(self) -> None:
        gaps = run("""
            title: Around the new year
            record:
              - {date: 2019, list: cancer-diagnosis, certain: false}
              - {date: 2020-01-01, list: cancer-diagnosis}
            expect: {2025-06-01: {indicators: {REG1: in}}}
            """).gaps
        assert {"REV1: row 1 (exclude, OLD)", "REV1: row 3 (include)"} <= set(gaps)

    def test_an_indicator_that_counts_only_who_meets_it_cannot_be_missed(self) -> None:
        rows = """
      - {if: REVIEWED <= DIAGNOSED + 12 months, then: include}
      - {otherwise: exclude}
    numerator"""
        text = RULESET.replace("\n      - {otherwise: include}\n    numerator", rows)
        case = "title: Nothing\nrecord: []\nexpect: {2025-06-01: {prompts: []}}"
        result = run_casebook(read_casebook(book(case), "casebook.yaml"), ENGINE, load_ruleset(text))
        assert {"REV1: row 4 (exclude)", "REV1: met"} <= set(result.gaps)
        assert "REV1: not met" not in result.gaps
