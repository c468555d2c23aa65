"""The page of a ruleset: plain English beside its cases."""

from dataclasses import replace
from textwrap import dedent

import pytest

from ccr_rules.errors import RulesetError
from ccr_rules.governance.case_tables import case_lines, groups
from ccr_rules.governance.casebook import read_casebook, runner_for
from ccr_rules.governance.hazards import hazards
from ccr_rules.governance.page import anchor, ruleset_page
from ccr_rules.governance.page_parts import PageParts
from ccr_rules.language.loading import load_ruleset
from tests.governance.samples import ENGINE, RULESET, book, ruleset

CASES = """\
casebook: small
cases:
  nothing:
    title: Nobody
    record: []
    expect:
      2026-01-20: {indicators: {REG1: out}, prompts: [], findings: []}
  # --- what is due, and when ---
  overdue:
    title: Nothing done [so far]
    shows: [the due date]
    record: [{date: 2024-10-01, list: cancer-diagnosis, episode: first}]
    expect:
      2026-01-20:
        indicators: {REG1: in, REV1: in included not met}
        reviews: {review: overdue}
        items: {plan: not seen}
        prompts: [review-due]
  # --- Others ---------
  old:
    title: An old diagnosis
    record: [{date: 2019-10-01, list: cancer-diagnosis}]
    expect:
      2026-01-20: {indicators: {REV1: excluded OLD}, reviews: {review: lapsed}, payments: []}
  plan:
    title: A plan and no cancer
    record: [{date: 2025-10-01, list: cancer-care-plan}]
    expect:
      2026-01-20: {findings: [plan-without-cancer], items: {plan: seen}}
  reviewed:
    title: Reviewed
    record: [{date: 2025-10-01, list: cancer-diagnosis}, {date: 2025-11-01, list: cancer-care-review}]
    expect:
      2026-01-20: {payments: [reviewed], indicators: {REV1: met}}
"""
SAFETY = """\
# Hazards

**H-X-01 Somebody is
forgotten.**
Cause: `not-a-case`.
Evidence: `nothing`, `old-diagnosis`,
`not-there`. Also `not-evidence`.

**H-X-02 Nothing shows this.**
"""


def parts(text: str = CASES, **more: object) -> PageParts:
    """Return the parts of the page of the small ruleset."""
    made = PageParts(ruleset(), read_casebook(text, "casebook.yaml"), text, files=("ruleset.yaml",))
    return replace(made, **more)  # type: ignore[arg-type]


def page(text: str = CASES, **more: object) -> str:
    return ruleset_page(parts(text, **more), ENGINE)


def case_table(case: str) -> list[str]:
    """Return the lines of the one case of a casebook."""
    casebook = read_casebook(book(case), "casebook.yaml")
    records = runner_for(casebook, ENGINE, ruleset()).records
    return list(case_lines(casebook.cases[0], ruleset(), records))


# --- rules beside their cases --------------------------------------------------------------------


@pytest.mark.parametrize(
    "line",
    [
        "1. If DIAGNOSED is before 01-Jan-2020: left out (OLD).\n    - Shown by: [An old diagnosis](#old)",
        "3. Otherwise: counted.\n    - Shown by: [Reviewed](#reviewed), [Nothing done (so far)](#overdue)",
        "| population in | [Nothing done (so far)](#overdue) |",
        "| population out | [Nobody](#nothing) |",
        "| met | [Reviewed](#reviewed) |",
        "| overdue | [Nothing done (so far)](#overdue) |",
        "| lapsed | [An old diagnosis](#old) |",
        "- Shown in: [Nothing done (so far)](#overdue)",
        "    - Shown by: seen: [A plan and no cancer](#plan); not seen: [Nothing done (so far)](#overdue)",
        "“A plan.” [source: pack]\n    - Shown by: [A plan and no cancer](#plan)",
        "when REVIEWED is recorded. [source: pack]\n    - Shown by: [Reviewed](#reviewed)",
    ],
)
def test_each_part_names_the_cases_that_show_it(line: str) -> None:
    assert line in page()


def test_of_many_cases_those_that_expect_least_are_named() -> None:
    more = "".join(
        f"  more{n}:\n    title: More {n}\n    record: []\n    expect:\n      2026-01-20: {{indicators: "
        f"{{REG1: out}}{', prompts: []' * (n == 1)}}}\n"
        for n in range(1, 6)
    )
    links = "[More 2](#more2), [More 3](#more3), [More 4](#more4) and 3 more"
    assert f"| population out | {links} |" in page(CASES + more)


def test_a_casebook_that_names_what_is_not_there_is_refused() -> None:
    with pytest.raises(RulesetError, match="no `REG2`"):
        page(CASES.replace("REG1: out", "REG2: out"))


