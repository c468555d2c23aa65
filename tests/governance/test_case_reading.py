"""Reading a casebook: what a case may say, and how what it may not say is refused."""

from datetime import date

import pytest

from ccr_rules.errors import RulesetError
from ccr_rules.governance.casebook import read_casebook
from ccr_rules.governance.cases import CaseEntry, CasePatient
from ccr_rules.record.entry import Days
from tests.governance.samples import book, case_of, expected_of, places_of, problems_of

EXPECT = "expect: {2026-01-20: {prompts: []}}"


def day(text: str) -> Days:
    return Days(date.fromisoformat(text), date.fromisoformat(text))


class TestACase:
    def test_is_a_title_a_record_and_what_is_expected(self) -> None:
        case = case_of(f"title: Nothing at all\nrecord: []\n{EXPECT}")
        assert (case.id, case.title, case.entries) == ("one", "Nothing at all", ())
        assert case.patient == CasePatient()
        assert case.supplied is None
        assert case.mode is None
        assert case.days[0].as_of == date(2026, 1, 20)
        assert case.days[0].known_on is None

    def test_may_say_more(self) -> None:
        case = case_of(f"""
            title: Everything
            shows: [row CAN004/3]
            patient: {{born: 1960, registered: 2010-01-01, deregistered: 2020-01-01, died: 2021-02}}
            record: []
            supplied: [Patient, Condition]
            consultation: {{mode: telephone}}
            {EXPECT}
            """)
        assert case.shows == ("row CAN004/3",)
        assert case.patient.born == Days(date(1960, 1, 1), date(1960, 12, 31))
        assert case.patient.registered == day("2010-01-01")
        assert case.patient.deregistered == day("2020-01-01")
        assert case.patient.died == Days(date(2021, 2, 1), date(2021, 2, 28))
        assert case.supplied == frozenset({"Patient", "Condition"})
        assert case.mode == "telephone"

    def test_may_say_that_all_was_supplied(self) -> None:
        assert case_of(f"title: All\nsupplied: all\nrecord: []\n{EXPECT}").supplied is None

    def test_has_entries_by_code_by_term_and_by_list(self) -> None:
        case = case_of(f"""
            title: Entries
            record:
              - {{date: 2025-10-01, code: 720006006, recorded: 2025-11}}
              - {{date: none, term: Cancer care review, kind: Procedure, state: declined, id: mine}}
              - {{date: 2025, list: cancer-diagnosis, class: metastasis, episode: new, certain: false}}
            {EXPECT}
            """)
        november = Days(date(2025, 11, 1), date(2025, 11, 30))
        assert case.entries == (
            CaseEntry("e1", day("2025-10-01"), november, code="720006006"),
            CaseEntry("mine", None, term="Cancer care review", kind="Procedure", state="declined"),
            CaseEntry(
                "e3",
                Days(date(2025, 1, 1), date(2025, 12, 31)),
                codelist="cancer-diagnosis",
                class_="metastasis",
                episode="new",
                certain=False,
            ),
        )

    def test_may_ask_on_several_days_and_with_hindsight(self) -> None:
        case = case_of("""
            title: Two days
            record: []
            expect:
              2026-01-20: {known_on: 2026-02-01, prompts: []}
              2026-01-21: {prompts: []}
            """)
        asked = [(each.as_of, each.known_on) for each in case.days]
        assert asked == [(date(2026, 1, 20), date(2026, 2, 1)), (date(2026, 1, 21), None)]


