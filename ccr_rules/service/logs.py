"""Logs: one JSON object for each line, of ids, codes and counts.

An exception is told by its type and the place in the code, never by its message: that of somebody else's
exception may hold what a record says.
"""

import json
import logging
import traceback
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

_USUAL = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "color_message"}
_encode: Final = json.JSONEncoder(ensure_ascii=False, default=lambda value: type(value).__name__).encode


class JsonLines(logging.Formatter):
    """Writes a record as one line of JSON: time, level, logger, message, and what was given as `extra`."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        line |= {name: value for name, value in vars(record).items() if name not in _USUAL}
        if record.exc_info and record.exc_info[1] is not None:
            line["fault"] = place_of(record.exc_info[1])
        return _encode(line)


def place_of(fault: BaseException) -> str:
    """Return the type of an exception and the place in the code where it was raised."""
    frames = traceback.extract_tb(fault.__traceback__)
    if not frames:
        return type(fault).__name__
    return f"{type(fault).__name__} at {'/'.join(Path(frames[-1].filename).parts[-3:])}:{frames[-1].lineno}"


LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": "ccr_rules.service.logs.JsonLines"}},
    "handlers": {
        "stderr": {"class": "logging.StreamHandler", "formatter": "json", "stream": "ext://sys.stderr"}
    },
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {
        "ccr": {"level": "INFO"},
        "uvicorn.error": {"level": "INFO"},
        # uvicorn's own line for each request has the whole path, which may hold anything.
        "uvicorn.access": {"handlers": [], "level": "CRITICAL", "propagate": False},
        # httpx names every address that it fetches.
        "httpx": {"level": "WARNING"},
    },
}
"""Where lines go: all of them to stderr."""
