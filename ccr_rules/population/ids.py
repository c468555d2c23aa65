"""Ids as tables write them: of patients, and of entries."""

import re
from typing import Final

_NO_PART_OF_AN_ID: Final = re.compile(r"[^A-Za-z0-9._-]")


def plain_id(text: str) -> str:
    """Return an id without blanks inside it, and without the braces that some write around a GUID."""
    return "".join(text.split()).removeprefix("{").removesuffix("}")


def is_id(text: str) -> bool:
    """Say whether a text can be the id of a resource."""
    return bool(text) and len(text) <= 128 and not _NO_PART_OF_AN_ID.search(text)


def id_of(text: str) -> str:
    """Return an id made of a text: what cannot stand in one is written as its number."""
    return _NO_PART_OF_AN_ID.sub(lambda found: f"_{ord(found.group()):x}_", text)


def patient_id(text: str) -> str:
    """Return a patient's id, given as it is or as a reference."""
    return plain_id(text).removeprefix("Patient/")
