"""Indicators and their decision rows."""

from ccr_rules.language.ast import Place
from ccr_rules.language.building.context import GROUNDS, Context
from ccr_rules.language.fields import Fields, Keys
from ccr_rules.language.nodes import Node
from ccr_rules.language.ruleset import Grounds, Indicator, Row
from ccr_rules.language.scalars import read_whole
from ccr_rules.language.vocabulary import OUTCOMES

_REGISTER = ("title", "population")
_COUNTED = ("period_end", "denominator", "numerator", "achievable_until", "points", "thresholds", "note")
_INDICATOR = Keys(_REGISTER, (*_COUNTED, *GROUNDS))
_ROW = Keys(("if", "then"), ("reason", "unreachable", "text", *GROUNDS))
_LAST_ROW = Keys(("otherwise",), ("reason", "text", *GROUNDS))


def read_indicator(id_: str, node: Node, at: Place, context: Context) -> Indicator | None:
    """Read an indicator; a register has neither rows nor a numerator."""
    what = f"the indicator `{id_}`"
    fields = context.fields(node, what, _INDICATOR)
    _check_pair(fields, what, context)
    grounds = context.grounds(fields, what)
    population = context.condition(fields, "population")
    rows = _rows(fields, what, grounds, context)
    numerator = context.condition(fields, "numerator")
    period_end = context.date(fields, "period_end")
    achievable_until = context.date(fields, "achievable_until")
    if population is None:
        return None
    return Indicator(
        id=id_,
        title=fields.text("title"),
        population=population,
        rows=rows,
        numerator=numerator,
        period_end=period_end,
        achievable_until=achievable_until,
        points=fields.decimal("points"),
        thresholds=_thresholds(fields),
        grounds=grounds,
        note=fields.text("note"),
        at=at,
    )


def _check_pair(fields: Fields, what: str, context: Context) -> None:
    for key, other in (("denominator", "numerator"), ("numerator", "denominator")):
        if key in fields and other not in fields:
            message = f"{what} has a `{key}` and no `{other}`"
            context.report.add(
                "missing-key", message, fields.at, hint=f"add `{other}: …`; a register has neither"
            )


def _rows(fields: Fields, what: str, grounds: Grounds, context: Context) -> tuple[Row, ...]:
    nodes = fields.maps("denominator")
    rows = [_row(node, f"row {number} of {what}", grounds, context) for number, node in enumerate(nodes, 1)]
    if nodes and not (rows[-1] and rows[-1].test is None):
        hint = "end with `- {otherwise: include}`"
        context.report.add(
            "no-otherwise", f"the last row of {what} is not `otherwise`", nodes[-1].at, hint=hint
        )
    return tuple(row for row in rows if row is not None)


def _row(node: Node, what: str, inherited: Grounds, context: Context) -> Row | None:
    is_last = "otherwise" in getattr(node, "pairs", ())
    fields = context.fields(node, what, _LAST_ROW if is_last else _ROW)
    test = None if is_last else context.condition(fields, "if")
    outcome = fields.word("otherwise" if is_last else "then", OUTCOMES, "include")
    row = Row(
        test=test,
        outcome=outcome,
        reason=fields.text("reason") or None,
        unreachable=fields.text("unreachable") or None,
        grounds=context.grounds(fields, what, inherited),
        text=fields.text("text"),
        at=node.at,
    )
    return row if is_last or test is not None else None


def _thresholds(fields: Fields) -> tuple[int, int] | None:
    if "thresholds" not in fields:
        return None
    ends = [read_whole(node.text) for node in fields.texts("thresholds")]
    match ends:
        case [int(low), int(high)] if low <= high <= 100:
            return low, high
    fields.bad("thresholds", "two percentages such as [50, 90], the lower first")
    return None
