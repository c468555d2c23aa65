"""Calls of a CDS client, read strictly where it matters: what is asked, and about whom."""

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final, NamedTuple
from uuid import UUID

import msgspec

from ccr_rules.cds_hooks.errors import BadCall
from ccr_rules.cds_hooks.hooks import Hook
from ccr_rules.errors import RecordError
from ccr_rules.record.json_text import decode_in_parts

_TOKEN: Final = re.compile(r"[!-~]{1,8192}")
"""What can stand in a header after `Bearer `."""

_ID: Final = re.compile(r"[A-Za-z0-9\-.]{1,64}")
"""An id as FHIR R4 has it."""


class Authorization(msgspec.Struct, frozen=True):
    """How the FHIR server of the client may be asked. `patient` is the one for whom this is granted."""

    access_token: str
    token_type: str
    expires_in: int
    scope: str
    subject: str
    patient: str | None = None


_EMPTY: Final[Mapping[str, Any]] = MappingProxyType({})
_NONE: Final[Mapping[str, bytes]] = MappingProxyType({})


class Call(NamedTuple):
    """A call: about whom it asks, and what it brings.

    `bundles` are the Bundles of the context; `repeats` are paths of objects with a repeated key, each with
    the key, from `prefetch` or `context` on. `texts` are values of the prefetch as JSON text.
    """

    hook: Hook
    instance: UUID
    patient: str
    encounter: str | None
    prefetch: dict[str, Any]
    bundles: dict[str, Any]
    server: str | None = None
    authorization: Authorization | None = None
    repeats: tuple[tuple[str, str], ...] = ()
    texts: Mapping[str, bytes] = _NONE
    context: Mapping[str, Any] = _EMPTY

    @property
    def host(self) -> dict[str, Any]:
        """What plugins are told: the context as it came, and which hook it is."""
        return {**self.context, "hook": self.hook.name}


class _Body(msgspec.Struct, frozen=True, rename="camel"):
    hook: str
    hook_instance: str
    context: dict[str, Any]
    fhir_server: str | None = None
    fhir_authorization: Authorization | None = None
    prefetch: dict[str, Any] | None = None
    extension: Any = None


def read_call(raw: bytes, hook: Hook) -> Call:
    """Read the body of a call to the service for a hook.

    Raises:
        BadCall: if it is not JSON, lacks what the specification requires, or is of another hook.
    """
    value, repeats, texts = decoded(raw, "prefetch")
    try:
        body = msgspec.convert(value, _Body)
    except msgspec.ValidationError as fault:
        raise BadCall(f"the call is not what CDS Hooks 2.0.1 asks for: {fault}") from None
    if body.hook != hook.name:
        raise BadCall(f"hook: this service is for {hook.name}; call the service that discovery names")
    if body.fhir_authorization is not None and body.fhir_server is None:
        raise BadCall("fhirServer: needed where fhirAuthorization is given (cds-r-1)")
    _check_repeats(repeats)
    if not isinstance(body.context.get("userId"), str):
        raise BadCall("context.userId: missing; send who is using the record, as Practitioner/123")
    bundles = {name: _object(body.context, name) for name in hook.bundles}
    return Call(
        hook=hook,
        instance=_uuid(body.hook_instance),
        patient=_id_of(body.context, "patientId", "Patient"),
        encounter=_encounter(body.context),
        prefetch=body.prefetch or {},
        bundles=bundles,
        server=body.fhir_server,
        authorization=_bearer(body.fhir_authorization),
        repeats=repeats,
        texts=texts,
        context=body.context,
    )


def decoded(raw: bytes, part: str = "") -> tuple[Any, tuple[tuple[str, str], ...], dict[str, bytes]]:
    """Return what `decode_in_parts` returns: a JSON value, repeated keys, texts. Raises BadCall."""
    try:
        return decode_in_parts(raw, part)
    except RecordError as fault:
        raise BadCall(fault.message.replace("the record", "the body").replace("FHIR JSON", "JSON")) from None


def _check_repeats(repeats: tuple[tuple[str, str], ...]) -> None:
    """Leave what lies in a resource to the reader of records; elsewhere it makes the call ambiguous."""
    if any(not path.startswith(("prefetch.", "context.")) for path, _ in repeats):
        raise BadCall("a key stands twice in the call: two answers to one question; send each key once")


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise BadCall("hookInstance: not a UUID; make a new one for each call") from None


def _id_of(context: dict[str, Any], field: str, kind: str) -> str:
    """Return a FHIR id; some clients send `Patient/1` where the specification has `1`."""
    value = context.get(field)
    if isinstance(value, str) and _ID.fullmatch(value.removeprefix(f"{kind}/")):
        return value.removeprefix(f"{kind}/")
    raise BadCall(f"context.{field}: {'not a FHIR id' if value else 'missing'}; send the id of the {kind}")


def _encounter(context: dict[str, Any]) -> str | None:
    return None if context.get("encounterId") is None else _id_of(context, "encounterId", "Encounter")


def _object(context: dict[str, Any], field: str) -> dict[str, Any]:
    value = context.get(field)
    if not isinstance(value, dict):
        raise BadCall(f"context.{field}: {'missing' if value is None else 'not an object'}; send a Bundle")
    return value


def _bearer(given: Authorization | None) -> Authorization | None:
    if given is not None and given.token_type != "Bearer":  # noqa: S105 - the type of a token, not a token
        raise BadCall("fhirAuthorization.token_type: only Bearer is known (CDS Hooks 2.0.1)")
    if given is not None and not _TOKEN.fullmatch(given.access_token):
        raise BadCall("fhirAuthorization.access_token: not a token; send it as the server of tokens gave it")
    return given
