"""Which kinds the record holds completely, and why not the others (SEMANTICS 11 to 13)."""

from collections.abc import Iterable
from types import NoneType
from typing import Any

from ccr_rules.record.contents import EVERY_KIND, Contents, Gap, Located, Page, kind_name
from ccr_rules.record.findings import showable
from ccr_rules.record.kinds import KIND_OF
from ccr_rules.record.patient import KINDS, Quarantined
from ccr_rules.record.profiles import HostProfile

_WARNING_URL = "ListWarningCode"


def resolve(
    contents: Contents,
    quarantined: Iterable[Quarantined],
    has_patient: bool,
    profile: HostProfile | None,
    supplied: tuple[str, ...] | None,
) -> tuple[frozenset[str], dict[str, str]]:
    """Return the kinds that are completely supplied, and for every other kind the reason.

    What the host states counts first, then its profile, then what the source shows. Against a sign
    that something is missing no statement helps.
    """
    gaps = [*contents.gaps, *_page_gaps(contents.pages), *_warnings(contents)]
    gaps += [Gap(one.kind, f"{one.reference or one.place} could not be read") for one in quarantined]
    if not has_patient:
        gaps.append(Gap("Patient", "no Patient resource was supplied"))
    filtered = _filtered(contents.pages)
    if supplied is not None:
        stated, otherwise = canonical(supplied), "the host does not state that it supplies it"
    elif profile is not None:
        stated, otherwise = canonical(profile.supplies), f"the profile {profile.name} does not supply it"
        gaps += filtered
    else:
        stated, otherwise = _shown(contents, has_patient), _why_not(contents)
        gaps += [gap for gap in filtered if gap.kind != EVERY_KIND and not _is_whole(contents)]
    missing = _by_kind(gaps)
    incomplete = {
        kind: missing.get(kind, otherwise) for kind in KINDS if kind in missing or kind not in stated
    }
    return frozenset(kind for kind in KINDS if kind not in incomplete), incomplete


def canonical(names: Iterable[str]) -> set[str]:
    """Return kinds under their R4 names; STU3 needs both request types for a ServiceRequest."""
    given = set(names)
    if {"ReferralRequest", "ProcedureRequest"} <= given:
        given.add("ServiceRequest")
    return given & set(KINDS)


def _shown(contents: Contents, has_patient: bool) -> set[str]:
    """Return the kinds that the source itself shows to be complete; a Patient is complete in itself."""
    if _is_whole(contents):
        return set(KINDS)
    searched = {kind for page in contents.pages if page.is_search for kind in page.answered.kinds}
    patient = {"Patient"} if has_patient else set()
    return canonical(contents.stated | contents.contained | searched | patient)


def _is_whole(contents: Contents) -> bool:
    return contents.whole or any(page.answered.everything for page in contents.pages)


def _why_not(contents: Contents) -> str:
    if contents.unstated_types:
        kinds = ", ".join(sorted(set(contents.unstated_types)))
        return f"not supplied, as far as can be told (a Bundle of type {kinds} does not say what is complete)"
    return "not supplied"


def _page_gaps(pages: list[Page]) -> list[Gap]:
    """Return what unread pages, and totals higher than what was sent, leave open."""
    own = {page.own for page in pages if page.own}
    reached = {page.next for page in pages if page.next}
    gaps: list[Gap] = []
    for page in pages:
        if page.next and page.next not in own:
            gaps.append(Gap(page.about, f"a further page was not supplied ({page.place} has link.next)"))
        elif (
            page.own not in reached and not page.next and page.total is not None and page.total > page.matches
        ):
            gaps.append(Gap(page.about, f"{page.place} holds {page.matches} of {page.total} resources found"))
    return gaps


def _filtered(pages: list[Page]) -> list[Gap]:
    """Return what searches for more than the patient left out."""
    complete = {kind for page in pages for kind in page.answered.kinds}
    reached = {page.next for page in pages if page.next}
    return [
        Gap(page.answered.searched, f"the search at {page.place} left some out (by {_names(page)})")
        for page in pages
        if page.answered.filters and page.answered.searched not in complete and page.own not in reached
    ]


def _names(page: Page) -> str:
    return ", ".join(showable(name, "a parameter") for name in page.answered.filters)


def _warnings(contents: Contents) -> list[Gap]:
    """Return what the warnings of GP Connect Lists leave open: every kind."""
    lists = [one for one in contents.located if one.resource_type == "List"]
    return [gap for one in lists for gap in _warnings_of(one)]


def _warnings_of(one: Located) -> list[Gap]:
    extensions = one.content.get("extension")
    if not isinstance(extensions, (list, NoneType)):
        return [Gap(EVERY_KIND, f"{one.place}: extension: expected a list, found {kind_name(extensions)}")]
    return [
        Gap(EVERY_KIND, f"{one.place} warns: {_warning(extension)}")
        for extension in extensions or ()
        if isinstance(extension, dict) and _WARNING_URL in str(extension.get("url"))
    ]


def _warning(extension: dict[str, Any]) -> str:
    return showable(str(extension.get("valueCode", extension.get("valueString"))), "items left out")


def _by_kind(gaps: list[Gap]) -> dict[str, str]:
    reasons: dict[str, list[str]] = {}
    for gap in gaps:
        kinds = KINDS if gap.kind == EVERY_KIND else (KIND_OF.get(gap.kind, gap.kind),)
        for kind in kinds:
            reasons.setdefault(kind, [])
            if gap.reason not in reasons[kind]:
                reasons[kind].append(gap.reason)
    return {kind: "; ".join(several[:3]) for kind, several in reasons.items()}
