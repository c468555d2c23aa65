"""The drawing reaches all of the language: a node type that is never drawn is never tested."""

from collections.abc import Iterator
from typing import get_args

from hypothesis import Phase, given, settings
from msgspec import Struct

from ccr_rules.agreement.rulesets import rulesets
from ccr_rules.language import ast
from ccr_rules.language.ruleset import Ruleset

NODE_TYPES = {*get_args(ast.DateExpression), *get_args(ast.ConditionExpression)}


def nodes(value: object) -> Iterator[object]:
    """Yield everything that stands in a ruleset."""
    if isinstance(value, dict):
        for each in value.values():
            yield from nodes(each)
    elif isinstance(value, tuple):
        for each in value:
            yield from nodes(each)
    elif isinstance(value, Struct):
        yield value
        for field in value.__struct_fields__:
            yield from nodes(getattr(value, field))


def test_every_node_type_is_drawn() -> None:
    """With every operator, choice, field and outcome."""
    met: set[type] = set()
    words: set[object] = set()

    @settings(max_examples=100, phases=[Phase.generate], database=None, derandomize=True)
    @given(rulesets())
    def look(ruleset: Ruleset) -> None:
        for node in nodes(ruleset):
            met.add(type(node))
            for name in ("operator", "pick", "field", "outcome", "on", "sign", "negated", "inclusive"):
                words.add((name, getattr(node, name, None)))

    look()
    assert met >= NODE_TYPES
    assert {type_.__name__ for type_ in met} >= {
        "Extreme",
        "Let",
        "Apart",
        "Condition",
        "Row",
        "Indicator",
        "Review",
    }
    wanted = {
        *(("operator", each) for each in get_args(ast.Comparison)),
        *(("field", each) for each in (*get_args(ast.PatientField), *get_args(ast.ReviewDateField))),
        *(("pick", each) for each in ("earliest", "latest", "later", "earlier", "coalesce")),
        *(("outcome", each) for each in ("include", "exclude", "except")),
        *(("on", each) for each in ("clinical", "recorded")),
        *((name, each) for name in ("negated", "inclusive") for each in (True, False)),
        ("sign", 1),
        ("sign", -1),
    }
    assert wanted <= words


def test_a_node_type_that_the_language_gains_is_missed_here() -> None:
    """Every expression class of the tree belongs to one of the two kinds of expression."""
    defined = {
        each for each in vars(ast).values() if isinstance(each, type) and issubclass(each, ast.Expression)
    }
    assert defined - {ast.Expression} == NODE_TYPES
