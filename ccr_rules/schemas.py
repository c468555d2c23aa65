"""JSON Schemas of types, the same text on every Python: 3.13 takes the indentation out of docstrings."""

from collections.abc import Sequence
from inspect import cleandoc
from typing import Any

import msgspec


def schema_of(type_: Any) -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of a type, with its docstrings as descriptions."""
    return _cleaned(msgspec.json.schema(type_))  # type: ignore[no-any-return]


def schemas_of(types: Sequence[Any], ref_template: str) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """Return the JSON Schemas of types, and the components to which they refer."""
    schemas, components = msgspec.json.schema_components(types, ref_template=ref_template)
    return [_cleaned(each) for each in schemas], _cleaned(components)


def _cleaned(value: Any, key: str = "") -> Any:
    if isinstance(value, dict):
        return {name: _cleaned(each, name) for name, each in value.items()}
    if isinstance(value, list):
        return [_cleaned(each) for each in value]
    return cleandoc(value) if key == "description" and isinstance(value, str) else value
