"""What came back from a plugin, if it is what it must be: taken over by its types, or refused.

What is refused says what was expected and where, never what stood there.
"""

import re
from collections.abc import Callable, Sequence
from datetime import date, datetime
from importlib.resources.abc import Traversable
from typing import Any, Final, TypeVar

import msgspec

from ccr_rules.errors import RecordError
from ccr_rules.evaluation.result import Evaluation
from ccr_rules.hosting.outputs import Delivery, Document, Form, Link, Withheld
from ccr_rules.hosting.source import Source, Split
from ccr_rules.record.identity import name_of
from ccr_rules.record.patient import Consultation, PatientRecord, Quarantined

MOST_LINKS: Final = 10

_T = TypeVar("_T")
_PLAIN: Final = (bytes, date, datetime)
_QUOTED: Final = re.compile(r"'.*'", re.DOTALL)


class Junk(Exception):
    """What came back is not what the hook returns; the message says what was expected."""


def taken(value: Any, type_: type[_T]) -> _T:
    """Return a value of a type, every part of it checked. Raises Junk.

    What only looks like one is refused: where every field may be left out, everything does.
    """
    if not isinstance(value, type_):
        raise Junk(f"Expected {type_.__name__}, got something else")
    try:
        return msgspec.convert(msgspec.to_builtins(value, builtin_types=_PLAIN), type_)
    except (msgspec.ValidationError, TypeError, ValueError, RecursionError) as fault:
        raise Junk(f"{_why(fault)}; it was to be {type_.__name__}") from None


def _why(fault: Exception) -> str:
    """Return the reason without the values that it quotes."""
    if not isinstance(fault, msgspec.ValidationError):
        return "it is not made of plain values"
    return _QUOTED.sub("…", str(fault))


def taken_all(value: Any, type_: type[_T]) -> tuple[_T, ...]:
    """Return a sequence of values of a type. Raises Junk."""
    return tuple(taken(each, type_) for each in sequence(value, type_.__name__))


def sequence(value: Any, of: str) -> Sequence[Any]:
    """Return a list or tuple as it is. Raises Junk."""
    if not isinstance(value, (list, tuple)):
        raise Junk(f"Expected a list or tuple of {of}, got something else")
    return value


def a_record(value: Any, patient: str | None = None) -> PatientRecord:
    """Return a record that was read. Raises Junk; RecordError if it is not about the patient asked for."""
    record = taken(value, PatientRecord)
    if patient is not None and _id(record.reference) != _id(patient):
        raise RecordError("the record is about somebody else than the patient asked for; send the right one")
    return record


def _id(reference: str) -> str | None:
    name = name_of(reference)
    return name and name.id


def a_consultation(value: Any) -> Consultation:
    """Return a contact. Raises Junk."""
    return taken(value, Consultation)


def withheld(value: Any, evaluation: Evaluation) -> tuple[Withheld, ...]:
    """Return prompts to withhold, each once. Raises Junk where one of them is not shown."""
    asked = {(each.prompt, each.ruleset): each for each in taken_all(value, Withheld)}
    if not {(each.id, each.ruleset) for each in evaluation.prompts}.issuperset(asked):
        raise Junk("a prompt that is not shown was to be withheld; name prompts of evaluation.prompts")
    return tuple(asked.values())


def links(value: Any) -> tuple[Link, ...]:
    """Return links. Raises Junk."""
    found = taken_all(value, Link)
    if len(found) > MOST_LINKS:
        raise Junk(f"Expected at most {MOST_LINKS} links, got {len(found)}")
    return found


def folders(value: Any) -> tuple[Traversable, ...]:
    """Return folders. Raises Junk where one is not there."""
    found = sequence(value, "folders")
    for each in found:
        if not isinstance(each, Traversable) or not each.is_dir():
            raise Junk("Expected folders that exist, such as importlib.resources.files() gives")
    return tuple(found)


def a_split(value: Any) -> Split:
    """Return the parts of a source. Raises Junk."""
    if not isinstance(value, Split):
        raise Junk("Expected a Split or None")
    sources = tuple(sequence(value.sources, "Source"))
    if not all(type(each) is Source for each in sources):
        raise Junk("Expected a list or tuple of Source, got something else in it")
    return Split(sources, taken_all(value.faults, Quarantined))


def forms(value: Any) -> tuple[Form, ...]:
    """Return forms. Raises Junk."""
    return taken_all(value, Form)


def a_document(value: Any) -> Document:
    """Return a document. Raises Junk."""
    return taken(value, Document)


def documents(value: Any) -> tuple[Document, ...]:
    """Return documents, each under a name of its own. Raises Junk."""
    found = taken_all(value, Document)
    if len({each.name.casefold() for each in found}) < len(found):
        raise Junk("two documents have one name, and one would be written over the other")
    return found


def a_delivery(value: Any) -> Delivery:
    """Return what came of a delivery. Raises Junk."""
    made = taken(value, Delivery)
    documents(made.documents)
    return made


def anything(value: Any) -> None:
    """Look at nothing: the hook returns nothing."""


Check = Callable[[Any], Any]
"""Takes what a hook returned, or raises Junk."""
