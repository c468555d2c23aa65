"""No text can leave the literal, the identifier or the comment in which it is put."""

import re

from hypothesis import given
from hypothesis import strategies as st

from ccr_rules.dates import Duration
from ccr_rules.exports.cql.expressions import LONGEST, amount
from ccr_rules.exports.cql.layout import call, define, listed, tuple_of, written
from ccr_rules.exports.cql.text import WIDTH, comment, identifier, string

STRING = re.compile(r"'(?:[^'\\]|\\(?:['\"\\/fnrt`]|u[0-9a-f]{4}))*'")
IDENTIFIER = re.compile(STRING.pattern.replace("'(", '"(').replace(")*'", ')*"').replace("[^'", '[^"'))
"""The tokens of CQL's grammar for quoted text."""

texts = st.text() | st.text("'\"\\/*\n\r\t\u2028\u202e\xa0 {}$ab")


def read_back(token: str) -> str:
    units = re.sub(r"\\u([0-9a-f]{4})", lambda use: chr(int(use[1], 16)), token[1:-1])
    plain = re.sub(r"\\(.)", lambda use: {"n": "\n", "r": "\r", "t": "\t"}.get(use[1], use[1]), units)
    return plain.encode("utf-16", "surrogatepass").decode("utf-16", "surrogatepass")


@given(texts)
def test_a_string_is_one_token_that_means_the_text(text: str) -> None:
    token = string(text)
    assert STRING.fullmatch(token)
    assert "\n" not in token
    if "\\" not in text:
        assert read_back(token) == text


@given(texts)
def test_an_identifier_is_one_token(name: str) -> None:
    assert IDENTIFIER.fullmatch(identifier(name))


def test_what_has_a_meaning_in_cql_is_escaped() -> None:
    assert string("it's a \\ and\na \u2028 or \u202e") == r"'it\'s a \\ and\na \u2028 or \u202e'"
    assert string("\U0001f600 é") == "'\U0001f600 é'"
    assert string("\U000e0001") == r"'\udb40\udc01'"
    assert identifier('a "name"') == r'"a \"name\""'


@given(texts)
def test_every_line_of_a_comment_is_a_comment(text: str) -> None:
    for line in comment(text):
        assert line.startswith("// ")
        assert len(line.splitlines()) == 1
        assert line.isprintable()


def test_a_comment_is_as_wide_as_the_text_around_it() -> None:
    lines = list(comment("word " * 100))
    assert max(map(len, lines)) <= WIDTH
    assert list(comment("")) == []


def test_a_term_stands_on_one_line_where_it_fits() -> None:
    short = call("Calculus.AllOf", listed(["a", "b"]))
    assert define("A name", short) == 'define "A name":\n  Calculus.AllOf({ a, b })\n'
    rows = listed(
        [tuple_of(number="1", test=call("f", "x" * 60)), tuple_of(number="2", test=call("g", "y" * 60))]
    )
    assert written(rows, 2) == (
        f"{\n    Tuple {{ number: 1, test: f({'x' * 60}) }},\n    Tuple {{ number: 2, test: g({'y' * 60}) "
        f"}} }}"
    )


def test_an_amount_stays_in_the_range_of_an_integer() -> None:
    assert amount(Duration(3, "month"), -1) == ("-3", "'month'")
    assert amount(Duration(10**12, "year")) == (str(LONGEST), "'year'")
