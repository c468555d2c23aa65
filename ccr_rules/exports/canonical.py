"""What every FHIR resource made of a ruleset says of itself: where it belongs, which version, for whom."""

import re
from typing import Any, Final

from ccr_rules.errors import UsageError
from ccr_rules.language.english.phrases import sentence_case
from ccr_rules.language.ruleset import Ruleset, Source

CANONICAL: Final = "https://ccr-rules.example/fhir"
"""Where resources say that they belong unless somebody names a place of their own; nothing answers there."""

_PLACE = re.compile(r"https?://[^\s|#?]+")
_COPYRIGHT = (
    "Titles and questions are the ruleset's own words. Checklists, leaflets and templates of others are "
    "named as sources and not copied. SNOMED CT codes and terms: copyright International Health "
    "Terminology Standards Development Organisation; used under the UK Edition licence, which their user "
    "holds."
)


def checked(canonical: str) -> str:
    """Return a place as it was given. Raises UsageError for what no canonical URL can begin with."""
    if not _PLACE.fullmatch(canonical):
        raise UsageError(f"{canonical} is not a place for resources; name one such as {CANONICAL}")
    return canonical


def url_of(canonical: str, kind: str, ruleset: Ruleset, part: str = "") -> str:
    """Return the canonical URL of a resource, the same for every version; a part of it has one of its own.

    No id of a ruleset or of anything in it holds a full stop, so no two of them share a URL.
    """
    return f"{canonical.rstrip('/')}/{kind}/{ruleset.id}{f'.{part}' if part else ''}"


def metadata(canonical: str, kind: str, ruleset: Ruleset, part: str = "", title: str = "") -> dict[str, Any]:
    """Return the elements that a resource of any kind has; none of them is from a clock.

    There is no `date`: a ruleset says from when it is in force, which is `effectivePeriod`, and not when it
    was published.
    """
    period = {"start": ruleset.in_force_from.isoformat()}
    if ruleset.in_force_to:
        period["end"] = ruleset.in_force_to.isoformat()
    return {
        "resourceType": kind,
        "url": url_of(canonical, kind, ruleset, part),
        "identifier": [{"system": f"{canonical.rstrip('/')}/ruleset-digest", "value": ruleset.digest}],
        "version": ruleset.version,
        "name": _computer_name(ruleset.id, part),
        "title": f"{ruleset.title}: {title}" if title else ruleset.title,
        "status": ruleset.status,
        "description": sentence_case(ruleset.summary or ruleset.title),
        "jurisdiction": [{"coding": [_jurisdiction(ruleset.jurisdiction)]}],
        "purpose": _purpose(ruleset),
        "copyright": _COPYRIGHT,
        "effectivePeriod": period,
    }


def _computer_name(*words: str) -> str:
    """Return a name for programs: `CcrBestPracticeCcrCancerCareReview`."""
    parts = "-".join(words).replace("_", "-").split("-")
    return "Ccr" + "".join(part[:1].upper() + part[1:] for part in parts)


def _jurisdiction(code: str) -> dict[str, str]:
    """Return a code of a country (ISO 3166-1) or of a part of one (ISO 3166-2)."""
    return {"system": "urn:iso:std:iso:3166" + (":-2" if "-" in code else ""), "code": code}


def _purpose(ruleset: Ruleset) -> str:
    lines = [f"Made of {ruleset.reference} ({ruleset.digest}), which rests on:", ""]
    lines += [f"- {_source(source)}" for source in ruleset.sources.values()] or ["- no source that it names"]
    return "\n".join(lines)


def _source(source: Source) -> str:
    details = ", ".join(part for part in (source.title, source.publisher, source.date, source.url) if part)
    return f"{source.id}: {details}"
