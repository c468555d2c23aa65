"""Bundles, lists, pages, NDJSON, Parameters and prefetch values opened into located resources.

While a container is opened, what it says about completeness is written down, and so is every sign
that something is missing; `supply` draws the conclusion.
"""

import re
from collections.abc import Mapping
from typing import Any

from ccr_rules.errors import RecordError
from ccr_rules.record.contents import EVERY_KIND, WHOLE, Contents, Located, Page, kind_name
from ccr_rules.record.findings import showable
from ccr_rules.record.json_text import Document
from ccr_rules.record.kinds import KIND_OF, SUPPLY_NAMES
from ccr_rules.record.repeats import quarantine_repeats
from ccr_rules.record.self_links import Answered, answered

_TYPE_NAME = re.compile(r"[A-Za-z]{1,64}")

_REASON = re.compile(r"[A-Za-z0-9 ,.:;()'/-]{1,300}")
"""A reason that may be told: plain words of a host."""

WHOLE_RECORD = ("collection", "document", "transaction", "batch")
DEEPEST = 16


def open_document(document: Document) -> Contents:
    """Return the resources of a document with what its containers say.

    Raises:
        RecordError: if the document is no FHIR at all, or a container has repeated keys.
    """
    contents = Contents()
    contents.quarantined += document.faults
    contents.contained |= document.contains
    for value, place in document.parts:
        if not _locate_plain(contents, value, place):
            _open_top(contents, value, place)
    quarantine_repeats(contents, document.repeats)
    return contents


def _locate_plain(contents: Contents, value: Any, place: str) -> bool:
    """Add what most lines are: a resource of a kind that is read, and nothing else in it. Say if it was."""
    resource_type = _plain_type(value)
    if not resource_type:
        return False
    contents.contained.add(resource_type)
    contents.located.append(Located(value, resource_type, place or WHOLE))
    return True


def _plain_type(value: Any) -> str:
    """Return the type of a resource of a kind that is read with nothing else in it; nothing for all else."""
    if type(value) is not dict or "contained" in value:
        return ""
    resource_type = value.get("resourceType")
    return resource_type if type(resource_type) is str and resource_type in KIND_OF else ""


def _open_top(contents: Contents, value: Any, place: str) -> None:
    if isinstance(value, dict) and "resourceType" not in value and value and not place:
        _open_mapping(contents, value)
    elif isinstance(value, list):
        for index, one in enumerate(value):
            _open(contents, one, f"{place}[{index}]", loose=True)
    elif not isinstance(value, dict) and not place:
        raise RecordError(
            f"the record is {kind_name(value)}: send a FHIR resource, Bundle, list of resources or NDJSON"
        )
    else:
        _open(contents, value, place, loose=True)


def _open_mapping(contents: Contents, value: dict[str, Any]) -> None:
    """Open `{"Condition": <Bundle>, "Encounter": null}`: per kind what a search for it gave.

    In the place of a result, or after the pages that there are, may stand a text: why there is no more.
    """
    unknown = [key for key in value if key not in SUPPLY_NAMES]
    if unknown:
        raise RecordError(
            f"the record has no resourceType, and {showable(str(unknown[0]), 'a key')!r} is no kind that is "
            f"read: send FHIR, or a mapping from kinds ({', '.join(sorted(SUPPLY_NAMES))}) to search results"
        )
    for kind, result in value.items():
        if result is None:
            contents.missing(kind, f"{kind} is null: it was not supplied")
            continue
        contents.stated.add(kind)
        pages = enumerate(result) if isinstance(result, list) else [(None, result)]
        for index, one in pages:
            if isinstance(one, str):
                contents.missing(kind, one if _REASON.fullmatch(one) else "it was not supplied")
            else:
                _open(contents, one, kind if index is None else f"{kind}[{index}]", stated=kind)


def _open(
    contents: Contents,
    value: Any,
    place: str,
    stated: str = EVERY_KIND,
    depth: int = 0,
    loose: bool = False,
    full_url: str = "",
) -> None:
    """Open a resource or container.

    `loose` resources (not in a Bundle) make their kind count as supplied; `stated` is the kind that
    the source says this is about, if it says so.
    """
    where = place or WHOLE
    if value is None:
        contents.missing(stated, f"{where} is null")
        return
    if not isinstance(value, dict):
        contents.refuse(where, f"expected a FHIR resource, found {kind_name(value)}", stated)
        return
    resource_type = value.get("resourceType")
    if isinstance(resource_type, str) and resource_type in _CONTAINERS:
        if depth >= DEEPEST:
            contents.refuse(where, "containers nested too deeply", stated)
        else:
            _CONTAINERS[resource_type](contents, value, place, stated, depth)
    elif isinstance(resource_type, str) and (resource_type in KIND_OF or _TYPE_NAME.fullmatch(resource_type)):
        if loose:
            contents.contained.add(resource_type)
        _locate(contents, Located(value, resource_type, where, full_url))
    else:
        found = "none" if resource_type is None else kind_name(resource_type)
        contents.refuse(where, f"resourceType: expected the name of a type, found {found}", stated)


def _locate(contents: Contents, located: Located) -> None:
    """Add a resource, and the contained resources that are entries in their own right."""
    contents.located.append(located)
    contained = located.content.get("contained")
    if isinstance(contained, list) and located.resource_type in KIND_OF:
        for index, inner in enumerate(contained):
            resource_type = inner.get("resourceType") if isinstance(inner, dict) else None
            if isinstance(resource_type, str) and resource_type in KIND_OF and resource_type != "Patient":
                place = f"{located.place}.contained[{index}]"
                contents.located.append(Located(inner, resource_type, place, "", located))


