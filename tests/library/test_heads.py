"""The head of a ruleset file spares reading it, and never says anything else than the ruleset does."""

from datetime import date

import pytest

from ccr_rules import Library
from ccr_rules.library.heads import Head, read_head

USUAL = b"ruleset: one\nversion: 2025.1.0\nin_force: {from: 2025-04-01, to: 2026-03-31}\n"


def test_a_head_names_the_ruleset_and_its_period() -> None:
    assert read_head(USUAL) == Head("one", date(2025, 4, 1), date(2026, 3, 31))
    assert read_head(USUAL.replace(b", to: 2026-03-31", b"")) == Head("one", date(2025, 4, 1), None)


@pytest.mark.parametrize(
    ("day", "covered"),
    [("2025-03-31", False), ("2025-04-01", True), ("2026-03-31", True), ("2026-04-01", False)],
)
def test_both_ends_belong_to_the_period(day: str, covered: bool) -> None:
    head = read_head(USUAL)
    assert head is not None
    assert head.covers(date.fromisoformat(day)) is covered


@pytest.mark.parametrize(
    "text",
    [
        USUAL.replace(b"ruleset: one", b'ruleset: "one"'),
        USUAL.replace(b"{from: 2025-04-01, to: 2026-03-31}", b"\n  from: 2025-04-01"),
        USUAL.replace(b"2025-04-01", b"2025-02-30"),
        b"",
    ],
)
def test_another_way_of_writing_is_left_to_the_whole_reading(text: bytes) -> None:
    assert read_head(text) is None


def test_every_shipped_head_says_what_its_ruleset_says() -> None:
    library = Library.shipped()
    for located in library.located():
        ruleset, _ = library.check(located)
        assert ruleset is not None
        assert read_head(located.text()) == (ruleset.id, ruleset.in_force_from, ruleset.in_force_to)


@pytest.mark.parametrize("day", ["2005-05-05", "2024-02-29", "2025-04-01", "2026-11-21", "1999-01-01"])
def test_what_is_in_force_is_the_same_as_by_reading_everything(day: str) -> None:
    asked = date.fromisoformat(day)
    everything = Library.shipped()
    assert everything.rulesets
    found = [ruleset.reference for ruleset in Library.shipped().in_force(asked)]
    assert found == [ruleset.reference for ruleset in everything.in_force(asked)]
    for ruleset in everything.rulesets:
        local = ruleset.base is not None and ruleset.base.ruleset != ruleset.id
        if ruleset.in_force(asked) and not local:
            assert ruleset.id in {reference.partition("@")[0] for reference in found}
