"""Members of a codelist that are easily taken for what they are not."""

from typing import Final

from ccr_rules.codelists.codelist import Codelist, CodelistEntry, told_class

ASSUMED: Final = "class assumed"
"""How the note of an entry begins whose term does not say its class."""

KEPT: Final = "class kept"
"""How the note of an entry begins that has another class than its term says, since somebody said so."""


def is_assumed(entry: CodelistEntry) -> bool:
    """Say whether an entry has its class because no other could be told from its term."""
    return entry.note.startswith(ASSUMED)


def hazard(codelist: Codelist, entry: CodelistEntry) -> str:
    """Return the way in which an entry is not what the list is about at first, or nothing.

    A class other than the first of the list (a metastasis is no new cancer), else what one of the list's
    `hazards` finds in the term.
    """
    if entry.class_ is not None and entry.class_ != codelist.classes[0]:
        return entry.class_
    return told_class(codelist.hazards, entry.term) or ""