def _open_parameters(contents: Contents, value: dict[str, Any], place: str, stated: str, depth: int) -> None:
    parameters = value.get("parameter") or []
    if not isinstance(parameters, list):
        contents.refuse(place or "Parameters", f"parameter: expected a list, found {kind_name(parameters)}")
        return
    for index, parameter in enumerate(parameters):
        if isinstance(parameter, dict) and "resource" in parameter:
            inside = f"{place}.parameter[{index}].resource".lstrip(".")
            _open(contents, parameter["resource"], inside, stated, depth + 1, loose=True)


def _open_outcome(contents: Contents, value: dict[str, Any], place: str, stated: str, _: int) -> None:
    if not tells_of_failure(value):
        return
    codes = sorted({showable(str(issue.get("code", "unknown")), "a code") for issue in _issues(value)})
    told = ", ".join(codes or ["unknown"])
    contents.missing(stated, f"an OperationOutcome at {place or 'the top'} ({told})")


def tells_of_failure(outcome: dict[str, Any]) -> bool:
    """Say whether an OperationOutcome tells that something failed: always, unless it only informs."""
    issues = _issues(outcome)
    return not issues or any(
        issue.get("severity") not in ("information", "success")
        or issue.get("code") not in ("informational", "success")
        for issue in issues
    )


def _issues(outcome: dict[str, Any]) -> list[dict[str, Any]]:
    issues = outcome.get("issue")
    return [issue for issue in issues if isinstance(issue, dict)] if isinstance(issues, list) else []


def _open_bundle(contents: Contents, bundle: dict[str, Any], place: str, stated: str, depth: int) -> None:
    entries = bundle.get("entry", [])
    if not isinstance(entries, list):
        contents.refuse(place or "Bundle", f"entry: expected a list, found {kind_name(entries)}", stated)
        return
    page = _page(bundle, entries, place or "Bundle", stated)
    contents.pages.append(page)
    contents.asked_patients += [(patient, page.place) for patient in page.answered.patients]
    bundles_before = contents.bundles = contents.bundles + 1
    prefix = f"{place}.entry[" if place else "entry["
    for index, entry in enumerate(entries):
        if not _locate_plain_entry(contents, entry, prefix, index):
            _open_entry(contents, entry, f"{prefix}{index}]", page.about, depth)
    if not stated and not page.is_search and contents.bundles == bundles_before:
        if bundle.get("type") in WHOLE_RECORD:
            contents.whole = True
        else:
            contents.unstated_types.append(showable(str(bundle.get("type"))))


def _locate_plain_entry(contents: Contents, entry: Any, prefix: str, index: int) -> bool:
    """Add what most entries are: a plain resource, perhaps with its URL. Say if it was one."""
    if type(entry) is not dict:
        return False
    resource: Any = entry.get("resource")
    url = entry.get("fullUrl", "")
    resource_type = _plain_type(resource)
    if not resource_type or type(url) is not str:
        return False
    contents.located.append(Located(resource, resource_type, f"{prefix}{index}].resource", url))
    return True


def _open_entry(contents: Contents, entry: Any, place: str, about: str, depth: int) -> None:
    if entry is None:
        contents.missing(about, f"{place} is null")
    elif not isinstance(entry, dict):
        contents.refuse(place, f"expected an object, found {kind_name(entry)}", about)
    elif "resource" not in entry:
        _open_bare_entry(contents, entry, place, about)
    else:
        url = entry.get("fullUrl")
        full_url = url if isinstance(url, str) else ""
        _open(contents, entry["resource"], f"{place}.resource", about, depth + 1, full_url=full_url)


def _open_bare_entry(contents: Contents, entry: dict[str, Any], place: str, about: str) -> None:
    """An entry without a resource deletes one, or says that one could not be had."""
    request = entry.get("request")
    request = request if isinstance(request, dict) else {}
    url = request.get("url")
    if request.get("method") == "DELETE" and isinstance(url, str) and "?" not in url:
        contents.deleted["/".join(url.split("/")[-2:])] = place
    else:
        contents.missing(about, f"{place} has no resource")


def _page(bundle: dict[str, Any], entries: list[Any], place: str, stated: str) -> Page:
    is_search = bundle.get("type") == "searchset"
    links = links_of(bundle)
    own, total = links.get("self", ""), bundle.get("total")
    told = answered(own) if own and is_search else Answered()
    return Page(
        about=stated or told.searched,
        own=own,
        next=links.get("next", ""),
        answered=told,
        is_search=is_search,
        total=total if is_search and type(total) is int else None,
        matches=matches_in(entries) if is_search else 0,
        place=place,
    )


def links_of(bundle: Mapping[str, Any]) -> dict[str, str]:
    """Return where the links of a Bundle lead, by relation."""
    given = bundle.get("link")
    links: dict[str, str] = {}
    for link in given if isinstance(given, list) else []:
        relation, url = (link.get("relation"), link.get("url")) if isinstance(link, dict) else (None, None)
        if isinstance(relation, str) and isinstance(url, str):
            links[relation] = url
    return links


def matches_in(entries: list[Any]) -> int:
    """Return how many entries of a searchset are what was searched for, and do not only go with it."""
    try:
        told = [entry for entry in entries if "search" in entry]
    except TypeError:
        told = entries
    return len(entries) - len(told) + sum(map(_is_match, told))


def _is_match(entry: Any) -> bool:
    search = entry.get("search") if isinstance(entry, dict) else None
    if search is None:
        return True
    mode = search.get("mode") if isinstance(search, dict) else None
    return mode is None or mode == "match"


_CONTAINERS = {
    "Bundle": _open_bundle,
    "Parameters": _open_parameters,
    "OperationOutcome": _open_outcome,
}
