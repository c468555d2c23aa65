"""Two parts of a ruleset are the same if they say the same, wherever they stand."""

from collections.abc import Iterator
from typing import Any

from ccr_rules.language.ast import AsOf, ConditionName, ConsultationDate, DateName, Not, Part, Place, Placed
from ccr_rules.language.ruleset import Grounds, Let, Parameter

HERE, THERE = Place("a.yaml", 1, 1), Place("b.yaml", 2, 2)
SAME: list[tuple[Any, Any]] = [
    (DateName("X", at=HERE), DateName("X", at=THERE)),
    (Not(ConditionName("x", at=HERE)), Not(ConditionName("x"), at=THERE)),
    (Let("x", AsOf(at=HERE), "", HERE), Let("x", AsOf(), at=THERE)),
    (Parameter("x", 1, Grounds(), HERE), Parameter("x", 1, Grounds(), THERE)),
]
DIFFERENT: list[tuple[Any, Any]] = [
    (DateName("X"), DateName("Y")),
    (DateName("X"), ConditionName("X")),
    (AsOf(), ConsultationDate()),
    (Not(ConditionName("x")), ConditionName("x")),
    (Let("x", AsOf()), Let("x", AsOf(), "Today")),
    (DateName("X"), "X"),
    (HERE, THERE),
]


def test_where_it_stands_takes_no_part_in_equality() -> None:
    for one, other in SAME:
        assert (one == other, one != other) == (True, False)
        assert hash(one) == hash(other)
        assert one.at != other.at


def test_what_it_is_and_says_does() -> None:
    for one, other in DIFFERENT:
        assert (one == other, one != other) == (False, True)


def kinds(above: type[Part]) -> Iterator[type[Part]]:
    for kind in above.__subclasses__():
        yield kind
        yield from kinds(kind)


def test_at_is_the_last_field_of_whatever_has_a_place() -> None:
    """Equality leaves out the last field, so it must be this one, and of nothing else."""
    with_place = {kind for kind in kinds(Part) if "at" in kind.__struct_fields__}
    assert with_place == set(kinds(Placed))
    assert {kind.__struct_fields__[-1] for kind in with_place} == {"at"}
    assert len(with_place) > 25
