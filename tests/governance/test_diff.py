"""What changed in meaning between two rulesets, and what only changed words."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from ccr_rules.governance.casebook import read_casebook, run_casebook
from ccr_rules.governance.changes import ANSWERS, SAME_MEANING, WORDS, Change, RulesetDiff
from ccr_rules.governance.codelist_changes import SHOWN
from ccr_rules.governance.diff import diff
from ccr_rules.language.loading import load_ruleset
from ccr_rules.language.ruleset import Ruleset
from ccr_rules.library.library import Library, load_library
from tests.governance.samples import ENGINE, RULESET

ROWS = """\
      - {if: DIAGNOSED < @2020-01-01, then: exclude, reason: OLD}
      - {if: DIAGNOSED < @2019-01-01, then: except, reason: OLDER, unreachable: an older one is old}
      - {otherwise: include}
"""
PLANNED, CARED_FOR = "PLANNED: {latest: PLAN}", "CARED_FOR: {latest: CARER}"
PALLIATIVE = "palliative: PALLIATIVE_DAT is not null"
UNTIL = "achievable_until: DIAGNOSED + 12 months"
MESSAGE = "    message: A plan.\n    source: pack"
FINDING = "findings/plan-without-cancer"
PALL = "      - {if: palliative, then: except, reason: PALL}\n"
LATE = "      - {if: DIAGNOSED > @2024-01-01, then: exclude, reason: LATE}\n"
FOUR_ROWS = """\
      - {if: DIAGNOSED < @2020-01-01, then: exclude, reason: OLD}
      - {if: REVIEWED <= DIAGNOSED + 12 months, then: include}
      - {if: palliative, then: except, reason: PALL}
      - {otherwise: include}
