"""Rulesets with a questionnaire, and short ways to make it."""

from typing import Any

from ccr_rules.exports.form import with_content
from ccr_rules.exports.questionnaire import questionnaire
from ccr_rules.language.loading import load_ruleset
from ccr_rules.language.ruleset import Ruleset
from ccr_rules.library.library import Library
from tests.cli.support import SCHEME

LIBRARY = Library.shipped()
WITH_CONTENT = [ruleset for ruleset in LIBRARY.rulesets if with_content(ruleset)]
WITHOUT = [ruleset for ruleset in LIBRARY.rulesets if not with_content(ruleset)]

TALK = SCHEME.replace(
    "REVIEW: cancer-care-review}", "REVIEW: cancer-care-review, PLAN: cancer-care-plan}"
).replace(
    "    record: [REVIEW]\n    source: us\nprompts:",
    """\
    record: [REVIEW]
    prepare: [{id: invitation, title: Invitation sent, source: us}]
    concerns: [{id: money, title: Money, choice: "ours: a score"}]
    covers: [{id: work, title: Work, record: [PLAN], source: us}]
    follows: [{id: care-plan, title: Care plan agreed, record: [PLAN], source: us, unverified: by whom}]
    source: us
prompts:""",
)


def talk(*edits: tuple[str, str]) -> Ruleset:
    """Return the small ruleset with one review that says what it is made of, edited."""
    text = TALK
    for old, new in edits:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    return load_ruleset(text, "talk.yaml")


def without(*starts: str) -> Ruleset:
    """Return the small ruleset without the lines that start so."""
    lines = (line for line in TALK.splitlines() if not line.strip().startswith(starts))
    return load_ruleset("\n".join(lines), "talk.yaml")


def made(ruleset: Ruleset, **more: Any) -> dict[str, Any]:
    """Return the questionnaire of a ruleset, with the shipped codelists."""
    return questionnaire(ruleset, LIBRARY.codelist, **more)


def base_of(ruleset: Ruleset) -> Ruleset | None:
    """Return the shipped base of an overlay."""
    base = ruleset.base
    return LIBRARY.find(f"{base.ruleset}@{base.version}") if base else None
