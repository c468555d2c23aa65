"""How many text messages a text makes, beside an oracle of our own; and what is refused."""

from typing import Final

import pytest
from ccr_messages.sms import Length, length_of, not_in_gsm
from hypothesis import given
from hypothesis import strategies as st
from messages_support import SETTINGS, changed, delivered, text_of

from ccr_rules import UsageError

BASIC: Final = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ\x1bÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
"""The basic alphabet of 3GPP TS 23.038, in its order, typed here independently of the library."""

EXTENSION: Final = "\f^{}\\[~]|€"


def test_the_alphabet_is_the_standard_s() -> None:
    assert len(BASIC) == 128
    for each in BASIC:
        assert length_of(each) == Length("GSM 03.38", 1, 1), each
    for each in EXTENSION:
        assert length_of(each) == Length("GSM 03.38", 2, 1), each
    for each in "âŵŷłżÀç–’…`\u00a0":
        assert length_of(each).alphabet == "UCS-2", each
        assert not_in_gsm(f"a{each}a{each}") == [each]


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("", Length("GSM 03.38", 0, 1)),
        ("a" * 160, Length("GSM 03.38", 160, 1)),
        ("a" * 161, Length("GSM 03.38", 161, 2)),
        ("a" * 306, Length("GSM 03.38", 306, 2)),
        ("a" * 307, Length("GSM 03.38", 307, 3)),
        ("a" * 158 + "€", Length("GSM 03.38", 160, 1)),
        ("a" * 159 + "€", Length("GSM 03.38", 161, 2)),
        ("a" * 152 + "€" + "a" * 152, Length("GSM 03.38", 306, 3)),  # the euro sign is not divided
        ("ŵ" * 70, Length("UCS-2", 70, 1)),
        ("ŵ" * 71, Length("UCS-2", 71, 2)),
        ("ŵ" * 134, Length("UCS-2", 134, 2)),
        ("ŵ" * 135, Length("UCS-2", 135, 3)),
        ("😀" * 35, Length("UCS-2", 70, 1)),
        ("ŵ" * 66 + "😀" + "ŵ" * 66, Length("UCS-2", 134, 3)),  # nor is an emoji
        ("a" * 69 + "ŵ", Length("UCS-2", 70, 1)),
        ("a" * 70 + "ŵ", Length("UCS-2", 71, 2)),
    ],
)
def test_lengths(text: str, length: Length) -> None:
    assert length_of(text) == length


def by_hand(text: str) -> tuple[int, int]:
    """Return units and parts, cutting a text into parts one by one."""
    in_gsm = all(each in BASIC + EXTENSION for each in text)
    units = [
        (2 if each in EXTENSION else 1) if in_gsm else len(each.encode("utf-16-be", "surrogatepass")) // 2
        for each in text
    ]
    alone, part = (160, 153) if in_gsm else (70, 67)
    if sum(units) <= alone:
        return sum(units), 1
    parts: list[int] = []
    for unit in units:
        if not parts or parts[-1] + unit > part:
            parts.append(0)
        parts[-1] += unit
    return sum(units), len(parts)


@given(st.one_of(st.text(alphabet=BASIC + EXTENSION, max_size=700), st.text(max_size=400)))
def test_counts_as_by_hand(text: str) -> None:
    length = length_of(text)
    assert (length.units, length.parts) == by_hand(text)


@given(st.text(max_size=200), st.text(max_size=200))
def test_more_text_never_makes_fewer_messages(one: str, more: str) -> None:
    assert length_of(one + more).parts >= length_of(one).parts


# --- what is refused -------------------------------------------------------------------------------


def refusal(**settings: object) -> str:
    with pytest.raises(UsageError) as caught:
        delivered("invitation-sms-1", settings=changed(SETTINGS, **settings))
    return caught.value.message.removeprefix("nothing was made or sent: ")


LONG = {**SETTINGS["practice"], "name": "The Testtown and District Group Practice"}


def test_a_text_that_is_too_long_is_refused_with_its_length() -> None:
    assert refusal(practice=LONG) == (
        "the text has 180 units of GSM 03.38, which makes 2 text messages, and the setting max_parts "
        "allows 1; shorten it"
    )
    made = delivered("invitation-sms-1", settings=changed(SETTINGS, practice=LONG, max_parts=2))
    assert "180 units of GSM 03.38: 2 text messages" in made.notes


def test_a_letter_that_the_alphabet_lacks_shortens_what_fits() -> None:
    told = refusal(practice={**SETTINGS["practice"], "name": "Meddygfa Tŷ Ŵyn"})
    assert told.startswith("the text has 155 units of UCS-2, which makes 3 text messages")
    assert "GSM 03.38 lacks 2 of its characters" in told


def test_a_text_never_tells_the_illness_unless_the_practice_has_decided_so() -> None:
    telling = {**SETTINGS["practice"], "booking": "testtown.example/Cancer-Review"}
    assert refusal(practice=telling).startswith("the text message would tell the illness")
    settings = changed(SETTINGS, practice=telling, sms_may_name_illness=True)
    assert "Cancer" in text_of(delivered("invitation-sms-1", settings=settings))


def test_the_number_is_the_patient_s_or_the_one_given() -> None:
    assert "option mobile: it is no mobile number" in str(_number("01632 960123"))
    assert _number("07700 900999") is None


def _number(mobile: str) -> str | None:
    try:
        delivered("invitation-sms-1", mobile=mobile)
    except UsageError as error:
        return error.message
    return None
