"""Bodies: read within bounds, and turned into typed values without ever quoting what they hold."""

import asyncio
import re
from collections.abc import AsyncIterator
from typing import Any, TypeVar

import msgspec
from starlette.requests import ClientDisconnect, Request

from ccr_rules.errors import RecordError
from ccr_rules.record.json_text import decode_value
from ccr_rules.service.problems import Problem

JSON = ("application/json", "application/fhir+json")
NDJSON = ("application/x-ndjson", "application/ndjson", "application/fhir+ndjson")

_T = TypeVar("_T", bound=msgspec.Struct)
_PLACE = re.compile(r" - at `(\$[\w.\[\]]*)`\Z")
_REPEATED = "{} stands twice; two answers to one question cannot both be meant"


def check_media_type(request: Request, allowed: tuple[str, ...]) -> None:
    """Refuse a body that says it is something else. Raises Problem (415)."""
    given = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if given not in allowed:
        raise Problem("media-type", f"send the body as {allowed[0]}", {"Accept": ", ".join(allowed)})


async def chunks(request: Request, limit: int | None, seconds: float) -> AsyncIterator[bytes]:
    """Yield the body as it comes. Raises Problem if it is too large, or if nothing came for some seconds."""
    length = request.headers.get("content-length", "")
    if limit is not None and length.isdecimal() and int(length) > limit:
        raise too_large(limit)
    size, stream = 0, aiter(request.stream())
    while True:
        try:
            async with asyncio.timeout(seconds):
                chunk = await anext(stream)
        except StopAsyncIteration:
            return
        except TimeoutError:
            raise Problem("too-slow", f"nothing came for {seconds:g} seconds", _CLOSE) from None
        except ClientDisconnect:
            raise Problem("bad-request", "the connection was closed before the body had ended") from None
        size += len(chunk)
        if limit is not None and size > limit:
            raise too_large(limit)
        yield chunk


_CLOSE = {"Connection": "close"}


def too_large(limit: int) -> Problem:
    """Return the problem of a body that is larger than allowed."""
    return Problem("body-too-large", f"at most {limit} bytes are taken", _CLOSE)


async def whole(request: Request, limit: int, seconds: float) -> bytes:
    """Return the whole body, which must have come after some seconds. Raises Problem."""
    try:
        async with asyncio.timeout(seconds):
            return b"".join([chunk async for chunk in chunks(request, limit, seconds)])
    except TimeoutError:
        raise Problem("too-slow", f"the body took more than {seconds:g} seconds", _CLOSE) from None


async def lines(parts: AsyncIterator[bytes], longest: int) -> AsyncIterator[tuple[int, bytes | None]]:
    """Yield the lines of a body with their numbers, as they come; None for one that is too long.

    Empty lines are counted and left out. Never more is held than one line and what has come of the next.
    """
    held, number, dropping = bytearray(), 0, False
    async for part in parts:
        held += part
        *ended, rest = held.split(b"\n")
        for line in ended:
            number += 1
            if dropping or len(line) > longest:
                yield number, None
            elif line.strip():
                yield number, bytes(line)
            dropping = False
        held = rest
        if len(held) > longest:
            held, dropping = bytearray(), True
    if dropping or held.strip():
        yield number + 1, None if dropping else bytes(held)


def parse(raw: bytes, decoder: msgspec.json.Decoder[_T], whole_key: str = "record") -> _T:
    """Return the value of a body: an object in which no key stands twice.

    What stands under `whole_key` is not looked into: its reader does that.
    Raises Problem, with the place of what does not fit, but not what stands there.
    """
    try:
        value = decoder.decode(raw)
        parts = _KEYS.decode(raw)
    except msgspec.ValidationError as fault:
        raise Problem("invalid-request", _explained(str(fault), decoder)) from None
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise Problem("not-json", "send one JSON object, in UTF-8") from None
    except RecursionError:
        raise Problem("not-json", "the body is nested too deeply: FHIR needs far fewer levels") from None
    if raw.count(b":") != msgspec.json.encode(parts).count(b":"):
        raise Problem("invalid-request", _REPEATED.format("a key of the body"))
    for name, part in parts.items():
        if name != whole_key:
            _refuse_repeats(name, bytes(part))
    return value


_KEYS = msgspec.json.Decoder(dict[str, msgspec.Raw])


def _refuse_repeats(name: str, part: bytes) -> None:
    try:
        _, repeats = decode_value(part)
    except RecordError:  # pragma: no cover - the same text was decoded before; should it ever differ, refuse
        raise Problem("invalid-request", f"$.{name} cannot be read") from None
    if repeats:
        raise Problem("invalid-request", _REPEATED.format(f"a key in $.{name}"))


def _explained(fault: str, decoder: msgspec.json.Decoder[Any]) -> str:
    """Say where a body does not fit and what stands there instead, never what was found."""
    found = _PLACE.search(fault)
    place = found[1] if found else "$"
    what = fault[: found.start()] if found else fault
    if what.startswith("Object contains unknown field"):
        known = ", ".join(decoder.type.__struct_encode_fields__) if place == "$" else ""
        return f"{place} has a key that does not exist" + (f"; there are {known}" if known else "")
    if what.startswith("Object missing required field"):
        return f"{place} lacks a key: {what.rpartition(' ')[2].strip('`')}"
    expected = _EXPECTED.match(what)
    return f"{place} does not fit" + (f": {expected[0]}" if expected else "")


_EXPECTED = re.compile(r"Expected `[a-z| ]+`(?: of length [<>=]+ \d+)?")
