"""What goes wrong, as RFC 9457 says it: `application/problem+json`, one kind for each remedy.

A detail is a sentence of this program. It never quotes what was sent, for that may be about a person; where
a value is wrong, its place in the body is named.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus

import msgspec
from starlette.responses import Response

MEDIA_TYPE = "application/problem+json"
NAMESPACE = "urn:ccr-rules:problem:"


class ProblemBody(msgspec.Struct, frozen=True, omit_defaults=True, rename={"kind": "type"}):
    """The body of every error. `instance` is the id of the request, under which the log tells of it."""

    kind: str
    title: str
    status: int
    detail: str = ""
    instance: str = ""


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of problem: the last part of its `type`, its status, its title."""

    slug: str
    status: int
    title: str


KINDS = {
    kind.slug: kind
    for kind in (
        Kind("not-json", 400, "The body is not JSON"),
        Kind("bad-request", 400, "The request cannot be understood"),
        Kind("unauthenticated", 401, "Not authenticated"),
        Kind("forbidden", 403, "Not allowed"),
        Kind("not-found", 404, "Not found"),
        Kind("method-not-allowed", 405, "Method not allowed"),
        Kind("too-slow", 408, "The body came too slowly"),
        Kind("key-in-use", 409, "The idempotency key is in use"),
        Kind("rulesets-unusable", 409, "The rulesets on disk cannot be used"),
        Kind("body-too-large", 413, "The body is too large"),
        Kind("media-type", 415, "Unsupported media type"),
        Kind("invalid-request", 422, "The request does not fit"),
        Kind("unusable-record", 422, "The record cannot be used"),
        Kind("key-reused", 422, "The idempotency key was used for another body"),
        Kind("rate-limited", 429, "Too many requests"),
        Kind("internal", 500, "Internal error"),
        Kind("evaluator-unavailable", 503, "The evaluator is not available"),
        Kind("out-of-time", 503, "The evaluation took too long"),
        Kind("not-recorded", 503, "Decisions cannot be recorded"),
        Kind("not-ready", 503, "Not ready"),
    )
}
"""Every kind of problem; docs/service.md says what to do about each."""

_BY_STATUS = {404: "not-found", 405: "method-not-allowed"}


@dataclass(slots=True)
class Problem(Exception):
    """Raised wherever a request cannot be answered; the outermost layer writes it."""

    slug: str
    detail: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def kind(self) -> Kind:
        """What kind of problem it is."""
        return KINDS[self.slug]

    def body(self, instance: str = "") -> ProblemBody:
        """Return the body, for the request with an id."""
        kind = self.kind
        return ProblemBody(NAMESPACE + kind.slug, kind.title, kind.status, self.detail, instance)

    def response(self, instance: str) -> Response:
        """Return the response, for the request with an id."""
        content = msgspec.json.encode(self.body(instance))
        return Response(content, self.kind.status, dict(self.headers), MEDIA_TYPE)


def of_status(status: int, headers: Mapping[str, str] | None = None) -> Problem:
    """Return the problem that a status of the framework stands for."""
    slug = _BY_STATUS.get(status, "bad-request" if status < HTTPStatus.INTERNAL_SERVER_ERROR else "internal")
    return Problem(slug, headers=headers or {})