# --- how sure it is ------------------------------------------------------------------------------


def test_statements_are_counted_and_what_is_open_is_listed() -> None:
    text = RULESET.replace(
        "notice: {value: 28 days, source: pack}", "notice: {value: 28 days, source: pack, unverified: Or 30}"
    ).replace("    message: A plan.\n    source: pack", "    message: A plan.\n    unverified: Nobody knows")
    text += "not_computable: {more: {title: More, needs: a code, choice: ours to say}}\n"
    shown = page(ruleset=load_ruleset(text, "r.yaml"))
    assert "\n- 9 name a source, and nothing about them is open\n" in shown
    assert "\n- 1 are somebody's choice, with the reason\n- 2 are **unverified**" in shown
    assert "\n1 rule is stated and **never computed**" in shown
    assert "\n- parameter **notice** (28 days): Or 30 [source: pack]\n" in shown
    assert "\n- finding **plan-without-cancer**: Nobody knows\n" in shown


def test_where_everything_is_sourced_nothing_is_listed_as_open() -> None:
    assert "What is unverified" not in page()
    assert "never computed" not in page()


# --- who does what -------------------------------------------------------------------------------


def test_who_does_what_is_a_table_with_a_row_for_each_time() -> None:
    process = """\
process:
  told: {title: tells of the diagnosis, who: trust, timing: At once, source: pack}
  invited: {title: invites, who: practice, before: review, expects: told, record: [REVIEW], source: pack}
  talk: {title: talk|listen, who: [practice, patient], during: review, source: pack}
  chosen: {title: chooses the day, who: patient, before: review, choice: ours to say}
"""
    shown = page(ruleset=load_ruleset(RULESET + process, "r.yaml"))
    assert (
        """
## Who does what

| when | trust | practice | patient |
|---|---|---|---|
| At once | Tells of the diagnosis. |  |  |
| Before “The review” |  | Invites. | Chooses the day. |
| During “The review” |  | Talk\\|listen. | Talk\\|listen. |

- At once, the trust tells of the diagnosis (told). [source: pack]
- Before “The review”, the practice invites (invited). Expects that the trust tells of the diagnosis (told).\
 Recorded as REVIEW. [source: pack]
- Before “The review”, the patient chooses the day (chosen). [choice: ours to say]
"""
        in shown
    )
    assert "Who does what" not in page()


# --- files, hazards, bases -----------------------------------------------------------------------


def test_links_lead_to_the_files_beside_the_ruleset() -> None:
    shown = page(folder="../x/", safety=SAFETY)
    assert "\nFiles: [ruleset.yaml](../x/ruleset.yaml).\n" in shown
    assert "[SAFETY.md](../x/SAFETY.md)" in shown
    assert "\nOn this page: [How sure this is](#how-sure-this-is), [Indicators](#indicators), " in shown


def test_hazards_name_the_cases_that_are_there() -> None:
    text = CASES.replace("  old:\n", "  old-diagnosis:\n")
    shown = page(text, safety=SAFETY)
    assert "\n- H-X-01: Somebody is forgotten. Shown by [old-diagnosis](#old-diagnosis).\n" in shown
    assert "\n- H-X-02: Nothing shows this.\n" in shown
    assert [hazard.cases for hazard in hazards(SAFETY)] == [("old-diagnosis", "not-there"), ()]


def test_an_overlay_says_what_it_changes() -> None:
    base = load_ruleset(
        RULESET.replace("value: 28 days", "value: 30 days")
        .replace("STARTS + 24 months", "STARTS + 25 months")
        .replace("  carer: {title: A carer, seen: CARED_FOR, source: pack}\n", "")
        .replace("- {otherwise: include}", "- {if: palliative, then: exclude}\n      - {otherwise: include}"),
        "base.yaml",
    )
    shown = page(base=base, base_page="base.md")
    assert "Against small@2025.1.0, as far as it may change answers:" in shown
    assert "\n- notice: value changed\n    - was: 30 days\n    - now: 28 days\n" in shown
    assert "\n- REV1: former row 3: row removed\n    - was: if “palliative” holds: exclude\n" in shown
    assert "\n- carer: added\n    - now: title: A carer, …\n" in shown
    assert "cases of its base: see the [page](base.md) of that." in shown
    assert "cases of its base: see the casebook of that." in page(base=base)


