"""Empty lists in a casebook.

YAML is read as strictly as a ruleset's, and there an empty list is a slip. In a casebook `prompts: []`
says that nothing is expected, so what was reported about those lists is taken back.
"""

from collections.abc import Iterable, Iterator

from ccr_rules.errors import Problem
from ccr_rules.language.nodes import ListNode, MapNode, Node, TextNode

_MAY_BE_EMPTY = frozenset(
    {"record", "prompts", "findings", "unsettled", "payments", "suggested_codes", "evidence", "possible"}
)


def without_meant_empties(problems: Iterable[Problem], root: MapNode) -> tuple[Problem, ...]:
    """Leave out what was said about lists that are meant to be empty."""
    meant = set(_meant(root))
    return tuple(each for each in problems if each.code != "empty" or (each.line, each.column) not in meant)


def _meant(node: Node) -> Iterator[tuple[int, int]]:
    if isinstance(node, ListNode):
        for item in node.items:
            yield from _meant(item)
    if isinstance(node, MapNode):
        for key, pair in node.pairs.items():
            if key in _MAY_BE_EMPTY and _is_empty_list(pair.value):
                yield pair.value.at.line, pair.value.at.column
            yield from _meant(pair.value)


def _is_empty_list(node: Node) -> bool:
    """Say whether a list stood there; an empty text has a span, an empty list has none."""
    return isinstance(node, TextNode) and node.reported and node.span is None
