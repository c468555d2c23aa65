"""JSON Schemas (2020-12) of the messages of CDS Hooks 2.0.1, written from its text: HL7 publishes none.

They are strict about what a service sends. About what a client sends they ask for what the specification
requires; what it does not know is let through, as the specification has it.
"""

from collections.abc import Mapping
from typing import Any, Final

Schema = dict[str, Any]

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
_TEXT: Final[Schema] = {"type": "string", "minLength": 1}
_FLAG: Final[Schema] = {"type": "boolean"}
_ID: Final[Schema] = {"type": "string", "pattern": r"^([A-Z][A-Za-z]+/)?[A-Za-z0-9\-.]{1,64}$"}
_UUID: Final[Schema] = {"type": "string", "format": "uuid"}
_URL: Final[Schema] = {"type": "string", "format": "uri", "pattern": "^https?://"}
_RESOURCE: Final[Schema] = {
    "type": "object",
    "properties": {"resourceType": {"type": "string", "pattern": "^[A-Z][A-Za-z]+$"}},
    "required": ["resourceType"],
}
_EXTENSION: Final[Schema] = {"type": "object", "minProperties": 1}


def _object(required: Mapping[str, Schema], optional: Mapping[str, Schema], *, closed: bool = True) -> Schema:
    schema: Schema = {
        "type": "object",
        "properties": {**required, **optional, "extension": _EXTENSION},
        "required": list(required),
    }
    return schema | {"additionalProperties": False} if closed else schema


def _some(items: Schema, least: int = 1) -> Schema:
    return {"type": "array", "items": items, "minItems": least}


def _one_of(*words: str) -> Schema:
    return {"enum": list(words)}


_CODING: Final = _object({"code": _TEXT, "system": _TEXT}, {"display": _TEXT})
_REASON: Final = _object({"code": _TEXT, "system": _TEXT, "display": _TEXT}, {})
_ACTION: Final[Schema] = {
    **_object(
        {"type": _one_of("create", "update", "delete"), "description": _TEXT},
        {"resource": _RESOURCE, "resourceId": _TEXT},
    ),
    "allOf": [
        {
            "if": {"properties": {"type": {"const": "delete"}}},
            "then": {"required": ["resourceId"], "properties": {"resource": False}},
            "else": {"required": ["resource"]},
        }
    ],
}
_SUGGESTION: Final = _object(
    {"label": _TEXT},
    {
        "uuid": _UUID,
        "isRecommended": _FLAG,
        "actions": _some(_ACTION),
        "actionSelectionBehavior": _one_of("all", "any", "at-most-one"),
    },
)
_LINK: Final[Schema] = {
    **_object(
        {"label": _TEXT, "url": _URL, "type": _one_of("absolute", "smart")},
        {"appContext": _TEXT, "autolaunchable": _FLAG},
    ),
    "if": {"properties": {"type": {"const": "absolute"}}},
    "then": {"properties": {"appContext": False}},
}
_SOURCE: Final = _object({"label": _TEXT}, {"url": _URL, "icon": _URL, "topic": _CODING})
_CARD: Final[Schema] = {
    **_object(
        {
            "summary": {**_TEXT, "maxLength": 139},
            "indicator": _one_of("info", "warning", "critical"),
            "source": _SOURCE,
        },
        {
            "uuid": _UUID,
            "detail": _TEXT,
            "suggestions": _some(_SUGGESTION),
            "selectionBehavior": _one_of("at-most-one", "any"),
            "overrideReasons": _some(_REASON),
            "links": _some(_LINK),
        },
    ),
    "dependentRequired": {"suggestions": ["selectionBehavior"]},
}
_SERVICE: Final = _object(
    {"hook": _TEXT, "id": {"type": "string", "pattern": r"^[A-Za-z0-9\-.]+$"}, "description": _TEXT},
    {
        "title": _TEXT,
        "prefetch": {"type": "object", "minProperties": 1, "additionalProperties": _TEXT},
        "usageRequirements": _TEXT,
        "version": _TEXT,
        "hookVersion": _TEXT,
    },
)
_AUTHORIZATION: Final = _object(
    {
        "access_token": _TEXT,
        "token_type": {"const": "Bearer"},
        "expires_in": {"type": "integer"},
        "scope": _TEXT,
        "subject": _TEXT,
    },
    {"patient": _TEXT},
    closed=False,
)


def _titled(title: str, schema: Schema) -> Schema:
    return {"$schema": DIALECT, "title": title, **schema}


def request_schema(required: Mapping[str, Schema], optional: Mapping[str, Schema], hook: str = "") -> Schema:
    """Return the schema of a call, with what its context must and may hold."""
    prefetch = {"type": "object", "additionalProperties": {"type": ["object", "null"]}}
    return _titled(
        "CDS Hooks request",
        {
            **_object(
                {
                    "hook": {"const": hook} if hook else _TEXT,
                    "hookInstance": _UUID,
                    "context": _object(required, optional, closed=False),
                },
                {"fhirServer": _URL, "fhirAuthorization": _AUTHORIZATION, "prefetch": prefetch},
                closed=False,
            ),
            "dependentRequired": {"fhirAuthorization": ["fhirServer"]},
        },
    )


