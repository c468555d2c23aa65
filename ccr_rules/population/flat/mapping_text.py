"""Reading a mapping file: YAML, strictly, with all that is wrong told together, each with its place."""

from pathlib import Path
from typing import Final, NamedTuple, get_args

from ccr_rules.errors import UsageError
from ccr_rules.language.ast import Place
from ccr_rules.language.fields import Fields, Keys
from ccr_rules.language.nodes import Node
from ccr_rules.language.report import Report
from ccr_rules.language.yaml_text import read_yaml
from ccr_rules.population.flat.cells import ENTRY_CELLS, PATIENT_CELLS, CellKeys, read_cell
from ccr_rules.population.flat.dates import FORMS
from ccr_rules.population.flat.mapping import SKIP, Cell, Delimiter, Encoding, Layout, Mapping
from ccr_rules.population.flat.resources import status_of
from ccr_rules.population.packing import blocks
from ccr_rules.record.patient import KINDS
from ccr_rules.record.profiles import ACTIVITY, DIAGNOSIS

_MAPPING: Final = Keys(
    ("mapping", "entries", "supplied"), ("note", "patients", "dates", "empty", "layout", "keeps")
)
_LAYOUT: Final = Keys((), ("delimiter", "encoding", "header_line"))
_CATEGORIES: Final = {"diagnosis": DIAGNOSIS, "activity": ACTIVITY}
_MOST_HEADER_LINES: Final = 1000


class Read(NamedTuple):
    """A mapping, and where it names each column, for messages."""

    mapping: Mapping
    places: dict[str, Place]


def read_mapping(file: Path) -> Read:
    """Read a mapping file.

    Raises:
        UsageError: if it cannot be read or used; the message holds all that is wrong.
    """
    report = Report()
    root = read_yaml(b"".join(blocks(file, "")), file.as_posix(), report)
    read = _mapping(root, report) if root else None
    if read is None or report.has_errors:
        problems = "\n".join(f"  {problem}" for problem in report.problems())
        raise UsageError(f"the mapping {file} cannot be used\n{problems}")
    return read


def _mapping(root: Node, report: Report) -> Read:
    fields = Fields(root, "a mapping", _MAPPING, report)
    places: dict[str, Place] = {}
    entries = _cells(fields.node("entries"), "`entries`", ENTRY_CELLS, places, report)
    patients = _cells(fields.node("patients"), "`patients`", PATIENT_CELLS, places, report)
    _check_kinds(entries, fields, report)
    mapping = Mapping(
        name=fields.text("mapping"),
        entries=entries,
        patients=patients,
        supplied=tuple(kind for kind in KINDS if kind in fields.words("supplied", KINDS)),
        dates=tuple(form for form in FORMS if form in fields.words("dates", FORMS)),
        empty=tuple(node.text.strip() for node in fields.texts("empty")),
        layout=_layout(fields.node("layout"), report),
        keeps=_keeps(fields.node("keeps"), report),
    )
    return Read(mapping, places)


def _cells(
    node: Node | None, what: str, known: dict[str, CellKeys], places: dict[str, Place], report: Report
) -> dict[str, Cell]:
    if node is None:
        return {}
    required = tuple(name for name, each in known.items() if each.required)
    fields = Fields(node, what, Keys(required, tuple(name for name in known if name not in required)), report)
    cells: dict[str, Cell] = {}
    for name, keys in known.items():
        given = fields.node(name)
        if given is not None:
            cells[name] = cell = read_cell(given, name, keys, report)
            places.setdefault(cell.column, given.at)
    return cells


def _check_kinds(entries: dict[str, Cell], fields: Fields, report: Report) -> None:
    """Some rows must be read, and each kind be able to say each state: no Observation is planned."""
    meanings = entries.get("kind", Cell()).meanings()
    if meanings == {SKIP}:
        report.add("bad-value", "every row is skipped", fields.at_key("entries"), hint="name a `kind`")
    kinds = meanings - {SKIP}
    for state in sorted(entries.get("state", Cell()).meanings()):
        for kind in sorted(kinds):
            if status_of(kind, state) is None:
                message = f"an entry of the kind {kind} cannot be `{state}`"
                report.add("bad-value", message, fields.at_key("entries"), found=state)


def _layout(node: Node | None, report: Report) -> Layout:
    if node is None:
        return Layout()
    fields = Fields(node, "`layout`", _LAYOUT, report)
    line = fields.text("header_line") or "1"
    if not line.isdigit() or not 1 <= int(line) <= _MOST_HEADER_LINES:
        fields.bad("header_line", "the number of the line that names the columns, 1 for the first")
        line = "1"
    return Layout(
        delimiter=fields.word("delimiter", get_args(Delimiter), "comma"),
        encoding=fields.word("encoding", get_args(Encoding), "utf-8"),
        header_line=int(line),
    )


def _keeps(node: Node | None, report: Report) -> dict[str, tuple[str, ...]]:
    if node is None:
        return {}
    fields = Fields(node, "`keeps`", Keys((), tuple(_CATEGORIES)), report)
    kinds = {key: fields.words(name, KINDS) for name, key in _CATEGORIES.items() if name in fields}
    return {key: tuple(kind for kind in KINDS if kind in several) for key, several in kinds.items()}
