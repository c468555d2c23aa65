"""Definitions that nothing uses."""

from ccr_rules.language.names import Usage
from ccr_rules.language.nodes import MapNode
from ccr_rules.language.report import Report
from ccr_rules.language.sections import SHARED_NAMES

_WHAT = {"parameters": "parameter", "let": "let", "dates": "date", "conditions": "condition"}


def check_unused(root: MapNode, usage: Usage, report: Report) -> None:
    """Warn of names that no expression, text or list uses."""
    for section in SHARED_NAMES:
        _check(root, section, _WHAT[section], usage.names, report)
    _check(root, "codelists", "codelist", usage.codelists, report)


def _check(root: MapNode, section: str, what: str, used: set[str], report: Report) -> None:
    node = root.get(section)
    for name, pair in (node.pairs if isinstance(node, MapNode) else {}).items():
        if name not in used:
            message = f"nothing uses the {what} `{name}`"
            report.add("unused", message, pair.key.at, found=name, hint="delete it, or use it")
