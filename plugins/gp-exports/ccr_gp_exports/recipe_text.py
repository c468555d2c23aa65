"""Reading a recipe: YAML, strictly, with all that is wrong told together, each with its place."""

from collections.abc import Callable
from importlib.resources import files
from pathlib import Path
from typing import Final

from ccr_gp_exports.recipe import CELLS, DATE_FORMS, REQUIRED, SYSTEMS, CellKeys, Column, Recipe, fold
from ccr_rules.errors import UsageError
from ccr_rules.language.fields import Fields, Keys, as_map, as_text, one_of
from ccr_rules.language.nodes import ListNode, MapNode, Node, TextNode
from ccr_rules.language.report import Report
from ccr_rules.language.yaml_text import read_yaml

_RECIPE: Final = Keys(("columns",), ("system", "title", "extends", "note", "sources", "writes", "empty"))
_WRITES: Final = Keys(("date",), ("seen_in", "unverified"))
_SOURCE: Final = Keys(("id", "title", "url"), ("note",))
_HEADING: Final = Keys(("heading",), ("seen_in", "unverified"))


def shipped(system: str) -> Recipe:
    """Return the recipe of a system that comes with the plugin."""
    file = files("ccr_gp_exports") / "recipes" / f"{system}.yaml"
    return read_recipe(file.read_bytes(), f"{system}.yaml", shipped)


def own(file: Path) -> Recipe:
    """Return the recipe of a file. Raises UsageError if it cannot be read or used."""
    try:
        text = file.read_bytes()
    except OSError as fault:
        raise UsageError(f"mapping: {file} cannot be read ({type(fault).__name__}); check its path") from None
    return read_recipe(text, file.as_posix(), shipped)


def read_recipe(text: bytes, name: str, base: Callable[[str], Recipe]) -> Recipe:
    """Read a recipe; `base` gives the one that it extends.

    Raises:
        UsageError: if it cannot be used; the message holds all that is wrong.
    """
    report = Report()
    root = read_yaml(text, name, report)
    recipe = _Reading(report).recipe(root, base) if root else None
    if recipe is None or report.has_errors:
        problems = "\n".join(f"  {problem}" for problem in report.problems())
        raise UsageError(f"the mapping {name} cannot be used\n{problems}")
    return recipe


class _Reading:
    """The reading of one text."""

    def __init__(self, report: Report) -> None:
        self._report = report
        self._sources: set[str] = set()

    def recipe(self, root: MapNode, base: Callable[[str], Recipe]) -> Recipe:
        fields = Fields(root, "a mapping", _RECIPE, self._report)
        extends = fields.word("extends", SYSTEMS, "")
        system = fields.text("system") or extends
        if not system.isalnum() or system != system.lower():
            fields.bad("system", "the name of a system, in small letters and digits", "system: emis")
        self._read_sources(fields)
        columns = self._columns(fields)
        title, writes = fields.text("title"), self._writes(fields)
        empty = tuple(node.text.strip() for node in fields.texts("empty"))
        if extends and not self._report.has_errors:
            under = base(extends)
            columns = under.columns | {
                cell: _over(column, under.columns.get(cell)) for cell, column in columns.items()
            }
            title, writes, empty = title or under.title, writes or under.writes, empty or under.empty
        self._check(columns, fields)
        return Recipe(system, title or system, columns, writes or "dd/mm/yyyy", empty)

    def _read_sources(self, fields: Fields) -> None:
        for node in fields.maps("sources"):
            source = Fields(node, "a source", _SOURCE, self._report)
            self._sources.add(source.text("id"))

    def _writes(self, fields: Fields) -> str:
        node = fields.node("writes")
        if node is None:
            return ""
        writes = Fields(node, "`writes`", _WRITES, self._report)
        self._cited(writes)
        return writes.word("date", tuple(DATE_FORMS), "")

    def _columns(self, fields: Fields) -> dict[str, Column]:
        node = fields.node("columns")
        if node is None:
            return {}
        cells = Fields(node, "`columns`", Keys((), tuple(CELLS)), self._report)
        found = {cell: cells.node(cell) for cell in CELLS}
        return {cell: self._column(each, cell, CELLS[cell]) for cell, each in found.items() if each}

    def _column(self, node: Node, cell: str, keys: CellKeys) -> Column:
        what = f"`{cell}`"
        if isinstance(node, TextNode):
            return Column((node.text.strip(),))
        if isinstance(node, ListNode):
            return Column(self._headings(node))
        may = (("words",) if keys.meanings else ()) + (("system",) if keys.has_system else ())
        fields = Fields(node, what, Keys(("headings",), may), self._report)
        headings = fields.node("headings")
        return Column(
            self._headings(headings) if headings else (),
            self._words(fields.node("words"), what, keys),
            fields.text("system"),
        )

    def _headings(self, node: Node) -> tuple[str, ...]:
        nodes = node.items if isinstance(node, ListNode) else (node,)
        read = (self._heading(each) for each in nodes)
        return tuple(heading for heading in read if heading)

    def _heading(self, node: Node) -> str:
        if not isinstance(node, MapNode):
            text = as_text(node, "a heading", self._report)
            return text.text.strip() if text else ""
        fields = Fields(node, "a heading", _HEADING, self._report)
        self._cited(fields)
        return fields.text("heading")

    def _cited(self, fields: Fields) -> None:
        """A source that is cited must be listed."""
        source = fields.text("seen_in")
        if source and source not in self._sources:
            fields.bad("seen_in", "the id of one of `sources`")

    def _words(self, node: Node | None, what: str, keys: CellKeys) -> dict[str, str]:
        pairs = as_map(node, f"`words` of {what}", self._report) if node else None
        words: dict[str, str] = {}
        for word, pair in pairs.pairs.items() if pairs else ():
            meaning = as_text(pair.value, f"`{word}` of {what}", self._report)
            if meaning:
                words[word.strip().casefold()] = one_of(meaning, keys.meanings, what, self._report) or ""
        return words

    def _check(self, columns: dict[str, Column], fields: Fields) -> None:
        """Everything that a report must have is there, and no heading is two things."""
        missing = [cell for cell in REQUIRED if cell not in columns]
        if not {"nhs_number", "number"} & columns.keys():
            missing.append("nhs_number")
        for cell in missing:
            self._report.add("missing-key", f"`columns` needs `{cell}`", fields.at, hint=f"add `{cell}: …`")
        said: dict[str, str] = {}
        for cell, column in columns.items():
            for heading in column.headings:
                other = said.setdefault(fold(heading), cell)
                if other != cell:
                    message = f"the heading `{heading}` stands for `{other}` and for `{cell}`"
                    self._report.add("duplicate-key", message, fields.at, found=heading)


def _over(column: Column, under: Column | None) -> Column:
    """Return a column of one's own: its headings count, and words and system where it states them."""
    if under is None:
        return column
    return Column(column.headings, column.words or under.words, column.system or under.system)
