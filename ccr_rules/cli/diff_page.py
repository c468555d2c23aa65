"""The page of `ccr codelist diff`."""

from collections import Counter
from collections.abc import Iterable, Sequence

from ccr_rules.cli.layout import Page
from ccr_rules.codelists.difference import Difference, Item


def diff_page(found: Difference, width: int) -> Page:
    """Return the page: counts first, then each entry."""
    page = Page(width)
    page.title(f"{found.codelist}: from {found.before} to {found.after}")
    page.section("Added", [_counted(found.added)])
    page.section("Removed", [_counted(found.removed)])
    page.section("Moved", [f"{len(found.moved):,} between hazards"])
    page.section("Renamed", [f"{len(found.renamed):,}"])
    moves = [(each.code, each.term, f"{_word(each.before)} → {_word(each.after)}") for each in found.moved]
    _table(page, "Moved between hazards", moves)
    _table(page, "Renamed", [(each.code, each.before, f"→ {each.after}") for each in found.renamed])
    _items(page, "Removed", found.removed)
    _items(page, "Added", found.added)
    return page


def _counted(items: Sequence[Item]) -> str:
    hazards = Counter(item.hazard for item in items if item.hazard)
    of_which = ", ".join(f"{count:,} {hazard}" for hazard, count in hazards.most_common())
    return f"{len(items):,}" + (f", of which {of_which}" if of_which else "")


def _word(hazard: str) -> str:
    return hazard or "no hazard"


def _items(page: Page, heading: str, items: Iterable[Item]) -> None:
    _table(page, heading, [(item.code or "(no code)", item.term, item.hazard) for item in items])


def _table(page: Page, heading: str, rows: Sequence[tuple[str, ...]]) -> None:
    if rows:
        page.gap()
        page.say(heading, "bold")
        page.rows("", rows)