class TestWhatIsExpected:
    def test_of_an_indicator_in_a_few_words(self) -> None:
        assert expected_of("""
            title: Short
            record: []
            expect: {2026-01-20: {indicators: {A: in excluded OLD, B: not  met included, C: undetermined}}}
            """) == [
            ("indicators", "A", "population", "in"),
            ("indicators", "A", "denominator", "excluded"),
            ("indicators", "A", "reason", "OLD"),
            ("indicators", "B", "numerator", "not met"),
            ("indicators", "B", "denominator", "included"),
            ("indicators", "C", "population", "undetermined"),
        ]

    def test_of_an_indicator_at_length(self) -> None:
        assert expected_of("""
            title: Long
            record: []
            expect:
              2026-01-20:
                indicators:
                  A:
                    population: undetermined
                    denominator: not applicable
                    reason: none
                    numerator: undetermined
                    possible: [excluded OLD, included]
                    achievable_until: none
            """) == [
            ("indicators", "A", "population", "undetermined"),
            ("indicators", "A", "denominator", "not applicable"),
            ("indicators", "A", "reason", "none"),
            ("indicators", "A", "numerator", "undetermined"),
            ("indicators", "A", "possible", ("excluded OLD", "included")),
            ("indicators", "A", "achievable_until", "none"),
        ]

    def test_of_a_review(self) -> None:
        assert expected_of("""
            title: Reviews
            record: []
            expect:
              2026-01-20:
                reviews:
                  a: due soon
                  b: {status: cannot tell, due: 2026-02, days_left: -3, paused: true, evidence: []}
            """) == [
            ("reviews", "a", "status", "due soon"),
            ("reviews", "b", "status", "cannot tell"),
            ("reviews", "b", "due", "2026-02-01..2026-02-28"),
            ("reviews", "b", "days_left", "-3"),
            ("reviews", "b", "paused", "true"),
            ("reviews", "b", "evidence", ()),
        ]

    def test_of_dates(self) -> None:
        assert expected_of("""
            title: Dates
            record: []
            expect:
              2026-01-20:
                dates: {A: 2026-01-01, B: none, C: maybe 2026-01, D: 2025-03-05..2025-03}
            """) == [
            ("dates", "A", "", "2026-01-01"),
            ("dates", "B", "", "none"),
            ("dates", "C", "", "maybe 2026-01-01..2026-01-31"),
            ("dates", "D", "", "2025-03-05..2025-03-31"),
        ]

    def test_of_everything_else(self) -> None:
        assert expected_of("""
            title: The rest
            record: []
            expect:
              2026-01-20:
                completeness: partial
                items: {plan: not seen}
                prompts: [a, b]
                findings: []
                unsettled: []
                payments: [c]
                suggested_codes: [720006006]
            """) == [
            ("completeness", "", "", "partial"),
            ("items", "plan", "state", "not seen"),
            ("prompts", "", "", ("a", "b")),
            ("findings", "", "", ()),
            ("unsettled", "", "", ()),
            ("payments", "", "", ("c",)),
            ("suggested_codes", "", "", ("720006006",)),
        ]


