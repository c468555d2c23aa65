"""The difference between two rulesets as a page: first what may change answers, then mere words."""

import json
from collections.abc import Iterable, Iterator

from ccr_rules.cli.layout import Page
from ccr_rules.governance.changes import (
    ANSWERS,
    EFFECTS,
    SAME_MEANING,
    WORDS,
    Change,
    Effect,
    RulesetDiff,
    Side,
    by_section,
)
from ccr_rules.language.english.phrases import listed, sentence_case

_TITLES: dict[Effect, str] = {ANSWERS: "May change answers", WORDS: "Words only"}
_SECTIONS = {
    "ruleset": "The ruleset itself",
    "let": "Dates worked out",
    "dates": "Dates looked for",
    "process": "Who does what",
    "items": "Shown as received or not seen",
    "decline_reasons": "Reasons for declining",
    "findings": "Findings about the record",
    "not_computable": "Not computable",
}
_INDENT = 4
_MARK = 5


def diff_page(found: RulesetDiff, width: int) -> Page:
    """Return the page that tells what differs."""
    page = Page(width)
    page.title(f"{found.before.reference} -> {found.after.reference}")
    page.say(_counts(found))
    for effect in EFFECTS:
        _told(page, _TITLES[effect], found.of(effect))
    return page


def diff_json(found: RulesetDiff) -> str:
    """Return the difference as JSON; docs/diff.md says what each key holds."""
    return json.dumps(found.to_dict(), indent=2, ensure_ascii=False) + "\n"


def _counts(found: RulesetDiff) -> str:
    if not found.changes:
        return "No difference but for layout, comments and version."
    may, words = len(found.of(ANSWERS)), len(found.of(WORDS))
    return f"{may} that may change answers, {words} of words only."


def _told(page: Page, title: str, changes: Iterable[Change]) -> None:
    shown = list(changes)
    if shown:
        page.gap()
        page.title(title, str(len(shown)))
    for section, inside in by_section(shown):
        page.gap()
        page.say(_SECTIONS.get(section, section.capitalize()), "bold", indent=2)
        again = [change for change in inside if change.is_rewording]
        for change in inside:
            if not change.is_rewording:
                _change(page, change)
        if again:
            page.say(f"{sentence_case(SAME_MEANING)[:-1]}: {_reworded(again)}", indent=_INDENT, hang=2)


def _change(page: Page, change: Change) -> None:
    page.say(change.told, indent=_INDENT, hang=2)
    if change.reaches:
        page.say(f"reaches {listed(_rules(change.reaches))}", "dim", indent=_INDENT + 2, hang=2)
    _side(page, "was", change.before)
    _side(page, "now", change.after)


def _rules(reaches: Iterable[str]) -> Iterator[str]:
    yield from dict.fromkeys(rule.partition("/")[2] for rule in reaches)


def _side(page: Page, mark: str, side: Side | None) -> None:
    """Add one side, in English and, where that says it otherwise, as it is written."""
    if side is None:
        return
    lines = zip(side.english.split("\n"), side.cql.split("\n"), strict=True)
    for number, (english, written) in enumerate(lines):
        label, indent = ("", _INDENT + 2 + _MARK) if number else (f"{mark}: ", _INDENT + 2)
        page.say(f"{label}{english}", indent=indent, hang=2 if number else _MARK)
        if written != english:
            page.say(written, "dim", indent=_INDENT + 2 + _MARK, hang=2)


def _reworded(changes: Iterable[Change]) -> str:
    """Return what is only written differently: `CAN004 (period end and row 8)`."""
    parts: dict[str, dict[str, None]] = {}
    for change in changes:
        parts.setdefault(change.id, {})[change.part] = None
    return listed(
        id_ + (f" ({listed(several)})" if _tells(several) else "") for id_, several in parts.items()
    )


def _tells(parts: Iterable[str]) -> bool:
    """Say whether the names of the parts add anything: a let has one part, and so has a condition."""
    return not set(parts) <= {"date", "definition", "test", "list"}
