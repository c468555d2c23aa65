"""The page of a ruleset: plain English beside the cases that show it, and what is not sure. Markdown."""

from collections.abc import Iterator

from ccr_rules.engine import Engine
from ccr_rules.governance.case_evidence import Evidence, evidence_of
from ccr_rules.governance.case_records import RecordBuilder
from ccr_rules.governance.case_tables import case_lines, groups
from ccr_rules.governance.casebook import runner_for
from ccr_rules.governance.cases import Casebook
from ccr_rules.governance.changes import ANSWERS, Change
from ccr_rules.governance.diff import diff
from ccr_rules.governance.hazards import SAFETY_FILE, hazards
from ccr_rules.governance.page_cases import CaseLinks
from ccr_rules.governance.page_parts import PageParts
from ccr_rules.governance.page_process import who_does_what
from ccr_rules.governance.page_sureness import sureness, unverified
from ccr_rules.language.plain_english import chapters, head
from ccr_rules.language.ruleset import Ruleset


def ruleset_page(parts: PageParts, engine: Engine) -> str:
    """Return the page; the cases are run, to see which of them shows what.

    Raises:
        RulesetError: if the casebook names something that is not there.
    """
    casebook = parts.casebook or Casebook(parts.ruleset.id, ())
    runner = runner_for(casebook, engine, parts.ruleset)
    evidence = evidence_of(casebook, runner)
    body = [
        *sureness(parts.ruleset),
        *_changes(parts),
        *_rules(parts.ruleset, evidence),
        *unverified(parts.ruleset),
        *_hazards(parts, casebook),
        *_cases(parts, casebook, runner.records),
    ]
    return "\n".join(_spaced([*_top(parts), *_contents(body), *body])) + "\n"


def _contents(body: list[str]) -> Iterator[str]:
    titles = [line.removeprefix("## ") for line in body if line.startswith("## ")]
    yield "On this page: " + ", ".join(f"[{title}](#{anchor(title)})" for title in titles) + "."
    yield ""


def _spaced(lines: list[str]) -> Iterator[str]:
    """Yield lines without two empty ones in a row, or one at the end."""
    gap = False
    for line in lines:
        if line and gap:
            yield ""
        if line:
            yield line
        gap = not line


def _top(parts: PageParts) -> Iterator[str]:
    yield from head(parts.ruleset)
    yield ""
    links = (f"[{name}]({parts.folder}{name})" for name in parts.files)
    yield f"Files: {', '.join(links)}."
    yield ""


def _rules(ruleset: Ruleset, evidence: Evidence) -> Iterator[str]:
    beside = CaseLinks(ruleset, evidence)
    for chapter in chapters(ruleset):
        if chapter.definitions:
            yield from (f"## {chapter.title}", "")
            yield from who_does_what(ruleset) if chapter.section == "process" else ()
        for id_, lines in chapter.definitions.items():
            yield from beside.beside(chapter.section, id_, lines)
            if chapter.apart:
                yield ""
        yield ""


# --- an overlay beside its base ------------------------------------------------------------------


def _changes(parts: PageParts) -> Iterator[str]:
    if parts.base is None:
        return
    changes = diff(parts.base, parts.ruleset).of(ANSWERS)
    yield from ("## What it changes in its base", "")
    yield f"Against {parts.base.reference}, as far as it may change answers:"
    yield ""
    for change in changes:
        yield from _change(change)
    yield ""
    shown = f"[page]({parts.base_page})" if parts.base_page else "casebook"
    yield f"What it takes over unchanged is shown by the cases of its base: see the {shown} of that."
    yield f"`ccr ruleset diff {parts.ruleset.reference}` also tells what only changes words."
    yield ""


def _change(change: Change) -> Iterator[str]:
    yield f"- {change.told}"
    for word, side in (("was", change.before), ("now", change.after)):
        if side and change.kind != "moved":
            first, *more = side.english.split("\n")
            yield f"    - {word}: {first}{', …' if more else ''}"


# --- hazards and cases ---------------------------------------------------------------------------


def _hazards(parts: PageParts, casebook: Casebook) -> Iterator[str]:
    cases = {case.id for case in casebook.cases}
    found = list(hazards(parts.safety))
    if found:
        yield from ("## Hazards", "")
        path = f"{parts.folder}{SAFETY_FILE}"
        yield f"Causes, controls and what is still open stand in [{SAFETY_FILE}]({path})."
        yield ""
    for hazard in found:
        shown = [f"[{id_}](#{id_})" for id_ in hazard.cases if id_ in cases]
        yield f"- {hazard.id}: {hazard.title}" + (f" Shown by {', '.join(shown)}." if shown else "")
    yield ""


def _cases(parts: PageParts, casebook: Casebook, records: RecordBuilder) -> Iterator[str]:
    grouped = groups(casebook, parts.casebook_text)
    yield from ("## Cases", "")
    if not grouped:
        yield "There are no cases: nothing of this has been tested."
        return
    yield "Each case is a record, and what is expected of the answer, day by day. Every test runs them all."
    yield ""
    if len(grouped) > 1:
        yield from (
            f"- [{group.title}](#cases-{anchor(group.title)}): {len(group.cases)}" for group in grouped
        )
        yield ""
    for group in grouped:
        yield from (f'<a id="cases-{anchor(group.title)}"></a>', "", f"### {group.title}", "")
        for case in group.cases:
            yield from case_lines(case, parts.ruleset, records)


def anchor(title: str) -> str:
    """Return the anchor of a heading, as GitHub makes it."""
    return "".join(letter for letter in title.lower() if letter.isalnum() or letter in " -").replace(" ", "-")
