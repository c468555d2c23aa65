"""The digest of a ruleset: the same for the same content, whatever its layout and comments.

Definitions keep their order, since answers and texts follow it; the keys within one have none.
"""

import hashlib
import json

from ccr_rules.language.nodes import ListNode, MapNode, Node, TextNode
from ccr_rules.language.sections import DEFINITIONS


def digest_of(root: MapNode) -> str:
    """Return `sha256:…` of a resolved ruleset."""
    content = {key: _section(key, pair.value) for key, pair in root.pairs.items()}
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return "sha256:" + hashlib.sha256(text.encode()).hexdigest()


def _section(key: str, node: Node) -> object:
    if key in DEFINITIONS and isinstance(node, MapNode):
        return [[name, _plain(pair.value)] for name, pair in node.pairs.items()]
    return _plain(node)


def _plain(node: Node) -> object:
    if isinstance(node, TextNode):
        return node.text
    if isinstance(node, ListNode):
        return [_plain(item) for item in node.items]
    return {key: _plain(pair.value) for key, pair in node.pairs.items()}
