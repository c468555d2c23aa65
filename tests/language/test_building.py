"""From the text of a ruleset to its typed form."""

from datetime import date
from decimal import Decimal

import pytest

from ccr_rules.dates import Duration
from ccr_rules.errors import RulesetError
from ccr_rules.language.ast import And, AsOf, DateName, IsNull, Place, ReviewDate, Shift
from ccr_rules.language.loading import load_ruleset
from ccr_rules.language.ruleset import (
    Apart,
    CodelistUse,
    ContentItem,
    DeclineReason,
    Extreme,
    Grounds,
    Parameter,
    Placeholder,
    Source,
)
from tests.language.samples import HEAD, INDICATORS, REVIEWS, codes_of, loaded, problems_of

QOF = loaded(INDICATORS)
BEST = loaded(REVIEWS)
PACK = Grounds("pack")


def test_the_head_says_what_a_ruleset_is_and_when_it_holds() -> None:
    assert (QOF.id, QOF.version, QOF.reference) == ("qof-example", "2023.1.0", "qof-example@2023.1.0")
    assert (QOF.jurisdiction, QOF.status, QOF.base) == ("GB-ENG", "draft", None)
    assert QOF.in_force(date(2024, 3, 31))
    assert not QOF.in_force(date(2024, 4, 1))
    assert BEST.in_force_to is None
    assert BEST.summary == "what a practice might do"


def test_sources_and_codelists_are_read() -> None:
    source = BEST.sources["pack"]
    assert source == Source(
        "pack", "Best practice pack", "Nobody", "https://example.org/x", date="2025", note="made up"
    )
    assert BEST.codelists["care-review"] == CodelistUse("care-review", "review", "2025-01")
    assert BEST.codelists["diagnosis"] == CodelistUse("diagnosis", "cancer")


def test_a_parameter_is_a_duration_a_day_or_a_number_and_says_where_it_is_from() -> None:
    window = QOF.parameters["support_window"]
    unverified = "3 calendar months in the indicator text"
    assert window == Parameter(
        "support_window", Duration(93, "day"), Grounds("guidance", unverified), window.at
    )
    assert BEST.parameters["pilot_start"].value == date(2025, 7, 1)
    assert BEST.parameters["places"].value == 40


def test_a_date_definition_keeps_its_window_and_its_filters() -> None:
    cancer = QOF.dates["CAN_DAT"]
    assert (cancer.pick, cancer.codelist) == ("latest", "CAN_COD")
    assert cancer.episodes == {"first", "new", "unstated"}
    assert cancer.lower is None
    assert cancer.upper is not None
    assert cancer.upper.inclusive
    assert cancer.upper.date == DateName("PPED")
    support = QOF.dates["SUPP_DAT"]
    assert support.on == "recorded"
    assert support.upper is not None
    assert not support.upper.inclusive
    assert BEST.dates["SUPPORT_DECLINED_DAT"].states == {"declined"}
    assert BEST.dates["PALLIATIVE_DAT"].assume_none
    first = BEST.dates["FIRST_DX"]
    assert first.classes == {"primary"}
    assert first.states == {"done"}
    assert first.title == "the first diagnosis of a primary cancer"
    assert first.at == Place("ruleset.yaml", 25, 3)


def test_apart_is_a_condition_of_entries() -> None:
    test = BEST.conditions["seen_twice"].test
    assert test == Apart("care-review", Duration(7, "day"), None, None, assume_none=True)


def test_an_indicator_has_its_rows_in_order() -> None:
    indicator = QOF.indicators["CAN004"]
    assert [row.outcome for row in indicator.rows[:3]] == ["exclude", "exclude", "include"]
    assert indicator.rows[0].reason == "CAN_DAT24M"
    assert indicator.rows[5].unreachable == "after row 4; listed because the source lists it"
    assert indicator.rows[-1].test is None
    assert (indicator.points, indicator.thresholds) == (Decimal(6), (50, 90))
    assert indicator.period_end == DateName("PPED")
    window = Shift(DateName("CAN_DAT"), 1, Duration(12, "month"), "review_window")
    assert indicator.achievable_until == window
    assert indicator.note == "a made-up example"


def test_a_row_takes_the_grounds_of_its_indicator_unless_it_has_its_own() -> None:
    assert QOF.indicators["CAN004"].rows[0].grounds == Grounds("guidance")
    row = QOF.indicators["CAN005"].rows[0]
    assert row.grounds == Grounds(unverified="the order of rows")
    assert row.text == "Told in time"


def test_a_register_has_neither_rows_nor_a_numerator() -> None:
    register = QOF.indicators["CAN001"]
    assert (register.rows, register.numerator) == ((), None)
    assert register.grounds.choice == "the example's: who is on the register"


