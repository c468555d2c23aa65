"""The consultation that an Encounter is: how, with whom, when.

The words of the type and class decide first, because systems write `AMB` for everything; the class
code (HL7 v3 ActCode) decides where the words say nothing. `VR` (virtual) alone may be telephone or
video, so it is `unknown`. Where the words name two modes it is `unknown` too.
"""

import re
from functools import lru_cache

from ccr_rules.record.codes import words_of
from ccr_rules.record.concepts import Follow
from ccr_rules.record.entry import Days
from ccr_rules.record.patient import Consultation, Mode
from ccr_rules.record.shapes import CodingShape, Concept, Encounter, PractitionerRole, many

MODE_OF_CLASS: dict[str, Mode] = {
    "AMB": "face-to-face",
    "HH": "home-visit",
    "EMER": "face-to-face",
    "IMP": "face-to-face",
    "ACUTE": "face-to-face",
    "NONAC": "face-to-face",
    "SS": "face-to-face",
}

MODE_WORDS: tuple[tuple[Mode, tuple[str, ...]], ...] = (
    (
        "administrative",
        (
            *("administrat*", "admin", "clerical", "letter*", "correspondence", "scann*", "docman"),
            *("report*", "did not attend", "dna", "failed encounter", "third party", "externally entered"),
            *("data entry", "data transfer", "data cleans*", "record only", "records only"),
            *("without patient", "patient not present", "medicines management"),
        ),
    ),
    ("telephone", ("telephon*", "phone", "tel", "telecon*")),
    ("video", ("video*",)),
    (
        "home-visit",
        ("home visit*", "home call*", "domiciliary", "residential visit*", "care home", "visit to home"),
    ),
    ("group", ("group",)),
    ("face-to-face", ("face to face", "f2f", "in person")),
)
"""The words of Encounter types that tell a mode; `*` stands for any ending."""

PLACES = ("surgery", "clinic", "out of hours centre")
"""Words that tell face to face where no other word tells a mode: there are letters from clinics."""

LONGEST_TYPE = 200
"""The longest text of a type that is remembered."""

_WORDS = [
    (mode, f" {words[:-1]}" if words.endswith("*") else f" {words} ")
    for mode, several in MODE_WORDS
    for words in several
]
_WORD = re.compile(r"[a-z0-9]+")

_ROLE_WORDS = re.compile(
    r"\b(?:general practitioner|gp|doctor|nurse(?: practitioner)?|healthcare assistant|pharmacist|paramedic"
    r"|care co-?ordinator|social prescrib\w+|link worker|physiotherapist|administrator|receptionist"
    r"|consultant|oncologist)\b",
    re.IGNORECASE,
)


def consultation_of(encounter: Encounter, reference: str, date: Days | None, follow: Follow) -> Consultation:
    """Return the consultation that an encounter is."""
    return Consultation(reference, mode_of(encounter), _role(encounter, follow), date)


def mode_of(encounter: Encounter) -> Mode:
    """Return how the contact took place."""
    mode = _mode_of_words(words_of([*many(encounter.type), *many(encounter.service_type)]))
    if mode is not None:
        return mode
    classes = _classes(encounter)
    displays = " ".join(c.display.lower() for c in classes if c.display)
    return _mode_of_words(displays) or _mode_of_codes([c.code for c in classes if c.code])


def _mode_of_words(words: str) -> Mode | None:
    """Return the mode that words tell. Types repeat from patient to patient; a longer text is a note."""
    if not words:
        return None
    return _remembered_mode(words) if len(words) <= LONGEST_TYPE else _mode_in(words)


def _mode_in(words: str) -> Mode | None:
    plain = f" {' '.join(_WORD.findall(words))} "
    modes: set[Mode] = {mode for mode, sign in _WORDS if sign in plain}
    if modes == {"home-visit", "face-to-face"}:
        return "home-visit"
    if "group" in modes and modes <= {"group", "face-to-face", "telephone", "video"}:
        return "group"
    if len(modes) > 1:
        return "unknown"
    if not modes and any(f" {place} " in plain for place in PLACES):
        return "face-to-face"
    return modes.pop() if modes else None


_remembered_mode = lru_cache(maxsize=1 << 12)(_mode_in)


def _mode_of_codes(codes: list[str]) -> Mode:
    modes: set[Mode] = {MODE_OF_CLASS.get(code.strip().upper(), "unknown") for code in codes}
    return modes.pop() if len(modes) == 1 else "unknown"


def _classes(encounter: Encounter) -> list[CodingShape]:
    """Return the class codings: one Coding up to R4B, in R5 a list of CodeableConcepts."""
    given = encounter.encounter_class
    if given is None:
        return []
    if isinstance(given, CodingShape):
        return [given]
    return [coding for concept in given for coding in concept.coding or ()]


def _role(encounter: Encounter, follow: Follow) -> str:
    """Return the role of the first participant whose role the record words; never a name."""
    for participant in encounter.participant or ():
        role = _first_words(participant.type or [])
        who = participant.individual or participant.actor
        if not role and who is not None:
            held = follow(who.reference) if who.reference else None
            role = _first_words(held.code or []) if isinstance(held, PractitionerRole) else ""
            role = role or _role_words(who.display or "")
        if role:
            return role
    return ""


def _first_words(concepts: list[Concept]) -> str:
    """Return the first term; "primary performer" and the like (ParticipationType) are no roles."""
    for concept in concepts:
        roles = (coding for coding in concept.coding or () if "particip" not in (coding.system or "").lower())
        for word in (concept.text, *(coding.display for coding in roles)):
            if word:
                return word
    return ""


def _role_words(display: str) -> str:
    found = _ROLE_WORDS.search(display)
    return found.group().lower() if found else ""
