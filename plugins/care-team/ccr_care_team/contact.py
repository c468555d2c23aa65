"""Who is looking, and in what contact, from what the host passes along.

What is not in the settings is unknown: nothing is guessed from words that look alike.
"""

import re
from collections.abc import Mapping
from typing import Any, Final

from ccr_care_team.settings import Contact, Settings
from ccr_rules.hosting import Context
from ccr_rules.record.entry import Days
from ccr_rules.record.patient import Consultation

_ID: Final = re.compile(r"[A-Za-z0-9.-]{1,64}")
"""An id as FHIR has them."""

NOW: Final = "Encounter/now"
"""The contact that is taking place, where the host gives it no id."""


def contact_of(settings: Settings, host: Mapping[str, Any]) -> Contact | None:
    """Return what the type of slot is, or, where the host names no slot, the type of session."""
    slot = host.get(settings.keys.slot)
    if slot not in (None, ""):
        return _known(settings.slots, slot)
    return _known(settings.sessions, host.get(settings.keys.session))


def _known(contacts: Mapping[str, Contact], word: Any) -> Contact | None:
    return contacts.get(word) if isinstance(word, str) else None


def role_of(settings: Settings, host: Mapping[str, Any]) -> str:
    """Return the role of whoever is looking, or nothing.

    If the host says who its user is, that decides, also where it is a role that the settings do not know.
    """
    user = host.get(settings.keys.role)
    if user not in (None, ""):
        return settings.roles.get(user, "") if isinstance(user, str) else ""
    contact = contact_of(settings, host)
    return (contact.role if contact else None) or ""


def consultation_of(settings: Settings, context: Context) -> Consultation | None:
    """Return the contact that is taking place, or None where it is not known how it does.

    Then the core looks for an Encounter of the day, which may say so.
    """
    contact = contact_of(settings, context.host)
    if contact is None or contact.mode == "unknown":
        return None
    role = contact.role or role_of(settings, context.host)
    day = Days(context.as_of, context.as_of)
    return Consultation(_reference(context.host.get(settings.keys.encounter)), contact.mode, role, day)


def _reference(encounter: Any) -> str:
    is_id = isinstance(encounter, str) and _ID.fullmatch(encounter)
    return f"Encounter/{encounter}" if is_id else NOW
