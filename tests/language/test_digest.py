"""The digest: the same for the same content, another for any other."""

import re

import pytest

from tests.language.samples import REVIEWS, loaded

DIGEST = loaded(REVIEWS).digest


def test_a_digest_names_its_algorithm() -> None:
    assert re.fullmatch(r"sha256:[0-9a-f]{64}", DIGEST)


@pytest.mark.parametrize(
    ("written", "instead"),
    [
        ("title: Cancer support conversation\n", "title: 'Cancer support conversation'  # a comment\n"),
        ("[first, new]", "[ 'first',   new ]"),
        ("{value: 28 days, choice: ", '{choice: "the project\'s: four weeks", value: 28 days} #'),
    ],
)
def test_layout_quotes_comments_and_the_order_of_keys_do_not_matter(written: str, instead: str) -> None:
    assert written in REVIEWS
    assert loaded(REVIEWS.replace(written, instead, 1)).digest == DIGEST


@pytest.mark.parametrize(
    ("written", "instead"),
    [
        ("value: 28 days", "value: 29 days"),
        ("[first, new]", "[new, first]"),
        ("status: draft", "status: active"),
        ("Work and money", "Work and  money"),
    ],
)
def test_content_matters(written: str, instead: str) -> None:
    assert loaded(REVIEWS.replace(written, instead, 1)).digest != DIGEST


def test_the_order_of_definitions_matters_since_answers_follow_it() -> None:
    first, second = (
        "  apart_by: {value: 7 days, choice: the example's}\n",
        "  places: {value: 40, source: pack}\n",
    )
    text = REVIEWS.replace(first, "").replace(second, second + first)
    assert loaded(text).digest != DIGEST
