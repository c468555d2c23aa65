"""The typed tree back to text: canonical CQL syntax, which the parser reads as the same tree."""

from collections.abc import Iterable

from ccr_rules.language.ast import (
    And,
    AsOf,
    Between,
    BooleanLiteral,
    Compare,
    ConditionExpression,
    ConditionName,
    ConsultationDate,
    ConsultationIn,
    DateExpression,
    DateLiteral,
    DateName,
    IsNull,
    Not,
    Or,
    PatientDate,
    ReviewDate,
    Shift,
    StatusIn,
)
from ccr_rules.language.vocabulary import CONSULTATION_MODES, STATUS_WORDS

_FUNCTIONS = {"later": "later", "earlier": "earlier", "coalesce": "Coalesce"}


def source(expression: DateExpression | ConditionExpression) -> str:
    """Return the text of a date expression or a condition."""
    match expression:
        case And() | Or() | Not():
            return _combination(expression)
        case BooleanLiteral(value=value):
            return "true" if value else "false"
        case ConditionName(name=name):
            return name
        case StatusIn(review=review, words=words):
            return f"{review}.status in {_words(words, STATUS_WORDS)}"
        case ConsultationIn(word=word, words=words):
            return f"consultation.{word} in {_words(words, CONSULTATION_MODES)}"
        case Compare() | Between() | IsNull():
            return _comparison(expression)
        case _:
            return _date(expression)


def _combination(test: And | Or | Not) -> str:
    match test:
        case And(operands=operands):
            return " and ".join(_operand(operand, (And, Or)) for operand in operands)
        case Or(operands=operands):
            return " or ".join(_operand(operand, (Or,)) for operand in operands)
        case Not(operand=ConditionName() | BooleanLiteral() | Not() as operand):
            return f"not {source(operand)}"
        case _:
            return f"not ({source(test.operand)})"


def _operand(operand: ConditionExpression, looser: tuple[type, ...]) -> str:
    text = source(operand)
    return f"({text})" if isinstance(operand, looser) else text


def _words(words: Iterable[str], order: tuple[str, ...]) -> str:
    return "{" + ", ".join(sorted(words, key=order.index)) + "}"


def _comparison(test: Compare | Between | IsNull) -> str:
    match test:
        case Compare(operator=operator, left=left, right=right):
            return f"{_date(left)} {operator} {_date(right)}"
        case Between(date=date, low=low, high=high):
            return f"{_date(date)} between {_date(low)} and {_date(high)}"
        case _:
            return f"{_date(test.date)} is {'not ' if test.negated else ''}null"


def _date(date: DateExpression) -> str:
    match date:
        case DateLiteral(text=text, parameter=parameter):
            return parameter or f"@{text}"
        case DateName(name=name):
            return name
        case AsOf():
            return "as_of"
        case PatientDate(field=field):
            return f"patient.{field}"
        case ConsultationDate():
            return "consultation.date"
        case ReviewDate(review=review, field=field):
            return f"{review}.{field}"
        case Shift(date=shifted, sign=sign, duration=duration, parameter=parameter):
            return f"{_date(shifted)} {'+' if sign > 0 else '-'} {parameter or duration}"
        case _:
            return f"{_FUNCTIONS[date.pick]}({', '.join(_date(each) for each in date.dates)})"
