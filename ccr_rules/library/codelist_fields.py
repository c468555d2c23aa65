"""Reading the keys of a codelist's metadata: each is asked for once, and what is wrong goes to the report."""

from collections.abc import Iterable, Iterator

from ccr_rules.language.ast import Place
from ccr_rules.language.nodes import ListNode, MapNode, Node, TextNode, kind, shown
from ccr_rules.language.report import Report, nearest


class Fields:
    """The keys of one map. `keys` are all that it may hold, `required` those that it must."""

    def __init__(self, node: MapNode, report: Report, keys: Iterable[str], required: Iterable[str]) -> None:
        self._node = node
        self._report = report
        known = tuple(keys)
        for key, pair in node.pairs.items():
            if key not in known:
                report.add(
                    "unknown-key", f"unknown key `{key}`", pair.key.at, found=key, hint=nearest(key, known)
                )
        for key in required:
            if key not in node.pairs:
                report.add("missing-key", f"the key `{key}` is missing", node.at, hint=f"add `{key}: …`")

    def at(self, key: str) -> Place:
        """Return where a key stands, or the map where it is missing."""
        pair = self._node.pairs.get(key)
        return pair.key.at if pair else self._node.at

    def text(self, key: str) -> str:
        """Return a text, or nothing."""
        node = self.text_node(key)
        return " ".join(node.text.split()) if node else ""

    def text_node(self, key: str) -> TextNode | None:
        """Return a text with its place."""
        node = self._node.get(key)
        return None if node is None else as_text(node, self._report)

    def word(self, key: str, words: Iterable[str]) -> str | None:
        """Return a text that must be one of some words."""
        node = self.text_node(key)
        return one_of(node, words, self._report) if node else None

    def items(self, key: str) -> tuple[Node, ...]:
        """Return what a list holds."""
        node = self._node.get(key)
        if node is None or isinstance(node, ListNode):
            return node.items if node else ()
        wrong_shape(node, "a list", self._report)
        return ()

    def texts(self, key: str) -> tuple[TextNode, ...]:
        """Return the texts of a list."""
        nodes = (as_text(item, self._report) for item in self.items(key))
        return tuple(node for node in nodes if node)

    def maps(self, key: str) -> Iterator[MapNode]:
        """Yield the maps of a list."""
        for item in self.items(key):
            if isinstance(item, MapNode):
                yield item
            else:
                wrong_shape(item, "a map", self._report)

    def map(self, key: str) -> MapNode | None:
        """Return a map, or None where there is none."""
        node = self._node.get(key)
        if node is None or isinstance(node, MapNode):
            return node
        wrong_shape(node, "a map", self._report)
        return None


def as_text(node: Node, report: Report) -> TextNode | None:
    """Return a node as a text; None, with a problem unless there is one already, if it is no usable text."""
    if isinstance(node, TextNode):
        return None if node.reported else node
    wrong_shape(node, "a text", report)
    return None


def one_of(node: TextNode, words: Iterable[str], report: Report) -> str | None:
    """Return the text of a node if it is one of the words."""
    valid = tuple(words)
    if node.text in valid:
        return node.text
    report.add(
        "unknown-word",
        f"unknown word `{node.text}`",
        node.at,
        found=node.text,
        hint=nearest(node.text, valid),
    )
    return None


def wrong_shape(node: Node, wanted: str, report: Report) -> None:
    """Report a node that has not the shape in which it is wanted."""
    if isinstance(node, TextNode) and node.reported:
        return
    report.add(
        "wrong-shape", f"{wanted} is wanted here, and this is {kind(node)}", node.at, found=shown(node)
    )
