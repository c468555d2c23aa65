"""Reading earlier snoozes, declines and attested items from a file."""

import json
from pathlib import Path
from typing import Any

import msgspec

from ccr_rules.cli.records import read_file
from ccr_rules.errors import UsageError
from ccr_rules.record.responses import Response

EXAMPLE = '[{"kind": "snoozed", "review": "cancer-care-review", "until": "2026-12-31"}]'


def read_responses(path: Path) -> list[Response]:
    """Return the responses of a file. Raises UsageError for whatever is not a list of them."""
    try:
        items = json.loads(read_file(path))
    except (ValueError, RecursionError):
        raise UsageError(f"{path}: not JSON; write a list such as {EXAMPLE}") from None
    if not isinstance(items, list):
        raise UsageError(f"{path}: not a list; write a list such as {EXAMPLE}")
    return [_response(item, f"{path}: item {number}") for number, item in enumerate(items, start=1)]


def _response(item: Any, place: str) -> Response:
    known = Response.__struct_fields__
    unknown = sorted(set(item) - set(known)) if isinstance(item, dict) else []
    if unknown:
        raise UsageError(f"{place}: no key {unknown[0]!r}; there are {', '.join(known)}")
    try:
        return msgspec.convert(item, Response)
    except msgspec.ValidationError as fault:
        raise UsageError(f"{place}: {fault}; write it as in {EXAMPLE}") from None
