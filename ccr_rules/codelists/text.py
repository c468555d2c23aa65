"""How a term of a record and a term of a codelist are brought to one form before they are compared."""

import re
from functools import cache
from typing import Final

LONGEST_TEXT: Final = 1000
"""Terms are a few words. What is longer is a note; only its beginning is compared."""

_PLAIN: Final = str.maketrans({"’": "'", "\N{LEFT SINGLE QUOTATION MARK}": "'", "–": "-", "—": "-"})

_SEMANTIC_TAG: Final = re.compile(
    r" \((?:assessment scale|attribute|body structure|disorder|environment|event|finding|life style|"
    r"morphologic abnormality|observable entity|occupation|person|physical object|procedure|qualifier value|"
    r"record artifact|regime/therapy|situation|social concept|staging scale|substance|tumor staging)\)$"
)
"""What ends a SNOMED CT fully specified name: the hierarchy in which the concept stands."""


def fold(text: str) -> str:
    """Return a term in small letters, blanks folded, quotes and dashes plain, without its semantic tag."""
    plain = text[:LONGEST_TEXT] if text.isascii() else text[:LONGEST_TEXT].translate(_PLAIN)
    return _SEMANTIC_TAG.sub("", " ".join(plain.lower().split()))


def finds(pattern: str, folded: str) -> bool:
    """Say whether a pattern of a codelist finds something in a folded text."""
    return _compiled(pattern).search(folded) is not None


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    """Patterns are hundreds, and most of them no text is ever held against: each is compiled at its first."""
    return re.compile(pattern)


def without_tag(term: str) -> str:
    """Return a term as a screen shows it: `Cancer care review (procedure)` is `Cancer care review`."""
    tag = _SEMANTIC_TAG.search(term)
    return term[: tag.start()] if tag else term
