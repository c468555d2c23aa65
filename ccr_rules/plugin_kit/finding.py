"""What the kit finds of a plugin."""

from typing import Literal

import msgspec

Outcome = Literal["passed", "failed", "warning"]


class Finding(msgspec.Struct, frozen=True):
    """One thing that was tried: what, what came of it, and what to do about it (empty if it passed)."""

    check: str
    outcome: Outcome
    detail: str = ""


def passed(check: str) -> Finding:
    """Return that a check passed."""
    return Finding(check, "passed")


def failed(check: str, detail: str) -> Finding:
    """Return that a check failed."""
    return Finding(check, "failed", detail)


def warned(check: str, detail: str) -> Finding:
    """Return that something should be looked at."""
    return Finding(check, "warning", detail)


def judged(check: str, faults: list[str]) -> Finding:
    """Return that a check failed for the first of some reasons, or passed if there are none."""
    if not faults:
        return passed(check)
    more = f" (and {len(faults) - 1} more)" if len(faults) > 1 else ""
    return failed(check, faults[0] + more)
