"""The mobile number for a text message, and what the record says about language."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any, Final, NamedTuple

from ccr_messages.person import elements, holds_on
from ccr_messages.refusal import refused
from ccr_messages.words import text_of

_MOBILE: Final = re.compile(r"\+447\d{9}|\+(?!44)[1-9]\d{7,14}")
"""A mobile number of the United Kingdom, or any number of another country."""


def number_from(text: str) -> str | None:
    """Return a mobile number in international form (`+447700900123`), or None if the text is none."""
    digits = re.sub(r"[\s().-]", "", text)
    if digits.startswith("00"):
        digits = f"+{digits[2:]}"
    elif digits.startswith("0"):
        digits = f"+44{digits[1:]}"
    return digits if digits.isascii() and _MOBILE.fullmatch(digits) else None


def mobile_of(patient: Mapping[str, Any], today: date) -> str | None:
    """Return the one mobile number of today, None where there is none.

    Raises UsageError where several stand side by side: only one of them may be the person's own.
    """
    ranked: dict[int, set[str]] = {}
    for each in elements(patient, "telecom"):
        number = number_from(text_of(each.get("value")))
        if number and _is_own(each) and holds_on(each, today):
            rank = each.get("rank")
            ranked.setdefault(rank if isinstance(rank, int) else 99, set()).add(number)
    best = ranked[min(ranked)] if ranked else set()
    if len(best) > 1:
        raise refused("the Patient has several mobile numbers; say which with the option mobile")
    return next(iter(best), None)


def _is_own(telecom: Mapping[str, Any]) -> bool:
    return telecom.get("system") in ("phone", "sms") and telecom.get("use") in (
        "mobile",
        "home",
        "temp",
        None,
    )


class Speech(NamedTuple):
    """The language that somebody prefers, as the record writes it (or ""), and whether to interpret."""

    language: str
    needs_interpreter: bool


def speech_of(patient: Mapping[str, Any]) -> Speech:
    """Return what a Patient says about language."""
    preferred = [each for each in elements(patient, "communication") if each.get("preferred") is True]
    codes = [code for each in preferred for code in _codes(each.get("language"))]
    return Speech(codes[0] if codes else "", _needs_interpreter(elements(patient, "extension")))


def _codes(language: Any) -> list[str]:
    codings = elements(language, "coding") if isinstance(language, Mapping) else []
    return [code for each in codings if (code := text_of(each.get("code")))]


def _needs_interpreter(extensions: list[Mapping[str, Any]]) -> bool:
    """Say whether an interpreter is needed: by FHIR's own extension, or inside NHSCommunication."""
    return any(
        (
            text_of(each.get("url")).lower().endswith("interpreterrequired")
            and each.get("valueBoolean") is True
        )
        or _needs_interpreter(elements(each, "extension"))
        for each in extensions
    )