def taken_schema(required: Mapping[str, Schema], optional: Mapping[str, Schema], hook: str) -> Schema:
    """Return the schema of what is taken for a call: less strict than the specification.

    Some clients send null where they have nothing, or a kind of value that only matters if it is needed.
    """
    context = {
        "type": "object",
        "properties": {**{name: _loosely(each) for name, each in required.items()}, **_or_null(optional)},
        "required": list(required),
    }
    authorization = {
        "type": ["object", "null"],
        "properties": {
            "access_token": {"type": "string", "pattern": "^[!-~]{1,8192}$"},
            "token_type": {"const": "Bearer"},
            "expires_in": {"type": "integer"},
            "scope": {"type": "string"},
            "subject": {"type": "string"},
            "patient": {"type": ["string", "null"]},
        },
        "required": ["access_token", "token_type", "expires_in", "scope", "subject"],
    }
    return {
        "title": f"A call of {hook}",
        "type": "object",
        "properties": {
            "hook": {"const": hook},
            "hookInstance": _UUID,
            "context": context,
            "fhirServer": {"type": ["string", "null"]},
            "fhirAuthorization": authorization,
            "prefetch": {"type": ["object", "null"]},
        },
        "required": ["hook", "hookInstance", "context"],
    }


def _loosely(schema: Schema) -> Schema:
    """Return a schema with no more than the type and the pattern."""
    return {name: value for name, value in schema.items() if name in ("type", "pattern")}


def _or_null(fields: Mapping[str, Schema]) -> dict[str, Schema]:
    return {name: {"anyOf": [_loosely(each), {"type": "null"}]} for name, each in fields.items()}


_BUNDLE: Final[Schema] = {
    "type": "object",
    "properties": {"resourceType": {"const": "Bundle"}, "entry": {"type": "array"}},
    "required": ["resourceType"],
}
CONTEXT_FIELDS: Final[Mapping[str, Schema]] = {
    "userId": _TEXT,
    "patientId": _ID,
    "encounterId": _ID,
    "conditions": _BUNDLE,
    "appointments": _BUNDLE,
}
"""The fields of the contexts that are read."""

DISCOVERY: Final = _titled("CDS Hooks discovery", _object({"services": _some(_SERVICE, 0)}, {}))
RESPONSE: Final = _titled(
    "CDS Hooks response", _object({"cards": _some(_CARD, 0)}, {"systemActions": _some(_ACTION)})
)
_OVERRIDE: Final[Schema] = {
    **_object(
        {}, {"reason": _object({"code": _TEXT}, {"system": _TEXT, "display": _TEXT}), "userComment": _TEXT}
    ),
    "anyOf": [{"required": ["reason"]}, {"required": ["userComment"]}],
}
_ITEM: Final[Schema] = {
    **_object(
        {
            "card": _UUID,
            "outcome": _one_of("accepted", "overridden"),
            "outcomeTimestamp": {"type": "string", "format": "date-time"},
        },
        {"acceptedSuggestions": _some(_object({"id": _UUID}, {})), "overrideReason": _OVERRIDE},
        closed=False,
    ),
    "if": {"properties": {"outcome": {"const": "accepted"}}},
    "then": {"required": ["acceptedSuggestions"]},
}
FEEDBACK: Final = _titled("CDS Hooks feedback", _object({"feedback": _some(_ITEM)}, {}, closed=False))

_TAKEN_ITEM: Final[Schema] = {
    "type": "object",
    "properties": {
        "card": _UUID,
        "outcome": _one_of("accepted", "overridden"),
        "outcomeTimestamp": {"type": "string", "format": "date-time"},
        "acceptedSuggestions": {
            "type": ["array", "null"],
            "items": {"type": "object", "properties": {"id": _UUID}, "required": ["id"]},
        },
        "overrideReason": {
            "type": ["object", "null"],
            "properties": {
                "reason": {"type": ["object", "null"]},
                "userComment": {"type": ["string", "null"]},
            },
        },
    },
    "required": ["card", "outcome", "outcomeTimestamp"],
}
FEEDBACK_TAKEN: Final[Schema] = {
    "title": "CDS Hooks feedback that is taken",
    "type": "object",
    "properties": {"feedback": {"type": "array", "items": _TAKEN_ITEM, "maxItems": 1000}},
    "required": ["feedback"],
}
"""Less strict than the specification about what does not matter here."""

OPERATION_OUTCOME: Final = _titled(
    "OperationOutcome",
    {
        "type": "object",
        "properties": {
            "resourceType": {"const": "OperationOutcome"},
            "issue": _some(
                _object({"severity": _TEXT, "code": _TEXT}, {"diagnostics": _TEXT}),
            ),
        },
        "required": ["resourceType", "issue"],
    },
)
"""What an error carries."""