def test_a_review_has_its_dates_and_what_it_is_made_of() -> None:
    review = BEST.reviews["support-conversation"]
    assert review.opens == DateName("DIAGNOSED")
    assert review.remind == Duration(28, "day")
    assert review.words == {"overdue": "suggested date passed"}
    assert review.record == ("support",)
    assert review.covers == (ContentItem("work", "Work and money", PACK),)
    assert BEST.reviews["open-ended"].until is None
    assert BEST.reviews["open-ended"].opens == ReviewDate("support-conversation", "opens")


def test_a_decline_holds_for_a_time_or_until_the_record_changes() -> None:
    grounds = Grounds(choice="the project's")
    assert BEST.decline_reasons == {
        "patient-declined": DeclineReason("patient-declined", "Patient declined", None, grounds),
        "not-now": DeclineReason("not-now", "Not now", Duration(14, "day"), grounds),
    }


def test_a_prompt_says_what_it_shows() -> None:
    prompt = BEST.prompts["support-conversation-due"]
    assert (prompt.severity, prompt.record) == ("info", ("support",))
    assert prompt.decline == ("patient-declined", "not-now")
    assert prompt.summary.parts == (
        "Cancer support conversation suggested by ",
        Placeholder(
            "support-conversation.due", ReviewDate("support-conversation", "due"), "support-conversation"
        ),
    )
    assert prompt.detail is not None
    assert prompt.detail.parts == (
        "Diagnosed ",
        Placeholder("DIAGNOSED", DateName("DIAGNOSED")),
        ", within ",
        Placeholder("support_window", text="3 months"),
        ": {",
        Placeholder("support-conversation.says", review="support-conversation", field="says"),
        "}",
    )


def test_a_day_in_a_text_is_written_as_people_write_it() -> None:
    parts = BEST.findings["seen-again"].message.parts
    assert [part.text for part in parts if isinstance(part, Placeholder)] == ["01-Jul-2025", "40"]


@pytest.mark.parametrize(
    ("when", "review"),
    [
        ("support-conversation.status in {open}", "support-conversation"),
        ("is_open", "support-conversation"),
        ("is_open and not is_open and support-conversation.status in {overdue}", "support-conversation"),
        ("support-conversation.status in {open} and open-ended.status in {open}", None),
        ("has_cancer or seen_twice", None),
    ],
)
def test_a_prompt_is_about_the_one_review_whose_status_it_tests(when: str, review: str | None) -> None:
    text = REVIEWS.replace(
        'when: "support-conversation.status in {open, due soon, overdue}'
        ' and not (consultation.mode in {administrative})"',
        f'when: "{when}"',
    ).replace("conditions:\n", 'conditions:\n  is_open: "support-conversation.status in {open}"\n')
    assert loaded(text).prompts["support-conversation-due"].review == review


def test_a_prompt_may_say_itself_which_review_it_is_about() -> None:
    text = REVIEWS.replace("    severity: info\n", "    severity: info\n    review: open-ended\n")
    assert loaded(text).prompts["support-conversation-due"].review == "open-ended"


def test_payments_items_and_rules_that_are_not_computed_are_read() -> None:
    payment = BEST.payments["psa-and-hna"]
    assert (payment.amount, payment.currency, payment.per) == (Decimal("50.00"), "GBP", "year")
    assert BEST.items["care-plan"].seen == DateName("REVIEW_DAT")
    assert BEST.not_computable["end-of-treatment-review"].needs.startswith("a codelist")


def test_a_ruleset_may_hold_nothing_but_its_head() -> None:
    ruleset = load_ruleset(HEAD)
    assert ruleset.reviews == {}
    assert ruleset.indicators == {}
    assert load_ruleset(HEAD.replace("sources: [{id: pack, title: A pack}]\n", "")).sources == {}


def test_a_codelist_is_not_looked_for_when_it_is_not_known_which_there_are() -> None:
    text = HEAD + "dates:\n  A: {earliest: CANCER}\n"
    assert load_ruleset(text.replace("CANCER: cancer", "CANCER: nonsense")).codelists["CANCER"].codelist


