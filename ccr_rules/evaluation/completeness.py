"""Whether the record holds every kind that the rulesets need."""

from collections.abc import Iterable

from ccr_rules.codelists.codelist import Codelist
from ccr_rules.evaluation.answers import Completeness
from ccr_rules.record.patient import PatientRecord
from ccr_rules.record.profiles import kinds_kept
from ccr_rules.truth import TRUE, UNKNOWN, Truth


def kept_in(record: PatientRecord, codelist: Codelist) -> frozenset[str]:
    """Return the kinds in which a codelist's entries can stand in this host's records."""
    if not record.keeps:
        return codelist.found_in
    return frozenset(kinds_kept(record.keeps, codelist.name, codelist.category) or codelist.found_in)


def needed_kinds(record: PatientRecord, codelists: Iterable[Codelist]) -> frozenset[str]:
    """Return every kind in which an entry of some codelist can stand."""
    return frozenset(kind for codelist in codelists for kind in kept_in(record, codelist))


def completeness_of(record: PatientRecord, codelists: Iterable[Codelist], cancer: Truth) -> Completeness:
    """Return how far the record settles the questions; `cancer` is what it says about having cancer.

    `unavailable`: no kind that holds diagnoses was completely supplied, and no cancer was seen in what was.
    `partial`: something is missing or unreadable, or whether there is a cancer is left open.
    """
    lists = list(codelists)
    diagnoses = needed_kinds(record, [each for each in lists if each.category == "diagnosis"])
    if diagnoses and not diagnoses & record.supplied and cancer is not TRUE:
        return "unavailable"
    missing = needed_kinds(record, lists) - record.supplied
    return "partial" if missing or record.quarantined or cancer is UNKNOWN else "complete"