def test_a_row_that_moved_is_told_without_its_words() -> None:
    rows = "      - {if: DIAGNOSED < @2020-01-01, then: exclude, reason: OLD}\n"
    other = "      - {if: palliative, then: exclude, reason: PALL}\n"
    base = load_ruleset(RULESET.replace(rows, rows + other), "base.yaml")
    moved = load_ruleset(RULESET.replace(rows, other + rows), "r.yaml")
    assert "\n- REV1: row 2: moved from row 1 to row 2\n\n" in page(base=base, ruleset=moved)


def test_without_cases_the_page_says_that_nothing_was_tested() -> None:
    shown = ruleset_page(PageParts(ruleset()), ENGINE)
    assert shown.endswith("## Cases\n\nThere are no cases: nothing of this has been tested.\n")
    assert "Shown by" not in shown


# --- cases ---------------------------------------------------------------------------------------


def test_cases_stand_under_the_headings_of_their_casebook() -> None:
    found = groups(read_casebook(CASES, "casebook.yaml"), CASES)
    assert [(group.title, [case.id for case in group.cases]) for group in found] == [
        ("Cases", ["nothing"]),
        ("What is due, and when", ["overdue"]),
        ("Others", ["old", "plan", "reviewed"]),
    ]
    shown = page()
    assert "\n- [What is due, and when](#cases-what-is-due-and-when): 1\n" in shown
    assert '\n<a id="cases-what-is-due-and-when"></a>\n\n### What is due, and when\n' in shown


def test_one_group_needs_no_list_of_groups() -> None:
    one = CASES[: CASES.index("  # ---")]
    assert "#cases-" not in page(one)


def test_a_case_is_a_table_of_days() -> None:
    case = """
        title: Everything
        shows: [much, more]
        patient: {born: 1960-05-01, registered: 2010, died: 2026-02}
        supplied: [Condition, Patient]
        consultation: {mode: home-visit}
        record:
          - {date: none, term: "a|b"}
          - {date: 2025-03, code: 720006006, state: declined, recorded: 2025-04-02}
          - {date: 2025-01-02, list: cancer-diagnosis, class: primary, episode: first, certain: false}
          - {date: 2025-01-02, list: cancer-care-plan, kind: CarePlan}
        expect:
          2026-01-20:
            completeness: partial
            reviews:
              review: {status: done, says: well done, due: 2026-01-09, days_left: -11, done_on: none,
                paused: true, evidence: [e1]}
              later-review: {days_left: 1, paused: false, possible: [open, due soon]}
            items: {plan: seen}
            dates: {DIAGNOSED: 2025-01-02, PLANNED: maybe 2025-01, DECLINED: none}
            unsettled: [review]
            suggested_codes: []
          2025-01-02:
            indicators: {REV1: {population: undetermined, denominator: not applicable, reason: none}}
          2025-01-03:
            known_on: 2026-01-01
            indicators:
              REG1: in
              REV1: {denominator: excluded, reason: OLD, numerator: undetermined, possible: [included],
                achievable_until: 2026-01-02}
    """
    assert case_table(dedent(case)) == [
        '<a id="one"></a>**Everything** (`one`)',
        "",
        "Born 01-May-1960; registered 2010; died Feb-2026; supplied: only Condition and Patient; in a "
        "consultation (home visit). Shows: much and more.",
        "",
        "| Day | In the record | Expected that day |",
        "|---|---|---|",
        "| no date | “a\\|b” (text, no code) |  |",
        "| 02-Jan-2025 | cancer diagnosis, primary, marked first, not certain<br>cancer care plan, as a "
        "CarePlan | REV1: population undetermined, denominator not applicable |",
        "| 03-Jan-2025, as known on 01-Jan-2026 |  | REG1: in<br>REV1: excluded (OLD), numerator "
        "undetermined, included, can be met until 02-Jan-2026 |",
        "| Mar-2025 | Cancer care review (720006006), declined, recorded 02-Apr-2025 |  |",
        "| 20-Jan-2026 |  | completeness: partial<br>The review: done, the screen says “well done”, due "
        "09-Jan-2026, 11 days past, not done, paused<br>A review without end: open or due soon, 1 day "
        "left, not paused<br>DIAGNOSED: 02-Jan-2025<br>PLANNED: maybe 01-Jan-2025 to "
        "31-Jan-2025<br>DECLINED: none<br>Care plan: seen<br>not settled: review<br>offered for recording: "
        "none |",
        "",
    ]


def test_a_case_without_entries_says_so() -> None:
    lines = case_table("title: Nobody\nrecord: []\nexpect:\n  2026-01-20: {prompts: []}")
    assert lines[4:] == ["| | nothing | |", "| 20-Jan-2026 |  | prompts: none |", ""]


def test_a_heading_has_the_anchor_that_github_gives_it() -> None:
    assert anchor("CAN004, row by row: the `best`-known") == "can004-row-by-row-the-best-known"
