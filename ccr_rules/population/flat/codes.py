"""Codes that a spreadsheet has spoilt: what is left of them is another code, or none."""

import re
from functools import lru_cache
from typing import Final

from ccr_rules.library.codelist_sctid import concept_id_fault

_SCIENTIFIC: Final = re.compile(r"\d+(\.\d+)?[eE]\+?\d+", re.ASCII)
_DECIMAL: Final = re.compile(r"\d+\.\d*", re.ASCII)
_DIGITS_OF_A_NUMBER: Final = 15
"""How many digits of a number a spreadsheet keeps; those behind them become zeros."""

_REMEDY: Final = "export it again with codes as text, and open it in no spreadsheet"


@lru_cache(maxsize=1 << 14)
def spoilt(code: str) -> str:
    """Say how a SNOMED CT code was spoilt, or nothing if it was not."""
    if _SCIENTIFIC.fullmatch(code):
        return f"the code is a number in scientific notation; {_REMEDY}"
    if _DECIMAL.fullmatch(code):
        return f"the code is a number with a decimal point; {_REMEDY}"
    rest = code[_DIGITS_OF_A_NUMBER:]
    if rest and not rest.strip("0") and code.isdigit() and concept_id_fault(code):
        return f"the last digits of the code were made zeros; {_REMEDY}"
    return ""