"""


def edited(*edits: tuple[str, str], text: str = RULESET) -> RulesetDiff:
    """Return the difference that edits of the small ruleset make."""
    changed = text
    for old, new in edits:
        assert old in changed, old
        changed = changed.replace(old, new)
    return diff(load_ruleset(text, "before.yaml"), load_ruleset(changed, "after.yaml"))


def rows_edited(rows: str) -> list[tuple[str, str, str]]:
    """Return what another set of rows changes: which row, how, and what is said."""
    text = RULESET.replace(ROWS, FOUR_ROWS)
    return [(each.part, each.kind, each.says) for each in edited((FOUR_ROWS, rows), text=text).changes]


def told(changes: RulesetDiff) -> Iterator[tuple[str, str, str]]:
    for change in changes.changes:
        yield change.effect, name_of(change), change.kind


def name_of(change: Change) -> str:
    return f"{change.section}/" + ", ".join(part for part in (change.id, change.part) if part)


def only(changes: RulesetDiff) -> Change:
    """Return the one change there is."""
    assert len(changes.changes) == 1, list(told(changes))
    return changes.changes[0]


# --- what is no difference -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("dates:\n", "dates:  # what the rules look for\n"),
        ("title: A small ruleset", 'title: "A small ruleset"'),
        ("{earliest: REVIEW, from: DIAGNOSED}", "{from: DIAGNOSED, earliest: REVIEW}"),
        (f"  {PLANNED}\n  {CARED_FOR}\n", f"  {CARED_FOR}\n  {PLANNED}\n"),
        ("DIAGNOSED + 2 years", "DIAGNOSED  +  2 years"),
        ("in {open, due soon, overdue}", "in {overdue, due soon, open}"),
        ("version: 2025.1.0", "version: 2025.2.0"),
    ],
    ids=["comment", "quotes", "keys", "names", "blanks", "sets", "version"],
)  # fmt: skip
def test_layout_and_order_without_meaning_are_silent(old: str, new: str) -> None:
    assert edited((old, new)).changes == ()


# --- what may change answers, and what is words --------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new", "effect", "what", "kind"),
    [
        ("{earliest: CANCER}", "{latest: CANCER}", ANSWERS, "dates/DIAGNOSED, definition", "changed"),
        ("STARTS: DIAGNOSED + 1 week", "STARTS: DIAGNOSED + 8 days", ANSWERS, "let/STARTS, date", "changed"),
        (PALLIATIVE, "palliative: has_cancer", ANSWERS, "conditions/palliative, test", "changed"),
        (UNTIL, f"{UNTIL} + 1 day", ANSWERS, "indicators/REV1, achievable until", "changed"),
        ("    pause: palliative\n", "", ANSWERS, "reviews/review, pause", "removed"),
        ("until: STARTS + 24 months", "until: never", ANSWERS, "reviews/review, until", "changed"),
        ("suggested date passed", "late", WORDS, "reviews/review, words for overdue", "changed"),
        ("title: Care plan", "title: A care plan", WORDS, "items/plan, title", "changed"),
        ("Review suggested by", "Review due by", WORDS, "prompts/review-due, summary", "changed"),
        ("message: A plan.", "message: Plan.", WORDS, f"{FINDING}, message", "changed"),
        ("amount: 50.00", "amount: 55.00", ANSWERS, "payments/reviewed, amount", "changed"),
        ("title: A pack", "title: The pack", WORDS, "sources/pack, title", "changed"),
        ("title: A small", "title: The small", WORDS, "ruleset/title", "changed"),
        ("status: draft", "status: active", WORDS, "ruleset/status", "changed"),
        ("status: draft", "status: retired", ANSWERS, "ruleset/status", "changed"),
        ("{from: 2025-04-01}", "{from: 2025-04-01, to: 2026-03-31}", ANSWERS, "ruleset/in force", "changed"),
        ("CARER: has-carer", "CARER: is-carer", ANSWERS, "codelists/CARER, list", "changed"),
        (MESSAGE, "    message: A plan.\n    choice: ours", WORDS, f"{FINDING}, grounds", "changed"),
    ],
)  # fmt: skip
def test_each_part_says_what_it_may_do(old: str, new: str, effect: str, what: str, kind: str) -> None:
    change = only(edited((old, new)))
    assert (change.effect, name_of(change), change.kind) == (effect, what, kind)


def test_a_length_that_names_no_parameter_is_told_where_it_stands_too() -> None:
    assert list(told(edited(("value: 28 days", "value: 14 days")))) == [
        (ANSWERS, "parameters/notice, value", "changed"),
        (ANSWERS, "reviews/review, remind", "changed"),
        (ANSWERS, "reviews/later-review, remind", "changed"),
    ]


def test_both_sides_stand_in_english_and_as_written() -> None:
    change = only(edited(("until: STARTS + 24 months", "until: later(STARTS, DIAGNOSED + 24 months)")))
    assert change.before is not None
    assert change.after is not None
    assert (change.before.english, change.before.cql) == ("24 months after STARTS", "STARTS + 24 months")
    assert change.after.cql == "later(STARTS, DIAGNOSED + 24 months)"
    assert change.after.english == "the later of STARTS and 24 months after DIAGNOSED"


def test_a_name_says_which_rules_it_reaches_however_far_away() -> None:
    change = only(edited(("STARTS: DIAGNOSED + 1 week", "STARTS: DIAGNOSED + 8 days")))
    assert change.reaches == ("reviews/review", "prompts/review-due")


def test_a_name_that_reaches_no_rule_changes_no_answer() -> None:
    unused = RULESET.replace("let: {", "let: {IDLE: as_of, ")
    change = only(edited(("IDLE: as_of", "IDLE: as_of - 1 day"), text=unused))
    assert (change.effect, change.reaches) == (
        ANSWERS,
        (),
    )  # changed: nobody can be sure that nothing reads it
    assert only(edited(("IDLE: as_of, ", ""), text=unused)).effect == WORDS


def test_a_rule_that_means_the_same_is_written_differently() -> None:
    change = only(edited(("opens: STARTS", "opens: DIAGNOSED + 7 days")))
    assert (change.effect, change.is_rewording) == (WORDS, True)
    assert change.says == "opens written differently, with the same meaning"


def test_a_name_that_only_got_another_name_is_renamed() -> None:
    found = edited(("PLANNED", "PLAN_DAT"))
    assert {change.effect for change in found.changes} == {WORDS}
    renamed = next(change for change in found.changes if change.kind == "renamed")
    assert (renamed.id, renamed.says) == ("PLAN_DAT", "another name for PLANNED, with the same meaning")
    assert all(change.is_rewording for change in found.changes if change is not renamed)


def test_of_two_names_with_the_same_meaning_nobody_can_tell_which_was_renamed() -> None:
    twice = RULESET.replace("let: {", "let: {ONE: DIAGNOSED, TWO: DIAGNOSED, ")
    found = edited(("ONE: DIAGNOSED, TWO: DIAGNOSED, ", "THREE: DIAGNOSED, "), text=twice)
    assert [(change.id, change.kind) for change in found.changes] == [
        ("THREE", "added"),
        ("ONE", "removed"),
        ("TWO", "removed"),
    ]


def test_of_what_is_only_words_one_is_never_taken_for_another() -> None:
    rule = "not_computable: {{{id}: {{title: {id}, needs: a code, source: pack}}}}\n"
    found = edited((rule.format(id="one"), rule.format(id="two")), text=RULESET + rule.format(id="one"))
    assert [(change.id, change.kind) for change in found.changes] == [("two", "added"), ("one", "removed")]


PROCESS = """\
process:
  told: {title: tells, who: trust, timing: at once, source: pack}
  asked: {title: asks, who: practice, before: review, expects: [told], record: [REVIEW], source: pack}
