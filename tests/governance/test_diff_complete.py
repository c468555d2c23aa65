"""No part of a ruleset is forgotten when two are compared: every field of every definition counts."""

from collections.abc import Callable, Iterator, Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from msgspec import Struct
from msgspec.structs import fields, replace

from ccr_rules.dates import Duration
from ccr_rules.governance.case_coverage import exercised
from ccr_rules.governance.case_running import CaseRunner
from ccr_rules.governance.casebook import read_casebook
from ccr_rules.governance.changes import ANSWERS
from ccr_rules.governance.diff import diff
from ccr_rules.language import ast
from ccr_rules.language.loading import load_ruleset
from ccr_rules.language.ruleset import (
    CONTENT_KINDS,
    Apart,
    Bound,
    ContentItem,
    Grounds,
    Row,
    Ruleset,
    Template,
)
from tests.governance.samples import ENGINE, RULESET
from tests.governance.test_page import CASES

RELEASE = ENGINE.library.codelist("has-carer").release
RICH = (
    RULESET.replace(
        "sources: [{id: pack, title: A pack}]",
        "summary: Small\nsources: [{id: pack, title: A pack, publisher: P, url: 'https://x', date: 2025, "
        "note: N}]",
    )
    .replace("let: {STARTS: DIAGNOSED + 1 week", "let: {STARTS: {date: DIAGNOSED + 1 week, title: T}")
    .replace(
        "PLANNED: {latest: PLAN}",
        "PLANNED: {latest: PLAN, to: as_of, on: recorded, if_not_supplied: none, title: T}",
    )
    .replace(
        "conditions: {",
        "conditions: {twice: {apart: {of: REVIEW, at_least: 7 days, from: DIAGNOSED, to: as_of, "
        "if_not_supplied: none}}, ",
    )
    .replace("{otherwise: include}", "{otherwise: include, text: Others, choice: ours}")
    .replace(
        "    achievable_until: ",
        "    period_end: as_of\n    points: 6\n    thresholds: [50, 90]\n    note: N\n    achievable_until: ",
    )
    .replace(
        "    record: [REVIEW]\n    source: pack\n  later",
        "    record: [REVIEW]\n    source: pack\n    prepare: [{id: a, title: A, source: pack}]\n    "
        "concerns: [{id: d, title: D, source: pack}]\n    covers: [{id: b, title: B, source: pack}]\n    "
        "follows: [{id: c, title: C, record: [PLAN], source: pack}]\n  later",
    )
    .replace("{title: Care plan, ", "{title: Care plan, applies: has_cancer, ")
    .replace(
        "prompts:\n", "decline_reasons: {not-now: {display: L, holds: 7 days, choice: ours}}\nprompts:\n"
    )
    .replace(
        "    record: [REVIEW]\n    source: pack\npay",
        "    detail: D\n    record: [REVIEW]\n    decline: [not-now]\n    source: pack\npay",
    )
    .replace("CARER: has-carer", f"CARER: {{list: has-carer, release: {RELEASE}}}")
    + "process:\n  told: {title: T, who: trust, timing: at once, source: pack}\n"
    "  done: {title: D, who: [practice, patient], before: review, expects: [told], record: [REVIEW], "
    "source: pack}\n"
    + "not_computable: {more: {title: L, needs: more, source: pack}}\n"
)  # fmt: skip

SILENT = {
    "at",  # a place in the text
    "name", "alias", "code",  # the key of a definition, of which another one is another definition
    "id", "version", "digest", "base",  # of the ruleset itself: they name the sides
    "parts",  # of a template: its text says the same
    "parameter",  # how an expression calls a value
}  # fmt: skip


_CONDITIONS = (
    ast.Compare,
    ast.Between,
    ast.IsNull,
    ast.And,
    ast.Or,
    ast.Not,
    ast.ConditionName,
    ast.StatusIn,
)
_WORDS = {
    "clinical": "recorded",
    "recorded": "clinical",
    "include": "exclude",
    "CARER": "REVIEW",
    "before": "after",
}
_MEMBERS = {"classes": "primary", "episodes": "first", "states": "planned"}


def _text(value: str, field: str) -> str:
    alias = "CARER" if field == "codelist" and value.isupper() else f"{value}x"
    return _WORDS.get(value, alias)


