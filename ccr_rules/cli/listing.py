"""Lists of rulesets and codelists, and one codelist as a page."""

import json
from collections.abc import Iterator

from ccr_rules.cli.layout import Page
from ccr_rules.codelists.codelist import Codelist, CodelistEntry, suggestible
from ccr_rules.codelists.release import ReleaseRecord
from ccr_rules.dates import display
from ccr_rules.language.ruleset import Ruleset
from ccr_rules.library.library import Library
from ccr_rules.library.summary import summary_of


def rulesets_page(library: Library, width: int) -> Page:
    """Return the page that lists the rulesets of a library."""
    page = Page(width)
    page.rows("", [(each.reference, each.status, period(each), each.title) for each in library.rulesets])
    return page


def period(ruleset: Ruleset) -> str:
    """Return when a ruleset is in force."""
    start = display(ruleset.in_force_from)
    return f"{start} to {display(ruleset.in_force_to)}" if ruleset.in_force_to else f"from {start}"


def rulesets_json(library: Library) -> str:
    """Return the rulesets of a library as a JSON list."""
    listed = [summary_of(each) for each in library.rulesets]
    return json.dumps(listed, indent=2, ensure_ascii=False) + "\n"


def codelists_page(library: Library, width: int) -> Page:
    """Return the page that lists the newest release of each codelist."""
    page = Page(width)
    codelists = [library.codelist(name) for name in library.codelist_names]
    page.rows("", [(each.name, each.release, _size(each), _membership(each)) for each in codelists])
    return page


def _size(codelist: Codelist) -> str:
    codes, terms = len(codelist.codes), len(codelist.terms)
    parts = [f"{codes} code{'s' if codes > 1 else ''}" if codes else "", f"{terms} by term" if terms else ""]
    return ", ".join(filter(None, parts)) or "patterns only"


def _membership(codelist: Codelist) -> str:
    return "complete" if codelist.complete else "incomplete"


def codelist_page(codelist: Codelist, width: int) -> Page:
    """Return the page that shows one codelist, its entries last."""
    page = Page(width)
    page.title(f"{codelist.name}: {codelist.title}", f"release {codelist.release}")
    for label, text in _facts(codelist):
        page.section(label, [text] if text else [])
    for source in codelist.sources:
        page.section("Source", [" ".join(filter(None, (source.title, source.url)))])
    page.gap()
    offered = {entry.code for entry in suggestible(codelist)}
    page.rows("", [_entry(entry, offered) for entry in (*codelist.codes.values(), *codelist.terms.values())])
    return page


def _facts(codelist: Codelist) -> Iterator[tuple[str, str]]:
    yield "Category", codelist.category
    yield "Membership", f"{_membership(codelist)}. {codelist.membership_note}".strip()
    if codelist.refset:
        refset = codelist.refset
        yield "Refset", ", ".join(filter(None, (refset.id, refset.cluster, refset.name)))
    yield "Imported", _imported(codelist.imported) if codelist.imported else ""
    yield "Found in", ", ".join(sorted(codelist.found_in))
    yield "", codelist.found_in_because
    yield "Note", codelist.note
    likenesses = len(codelist.looks_like)
    yield "Looks like", f"{likenesses} patterns find entries that are perhaps members" if likenesses else ""
    yield "Excludes", ", ".join(codelist.excludes)
    yield "Licence", codelist.imported.licence if codelist.imported else codelist.licence
    yield "Digest", codelist.digest


def _imported(record: ReleaseRecord) -> str:
    parts = (
        record.imported_on,
        f"by {record.imported_by}" if record.imported_by else "",
        f"from {record.source}",
    )
    refset = f"refset {record.refset}" if record.refset else ""
    files = f"{', '.join(record.files)} ({record.format})"
    return ", ".join(filter(None, (" ".join(filter(None, parts)), files, refset)))


def _entry(entry: CodelistEntry, offered: set[str]) -> tuple[str, ...]:
    code = entry.code or "(no verified code)"
    use = "offered" if entry.code in offered else "recognised"
    return code, entry.display, entry.class_ or "", entry.status, use
