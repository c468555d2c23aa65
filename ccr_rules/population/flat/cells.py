"""The cells that a mapping can name, and how each is written: a column, a constant, words and meanings."""

from collections.abc import Collection
from typing import Final, NamedTuple, get_args

from ccr_rules.language.fields import Fields, Keys, as_map, as_text, one_of
from ccr_rules.language.nodes import MapNode, Node, TextNode
from ccr_rules.language.report import Report
from ccr_rules.population.flat.mapping import SKIP, SYSTEM_WORDS, Cell
from ccr_rules.population.flat.resources import ELEMENTS, STATES
from ccr_rules.record.entry import Episode


class CellKeys(NamedTuple):
    """How a cell may be written.

    `meanings` are what its words can stand for, None for anything; `needs_words` if a column without words
    would mean nothing. A text by itself is the name of a column, or the `is_constant` value.
    """

    required: bool = False
    meanings: Collection[str] | None = ()
    needs_words: bool = False
    is_constant: bool = False


_COLUMN: Final = CellKeys()

ENTRY_CELLS: Final = {
    "patient": CellKeys(required=True),
    "kind": CellKeys(required=True, meanings=(*ELEMENTS, SKIP), needs_words=True, is_constant=True),
    "code": _COLUMN,
    "system": CellKeys(meanings=None, needs_words=True, is_constant=True),
    "term": _COLUMN,
    "date": CellKeys(required=True),
    "recorded": _COLUMN,
    "episode": CellKeys(meanings=get_args(Episode)),
    "id": _COLUMN,
    "state": CellKeys(meanings=STATES, needs_words=True),
}
"""What can be said of an entry."""

PATIENT_CELLS: Final = {
    "patient": CellKeys(required=True),
    "born": _COLUMN,
    "died": _COLUMN,
    "dead": CellKeys(meanings=("yes", "no"), needs_words=True),
    "registered": _COLUMN,
    "deregistered": _COLUMN,
    "sex": CellKeys(meanings=("female", "male", "other", "unknown"), needs_words=True),
    "practice": CellKeys(meanings=None),
    "ethnicity": CellKeys(meanings=None),
    "ethnicity_term": _COLUMN,
    "imd_quintile": CellKeys(meanings=("1", "2", "3", "4", "5")),
    "learning_disability": CellKeys(meanings=("yes", "no")),
    "severe_mental_illness": CellKeys(meanings=("yes", "no")),
}
"""What can be said of a patient."""

_COLUMN_KEYS: Final = Keys(("column",))
_WORD_KEYS: Final = Keys(("column", "words"), ("otherwise",))
_MAY_HAVE_WORDS: Final = Keys(("column",), ("words", "otherwise"))
_CONSTANT_KEYS: Final = Keys(("constant",))


def read_cell(node: Node, name: str, keys: CellKeys, report: Report) -> Cell:
    """Read how a cell is written; what is wrong goes to the report."""
    what = f"`{name}`"
    if isinstance(node, TextNode):
        return _plain(node, name, keys, report)
    if isinstance(node, MapNode) and "constant" in node.pairs and keys.meanings != ():
        fields = Fields(node, what, _CONSTANT_KEYS, report)
        constant = fields.text_node("constant")
        return Cell(constant=_meaning(constant, what, keys, report)) if constant else Cell()
    fields = Fields(node, what, _keys_of(keys), report)
    otherwise = fields.text_node("otherwise")
    return Cell(
        column=fields.text("column"),
        words=_words(fields.node("words"), what, keys, report),
        otherwise=_meaning(otherwise, what, keys, report) if otherwise else "",
    )


def _plain(node: TextNode, name: str, keys: CellKeys, report: Report) -> Cell:
    if keys.is_constant:
        return Cell(constant=_meaning(node, f"`{name}`", keys, report))
    if keys.needs_words and not node.reported:
        message = f"`{name}` needs the words of its column"
        hint = f"{name}: {{column: {node.text}, words: {{…: …}}}}"
        report.add("wrong-shape", message, node.at, found=node.text, hint=hint)
    return Cell(column=node.text.strip())


def _keys_of(keys: CellKeys) -> Keys:
    if keys.meanings == ():
        return _COLUMN_KEYS
    return _WORD_KEYS if keys.needs_words else _MAY_HAVE_WORDS


def _words(node: Node | None, what: str, keys: CellKeys, report: Report) -> dict[str, str]:
    pairs = as_map(node, f"`words` of {what}", report) if node is not None else None
    words: dict[str, str] = {}
    for word, pair in pairs.pairs.items() if pairs else ():
        folded = word.strip().casefold()
        if folded in words:
            report.add("duplicate-key", f"the word `{word}` stands here twice", pair.key.at, found=word)
        meaning = as_text(pair.value, f"`{word}` of {what}", report)
        words[folded] = _meaning(meaning, what, keys, report) if meaning else ""
    return words


def _meaning(node: TextNode, what: str, keys: CellKeys, report: Report) -> str:
    text = node.text.strip()
    if keys.meanings is None:
        return SYSTEM_WORDS.get(text, text)
    return one_of(TextNode(text, node.at, node.span, node.reported), keys.meanings, what, report) or ""
