"""Expression text to the typed tree: what is a date, what a condition, and which names there are."""

from typing import Any, Literal, cast

from ccr_rules.errors import RulesetError
from ccr_rules.language.ast import (
    And,
    Between,
    BooleanLiteral,
    Choice,
    Compare,
    Comparison,
    ConditionExpression,
    DateExpression,
    IsNull,
    Not,
    Or,
    Place,
    Shift,
)
from ccr_rules.language.leaves import Leaves
from ccr_rules.language.names import Names
from ccr_rules.language.nodes import Span, TextNode
from ccr_rules.language.parser import SyntaxProblem, parse
from ccr_rules.language.report import Report, nearest
from ccr_rules.language.vocabulary import CHOICES

_DEEPEST = 40
_DATE_FORMS = frozenset({"name", "dotted", "literal", "shifted", "call"})
_PICKS: dict[str, Literal["later", "earlier", "coalesce"]] = {
    "later": "later",
    "earlier": "earlier",
    "Coalesce": "coalesce",
}


def parse_date(text: str, names: Names, file: str = "") -> DateExpression:
    """Read the text of a date expression.

    Raises:
        RulesetError: with every problem of the text.
    """
    report = Report()
    expression = read_date_expression(_node(text, file), names, report)
    if expression is None:
        raise _unreadable(report)
    return expression


def parse_condition(text: str, names: Names, file: str = "") -> ConditionExpression:
    """Read the text of a condition.

    Raises:
        RulesetError: with every problem of the text.
    """
    report = Report()
    expression = read_condition(_node(text, file), names, report)
    if expression is None:
        raise _unreadable(report)
    return expression


def _node(text: str, file: str) -> TextNode:
    return TextNode(text, Place(file, 1, 1), Span(text, 0, len(text), ""))


def _unreadable(report: Report) -> RulesetError:
    return RulesetError("this expression has problems:", report.problems())


def read_date_expression(node: TextNode, names: Names, report: Report) -> DateExpression | None:
    """Read a date expression; what is wrong goes to the report."""
    tree = _tree(node, report)
    return None if tree is None else _Reader(node, names, report).date(tree)


def read_condition(node: TextNode, names: Names, report: Report) -> ConditionExpression | None:
    """Read a condition; what is wrong goes to the report."""
    tree = _tree(node, report)
    return None if tree is None else _Reader(node, names, report).condition(tree)


def _tree(node: TextNode, report: Report) -> Any:
    try:
        tree = parse(node.text).children[0]
    except SyntaxProblem as problem:
        at = node.place(problem.offset)
        report.add("syntax", problem.message, at, found=problem.found, hint=problem.hint)
        return None
    if _is_too_deep(tree):
        hint = "name parts of it under `let` or `conditions`"
        report.add("too-deep", f"an expression nested more than {_DEEPEST} deep", node.at, hint=hint)
        return None
    return tree


def _is_too_deep(tree: Any) -> bool:
    level, depth = [tree], 0
    while level and depth < _DEEPEST:
        level = [child for branch in level for child in getattr(branch, "children", ())]
        depth += 1
    return bool(level)


def _first_token(tree: Any) -> Any:
    while hasattr(tree, "children"):
        tree = tree.children[0]
    return tree


class _Reader(Leaves):
    """Walks the tree of one expression. Every branch is read, so that all its problems are found."""

    def _at(self, tree: Any) -> Place:
        return self._node.place(_first_token(tree).start_pos)

    # --- dates -----------------------------------------------------------------------------------

    def date(self, tree: Any) -> DateExpression | None:
        """Read a tree where a date is meant."""
        form: str = tree.data
        if form == "name":
            return self.date_name(tree.children[0])
        if form == "dotted":
            return self.dotted_date(tree.children[0])
        if form == "literal":
            return self.literal(tree.children[0])
        if form == "shifted":
            return self._shift(tree)
        if form == "call":
            return self._choice(tree)
        token = _first_token(tree)
        self.problem("wrong-type", "a date is meant here; this is a condition", token.start_pos, str(token))
        return None

    def _shift(self, tree: Any) -> Shift | None:
        date = self.date(tree.children[0])
        sign: Literal[1, -1] = 1 if tree.children[1].type == "PLUS" else -1
        amount = tree.children[2]
        parameter = None
        if amount.data == "amount":
            duration = self.amount(*amount.children)
        else:
            parameter = str(amount.children[0])
            duration = self.named_amount(amount.children[0])
        if date is None or duration is None:
            return None
        return Shift(date, sign, duration, parameter, at=self._at(tree))

    def _choice(self, tree: Any) -> Choice | None:
        function, *arguments = tree.children
        dates = [self.date(argument) for argument in arguments]
        pick = _PICKS.get(str(function))
        if pick is None:
            hint = nearest(str(function), CHOICES)
            self.problem(
                "unknown-name", f"there is no `{function}(…)`", function.start_pos, str(function), hint
            )
            return None
        if len(dates) < 2:
            self.problem("syntax", f"`{function}` needs two or more dates", function.start_pos, str(function))
            return None
        known = tuple(date for date in dates if date is not None)
        return Choice(pick, known, at=self._at(tree)) if len(known) == len(dates) else None

    # --- conditions ------------------------------------------------------------------------------

    def condition(self, tree: Any) -> ConditionExpression | None:
        """Read a tree where a condition is meant."""
        form: str = tree.data
        if form == "name":
            return self.condition_name(tree.children[0])
        if form == "boolean":
            return BooleanLiteral(str(tree.children[0]) == "true", at=self._at(tree))
        if form == "in_set":
            return self._membership(tree)
        if form not in _DATE_FORMS:
            return self._combination(tree, form)
        self._date_as_condition(tree)
        return None

    def _date_as_condition(self, tree: Any) -> None:
        if self.date(tree) is not None:
            token = _first_token(tree)
            hint = "compare it, or test it with `is not null`"
            self.problem(
                "wrong-type", "a condition is meant here; this is a date", token.start_pos, str(token), hint
            )

    def _membership(self, tree: Any) -> ConditionExpression | None:
        owner, words = tree.children
        if getattr(owner, "data", "") == "dotted":
            return self.membership(owner.children[0], words)
        token = _first_token(owner)
        hint = "only `REVIEW.status` and `consultation.mode` stand before `in`"
        self.problem("wrong-type", "this has no words to be one of", token.start_pos, str(token), hint)
        return None

    def _combination(self, tree: Any, form: str) -> ConditionExpression | None:
        if form == "inversion":
            operand = self.condition(tree.children[1])
            return None if operand is None else Not(operand, at=self._at(tree))
        if form in ("conjunction", "disjunction"):
            return self._joined(tree, And if form == "conjunction" else Or)
        return self._comparison(tree, form)

    def _joined(self, tree: Any, join: type[And] | type[Or]) -> ConditionExpression | None:
        operands = [self.condition(child) for child in tree.children]
        known = tuple(operand for operand in operands if operand is not None)
        return join(known, at=self._at(tree)) if len(known) == len(operands) else None

    def _comparison(self, tree: Any, form: str) -> ConditionExpression | None:
        operator = str(tree.children[1]) if form == "compare" else ""
        operands = tree.children[::2] if form == "compare" else tree.children
        dates = [self.date(operand) for operand in operands]
        known = [date for date in dates if date is not None]
        if len(known) < len(dates):
            return None
        at = self._at(tree)
        if form == "compare":
            return Compare(cast(Comparison, operator), *known, at=at)
        if form == "between":
            return Between(*known, at=at)
        return IsNull(known[0], form == "is_not_null", at=at)