class TestRefused:
    """Everything that is wrong is said at once, each with its place and the nearest valid spelling."""

    def test_all_problems_together_in_the_order_of_the_text(self) -> None:
        text = """\
casebook: small
cases:
  one:
    titel: A slip
    title: A case
    record:
      - {date: 2025-02-30, list: cancer-diagnosis, episode: frist}
      - {date: 2025-03-01}
      - {date: 2025-03-01, list: cancer-diagnosis, term: Cancer}
    expect:
      2026-01-20:
        reviews: {review: due son}
        indicators: {REV1: included excluded}
"""
        assert places_of(text) == [
            (4, 5, "unknown-key", "titel"),
            (7, 16, "bad-value", "2025-02-30"),
            (7, 61, "unknown-word", "frist"),
            (8, 9, "bad-value", ""),
            (9, 9, "bad-value", ""),
            (12, 27, "unknown-word", "due son"),
            (13, 37, "bad-value", "excluded"),
        ]
        hints = [problem.hint for problem in problems_of(text)]
        assert hints == [
            "did you mean `title`?",
            "write a day 2024-03-31, a month 2024-03, a year 2024, or none",
            "did you mean `first`?",
            "give one of `code`, `term` and `list`",
            "give one of `code`, `term` and `list`",
            "did you mean `due soon`?",
            "one of them is enough",
        ]

    @pytest.mark.parametrize(
        ("written", "code", "found", "hint"),
        [
            ("reviews: {review: {statuss: open}}", "unknown-key", "statuss", "did you mean `status`?"),
            ("reviews: {review: {days_left: soon}}", "bad-value", "soon", ""),
            ("reviews: {review: {paused: yes}}", "unknown-word", "yes", "one of: true, false"),
            ("reviews: {review: {due: 2026-13-01}}", "bad-date", "2026-13-01", "write 2024-03-31"),
            ("dates: {A: 2026-01-01..2026-01-02..2026-01-03}", "bad-date", "2026-01-01..2026-01-02", "write"),
            ("reviews: {review: {due: [2026]}}", "wrong-shape", "a list", ""),
            ("dates: {A: perhaps}", "bad-date", "perhaps", "write 2024-03-31"),
            ("dates: {A: [2026]}", "wrong-shape", "a list", ""),
            ("items: {plan: sean}", "unknown-word", "sean", "did you mean `seen`?"),
            ("items: {plan: [seen]}", "wrong-shape", "a list", ""),
            ("indicators: {REV1: includd}", "unknown-word", "includd", "did you mean `included`?"),
            ("indicators: [REV1]", "wrong-shape", "a list", ""),
            ("completeness: partly", "unknown-word", "partly", "did you mean `partial`?"),
            ("promts: [a]", "unknown-key", "promts", "did you mean `prompts`?"),
            ("prompts:", "empty", "", "write a value or delete the key"),
            ("known_on: 2026-02-01", "bad-value", "", "a case that expects nothing always passes"),
        ],
    )
    def test_an_expectation_that_means_nothing(self, written: str, code: str, found: str, hint: str) -> None:
        text = book(f"title: Slips\nrecord: []\nexpect:\n  2026-01-20:\n    {written}\n")
        problem = problems_of(text)[0]
        assert problem.code == code
        assert problem.found.startswith(found)
        assert problem.hint.startswith(hint)
        assert problem.line in (7, 8)

    @pytest.mark.parametrize(
        ("case", "code", "found"),
        [
            ("record: []\nexpect: {yesterday: {prompts: []}}", "bad-date", "yesterday"),
            ("record: []\nexpect: [2026-01-20]", "wrong-shape", "a list"),
            ("record: []\nexpect: {2026-01-20: nothing}", "wrong-shape", "nothing"),
            ("record: nothing\n" + EXPECT, "wrong-shape", "nothing"),
            ("record: [nothing]\n" + EXPECT, "wrong-shape", "nothing"),
            ("record: []", "missing-key", ""),
            (EXPECT, "missing-key", ""),
            ("record: []\nsupplied: [Condtion]\n" + EXPECT, "unknown-word", "Condtion"),
            ("record: []\npatient: {borne: 1960}\n" + EXPECT, "unknown-key", "borne"),
            ("record: []\nconsultation: {mode: telefone}\n" + EXPECT, "unknown-word", "telefone"),
            ("record: []\nconsultation: telephone\n" + EXPECT, "wrong-shape", "telephone"),
            (
                "record: [{date: 2025, term: a, id: x}, {date: 2025, term: b, id: x}]\n" + EXPECT,
                "duplicate-id",
                "x",
            ),
        ],
    )
    def test_a_case_that_means_nothing(self, case: str, code: str, found: str) -> None:
        problem = problems_of(book(f"title: Slips\n{case}"))[0]
        assert (problem.code, problem.found) == (code, found)
        assert problem.line >= 3

    def test_a_casebook_without_cases(self) -> None:
        assert [problem.code for problem in problems_of("casebook: small\n")] == ["missing-key"]

    def test_a_text_that_is_no_casebook(self) -> None:
        assert [problem.code for problem in problems_of(b"\xff")] == ["not-utf8"]
        assert [problem.code for problem in problems_of("- a list\n")] == ["wrong-shape"]

    def test_what_yaml_would_guess(self) -> None:
        text = book(f"title: &anchor A\nrecord: []\n{EXPECT}\n")
        assert [problem.code for problem in problems_of(text)] == ["anchor"]

    def test_says_how_many_and_where(self) -> None:
        with pytest.raises(
            RulesetError, match=r"casebook\.yaml cannot be used: 1 problem\n  casebook\.yaml:1:1: "
        ):
            read_casebook("casebook: small\n", "casebook.yaml")
        with pytest.raises(RulesetError, match="the casebook cannot be used: 2 problems\n"):
            read_casebook("note: nothing else\n")