def test_an_error_names_the_file_and_counts_its_problems() -> None:
    with pytest.raises(RulesetError, match=r"^a\.yaml cannot be used: 2 problems\n") as raised:
        load_ruleset(HEAD.replace("title: An example\n", "").replace("draft", "drafty"), "a.yaml")
    assert len(raised.value.problems) == 2
    with pytest.raises(RulesetError, match=r"^the ruleset cannot be used: 1 problem\n"):
        load_ruleset(HEAD.replace("title: An example\n", ""))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("codelists: {X: [a]}\n", ["wrong-shape"]),
        ("codelists: {X: {release: 1}}\n", ["missing-key"]),
        ("codelists: {X: ''}\n", ["empty"]),
        ("prompts: [a]\n", ["wrong-shape"]),
        ("in_force: always\n", ["wrong-shape"]),
        ("sources: [pack]\n", ["wrong-shape"]),
        ("sources: [{title: A}]\n", ["missing-key"]),
        ("let: {A: [b]}\n", ["wrong-shape"]),
        ("let: {A: ''}\n", ["empty"]),
        ("dates: {A: soon}\n", ["wrong-shape"]),
        ("conditions: {a: [b]}\n", ["wrong-shape"]),
        ("conditions: {a: {apart: soon}}\n", ["wrong-shape"]),
        ("conditions: {a: {nearby: {of: b}}}\n", ["missing-key", "unknown-key"]),
        ("parameters: {a: {source: pack}}\n", ["missing-key", "unknown-source"]),
        ("parameters: {a: 3 months}\n", ["wrong-shape"]),
        ("extends: base\n", ["wrong-shape"]),
        ("findings: {f: {severity: info, source: pack}}\n", ["missing-key", "missing-key", "unknown-source"]),
        ("payments: {f: {source: pack}}\n", ["missing-key"] * 5 + ["unknown-source"]),
        ("items: {f: {source: pack}}\n", ["missing-key"] * 2 + ["unknown-source"]),
        ("prompts: {f: {source: pack}}\n", ["missing-key"] * 3 + ["unknown-source"]),
        ("decline_reasons: {f: {source: pack}}\n", ["missing-key"] * 2 + ["unknown-source"]),
        ("reviews: {f: a review}\n", ["wrong-shape"]),
        ("indicators: {f: an indicator}\n", ["wrong-shape"]),
    ],
)
def test_a_section_that_cannot_be_read_does_not_hide_the_rest(text: str, expected: list[str]) -> None:
    replaced = {text.partition(":")[0], "sources" if "unknown-source" in expected else ""}
    head = [line for line in HEAD.splitlines() if line.partition(":")[0] not in replaced]
    assert sorted(codes_of("\n".join([*head, text]))) == sorted(expected)


def test_a_row_that_cannot_be_read_is_left_out_of_the_checks() -> None:
    text = INDICATORS.replace("{if: invited_twice, ", "{if: invited_thrice, ")
    assert codes_of(text) == ["unknown-name"]
    assert codes_of(INDICATORS.replace("{if: invited_twice, ", "{iff: invited_twice, ")) == [
        "missing-key",
        "unknown-key",
    ]


def test_a_window_with_an_end_that_cannot_be_read_is_not_taken_for_an_open_one() -> None:
    assert codes_of(REVIEWS.replace("earliest: support, from: DIAGNOSED", "earliest: support, from: X")) == [
        "unknown-name"
    ]
    text = REVIEWS.replace("at_least: apart_by,", "at_least: apart_by, after: X,")
    assert codes_of(text) == ["unknown-name"]


def test_a_problem_is_not_repeated_where_its_value_is_used() -> None:
    assert codes_of(REVIEWS.replace("{value: 28 days,", "{value: 28 dais,")) == ["bad-value"]
    assert codes_of(INDICATORS.replace("thresholds: [50, 90]", "thresholds: []")) == ["empty"]


def test_a_very_long_word_is_not_compared_with_all_others() -> None:
    (problem,) = problems_of(REVIEWS.replace("title: Cancer support", "a" * 500 + ": Cancer support"))[:1]
    assert problem.code == "missing-key"
    (problem,) = problems_of(REVIEWS.replace("severity: info", "severity: " + "info" * 500))[:1]
    assert problem.hint == "one of: info, warning, critical"


def test_problems_stand_in_the_order_of_the_text() -> None:
    text = INDICATORS.replace("CAN_DAT", "CAN_DATE").replace("  CAN_DATE:", "  CAN_DAT:")
    places = [(problem.line, problem.column) for problem in problems_of(text)]
    assert len(places) > 8
    assert places == sorted(places)


def test_a_condition_may_rest_on_a_date_that_is_always_there() -> None:
    text = HEAD + "dates:\n  A: {earliest: CANCER, to: as_of}\n  B: {earliest: REVIEW}\n"
    text += "conditions:\n  a: A <= as_of and B is not null\n"
    ruleset = loaded(text)
    assert ruleset.conditions["a"].test == And(
        (IsNull(DateName("A"), negated=True), IsNull(DateName("B"), negated=True))
    )
    bound = ruleset.dates["A"].upper
    assert bound is not None
    assert bound.date == AsOf()
    assert isinstance(ruleset.dates["A"], Extreme)


@pytest.mark.parametrize(
    ("let", "code"),
    [
        ('DIAGNOSED: {date: "later(FIRST_DX, NEW_DX)"}', "missing-key"),
        ("DIAGNOSED: {date: later(FIRST_DX, title: x}", "syntax"),
        ("DIAGNOSED: {date: FIRST_DX +, title: when it began}", "syntax"),
        ("DIAGNOSED: {date: FIRST_DX, titel: when it began}", "unknown-key"),
    ],
)
def test_a_let_with_a_title_is_read_as_strictly(let: str, code: str) -> None:
    text = REVIEWS.replace('DIAGNOSED: {date: "later(FIRST_DX, NEW_DX)", title: the date of diagnosis}', let)
    assert code in codes_of(text)
