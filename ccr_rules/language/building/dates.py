"""Date definitions, lets and conditions."""

from typing import Literal

from ccr_rules.language.ast import Place
from ccr_rules.language.building.context import Context
from ccr_rules.language.expressions import read_date_expression
from ccr_rules.language.fields import Fields, Keys, as_text
from ccr_rules.language.nodes import MapNode, Node
from ccr_rules.language.ruleset import Apart, Bound, Condition, Extreme, Let
from ccr_rules.language.vocabulary import CLASSES, EPISODES, STATES

_WINDOW = ("from", "after", "to", "before")
_EXTREME = Keys(
    (), ("earliest", "latest", "class", "episode", "state", *_WINDOW, "on", "if_not_supplied", "title")
)
_CONDITION = Keys(("apart",))
_LET = Keys(("date", "title"))
_APART = Keys(("of", "at_least"), (*_WINDOW, "if_not_supplied"))
_ON: tuple[Literal["clinical", "recorded"], ...] = ("clinical", "recorded")


def read_extreme(name: str, node: Node, at: Place, context: Context) -> Extreme | None:
    """Read a date definition: the earliest or latest entry of a codelist in a window."""
    fields = context.fields(node, f"the date `{name}`", _EXTREME)
    picks: list[Literal["earliest", "latest"]] = ["earliest", "latest"]
    given = [pick for pick in picks if pick in fields]
    if len(given) != 1:
        if fields.readable:
            _either(fields, ("earliest", "latest"), len(given), f"the date `{name}`", context)
        return None
    codelist = fields.text_node(given[0])
    lower, upper = _bounds(fields, f"the date `{name}`", context)
    if _is_unread(fields, lower, upper):
        return None
    return Extreme(
        name=name,
        pick=given[0],
        codelist=context.alias(codelist) if codelist else "",
        classes=fields.words("class", CLASSES),
        episodes=fields.words("episode", EPISODES),
        states=fields.words("state", STATES) or frozenset({"done"}),
        lower=lower,
        upper=upper,
        on=fields.word("on", _ON, "clinical"),
        assume_none=_assume_none(fields),
        title=fields.text("title"),
        at=at,
    )


def _either(fields: Fields, keys: tuple[str, str], count: int, what: str, context: Context) -> None:
    one, other = keys
    if count:
        context.report.add(
            "unknown-key", f"{what} has `{one}` and `{other}`", fields.at, hint="keep one of them"
        )
    else:
        context.report.add(
            "missing-key", f"{what} needs `{one}` or `{other}`", fields.at, hint=f"add `{one}: …`"
        )


def _assume_none(fields: Fields) -> bool:
    return fields.word("if_not_supplied", ("none",), "") == "none"


def _bounds(fields: Fields, what: str, context: Context) -> tuple[Bound | None, Bound | None]:
    return (
        _bound(fields, ("from", "after"), what, context),
        _bound(fields, ("to", "before"), what, context),
    )


def _is_unread(fields: Fields, lower: Bound | None, upper: Bound | None) -> bool:
    """Say whether an end of the window made no sense: without it the window would be another."""
    given = ("from" in fields or "after" in fields, "to" in fields or "before" in fields)
    return given != (lower is not None, upper is not None)


def _bound(fields: Fields, keys: tuple[str, str], what: str, context: Context) -> Bound | None:
    """Read one end of a window; the first of the two keys includes its day."""
    given = [key for key in keys if key in fields]
    if len(given) == 2:
        _either(fields, keys, 2, what, context)
    if not given:
        return None
    date = context.date(fields, given[0])
    return None if date is None else Bound(date, inclusive=given[0] == keys[0])


def read_let(name: str, node: Node, at: Place, context: Context) -> Let | None:
    """Read a named date expression: the expression, or `{date: …, title: …}`."""
    title = ""
    if isinstance(node, MapNode):
        fields = context.fields(node, f"`{name}` of `let`", _LET)
        title, date = fields.text("title"), context.date(fields, "date")
    else:
        text = as_text(node, f"`{name}` of `let`", context.report)
        date = read_date_expression(text, context.names, context.report) if text else None
    return None if date is None else Let(name, date, title, at)


def read_named_condition(name: str, node: Node, at: Place, context: Context) -> Condition | None:
    """Read a named condition: an expression or `{apart: …}`."""
    if isinstance(node, MapNode):
        apart = _apart(name, node, context)
        return None if apart is None else Condition(name, apart, at)
    text = as_text(node, f"the condition `{name}`", context.report)
    test = context.test(text) if text else None
    return None if test is None else Condition(name, test, at)


def _apart(name: str, node: MapNode, context: Context) -> Apart | None:
    what = f"`apart` of `{name}`"
    outer = context.fields(node, f"the condition `{name}`", _CONDITION)
    inner = outer.node("apart")
    if inner is None:
        return None
    fields = context.fields(inner, what, _APART)
    codelist = fields.text_node("of")
    lower, upper = _bounds(fields, what, context)
    if _is_unread(fields, lower, upper):
        return None
    return Apart(
        codelist=context.alias(codelist) if codelist else "",
        at_least=context.duration(fields, "at_least"),
        lower=lower,
        upper=upper,
        assume_none=_assume_none(fields),
    )
