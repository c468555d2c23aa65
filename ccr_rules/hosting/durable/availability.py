"""Whether durable-rules can run here, found out without loading it into this process."""

import sys
from importlib.util import find_spec

from ccr_rules.errors import MissingExtraError

FIRST_WITHOUT = (3, 13)
"""The first Python on which durable-rules 2.0.28 does not import: it calls what was removed."""

MODULE = "durable_rules_engine"


def why_not_here() -> str:
    """Return why durable-rules cannot run here, and what to do about it; empty if it can."""
    if sys.version_info[:2] >= FIRST_WITHOUT:
        here = f"{sys.version_info[0]}.{sys.version_info[1]}"
        return (
            f"durable-rules 2.0.28 does not work on Python 3.13 and later, and this is {here}; use Python "
            f"3.11 or 3.12 for it"
        )
    if find_spec(MODULE) is None:
        return (
            "durable-rules is not installed; with a C compiler and the headers of Python: pip install "
            "'ccr-rules[durable]'"
        )
    return ""


def require() -> None:
    """Raise MissingExtraError, with the remedy, if durable-rules cannot run here."""
    if why := why_not_here():
        raise MissingExtraError(f"no second opinion: {why}")
