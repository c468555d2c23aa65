"""What reading a source gives, whatever its format."""

from dataclasses import dataclass, field
from typing import Final, Literal

from ccr_rules.language.ast import Place
from ccr_rules.library.codelist_sctid import concept_id_fault
from ccr_rules.library.importing.report import ImportReport

Format = Literal["rf2", "pcd", "opencodelists", "valueset", "csv", "tsv"]

_ROUNDED: Final = (
    "a spreadsheet rounds long codes; take the file as it was published, not one saved by a spreadsheet"
)


@dataclass(slots=True)
class SourceEntry:
    """A code of a source. `active` is None where nothing says whether the concept is in use.

    `replaces` are the inactive members whose place it took, `replaced_by` what took its own; `member` is
    whether the source itself lists it.
    """

    code: str
    term: str
    at: Place
    class_: str = ""
    active: bool | None = None
    replaced_by: list[str] = field(default_factory=list)
    replaces: list[str] = field(default_factory=list)
    member: bool = True


@dataclass(slots=True)
class Reading:
    """What was read; `files` are names without folders, `remarks` what the reader left out."""

    format: Format
    entries: list[SourceEntry] = field(default_factory=list)
    files: list[str] = field(default_factory=list)
    refset: str = ""
    remarks: list[str] = field(default_factory=list)


def check_code(code: str, at: Place, report: ImportReport, where: str = "") -> bool:
    """Report what is no identifier of a concept; `where` says more of its place."""
    fault = concept_id_fault(code)
    if fault:
        hint = _ROUNDED if "E+" in code.upper() or code.endswith("000") else "look it up in its source"
        report.add("bad-value", fault + where, at, found=code, hint=hint)
    return fault is None


def clean(text: str) -> str:
    """Return a text on one line, without characters that cannot be seen."""
    line = " ".join(text.split())
    return "".join(character for character in line if character.isprintable())
