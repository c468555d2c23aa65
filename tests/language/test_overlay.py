"""Overlays: what a local scheme takes from its base, changes, and takes out."""

import pytest

from ccr_rules.language.loading import RulesetText, check_ruleset, load_ruleset
from ccr_rules.language.ruleset import Base, Ruleset
from tests.language.samples import CODELISTS, HEAD, base_text, loaded, problems_of

BASE = base_text("example", "2025.1.0")
assert BASE is not None
BASE_TEXT = str(BASE.text)
LOCK = loaded(BASE_TEXT).digest
LOCAL = f"""\
ruleset: local-scheme
version: 2026.1.0
title: A local scheme
jurisdiction: GB-ENG
status: draft
in_force: {{from: 2026-04-01}}
extends: {{ruleset: example, version: 2025.1.0, digest: "{LOCK}"}}
"""


def local(text: str) -> Ruleset:
    return loaded(LOCAL + text)


def test_an_overlay_takes_everything_but_the_head_from_its_base() -> None:
    ruleset, base = local(""), loaded(BASE_TEXT)
    assert (ruleset.id, ruleset.title, ruleset.summary) == ("local-scheme", "A local scheme", "")
    assert ruleset.base == Base("example", "2025.1.0", LOCK)
    assert (ruleset.dates, ruleset.reviews, ruleset.prompts) == (base.dates, base.reviews, base.prompts)
    assert ruleset.digest != base.digest


def test_a_definition_replaces_the_one_of_the_base_whole() -> None:
    ruleset = local('prompts:\n  review-due: {when: true, severity: warning, summary: Now, choice: "ours"}\n')
    assert ruleset.prompts["review-due"].severity == "warning"
    assert ruleset.prompts["review-due"].review is None


def test_new_definitions_come_after_those_of_the_base() -> None:
    ruleset = local(
        "conditions:\n  gone: patient.died is not null\nfindings:\n  f: {when: gone, severity: info, "
        "message: Gone, source: pack}\n"
    )
    assert list(ruleset.conditions) == ["has_cancer", "gone"]
    assert list(ruleset.findings) == ["f"]


def test_sources_are_merged_by_id() -> None:
    ruleset = local("sources: [{id: ours, title: Ours}, {id: pack, title: The newer pack}]\n")
    assert {id_: source.title for id_, source in ruleset.sources.items()} == {
        "pack": "The newer pack",
        "ours": "Ours",
    }


def test_definitions_of_the_base_can_be_taken_out() -> None:
    ruleset = local("removes: {prompts: review-due, reviews: [care-review]}\n")
    assert ruleset.prompts == {}
    assert ruleset.reviews == {}
    kept = local(
        "removes: {prompts: [review-due]}\nprompts:\n  other: {when: true, severity: info, summary: Now, "
        "source: pack}\n"
    )
    assert list(kept.prompts) == ["other"]


def test_what_still_uses_a_definition_that_was_taken_out_is_found_in_the_base() -> None:
    (problem, *_) = problems_of(LOCAL + "removes: {conditions: [has_cancer]}\n")
    assert (problem.file, problem.code) == ("bases/example@2025.1.0.yaml", "unknown-name")
    codes = [problem.code for problem in problems_of(LOCAL + "removes: {sources: [pack]}\n")]
    assert codes == ["unknown-source", "unknown-source"]


def test_the_overlay_of_an_overlay_is_resolved_to_the_end() -> None:
    middle = LOCAL + "conditions:\n  gone: patient.died is not null\n"
    texts = {("local-scheme", "2026.1.0"): RulesetText(middle, "middle.yaml"), ("example", "2025.1.0"): BASE}
    lock = load_ruleset(middle, bases=lambda *key: texts.get(key)).digest
    top = (
        LOCAL.replace("local-scheme", "top")
        .replace("ruleset: example, version: 2025.1.0", "ruleset: local-scheme, version: 2026.1.0")
        .replace(LOCK, lock)
    )
    ruleset = load_ruleset(top, bases=lambda *key: texts.get(key))
    assert list(ruleset.conditions) == ["has_cancer", "gone"]
    assert ruleset.base == Base("local-scheme", "2026.1.0", lock)


def test_a_base_that_changed_since_it_was_locked_is_refused() -> None:
    changed = RulesetText(BASE_TEXT.replace("12 months", "11 months"), "base.yaml")
    ruleset, problems = check_ruleset(LOCAL, "local.yaml", bases=lambda *_key: changed, codelists=CODELISTS)
    assert ruleset is None
    (problem,) = problems
    assert (problem.code, problem.found) == ("base-digest", LOCK)
    assert load_ruleset(str(changed.text)).digest in problem.hint


def test_layout_and_comments_do_not_change_the_lock() -> None:
    same = RulesetText("# a comment\n" + BASE_TEXT.replace("version: 2025.1.0", "version:   '2025.1.0'"), "")
    assert load_ruleset(LOCAL, bases=lambda *_key: same).base is not None


def test_without_its_base_an_overlay_is_checked_as_far_as_its_head() -> None:
    text = LOCAL.replace("2025.1.0", "2024.9.9").replace("status: draft", "status: drafty")
    assert [problem.code for problem in problems_of(text)] == ["unknown-word", "unknown-base"]


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("prompts: [a]\n", ["wrong-shape"]),
        ("sources: none\n", ["unknown-source", "unknown-source", "wrong-shape"]),
        ("removes: [a]\n", ["wrong-shape"]),
        ("sources: [pack]\n", ["wrong-shape"]),
    ],
)
def test_sections_of_the_wrong_shape_are_not_merged_but_reported(text: str, codes: list[str]) -> None:
    assert [problem.code for problem in problems_of(LOCAL + text)] == codes


def test_a_base_of_the_wrong_shape_is_reported_where_it_stands() -> None:
    broken = RulesetText(HEAD + "prompts: none\nnonsense: x\n", "base.yaml")
    head = LOCAL + "removes: {prompts: [a]}\n"
    _, problems = check_ruleset(head, "local.yaml", bases=lambda *_key: broken, codelists=CODELISTS)
    assert [(problem.file, problem.code) for problem in problems] == [
        ("base.yaml", "wrong-shape"),
        ("base.yaml", "unknown-key"),
        ("local.yaml", "base-digest"),
        ("local.yaml", "unknown-removal"),
    ]


def test_a_base_without_a_name_is_not_the_one_that_was_meant() -> None:
    nameless = RulesetText("title: [x]\n", "base.yaml")
    _, problems = check_ruleset(LOCAL, "local.yaml", bases=lambda *_key: nameless)
    assert "base-mismatch" in [problem.code for problem in problems]


def test_steps_of_the_process_are_added_changed_and_taken_out_by_id() -> None:
    step = "{{title: {}, who: practice, timing: soon, source: pack}}"
    text = BASE_TEXT + f"process:\n  told: {step.format('tells')}\n  read: {step.format('reads')}\n"
    lock = loaded(text).digest

    def overlay(more: str) -> Ruleset:
        def bases(_ruleset: str, _version: str) -> RulesetText:
            return RulesetText(text, "base.yaml")

        return load_ruleset(LOCAL.replace(LOCK, lock) + more, bases=bases, codelists=CODELISTS)

    changed = overlay(f"process:\n  told: {step.format('writes')}\n  new: {step.format('calls')}\n")
    assert {id_: each.title for id_, each in changed.process.items()} == {
        "told": "writes",
        "read": "reads",
        "new": "calls",
    }
    assert list(overlay("removes: {process: [told]}\n").process) == ["read"]
