"""Conditions as lists to enter and as decision tables.

On these sheets every date is known or not there, so a condition holds or it does not: what is UNKNOWN to
ccr-rules cannot be said in a search (`limits`). That makes De Morgan's laws enough to push every `not` down
to the single tests.
"""

from collections.abc import Iterable, Iterator
from itertools import product
from math import prod
from typing import Final, NamedTuple

from ccr_build_sheets.marks import Marks
from ccr_build_sheets.model import Logic, Node, Question
from ccr_rules.language.ast import (
    And,
    Between,
    BooleanLiteral,
    Compare,
    ConditionExpression,
    ConditionName,
    ConsultationIn,
    IsNull,
    Not,
    Or,
    StatusIn,
)
from ccr_rules.language.english.phrases import listed, sentence_case, spoken
from ccr_rules.language.english.sentences import Sentences
from ccr_rules.language.ruleset import Ruleset
from ccr_rules.language.vocabulary import CONSULTATION_MODES, STATUS_WORDS

MOST_WAYS: Final = 6
"""A decision table with more columns is harder to enter than the list."""

MOST_PRODUCTS: Final = 64
"""Conditions of more combinations are not even multiplied out."""

Atom = Compare | Between | IsNull | ConditionName | StatusIn | ConsultationIn | BooleanLiteral


class Tested(NamedTuple):
    """A single test, and whether it must hold or must not."""

    atom: Atom
    holds: bool


class LogicWriter:
    """Writes the conditions of one ruleset."""

    def __init__(self, ruleset: Ruleset, marks: Marks) -> None:
        self._say = Sentences(ruleset)
        self._marks = marks

    def logic(self, test: ConditionExpression) -> Logic:
        """Return a condition as it stands on a sheet."""
        return Logic(
            sentence_case(self._say.sentence(test)),
            self.outline(test),
            self.table(test),
            self._marks.needs(test),
        )

    def outline(self, test: ConditionExpression, holds: bool = True) -> Node:
        """Return a condition, or with `holds` False its opposite, as a list to enter."""
        match test:
            case Not(operand=operand):
                return self.outline(operand, not holds)
            case And(operands=operands) | Or(operands=operands):
                every = isinstance(test, And) is holds
                parts = tuple(self.outline(operand, holds) for operand in operands)
                text = "All of these hold:" if every else "At least one of these holds:"
                return Node("all" if every else "any", text, parts=parts)
            case _:
                return self._test(Tested(test, holds))

    def _test(self, tested: Tested) -> Node:
        atom, holds = tested
        return Node("test", self._words(tested), _missing(atom, holds), self._marks.refs(atom))

    def _words(self, tested: Tested) -> str:
        """Return a test as a line of the list; its opposite in words of its own where there are any."""
        atom, holds = tested
        match atom:
            case IsNull(date=date, negated=negated):
                found = negated is holds
                return f"There is {'an' if found else 'no'} entry or day for {self._say.date(date)}."
            case BooleanLiteral(value=value):
                return "Always." if value is holds else "Never."
            case ConditionName(name=name):
                return f"“{spoken(name)}” {'holds' if holds else 'does not hold'}."
            case StatusIn(review=review, words=words):
                chosen = listed(sorted(words, key=list[str](STATUS_WORDS).index), "or")
                return f"The status of {self._say.review(review)} is {'' if holds else 'not '}{chosen}."
            case ConsultationIn(words=words):
                chosen = listed(sorted(words, key=CONSULTATION_MODES.index), "or")
                return f"The mode of the consultation is {'' if holds else 'not '}{chosen}."
            case _:
                text = self._say.sentence(atom)
                return sentence_case(text if holds else f"it is not the case that {text}")

    # --- decision tables ---------------------------------------------------------------------------

    def table(self, test: ConditionExpression) -> tuple[Question, ...]:
        """Return a condition as a decision table; nothing if one test or too many ways would be in it."""
        ways = list(_ways(test)) if _size(test, True) <= MOST_PRODUCTS else []
        atoms = list(dict.fromkeys(tested.atom for way in ways for tested in way))
        if len(atoms) < 2 or not 1 <= len(ways) <= MOST_WAYS:
            return ()
        return tuple(
            Question(self._question(atom), tuple(_answer(atom, way) for way in ways)) for atom in atoms
        )

    def _question(self, atom: Atom) -> str:
        marks = ", ".join(self._marks.refs(atom))
        return self._words(Tested(atom, True)) + (f" ({marks})" if marks else "")


def _missing(atom: Atom, holds: bool) -> str:
    """Return what a test gives where a date of it is not there (SEMANTICS 4, 17)."""
    verdict = "the test fails" if holds else "the test passes"
    match atom:
        case Compare() | Between():
            return f"If a date of it is not there, {verdict}."
        case ConsultationIn():
            return f"Outside a consultation {verdict}."
        case _:
            return ""


_Way = dict[Atom, bool]


def _ways(test: ConditionExpression, holds: bool = True) -> Iterator[tuple[Tested, ...]]:
    """Yield the sets of tests of which any one suffices; those that contradict themselves are left out."""
    for way in _products(test, holds):
        found: _Way = {}
        if all(found.setdefault(atom, wanted) is wanted for atom, wanted in way):
            yield tuple(Tested(atom, wanted) for atom, wanted in found.items())


def _products(test: ConditionExpression, holds: bool) -> Iterator[tuple[Tested, ...]]:
    match test:
        case Not(operand=operand):
            yield from _products(operand, not holds)
        case And(operands=operands) | Or(operands=operands):
            if isinstance(test, And) is holds:
                yield from _joined(operands, holds)
            else:
                for operand in operands:
                    yield from _products(operand, holds)
        case _:
            yield (Tested(test, holds),)


def _joined(operands: Iterable[ConditionExpression], holds: bool) -> Iterator[tuple[Tested, ...]]:
    for choice in product(*(tuple(_products(operand, holds)) for operand in operands)):
        yield tuple(tested for part in choice for tested in part)


def _size(test: ConditionExpression, holds: bool) -> int:
    """Return how many combinations `_products` would yield."""
    match test:
        case Not(operand=operand):
            return _size(operand, not holds)
        case And(operands=operands) | Or(operands=operands):
            sizes = [_size(operand, holds) for operand in operands]
            return prod(sizes) if isinstance(test, And) is holds else sum(sizes)
        case _:
            return 1


def _answer(atom: Atom, way: tuple[Tested, ...]) -> str:
    wanted = dict(way).get(atom)
    return "either" if wanted is None else "yes" if wanted else "no"
