"""Each form's text, word for word, as it stands in `examples`; and what our own wording never says."""

import re

import pytest
from ccr_messages.catalogue import FORMS
from messages_support import EXAMPLES, condition, delivered, evaluated, example, examples, invited, text_of

LETTERS = [name for name, made in FORMS.items() if made.kind == "letter"]
SHORT = [name for name, made in FORMS.items() if made.kind != "letter"]


def test_every_example_is_what_comes_out() -> None:
    there = {
        each.relative_to(EXAMPLES).as_posix(): each.read_bytes()
        for each in EXAMPLES.rglob("*")
        if each.is_file() and each.name != "plugins.toml"
    }
    assert there == examples()


@pytest.mark.parametrize("form", FORMS)
def test_no_wording_speaks_of_payment_or_presses(form: str) -> None:
    assert not re.search(r"\b(QOF|points?|overdue|target|must|failed|DNA)\b", text_of(example(form)))


@pytest.mark.parametrize("form", SHORT)
def test_no_text_message_tells_the_illness_or_the_person(form: str) -> None:
    assert not re.search(r"cancer|tumour|chemo|Testpatient|Ŵendy|999", text_of(example(form)))


@pytest.mark.parametrize("form", LETTERS)
def test_letters_are_in_short_sentences(form: str) -> None:
    body = text_of(example(form)).partition("Dear ")[2]
    sentences = re.split(r"(?<=[.!?])\s+|\n\n|\n- ", body)
    assert max(len(each.split()) for each in sentences) <= 20


@pytest.mark.parametrize("form", LETTERS)
def test_letters_offer_other_forms_and_a_way_to_reach_somebody(form: str) -> None:
    text = " ".join(text_of(example(form)).split())
    assert "in large print, in another language or in another form" in text
    assert "ring us on 01632 960123" in text


def test_a_day_that_has_passed_is_not_held_against_anybody() -> None:
    late = evaluated(as_of="2026-12-12")
    assert late.reviews[1].status == "overdue"
    assert "We suggest" not in text_of(delivered("invitation-letter-1", late))
    on_the_day = evaluated(as_of="2026-12-11")
    assert "before or on 11 December 2026" in text_of(delivered("invitation-letter-1", on_the_day))


def test_a_day_known_to_the_month_is_not_named() -> None:
    by_month = evaluated(diagnosis=condition("2025-12"), as_of="2026-07-21")
    assert "We suggest" not in text_of(delivered("invitation-letter-1", by_month))


def test_the_second_letter_names_the_day_of_the_first() -> None:
    text = text_of(delivered("invitation-letter-2", evaluated(*invited("2026-02-28", "2026-02-28"))))
    assert "on 28 February 2026" in " ".join(text.split())
