"""What is wrong with the form of an answer, by the schemas, the invariants and the rules of its JSON.

Needs jsonschema. What is found is told by place and rule, never by what stands there.
"""

from collections.abc import Iterator
from typing import Any, Final

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError

from ccr_rules.cds_hooks.invariants import json_faults, response_faults
from ccr_rules.cds_hooks.schemas import DISCOVERY, OPERATION_OUTCOME, RESPONSE, Schema


def _checker(schema: Schema) -> Draft202012Validator:
    return Draft202012Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER)


_DISCOVERY: Final = _checker(DISCOVERY)
_RESPONSE: Final = _checker(RESPONSE)
_OUTCOME: Final = _checker(OPERATION_OUTCOME)


def discovery_shape(value: Any) -> Iterator[str]:
    """Yield what is wrong with what discovery says."""
    yield from _faults(_DISCOVERY, value)
    yield from _json(value)


def response_shape(value: Any) -> Iterator[str]:
    """Yield what is wrong with an answer with cards."""
    yield from _faults(_RESPONSE, value)
    yield from _json(value)
    if isinstance(value, dict):
        yield from (f"{place}: {rule}" for place, rule in response_faults(value))
        if "systemActions" in value:
            yield "systemActions: nothing may be written without somebody's hand"


def outcome_shape(value: Any) -> Iterator[str]:
    """Yield what is wrong with an OperationOutcome."""
    yield from _faults(_OUTCOME, value)


def _json(value: Any) -> Iterator[str]:
    return (f"{place or 'the answer'}: {rule}" for place, rule in json_faults(value))


def _faults(checker: Draft202012Validator, value: Any) -> Iterator[str]:
    for fault in checker.iter_errors(value):
        place = ".".join(map(str, fault.absolute_path)) or "the answer"
        yield f"{place}: {_rule(fault)}"


def _rule(fault: ValidationError) -> str:
    """Return the rule that is broken."""
    instance: Any = fault.instance
    schema: Any = fault.schema
    match fault.validator, fault.validator_value:
        case "required", list(names):
            return f"{' and '.join(name for name in names if name not in instance)} is missing"
        case "additionalProperties", False:
            return f"there is no {' or '.join(sorted(set(instance) - set(schema['properties'])))} here"
        case "enum" | "type", rule:
            return f"expected {' or '.join(rule) if isinstance(rule, list) else rule}"
        case _:
            value: Any = fault.validator_value
            told = f" {value}" if isinstance(value, int | str) else ""
            return f"against the schema ({fault.validator}{told})"
