"""The JSON Schema of the structured sheets, as it stands in `schemas/`."""

import json
from importlib.resources import files
from typing import Any, Final

from ccr_build_sheets.model import FORMAT, Book
from ccr_rules.schemas import schema_of

SCHEMA_FILE: Final = f"{FORMAT.replace('/', '-')}.schema.json"


def shipped() -> Any:
    """Return the schema that comes with the package."""
    return json.loads((files("ccr_build_sheets") / "schemas" / SCHEMA_FILE).read_bytes())


def made() -> dict[str, Any]:
    """Return the schema that `Book` has now; it must be the one that is shipped."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": FORMAT,
        **schema_of(Book),
    }


def text() -> str:
    """Return the schema as its file has it."""
    return json.dumps(made(), indent=2, ensure_ascii=False) + "\n"
