"""YAML read strictly: every scalar is text, and every text knows its place."""

import pytest
from ruamel.yaml import YAML

from ccr_rules.errors import Problem
from ccr_rules.language.ast import Place
from ccr_rules.language.nodes import ListNode, MapNode, Node, TextNode, kind, shown
from ccr_rules.language.report import Report
from ccr_rules.language.yaml_text import read_yaml
from tests.language.samples import BROKEN, INDICATORS, REVIEWS


def read(text: str | bytes) -> MapNode:
    report = Report()
    root = read_yaml(text, "a.yaml", report)
    assert report.problems() == ()
    assert root is not None
    return root


def text_at(root: MapNode, key: str) -> TextNode:
    node = root.get(key)
    assert isinstance(node, TextNode)
    return node


@pytest.mark.parametrize("written", ["2023.1", "no", "null", "~", "0x1F", "2024-03-31", "1e3", "on", "true"])
def test_a_scalar_is_the_text_that_was_written(written: str) -> None:
    assert text_at(read(f"key: {written}"), "key").text == written


def test_a_map_keeps_the_order_of_the_text() -> None:
    assert list(read("b: 1\na: 2\nc: 3").pairs) == ["b", "a", "c"]


def test_a_byte_order_mark_is_not_part_of_the_text() -> None:
    assert text_at(read(b"\xef\xbb\xbfkey: value"), "key").at == Place("a.yaml", 1, 6)
    assert text_at(read("\ufeffkey: value"), "key").at == Place("a.yaml", 1, 6)


def test_one_document_may_start_with_dashes() -> None:
    assert text_at(read("---\nkey: value\n...\n"), "key").text == "value"


@pytest.mark.parametrize(
    ("text", "word", "line", "column"),
    [
        ("key: one two", "two", 1, 10),
        ("key: 'one two'", "two", 1, 11),
        ('key: "one two"', "two", 1, 11),
        ("key: 'it''s two'", "two", 1, 13),
        ('key: "\\"one\\" two"', "two", 1, 15),
        ('key: "\\x41\\u0042\\U00000043\\ttwo"', "two", 1, 29),
        ('key: "one\\\n  two"', "two", 2, 3),
        ("key: one\n  two", "two", 2, 3),
        ("key: 'one\n\n    two'", "two", 3, 5),
        ("key: |\n  one\n  two\n", "two", 3, 3),
        ("key: >-\n    one\n    and two\n", "two", 3, 9),
        ("key: |2\n    one\n  two\n", "two", 3, 3),
        ("key: one\r\n  two", "two", 2, 3),
        ("key: é è two", "two", 1, 10),
    ],
)
def test_a_place_inside_a_text_is_exact(text: str, word: str, line: int, column: int) -> None:
    node = text_at(read(text), "key")
    assert node.place(node.text.index(word)) == Place("a.yaml", line, column)


def test_the_end_of_a_text_is_behind_its_last_character() -> None:
    for text, line, column in (
        ("key: |\n  one\n  two\n\n", 3, 6),
        ("key: 'one two' ", 1, 14),
        ("key: one two", 1, 13),
    ):
        node = text_at(read(text), "key")
        assert node.place(len(node.text)) == Place("a.yaml", line, column)


def test_a_text_that_is_in_no_file_has_one_place() -> None:
    assert TextNode("one two", Place("", 3, 4)).place(4) == Place("", 3, 4)


def test_nodes_are_named_in_messages() -> None:
    text, listing, mapping = TextNode("x"), ListNode(()), MapNode({})
    nodes: list[Node] = [text, listing, mapping]
    assert [kind(node) for node in nodes] == ["a text", "a list", "a map"]
    assert [shown(node) for node in nodes] == ["x", "a list", "a map"]


def problems(text: str | bytes) -> list[tuple[str, int, int]]:
    report = Report()
    read_yaml(text, "a.yaml", report)
    return [(problem.code, problem.line, problem.column) for problem in report.problems()]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", [("wrong-shape", 1, 1)]),
        ("# only a comment", [("wrong-shape", 1, 1)]),
        ("just words", [("wrong-shape", 1, 1)]),
        ("a: [1, 2", [("yaml-syntax", 2, 1)]),
        ("a: \x01", [("yaml-syntax", 1, 1)]),
        ("a: \ud800", [("empty", 1, 3), ("hidden-character", 1, 4)]),
        ("a: ''", [("empty", 1, 4)]),
        ("a: {}", [("empty", 1, 4)]),
        ("a: {b: &x {c: d}}", [("anchor", 1, 8)]),
        ("a: !!map {c: d}", [("tag", 1, 4)]),
        ("a: [*x]", [("alias", 1, 5)]),
        ("%TAG ! tag:example,2000:\n---\na: b", [("directive", 1, 1)]),
        (
            "[a]: b\na: b\na: c\na: d",
            [("key-not-text", 1, 1), ("duplicate-key", 3, 1), ("duplicate-key", 4, 1)],
        ),
    ],
)
def test_what_yaml_would_guess_is_refused(text: str, expected: list[tuple[str, int, int]]) -> None:
    assert problems(text) == expected


def test_the_same_problem_is_said_once() -> None:
    report = Report()
    for _ in range(2):
        report.add("tab", "a tab", Place("a.yaml", 1, 1))
    assert report.problems() == (Problem("error", "tab", "a tab", "a.yaml", 1, 1),)
    assert report.has_errors


def test_a_parser_written_in_python_reads_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the C parser is not installed, nothing but speed changes."""
    texts = [INDICATORS, REVIEWS, *(file.read_text("utf-8") for file in BROKEN.glob("u*.yaml"))]
    quick = [read_yaml(text, "a.yaml", Report()) for text in texts]

    class PureYAML(YAML):
        def __init__(self, *, typ: str) -> None:
            super().__init__(typ=typ, pure=True)

    monkeypatch.setattr("ruamel.yaml.YAML", PureYAML)
    assert [read_yaml(text, "a.yaml", Report()) for text in texts] == quick
