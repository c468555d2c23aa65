"""Whatever the text, the answer is a ruleset or a list of problems: never an accident."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ccr_rules.errors import RulesetError
from ccr_rules.language.ast import Expression, Place
from ccr_rules.language.expressions import read_condition, read_date_expression
from ccr_rules.language.loading import check_ruleset, load_ruleset
from ccr_rules.language.nodes import TextNode
from ccr_rules.language.plain_english import render
from ccr_rules.language.report import Report
from tests.language.drawing import NAMES
from tests.language.samples import CODELISTS, INDICATORS, REVIEWS, base_text

SAMPLES = [INDICATORS, REVIEWS]
WORDS = [
    *("A", "c", "window", "start", "not", "and", "or", "is", "null", "between", "in", "care-review.status"),
    *(
        "{open}",
        "@2024",
        "+",
        " - ",
        "3",
        "months",
        "(",
        ")",
        ",",
        "later",
        "patient.born",
        "<=",
        "=",
        "true",
    ),
]


def load_or_refuse(text: str | bytes) -> None:
    ruleset, problems = check_ruleset(text, "fuzz.yaml", bases=base_text, codelists=CODELISTS)
    for problem in problems:
        assert min(problem.line, problem.column) >= 1
        assert problem.message
    if ruleset is not None:
        assert render(ruleset)
    else:
        assert any(problem.severity == "error" for problem in problems)


@given(st.text(max_size=200))
def test_any_text_is_loaded_or_refused(text: str) -> None:
    load_or_refuse(text)


@given(st.binary(max_size=200))
def test_any_bytes_are_loaded_or_refused(content: bytes) -> None:
    load_or_refuse(content)


@settings(deadline=None)
@given(st.data(), st.sampled_from(SAMPLES))
def test_a_ruleset_with_lines_lost_doubled_or_swapped_is_loaded_or_refused(
    data: st.DataObject, sample: str
) -> None:
    lines = sample.splitlines(keepends=True)
    for _ in range(data.draw(st.integers(1, 4))):
        one, other = (data.draw(st.integers(0, len(lines) - 1)) for _ in range(2))
        change = data.draw(st.sampled_from(["lose", "double", "swap", "indent"]))
        if change == "lose" and len(lines) > 1:
            del lines[one]
        elif change == "double":
            lines.insert(other, lines[one])
        elif change == "swap":
            lines[one], lines[other] = lines[other], lines[one]
        else:
            lines[one] = "  " + lines[one]
    load_or_refuse("".join(lines))


@settings(deadline=None)
@given(st.data(), st.sampled_from(SAMPLES))
def test_a_ruleset_with_characters_changed_is_loaded_or_refused(data: st.DataObject, sample: str) -> None:
    text = sample
    for _ in range(data.draw(st.integers(1, 5))):
        start = data.draw(st.integers(0, len(text)))
        end = min(len(text), start + data.draw(st.integers(0, 12)))
        inserted = data.draw(
            st.sampled_from(["", ":", "-", "{", "}", "[", "]", "'", '"', "#", "&x ", "*x", "\t", "\n", " "])
        )
        text = text[:start] + inserted + text[end:]
    load_or_refuse(text)


@settings(deadline=None)
@given(st.data(), st.sampled_from(SAMPLES))
def test_a_ruleset_with_words_exchanged_is_loaded_or_refused(data: st.DataObject, sample: str) -> None:
    words = sample.split(" ")
    for _ in range(data.draw(st.integers(1, 6))):
        one, other = (data.draw(st.integers(0, len(words) - 1)) for _ in range(2))
        words[one] = words[other]
    load_or_refuse(" ".join(words))


@given(st.lists(st.sampled_from(WORDS), max_size=14).map(" ".join) | st.text(max_size=60))
def test_any_expression_is_read_or_refused(text: str) -> None:
    for read in (read_condition, read_date_expression):
        report = Report()
        expression: Expression | None = read(TextNode(text, Place("", 1, 1)), NAMES, report)
        assert (expression is None) is report.has_errors


@pytest.mark.parametrize(
    "text",
    [
        "[" * 100_000,
        "{a: " * 10_000,
        "a: " * 1_000,
        "- " * 10_000,
        "a: &a [*a, *a]",
        "a" * 1_000_000,
        "\x00",
        "? ? ? a",
        "a: " + "not " * 100_000 + "b",
        "conditions: {a: " + "(" * 100_000 + "}",
        "parameters: {a: {value: " + "9" * 10_000 + ", source: x}}",
        "parameters: {a: {value: " + "9" * 10_000 + " days, source: x}}",
        "dates:\n" + "".join(f"  A{n}: {{latest: X, from: A{n + 1}}}\n" for n in range(500)),
        "let:\n" + "".join(f"  A{n}: A{(n + 1) % 300}\n" for n in range(300)),
    ],
    ids=range(14),
)
def test_hostile_texts_are_refused_quickly(text: str) -> None:
    with pytest.raises(RulesetError):
        load_ruleset(text)
