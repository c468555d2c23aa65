"""Write `docs/rulesets/`, a page for each ruleset and an index: `python -m tests.documents.ruleset_pages`."""

from collections.abc import Iterator
from functools import cache

from ccr_rules.dates import display
from ccr_rules.engine import Engine
from ccr_rules.governance.page import ruleset_page
from ccr_rules.governance.page_parts import PageParts, page_parts
from ccr_rules.governance.statements import counts
from ccr_rules.language.ruleset import Ruleset
from ccr_rules.library.library import Library, Located
from tests.cli.support import ROOT
from tests.documents.tables import table

FOLDER = ROOT / "docs" / "rulesets"
INDEX = "README.md"
LIBRARY = Library.shipped()
LOCATED = {located.file: located for located in LIBRARY.located()}

HEAD = """\
# The rulesets

One page for each: what it says in plain English, beside the cases that show it; what is unverified, and what
is never computed; its hazards. `make docs` writes these pages from `rulesets/`, and a test compares them.

A *statement* is a rule, a decision row, a value, a step of the process, or something that a review covers.
It is *sourced* if it names a source and nothing about it is open, a *choice* if somebody decided it and says
why, and *unverified* if something about it is open. A draft is not clinically approved. What changed between
two of them: `ccr ruleset diff A B` ([diff.md](../diff.md)).

"""


def name_of(located: Located) -> str:
    """Return the name of a ruleset's page: `qof-cancer-2023.md`."""
    return f"{located.family}-{located.folder.name}.md"


@cache
def ruleset_of(file: str) -> Ruleset:
    """Return a ruleset of the library."""
    ruleset, problems = LIBRARY.check(LOCATED[file])
    assert ruleset is not None, "\n".join(map(str, problems))
    return ruleset


@cache
def parts_of(file: str) -> PageParts:
    """Return what the page of a ruleset is made of."""
    located, ruleset = LOCATED[file], ruleset_of(file)
    folder = f"../../rulesets/{located.family}/{located.folder.name}/"
    return page_parts(LIBRARY, located, ruleset, folder, _base_page(ruleset))


def _base_page(ruleset: Ruleset) -> str:
    base = ruleset.base
    if base is None:
        return ""
    reference = f"{base.ruleset}@{base.version}"
    return next(name_of(LOCATED[file]) for file in LOCATED if ruleset_of(file).reference == reference)


def page(file: str) -> str:
    """Return the page of one ruleset."""
    return ruleset_page(parts_of(file), Engine(LIBRARY))


def index() -> str:
    """Return the index page."""
    head = ("ruleset", "status", "in force", "cases", "sourced", "choice", "unverified", "never computed")
    return HEAD + table(head, (tuple(_row(file, located)) for file, located in LOCATED.items()))


def _row(file: str, located: Located) -> Iterator[str]:
    parts = parts_of(file)
    ruleset, found = parts.ruleset, counts(parts.ruleset)
    yield f"[{located.family}@{located.folder.name}]({name_of(located)}): {ruleset.title}"
    yield ruleset.status
    end = ruleset.in_force_to
    yield (
        f"{display(ruleset.in_force_from)} to {display(end)}"
        if end
        else f"from {display(ruleset.in_force_from)}"
    )
    yield str(len(parts.casebook.cases)) if parts.casebook else "none"
    yield from (str(found[standing]) for standing in ("sourced", "choice", "unverified"))
    yield str(len(ruleset.not_computable))


def write() -> None:
    """Write every page, and delete those of rulesets that are no more."""
    FOLDER.mkdir(exist_ok=True)
    written = {INDEX: index(), **{name_of(located): page(file) for file, located in LOCATED.items()}}
    for old in FOLDER.glob("*.md"):
        if old.name not in written:
            old.unlink()
    for name, text in written.items():
        (FOLDER / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":  # pragma: no cover
    write()