"""


@pytest.mark.parametrize(
    ("edit", "part", "now"),
    [
        (("title: tells", "title: writes"), "title", "writes"),
        (("who: trust", "who: [patient, trust]"), "who", "trust, patient"),
        (("before: review", "after: review"), "when", "After “The review”"),
        (("timing: at once", "timing: soon"), "when", "soon"),
        (("[told], record: [REVIEW]", "[told], record: [REVIEW, PLAN]"), "record", "REVIEW, PLAN"),
        (("at once, source: pack", "at once, choice: ours"), "grounds", "choice: ours"),
    ],
)
def test_a_changed_step_is_told_as_words_and_decides_nothing(
    edit: tuple[str, str], part: str, now: str
) -> None:
    change = only(edited(edit, text=RULESET + PROCESS))
    assert (change.section, change.part, change.effect) == ("process", part, WORDS)
    assert change.after is not None
    assert change.after.english == now


def test_steps_that_come_go_or_change_places_are_told() -> None:
    first, second = PROCESS.splitlines(keepends=True)[1:]
    text = RULESET + PROCESS.replace(", expects: [told]", "")
    swapped = edited((first + second.replace(", expects: [told]", ""), ""), ("process:\n", ""), text=text)
    assert [(each.id, each.kind, each.effect) for each in swapped.changes] == [
        ("told", "removed", WORDS),
        ("asked", "removed", WORDS),
    ]
    second = second.replace(", expects: [told]", "")
    moved = only(edited((first + second, second + first), text=text))
    assert (moved.section, moved.says) == ("process", "order changed")


def test_a_definition_that_only_one_side_has_is_told_whole() -> None:
    indicator = RULESET[RULESET.index("  REV1:") : RULESET.index("reviews:")]
    change = only(edited((indicator, "")))
    assert (change.kind, change.effect, change.after) == ("removed", ANSWERS, None)
    assert change.before is not None
    lines = change.before.english.split("\n")
    assert lines[0] == "title: Reviewed within a year"
    assert "row 1: if DIAGNOSED is before 01-Jan-2020: exclude (OLD)" in lines
    assert "row 3: otherwise: include" in lines
    assert "row 1: {if: DIAGNOSED < @2020-01-01, then: exclude, reason: OLD}" in change.before.cql


def test_the_order_of_rules_is_words_since_screens_follow_it() -> None:
    carer = "  carer: {title: A carer, seen: CARED_FOR, source: pack}\n"
    plan = "  plan: {title: Care plan, seen: PLANNED, source: pack}\n"
    change = only(edited((plan + carer, carer + plan)))
    assert (change.section, change.part, change.kind, change.effect) == ("items", "order", "moved", WORDS)


# --- decision rows -------------------------------------------------------------------------------


def swap(one: int, other: int) -> str:
    lines = FOUR_ROWS.splitlines()
    lines[one], lines[other] = lines[other], lines[one]
    return "\n".join(lines) + "\n"


def test_a_row_that_moved_is_told_once() -> None:
    assert rows_edited(swap(1, 2)) == [("row 3", "moved", "moved from row 2 to row 3")]


@pytest.mark.parametrize(
    ("old", "new", "part", "kind", "says"),
    [
        ("@2020-01-01", "@2021-01-01", "row 1", "changed", "test changed"),
        ("12 months", "18 months", "row 2", "changed", "test changed"),
        ("palliative, then: except", "palliative, then: exclude", "row 3", "changed", "outcome changed"),
        ("reason: PALL", "reason: CARE", "row 3", "changed", "reason changed"),
        ("palliative,", "PALLIATIVE_DAT is not null,", "row 3", "changed", f"test {SAME_MEANING}"),
        ("reason: PALL}", "reason: PALL, text: In palliative care}", "row 3", "added", "text added"),
        ("reason: PALL}", "reason: PALL, choice: ours}", "row 3", "added", "grounds added"),
        ("      - {otherwise", f"{LATE}      - {{otherwise", "row 4", "added", "row added"),
        (PALL, "", "former row 3", "removed", "row removed"),
        ("otherwise: include", "otherwise: exclude", "row 4", "changed", "outcome changed"),
    ],
)  # fmt: skip
def test_each_change_of_a_row_is_told(old: str, new: str, part: str, kind: str, says: str) -> None:
    assert rows_edited(FOUR_ROWS.replace(old, new)) == [(part, kind, says)]


def test_a_row_that_moved_and_changed_is_told_twice() -> None:
    rows = swap(0, 2).replace("@2020-01-01", "@2021-01-01")
    assert ("row 3", "changed", "test changed") in rows_edited(rows)
    assert {kind for _, kind, _ in rows_edited(rows)} == {"moved", "changed"}


def test_rows_that_only_rest_on_a_changed_name_are_not_told_again() -> None:
    change = only(edited(("{earliest: CANCER}", "{latest: CANCER}")))
    assert "indicators/REV1" in change.reaches


# --- codelists and their releases ----------------------------------------------------------------


@pytest.fixture
def library(tmp_path: Path) -> Library:
    """A library with a codelist of two releases."""
    folder = tmp_path / "codelists" / "has-carer"
    folder.mkdir(parents=True)
    shipped = Path(__file__).parents[2] / "rulesets" / "codelists" / "is-carer"
    text = (shipped / "codelist.yaml").read_text("utf-8").replace("name: is-carer", "name: has-carer")
    (folder / "codelist.yaml").write_text(text, "utf-8")
    head = "code,term,class,status,note\n"
    kept, gone = "224484003,Kept,,verified,x\n", "103735009,Gone (finding),,verified,x\n"
    come = [f"{code},Come,,verified,x\n" for code in _CODES]
    (folder / "2025-01-01.csv").write_text(head + kept + gone, "utf-8")
    (folder / "2026-01-01.csv").write_text(head + kept + "".join(come) + ",By term,,verified,x\n", "utf-8")
    return load_library(tmp_path)


_CODES = (
    "413738001", "413740006", "413741005", "417084004", "413739009", "254837009", "363406005", "93761005",
    "399068003", "720006006", "401123009",
)  # fmt: skip


def test_another_release_is_told_in_codes(library: Library) -> None:
    texts = [
        RULESET.replace("CARER: has-carer", f"CARER: {{list: has-carer, release: {day}}}")
        for day in ("2025-01-01", "2026-01-01")
    ]
    before, after = (load_ruleset(text, "ruleset.yaml") for text in texts)
    change = only(diff(before, after, library.codelist))
    assert change.effect == ANSWERS
    assert change.reaches == ("items/carer",)
    assert change.after is not None
    assert len(_CODES) + 1 == SHOWN + 2
    assert "; 12 added: 413738001 Come, 413740006 Come, " in change.after.english
    assert " and 2 more; 1 removed: 103735009 Gone" in change.after.english
    assert change.after.cql == "{list: has-carer, release: 2026-01-01}"


def test_a_release_that_holds_the_same_says_so(library: Library) -> None:
    pinned = RULESET.replace("CARER: has-carer", "CARER: {list: has-carer, release: 2026-01-01}")
    before, after = load_ruleset(RULESET, "r.yaml"), load_ruleset(pinned, "r.yaml")
    change = only(diff(before, after, library.codelist))
    assert change.after is not None
    assert change.after.english.endswith("; it holds the same entries")


def test_other_changes_are_left_as_they_are(library: Library) -> None:
    before, after = load_ruleset(RULESET, "r"), load_ruleset(RULESET.replace("A pack", "Pack"), "r")
    assert diff(before, after, library.codelist).changes == diff(before, after).changes


# --- the shipped rulesets ------------------------------------------------------------------------


@pytest.mark.parametrize("ruleset", Library.shipped().rulesets, ids=lambda ruleset: ruleset.reference)
def test_no_ruleset_differs_from_itself(ruleset: Ruleset) -> None:
    assert diff(ruleset, ruleset).changes == ()


def test_any_two_rulesets_can_be_compared_both_ways() -> None:
    first, *_, last = Library.shipped().rulesets
    there, back = diff(first, last), diff(last, first)
    swapped = {"added": "removed", "removed": "added"}
    forth = {(each.section, each.id, each.part, swapped.get(each.kind, each.kind)) for each in there.changes}
    names = {"renamed", "moved"}
    assert {key for key in forth if key[3] not in names and "row" not in key[2]} == {
        (each.section, each.id, each.part, each.kind)
        for each in back.changes
        if each.kind not in names and "row" not in each.part
    }


def test_other_names_change_no_answer_of_any_case() -> None:
    folder = Path(__file__).parents[2] / "rulesets" / "qof-cancer" / "2023"
    text = (folder / "ruleset.yaml").read_text("utf-8")
    names = {
        "PPED": "PERIOD_END",
        "YEAR_BEFORE": "A_YEAR_BEFORE",
        "PALLIATIVE": "CARED_FOR",
        "MDRV_COD": "DONE_COD",
    }
    renamed = re.sub(rf"\b({'|'.join(names)})\b", lambda found: names[found[0]], text)
    before, after = load_ruleset(text, "before.yaml"), load_ruleset(renamed, "after.yaml")
    found = diff(before, after)
    assert found.of(ANSWERS) == ()
    assert {change.id for change in found.changes if change.kind == "renamed"} == set(names.values())
    book = read_casebook((folder / "casebook.yaml").read_bytes(), "casebook.yaml")
    assert run_casebook(book, ENGINE, after).failed == ()
