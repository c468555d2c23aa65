"""What the page of a ruleset is made of: the ruleset and the files beside it."""

from dataclasses import dataclass

from ccr_rules.governance.casebook import CASEBOOK_FILE, read_casebook
from ccr_rules.governance.cases import Casebook
from ccr_rules.governance.hazards import SAFETY_FILE
from ccr_rules.language.ruleset import Ruleset
from ccr_rules.library.library import RULESET_FILE, Library, Located

_FILES = (RULESET_FILE, CASEBOOK_FILE, SAFETY_FILE, "CHANGELOG.md")


@dataclass(frozen=True, slots=True)
class PageParts:
    """What a page is made of. `files` are the names of the files beside the ruleset, `folder` leads to them.

    `base` is the ruleset that an overlay extends, `base_page` where its page is.
    """

    ruleset: Ruleset
    casebook: Casebook | None = None
    casebook_text: str = ""
    safety: str = ""
    files: tuple[str, ...] = ()
    folder: str = ""
    base: Ruleset | None = None
    base_page: str = ""


def page_parts(
    library: Library, located: Located, ruleset: Ruleset, folder: str = "", base_page: str = ""
) -> PageParts:
    """Return the parts of the page of a ruleset that was read from where it stands.

    Raises:
        RulesetError: if the casebook beside it cannot be read.
    """
    texts = {name: _text(located, name) for name in _FILES}
    cases = texts[CASEBOOK_FILE]
    base = ruleset.base
    return PageParts(
        ruleset=ruleset,
        casebook=read_casebook(cases, f"{located.family}/{CASEBOOK_FILE}") if cases else None,
        casebook_text=cases,
        safety=texts[SAFETY_FILE],
        files=tuple(name for name, text in texts.items() if text),
        folder=folder,
        base=library.find(f"{base.ruleset}@{base.version}") if base else None,
        base_page=base_page,
    )


def _text(located: Located, name: str) -> str:
    file = located.folder / name
    return file.read_bytes().decode() if file.is_file() else ""
