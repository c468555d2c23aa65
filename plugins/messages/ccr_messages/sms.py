"""How many text messages a text makes: GSM 03.38 (3GPP TS 23.038), or UCS-2 where that lacks a letter.

A message holds 160 characters of GSM's alphabet, each part of a longer one 153; a character of the
extension (such as the euro sign) counts two, and is not divided between parts. UCS-2: 70 and 67 units of
UTF-16, where an emoji counts two and is not divided either.
"""

from typing import Literal, NamedTuple

import gsm0338  # type: ignore[import-untyped]  # noqa: F401 - it registers the codec

GSM = "GSM 03.38"
UCS2 = "UCS-2"


class Length(NamedTuple):
    """The alphabet, the units that a text takes in it, and the messages that it makes."""

    alphabet: Literal["GSM 03.38", "UCS-2"]
    units: int
    parts: int


def length_of(text: str) -> Length:
    """Return the length of a text; an empty one makes one message."""
    sizes = _in_gsm(text)
    if sizes is not None:
        return Length("GSM 03.38", sum(sizes), _parts(sizes, 160, 153))
    sizes = [2 if ord(each) > 0xFFFF else 1 for each in text]
    return Length("UCS-2", sum(sizes), _parts(sizes, 70, 67))


def not_in_gsm(text: str) -> list[str]:
    """Return the characters, each once, that GSM's alphabet lacks."""
    return [each for each in dict.fromkeys(text) if _in_gsm(each) is None]


def _in_gsm(text: str) -> list[int] | None:
    """Return how many septets each character takes, or None where one is not in the alphabet."""
    try:
        return [len(each.encode("gsm03.38")) for each in text]
    except UnicodeEncodeError:
        return None


def _parts(sizes: list[int], alone: int, each_part: int) -> int:
    if sum(sizes) <= alone:
        return 1
    parts, room = 1, each_part
    for size in sizes:
        if size > room:
            parts, room = parts + 1, each_part
        room -= size
    return parts
