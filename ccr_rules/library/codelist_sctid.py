"""SNOMED CT identifiers: whether a text can be the identifier of a concept at all.

The rules are those of the SNOMED CT Release File Specification, "SCTID": 6 to 18 digits, no leading zero, the
last digit a check digit after Verhoeff, the two before it the partition (`00` and `10` are concepts, `01` and
`11` descriptions, `02` and `12` relationships).
"""

import re
from typing import Final

_FORM: Final = re.compile(r"[1-9][0-9]{5,17}")
_CONCEPT_PARTITIONS: Final = ("00", "10")

_PRODUCT: Final = (
    (0, 1, 2, 3, 4, 5, 6, 7, 8, 9),
    (1, 2, 3, 4, 0, 6, 7, 8, 9, 5),
    (2, 3, 4, 0, 1, 7, 8, 9, 5, 6),
    (3, 4, 0, 1, 2, 8, 9, 5, 6, 7),
    (4, 0, 1, 2, 3, 9, 5, 6, 7, 8),
    (5, 9, 8, 7, 6, 0, 4, 3, 2, 1),
    (6, 5, 9, 8, 7, 1, 0, 4, 3, 2),
    (7, 6, 5, 9, 8, 2, 1, 0, 4, 3),
    (8, 7, 6, 5, 9, 3, 2, 1, 0, 4),
    (9, 8, 7, 6, 5, 4, 3, 2, 1, 0),
)
"""The dihedral group of order ten, in which Verhoeff's sum is taken."""

_PERMUTED: Final = (
    (0, 1, 2, 3, 4, 5, 6, 7, 8, 9),
    (1, 5, 7, 6, 2, 8, 3, 0, 9, 4),
    (5, 8, 0, 3, 7, 9, 6, 1, 4, 2),
    (8, 9, 1, 6, 0, 4, 3, 5, 2, 7),
    (9, 4, 5, 3, 1, 2, 6, 8, 7, 0),
    (4, 2, 8, 6, 5, 7, 3, 9, 0, 1),
    (2, 7, 9, 3, 8, 0, 6, 4, 1, 5),
    (7, 0, 4, 6, 9, 1, 3, 2, 5, 8),
)
"""A digit's value by its place from the right, modulo eight."""


def concept_id_fault(code: str) -> str | None:
    """Say why a text is no SNOMED CT concept identifier, or None if it is well formed."""
    if not _FORM.fullmatch(code):
        return "a SNOMED CT code is 6 to 18 digits, without spaces or a leading zero"
    if not _check_digit_fits(code):
        return "the check digit does not fit: a digit is wrong or missing"
    if code[-3:-1] not in _CONCEPT_PARTITIONS:
        return "this is the identifier of a description or relationship, not of a concept"
    return None


def _check_digit_fits(code: str) -> bool:
    total = 0
    for place, digit in enumerate(reversed(code)):
        total = _PRODUCT[total][_PERMUTED[place % 8][int(digit)]]
    return total == 0
