"""Sources, codelists and parameters: what a ruleset rests on."""

import re
from collections.abc import Collection

from ccr_rules.language.ast import Place
from ccr_rules.language.building.context import GROUNDS, Context
from ccr_rules.language.fields import Fields, Keys, as_text, wrong_shape
from ccr_rules.language.names import ParameterValue
from ccr_rules.language.nodes import ListNode, MapNode, Node
from ccr_rules.language.report import nearest
from ccr_rules.language.ruleset import CodelistUse, Parameter, Source
from ccr_rules.language.scalars import read_day, read_duration, read_whole

_SOURCE = Keys(("id", "title"), ("publisher", "url", "date", "note"))
_CODELIST = Keys(("list",), ("release",))
_PARAMETER = Keys(("value",), GROUNDS)
_URL = re.compile(r"https?://\S+")


def read_sources(root: MapNode, context: Context) -> dict[str, Source]:
    """Read the list of sources."""
    node = root.get("sources")
    if node is None:
        return {}
    if not isinstance(node, ListNode):
        wrong_shape(node, "a list", "`sources`", context.report)
        return {}
    sources: dict[str, Source] = {}
    for item in node.items:
        source, at = _source(context.fields(item, "a source", _SOURCE))
        if source.id in sources:
            message = f"two sources have the id `{source.id}`"
            context.report.add("duplicate-id", message, at, found=source.id, hint="rename one")
        elif source.id:
            sources[source.id] = source
    return sources


def _source(fields: Fields) -> tuple[Source, Place]:
    source = Source(
        id=fields.text("id"),
        title=fields.text("title"),
        publisher=fields.text("publisher"),
        url=fields.matched("url", _URL, "an address that starts with https://"),
        date=fields.text("date"),
        note=fields.text("note"),
    )
    return source, fields.at_key("id")


def read_codelists(root: MapNode, context: Context, known: Collection[str] | None) -> dict[str, CodelistUse]:
    """Read the codelists behind the names used here; `known` are those that there are, if that is known."""
    return {
        alias: _codelist(alias, node, context, known)
        for alias, node, _at in context.definitions(root, "codelists")
    }


def _codelist(alias: str, node: Node, context: Context, known: Collection[str] | None) -> CodelistUse:
    release = None
    if isinstance(node, MapNode):
        fields = context.fields(node, f"the codelist `{alias}`", _CODELIST)
        name = fields.text_node("list")
        release = fields.text("release") or None
    else:
        name = as_text(node, f"the codelist `{alias}`", context.report)
    if name and known is not None and name.text not in known:
        message = f"there is no codelist `{name.text}`"
        hint = nearest(name.text, known)
        context.report.add("unknown-codelist", message, name.at, found=name.text, hint=hint)
    return CodelistUse(alias, name.text if name else "", release)


def read_parameter(name: str, node: Node, at: Place, context: Context) -> Parameter | None:
    """Read a parameter: its value and where that is from."""
    fields = context.fields(node, f"the parameter `{name}`", _PARAMETER)
    grounds = context.grounds(fields, f"the parameter `{name}`")
    value = _value(fields.text("value"))
    if value is None:
        if "value" in fields:
            fields.bad("value", "a duration (`3 months`), a day (`2024-03-31`) or a whole number")
        return None
    return Parameter(name, value, grounds, at)


def _value(text: str) -> ParameterValue | None:
    whole = read_whole(text)
    return whole if whole is not None else read_duration(text) or read_day(text)