_OTHERS: tuple[tuple[Any, Callable[[Any, str], Any]], ...] = (
    (bool, lambda value, _: not value),
    (str, _text),
    ((Decimal, int), lambda value, _: value + 1),
    (date, lambda value, _: value + timedelta(days=1)),
    (Duration, lambda value, _: Duration(value.amount + 1, value.unit)),
    (Template, lambda value, _: Template(f"{value.text}x", value.parts)),
    (Grounds, lambda _value, _: Grounds(choice="another")),
    (Bound, lambda value, _: Bound(value.date, not value.inclusive)),
    (frozenset, lambda value, field: value ^ {_MEMBERS[field]}),
    ((Apart, *_CONDITIONS), lambda _value, _: ast.BooleanLiteral(True)),
    (ast.Expression, lambda _value, _: ast.ConsultationDate()),
)


def other(value: Any, field: str) -> Any:
    """Return another value of the same kind: an empty one, where nothing else is said of the kind."""
    if field == "thresholds":
        return (value[0] + 1, value[1])
    make = next((make for kind, make in _OTHERS if isinstance(value, kind)), None)
    return make(value, field) if make else type(value)()


def variants(value: Any) -> Iterator[tuple[str, Any]]:
    """Yield a definition with each of its fields changed, and the name of the field."""
    for field in fields(value):
        now = getattr(value, field.name)
        if field.name not in SILENT and now not in (None, "", (), {}):
            yield (
                f"{type(value).__name__}.{field.name}",
                replace(value, **{field.name: other(now, field.name)}),
            )


def changed() -> Iterator[tuple[str, Ruleset]]:
    """Yield the rich ruleset with one field of one definition changed."""
    for name, ruleset in variants(RULES):
        if not isinstance(getattr(ruleset, name.partition(".")[2]), dict):
            yield name, ruleset
    for section in fields(RULES):
        definitions = getattr(RULES, section.name)
        for id_, definition in definitions.items() if isinstance(definitions, Mapping) else ():
            for name, variant in _deep(definition):
                yield (
                    f"{section.name}/{id_}: {name}",
                    _with(section.name, {**definitions, id_: variant}),
                )


def _with(section: str, definitions: Any) -> Ruleset:
    return replace(RULES, **{section: definitions})


def _deep(definition: Any) -> Iterator[tuple[str, Any]]:
    yield from variants(definition)
    for field in ("rows", *CONTENT_KINDS):
        several = getattr(definition, field, ())
        for index, part in enumerate(several):
            for name, variant in variants(part):
                yield name, replace(definition, **{field: (*several[:index], variant, *several[index + 1 :])})
    if isinstance(getattr(definition, "test", None), Apart):
        for name, variant in variants(definition.test):
            yield name, replace(definition, test=variant)


RULES = load_ruleset(RICH, "rich.yaml")
CHANGED = dict(changed())


@pytest.mark.parametrize("name", CHANGED)
def test_a_change_of_any_field_is_told(name: str) -> None:
    assert diff(RULES, CHANGED[name]).changes
    assert diff(CHANGED[name], RULES).changes


WORDY = [name for name, variant in CHANGED.items() if not diff(RULES, variant).of(ANSWERS)]


def decisions(rules: Ruleset) -> list[list[str]]:
    """Return what the cases decide under a ruleset, case by case and day by day."""
    runner = CaseRunner(ENGINE, rules)
    evaluations = [each for case in BOOK.cases for _, each in runner.evaluations(case)]
    return [[*sorted(exercised(each)), *(code.code for code in each.suggested_codes)] for each in evaluations]


BOOK = read_casebook(CASES, "casebook.yaml")
DECIDED = decisions(RULES)


@pytest.mark.parametrize("name", WORDY)
def test_what_is_called_words_decides_nothing(name: str) -> None:
    assert decisions(CHANGED[name]) == DECIDED


def test_every_field_was_changed_somewhere() -> None:
    seen = {name.rpartition(" ")[2] for name in CHANGED}
    kinds: set[type[Struct]] = {
        type(value) for definitions in _definitions(RULES) for value in definitions
    } | {
        ContentItem,
        Row,
        Apart,
    }
    wanted = {f"{kind.__name__}.{field.name}" for kind in kinds for field in fields(kind)}
    wanted = {name for name in wanted if name.partition(".")[2] not in SILENT}
    assert wanted - seen == set()


def _definitions(ruleset: Ruleset) -> Iterator[list[Any]]:
    for section in fields(ruleset):
        definitions = getattr(ruleset, section.name)
        if isinstance(definitions, Mapping):
            yield list(definitions.values())
