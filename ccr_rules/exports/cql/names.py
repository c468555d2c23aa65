"""What the definitions of an exported library are called.

Every name has a blank in it and begins with the word for what it is, so that no name of a ruleset can be
that of a library, a model, a parameter, or another kind of definition.
"""

from ccr_rules.codelists.codelist import Codelist
from ccr_rules.exports.cql.text import identifier
from ccr_rules.language.ast import ReviewDateField
from ccr_rules.language.ruleset import Ruleset

AS_OF = identifier("As of")
RECORDED_BY = identifier("Recorded by")
CONSULTATION_DATE = identifier("Consultation date")
CONSULTATION_MODE = identifier("Consultation mode or none")
HAS_DIED = identifier("Has died")
IN_FORCE = identifier("In force")


def computer_name(*words: str) -> str:
    """Return a name for programs: `CCRQofCancer` for `qof-cancer`."""
    parts = (part for word in words for part in word.split("-"))
    return "CCR" + "".join(part[:1].upper() + part[1:] for part in parts)


def library_name(ruleset: Ruleset) -> str:
    """Return the name of a ruleset's library."""
    return computer_name(ruleset.id)


def calculus(function: str) -> str:
    """Return the name of something in CCRCalculus."""
    return f"Calculus.{function}"


def record(function: str) -> str:
    """Return the name of something in CCRRecord."""
    return f"Record.{identifier(function)}"


def date_name(name: str) -> str:
    """Return the name of a date or let."""
    return f"Date {name}"


def condition_name(name: str) -> str:
    """Return the name of a condition."""
    return f"Condition {name}"


def review_part(review: str, part: ReviewDateField | str) -> str:
    """Return the name of one part of a review: its dates, its status."""
    return f"Review {review}: {part}"


def value_set_name(codelist: Codelist, class_: str) -> str:
    """Return the name of the codes of a codelist that have a class, or of those that have none."""
    return f"{codelist.name}, {class_}" if class_ else codelist.name
