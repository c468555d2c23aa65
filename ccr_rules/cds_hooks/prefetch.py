"""What a host is asked to send along, and what it means that it did, or did not.

A key is the kind of resource that it asks for. No template filters: a search by category or code would
leave out entries that were coded otherwise. Of a key that was sent:

- absent: the client did not satisfy it, and the FHIR server is asked;
- `null`: the client has none of it to give, which is not that there is none: the FHIR server is asked;
- an OperationOutcome, alone or inside a Bundle: the search failed, wholly or in part;
- a Bundle with a `next` link, or a `total` of more than it holds: there is more;
- an empty searchset: there is none. Of all of these only this one says so.
"""

from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final, NamedTuple

from ccr_rules.record.containers import links_of, matches_in, tells_of_failure
from ccr_rules.record.patient import KINDS

PATIENT: Final = "Patient"
CONDITION: Final = "Condition"

Repeats = tuple[tuple[str, str], ...]


class Page(NamedTuple):
    """A result of a search or read, where in it keys are repeated, and it as JSON text, if that is known."""

    value: Any
    repeats: Repeats = ()
    text: bytes = b""


class Obtained(NamedTuple):
    """What there is of each kind: its pages, and for a kind that is not complete the reason."""

    pages: Mapping[str, tuple[Page, ...]]
    missing: Mapping[str, str]


_NONE: Final[Mapping[str, bytes]] = MappingProxyType({})


def templates(kinds: Iterable[str]) -> dict[str, str]:
    """Return the prefetch templates for kinds of resource, the Patient among them in any case."""
    wanted = {*kinds, PATIENT, CONDITION}
    return {kind: _template(kind) for kind in KINDS if kind in wanted}


def _template(kind: str) -> str:
    of = "{{context.patientId}}"
    return f"Patient/{of}" if kind == PATIENT else f"{kind}?patient={of}"


def from_prefetch(
    prefetch: Mapping[str, Any], repeats: Repeats, kinds: Iterable[str], texts: Mapping[str, bytes] = _NONE
) -> Obtained:
    """Return what a prefetch holds of the kinds that are needed; other keys are none that were asked for.

    `texts` are its values as JSON text, as far as they are known.
    """
    pages: dict[str, tuple[Page, ...]] = {}
    missing: dict[str, str] = {}
    for kind in kinds:
        value = prefetch.get(kind)
        if value is None:
            said = "null: the client had none to give" if kind in prefetch else "not in the prefetch"
            missing[kind] = said
            continue
        pages[kind] = (Page(value, _within(repeats, f"prefetch.{kind}"), texts.get(kind, b"")),)
        reason = _why_incomplete(kind, value)
        if reason:
            missing[kind] = f"prefetch: {reason}"
    return Obtained(pages, missing)


def _within(repeats: Repeats, prefix: str) -> Repeats:
    """Return the repeats below a place, as seen from there."""
    found = []
    for path, key in repeats:
        inner = path.removeprefix(prefix)
        if inner != path and inner[:1] in ("", ".", "["):
            found.append((inner.lstrip("."), key))
    return tuple(found)


def _why_incomplete(kind: str, value: Any) -> str:
    found = value.get("resourceType") if isinstance(value, dict) else None
    if found == "OperationOutcome":
        return "the search failed (an OperationOutcome)"
    expected = PATIENT if kind == PATIENT else "Bundle"
    if found != expected and not (kind == PATIENT and found == "Bundle"):
        return f"not a {expected}"
    if found != "Bundle":
        return ""
    return "there is a further page" if next_link(value) else why_partial([value])


def why_partial(bundles: Sequence[Mapping[str, Any]]) -> str:
    """Return why the pages of a search are not all that it found, though none follows, or nothing."""
    entries = [entry for bundle in bundles for entry in _entries(bundle)]
    if _may_tell_of_failure(entries) and any(map(_is_failure, entries)):
        return "the search failed in part (an OperationOutcome inside)"
    total, had = bundles[0].get("total"), matches_in(entries)
    return f"{had} of {total} resources found" if type(total) is int and total > had else ""


def _entries(bundle: Mapping[str, Any]) -> list[Any]:
    entries = bundle.get("entry")
    return entries if isinstance(entries, list) else []


def _may_tell_of_failure(entries: Iterable[Any]) -> bool:
    """Say whether to look closer: unless every entry holds a resource, and none that tells of a failure."""
    try:
        return "OperationOutcome" in {entry["resource"]["resourceType"] for entry in entries}
    except (KeyError, TypeError):
        return True


def _is_failure(entry: Any) -> bool:
    resource = entry.get("resource") if isinstance(entry, dict) else None
    if not isinstance(resource, dict) or resource.get("resourceType") != "OperationOutcome":
        return False
    return tells_of_failure(resource)


def next_link(bundle: Mapping[str, Any]) -> str:
    """Return where the next page of a Bundle is, or nothing."""
    return links_of(bundle).get("next", "")
