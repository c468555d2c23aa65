"""Codings of CodeableConcepts: every coding counts, under one name for each code system."""

from functools import lru_cache

from ccr_rules.record.entry import SNOMED, Coding
from ccr_rules.record.findings import Findings
from ccr_rules.record.shapes import CodingShape, Concept

LONGEST_REMEMBERED = 120
"""Concepts repeat from patient to patient and are remembered; a longer text is a note, and is not."""

_SNOMED_NAMES = frozenset(
    {
        "urn:oid:2.16.840.1.113883.6.96",
        "2.16.840.1.113883.6.96",
        "snomed.info/sct",
        "snomed",
        "snomedct",
        "snomed-ct",
        "snomed ct",
        "sct",
    }
)


def system_name(system: str) -> str:
    """Return the name of a code system; the spellings of SNOMED CT, editions included, become one."""
    if system == SNOMED:
        return SNOMED
    plain = system.strip().lower().rstrip("/").replace("https://", "http://", 1)
    if plain == SNOMED or plain.startswith(SNOMED + "/") or plain in _SNOMED_NAMES:
        return SNOMED
    return system


def is_snomed_concept_id(code: str) -> bool:
    """Say whether a code has the form of a SNOMED CT concept id (6 to 18 digits, partition 00 or 10)."""
    return 6 <= len(code) <= 18 and code.isascii() and code.isdigit() and code[-3:-1] in ("00", "10")


def code_fault(system: str, code: str) -> str:
    """Return the finding about a code that its system cannot hold, or nothing if it is well formed."""
    if system == SNOMED:
        if is_snomed_concept_id(code):
            return ""
        is_description = code.isascii() and code.isdigit() and code[-3:-1] in ("01", "11")
        return "description-id-as-code" if is_description else "code-malformed"
    return "" if code == code.strip() else "code-malformed"


def read_coding(coding: CodingShape) -> tuple[Coding | None, str]:
    """Return a coding under its normalised system, with the finding about it, if there is one.

    None stands for a coding that holds neither code nor term. A code without a system means nothing: the
    coding keeps its term only.
    """
    system, code, display = coding.system, coding.code or "", coding.display or ""
    if not system:
        return _term(display), "coding-without-system" if code else ""
    if not code:
        return _term(display), ""
    system = system_name(system)
    return Coding(system, code, display), code_fault(system, code)


def _term(display: str) -> Coding | None:
    return Coding("", "", display) if display else None


def leaves(concepts: list[Concept]) -> list[Concept]:
    """Return the concepts themselves, out of R5's CodeableReference and Encounter.reason."""
    for concept in concepts:
        if concept.concept is not None or concept.value is not None:
            return [leaf for one in concepts for leaf in _leaves(one)]
    return concepts


def _leaves(concept: Concept) -> list[Concept]:
    inner = [] if concept.concept is None else [concept.concept]
    return [concept, *leaves(inner), *leaves([*(concept.value or ())])]


def read_concepts(
    concepts: list[Concept], reference: str, findings: Findings
) -> tuple[tuple[Coding, ...], str]:
    """Return all codings of some concepts, and the text of the first concept that has one.

    The text of any further concept becomes a coding without a code, so that its term can be matched.
    """
    if len(concepts) == 1 and len(concepts[0].text or "") <= LONGEST_REMEMBERED:
        codings, text, faults = _remembered(concepts[0])
    else:
        codings, text, faults = _read(concepts)
    for fault in faults:
        findings.note(fault, reference)
    return codings, text


@lru_cache(maxsize=1 << 14)
def _remembered(concept: Concept) -> tuple[tuple[Coding, ...], str, tuple[str, ...]]:
    return _read([concept])


def _read(concepts: list[Concept]) -> tuple[tuple[Coding, ...], str, tuple[str, ...]]:
    """Return the codings and the text of some concepts, and the findings about them."""
    codings: list[Coding] = []
    faults: list[str] = []
    text = ""
    for concept in leaves(concepts):
        for shape in concept.coding or ():
            coding, fault = read_coding(shape)
            if coding is not None:
                codings.append(coding)
            if fault:
                faults.append(fault)
        if concept.text:
            if not text:
                text = concept.text
            elif all(coding.display != concept.text for coding in codings):
                codings.append(Coding("", "", concept.text))
    return tuple(codings), text, tuple(faults)


def words_of(concepts: list[Concept]) -> str:
    """Return all words of some concepts (texts, terms and codes) in lower case, for simple matching."""
    words: list[str] = []
    for concept in leaves(concepts):
        words.append(concept.text or "")
        for coding in concept.coding or ():
            words += [coding.display or "", coding.code or ""]
    return " | ".join(word for word in words if word).lower()
