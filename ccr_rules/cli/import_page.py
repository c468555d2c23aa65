"""The page of an import: what is in the release now, what was assumed of it, and how to use it."""

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from ccr_rules.cli.layout import Page
from ccr_rules.codelists.codelist import CodelistEntry
from ccr_rules.library.importing.run import Prepared, lists_folder

MOST_SHOWN = 40
"""Longer lists are cut; the notes in the CSV mark each entry."""

FEW_SHOWN = 5
"""What `ccr codelist diff` shows in full."""


def import_page(
    prepared: Prepared, out: Path, library: Path, written: bool, dry_run: bool, width: int
) -> Page:
    """Return the page."""
    page = Page(width)
    record, draft = prepared.record, prepared.draft
    page.title(f"{prepared.into.name}: release {prepared.day}", f"{record.entries:,} entries")
    page.section("From", [f"{', '.join(record.files)} ({record.format}); source: {record.source}"])
    page.section("Licence", [record.licence])
    page.section("Classes", _counts(draft.classes))
    _entries(page, "Assumed", draft.assumed, _assumed_of(prepared))
    for hazard, entries in draft.hazards.items():
        _entries(page, "Hazard", entries, f"{len(entries):,} {hazard}: is this meant?")
    page.section("Status", _counts(draft.statuses))
    _entries(page, "Mapped", draft.replacements, _mapped_of(draft.replacements))
    _against(page, prepared)
    page.section("Not read", prepared.reading.remarks)
    page.gap()
    for sentence in _outcome(prepared, out, library, written, dry_run):
        page.say(sentence)
    return page


def _counts(counted: Counter[str]) -> list[str]:
    told = ", ".join(f"{word} {count:,}" for word, count in counted.most_common())
    return [told] if told else []


def _entries(
    page: Page, label: str, entries: Sequence[CodelistEntry], heading: str, most: int = MOST_SHOWN
) -> None:
    if not entries:
        return
    shown = [f"{entry.code} {entry.display}".strip() for entry in entries[:most]]
    more = len(entries) - len(shown)
    page.section(
        label, [heading, *(f"– {each}" for each in shown), *([f"and {more:,} more"] if more else [])]
    )


def _assumed_of(prepared: Prepared) -> str:
    count, first = len(prepared.draft.assumed), prepared.into.metadata.classes[:1]
    why = "no term says which, and taken for anything else they would go unseen"
    return f"{count:,} are taken as {''.join(first)}: {why}"


def _mapped_of(entries: Sequence[CodelistEntry]) -> str:
    return f"{len(entries):,} that the source does not list took the place of members no longer in use"


def _against(page: Page, prepared: Prepared) -> None:
    before, draft = prepared.into.before, prepared.draft
    if prepared.into.broken:
        page.section("Against", ["the release before cannot be read, so nothing is taken from it"])
    if before is None:
        return
    counts = f"{draft.new:,} new codes, {len(draft.left_out):,} left out"
    page.section("Against", [f"release {before.release}: {counts}"])
    _entries(page, "Left out", draft.left_out, "in the release before, and not in this one", FEW_SHOWN)
    _entries(page, "Kept", draft.kept_terms, "known by the term alone, which no imported code has")


def _outcome(prepared: Prepared, out: Path, library: Path, written: bool, dry_run: bool) -> Iterator[str]:
    path = lists_folder(out) / prepared.into.name / f"{prepared.day}.csv"
    if dry_run:
        yield f"Nothing was written: without --dry-run this becomes {path.as_posix()}."
        return
    yield f"Kept in {path.as_posix()}." if written else f"{path.as_posix()} has it already."
    yield f"It is used with --rulesets {library.as_posix()}."
    newest = max(each.stem for each in path.parent.glob("*.csv"))
    if newest > prepared.day:
        choice = f"--codelist-release {prepared.into.name}={prepared.day}"
        yield f"The newer release {newest} beside it is used, unless you say {choice}."
    if not prepared.record.complete:
        yield "The list counts as incomplete; import it with --complete if it is whole."
    if prepared.draft.statuses["unverified"]:
        yield "Matched, and never offered for recording: say with --source where the codes are from."
