"""What an entry says of itself: its codes, its words, and whether anybody can tell what it is."""

from typing import Final

from ccr_rules.record.codes import is_snomed_concept_id
from ccr_rules.record.entry import SNOMED, Coding, Entry

DEGRADED: Final = frozenset(
    {
        "196411000000103",  # Transfer-degraded record entry
        "196421000000109",  # Transfer-degraded medication entry
        "196431000000106",  # Transfer-degraded referral
        "196441000000102",  # Transfer-degraded request
        "196451000000104",  # Transfer-degraded plan
        "196461000000101",  # Transfer-degraded drug allergy
        "196471000000108",  # Transfer-degraded non-drug allergy
    }
)
"""What stands for a code that did not survive a transfer: it says nothing, and neither does its term.

Public guidance "Population of CodeableConcept" (NHSDigital/IOPS-FHIR-Simplifier-Backup).
"""


def is_degraded(coding: Coding) -> bool:
    """Say whether a coding stands only for a code that was lost."""
    return coding.system == SNOMED and coding.code in DEGRADED


def codes_of(entry: Entry) -> set[tuple[str, str]]:
    """Return the codes that say something, each with its system."""
    return {(each.system, each.code) for each in entry.codings if each.code and not is_degraded(each)}


def words_of(entry: Entry) -> set[str]:
    """Return the terms and the text, folded; without the terms of degraded codes."""
    words = [entry.text, *(each.display for each in entry.codings if not is_degraded(each))]
    return {folded for word in words if (folded := " ".join(word.casefold().split()))}


def has_meaning(entry: Entry) -> bool:
    """Say whether anybody can tell what an entry is: by a SNOMED code, or by words."""
    return bool(words_of(entry)) or any(
        system == SNOMED and is_snomed_concept_id(code) for system, code in codes_of(entry)
    )
