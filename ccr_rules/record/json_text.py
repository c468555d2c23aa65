"""From bytes, text, a decoded value or a fhir.resources model to plain JSON values, or a clear refusal.

Size, encoding, depth, truncation and repeated keys are checked here, before anything is read.
"""

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple, Protocol, runtime_checkable

import msgspec

from ccr_rules.errors import RecordError
from ccr_rules.record.patient import Quarantined
from ccr_rules.record.repeated_keys import decode_slowly, may_repeat_keys

MAX_BYTES = 64 * 2**20


@runtime_checkable
class Model(Protocol):
    """A FHIR model, such as those of fhir.resources, that can write itself as JSON."""

    def model_dump_json(self) -> str:
        """Return the model as JSON text."""


Source = bytes | bytearray | memoryview | str | dict[str, Any] | list[Any] | Model


Part = tuple[Any, str]
"""One decoded JSON value, and its place in the source (empty if it is the whole of it)."""


class Document(NamedTuple):
    """A decoded source: one part, or one per line of NDJSON.

    `repeats` are the paths of objects in which a key stands twice, with the key; `faults` are the
    lines that are not JSON. `contains` are types of resource that the whole source holds, where these are the
    lines of one of its patients: of a type that others have, this patient has none.
    """

    parts: tuple[Part, ...]
    is_lines: bool = False
    repeats: tuple[tuple[str, str], ...] = ()
    faults: tuple[Quarantined, ...] = ()
    contains: frozenset[str] = frozenset()


def decode(source: Source, max_bytes: int = MAX_BYTES) -> Document:
    """Decode a source without reading it as FHIR.

    Raises:
        RecordError: if it is too large, is not UTF-8, is not JSON, is cut off or is nested too deeply.
    """
    if isinstance(source, (dict, list)):
        return Document(((source, ""),))
    raw = _raw(source, max_bytes)
    try:
        value, repeats = decode_value(raw)
    except RecordError as fault:
        lines = _lines(raw)
        if lines is None:
            raise fault from None
        return lines
    return Document(((value, ""),), repeats=repeats)


def _raw(source: Any, max_bytes: int) -> bytes:
    if isinstance(source, Model):
        source = source.model_dump_json()
    if isinstance(source, str):
        _check_size(len(source), max_bytes)
        try:
            source = source.encode()
        except UnicodeEncodeError:
            raise RecordError("the record is text with half a surrogate pair: send proper Unicode") from None
    if not isinstance(source, (bytes, bytearray, memoryview)):
        raise RecordError(
            f"the record is of the type {type(source).__name__}: send JSON as bytes or text, a dict, "
            "a list, or a fhir.resources model"
        )
    raw = bytes(source)
    _check_size(len(raw), max_bytes)
    raw = raw.removeprefix(b"\xef\xbb\xbf")
    if raw[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\0" in raw[:4]:
        raise RecordError("the record is encoded as UTF-16 or UTF-32: FHIR JSON is UTF-8, send it so")
    if not raw.strip():
        raise RecordError("the record is empty: send a FHIR resource, Bundle, list or NDJSON")
    return raw


def _check_size(size: int, max_bytes: int) -> None:
    if size > max_bytes:
        raise RecordError(
            f"the record has {size:,} bytes, more than the {max_bytes:,} allowed: "
            "send one patient only, or raise max_bytes"
        )


def decode_value(raw: bytes) -> tuple[Any, tuple[tuple[str, str], ...]]:
    """Decode one JSON value; return it with the paths of its repeated keys.

    Raises:
        RecordError: if it is not JSON that can be decoded.
    """
    value, repeats, _ = decode_in_parts(raw, "")
    return value, repeats


def decode_in_parts(raw: bytes, name: str) -> tuple[Any, tuple[tuple[str, str], ...], dict[str, bytes]]:
    """Do what `decode_value` does, and return too, as JSON text, what stands under each key of one element.

    The search for repeated keys writes it in any case. Where it had to look closer there are no texts.
    """
    try:
        value = msgspec.json.decode(raw)
    except msgspec.ValidationError:
        return *decode_slowly(raw), {}  # a number too large for msgspec is no reason to refuse a record
    except msgspec.DecodeError as fault:
        raise RecordError(f"the record is not JSON: {fault}; send complete FHIR JSON") from None
    except UnicodeDecodeError:
        raise RecordError("the record is not UTF-8 text: FHIR JSON is UTF-8, send it so") from None
    except RecursionError:
        raise RecordError("the record is nested too deeply: FHIR needs far fewer levels") from None
    parts = value.get(name) if type(value) is dict else None
    texts: dict[str, bytes] = {}
    again = value
    if type(parts) is dict:
        texts = {key: msgspec.json.encode(part) for key, part in parts.items()}
        again = value | {name: {key: msgspec.Raw(text) for key, text in texts.items()}}
    if may_repeat_keys(raw, msgspec.json.encode(again)):
        return *decode_slowly(raw), {}
    return value, (), texts


def decode_lines(
    lines: Sequence[bytes], places: Sequence[str], contains: frozenset[str] = frozenset()
) -> Document:
    """Decode lines of NDJSON, each of which begins and ends one JSON object; `places` say where each stands.

    A line that cannot be decoded becomes a fault. `contains` is that of the Document.
    """
    values = _decode_together(lines)
    if values is not None:
        return Document(tuple(zip(values, places, strict=True)), True, contains=contains)
    parts: list[Part] = []
    repeats: list[tuple[str, str]] = []
    faults: list[Quarantined] = []
    for line, place in zip(lines, places, strict=True):
        try:
            value, repeated = decode_value(line)
        except RecordError as fault:
            faults.append(Quarantined("", place, fault.message))
        else:
            parts.append((value, place))
            repeats += _at(place, repeated)
    return Document(tuple(parts), True, tuple(repeats), tuple(faults), contains)


def _decode_together(lines: Sequence[bytes]) -> list[Any] | None:
    """Return the values of all lines, or None if they must be decoded, or searched, one by one."""
    together = b"[" + b",".join(lines) + b"]"
    try:
        values: list[Any] = msgspec.json.decode(together)
    except (ValueError, RecursionError):
        return None
    return None if may_repeat_keys(together, msgspec.json.encode(values)) else values


def _at(place: str, repeats: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    return [(f"{place}.{path}".rstrip("."), key) for path, key in repeats]


def _lines(raw: bytes) -> Document | None:
    """Return the lines of NDJSON, or None if the first of several lines is no JSON object."""
    lines = [(number, line) for number, line in enumerate(raw.splitlines(), 1) if line.strip()]
    if len(lines) < 2:
        return None
    parts: list[Part] = []
    repeats: list[tuple[str, str]] = []
    faults: list[Quarantined] = []
    for number, line in lines:
        place = f"line {number}"
        try:
            value, repeated = decode_value(line)
        except RecordError as fault:
            if not parts:
                return None
            faults.append(Quarantined("", place, fault.message))
            continue
        if not isinstance(value, dict) and not parts:
            return None
        parts.append((value, place))
        repeats += _at(place, repeated)
    return Document(tuple(parts), True, tuple(repeats), tuple(faults))
