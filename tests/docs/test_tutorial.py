"""The tutorial of local schemes, followed word for word."""

from pathlib import Path

import pytest

from ccr_rules.library.library import load_library
from tests.docs.tutorial import PAGE, Change, Commands, begin, carry_out, run, steps

TEXT = PAGE.read_text(encoding="utf-8")


@pytest.fixture
def start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    begin(tmp_path)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_every_command_prints_what_the_page_says(start: Path) -> None:
    for step in steps(TEXT):
        if isinstance(step, Change):
            carry_out(step)
        else:
            assert run(step) == step.printed, "write it anew: python -m tests.docs.tutorial"
    written = {path.name for path in (start / "my-schemes" / "local-example-icb" / "2025").iterdir()}
    assert written == {"ruleset.yaml", "casebook.yaml", "CHANGELOG.md", "SAFETY.md"}


def test_the_scheme_that_comes_of_it_is_evaluated_only_when_named(start: Path) -> None:
    for step in steps(TEXT):
        if isinstance(step, Change) or step.lines[0].startswith("ccr ruleset new"):
            carry_out(step) if isinstance(step, Change) else run(step)
    library = load_library(start / "my-schemes")
    scheme = library.find("local-example-icb")
    assert scheme.title == "Cancer care reviews in Example ICB"
    assert list(scheme.payments) == ["review-within-ten-months"]
    assert scheme not in library.in_force(scheme.in_force_from)


def test_every_step_of_the_page_is_followed() -> None:
    found = list(steps(TEXT))
    assert sum(isinstance(step, Change) for step in found) == 6
    assert sum(len(step.lines) for step in found if isinstance(step, Commands)) == TEXT.count("\nccr ")


@pytest.mark.parametrize(
    ("page", "says"),
    [
        ("```sh\nccr doctor\n```\n```yaml\na: b\n```\n", "no output after"),
        ("```yaml\na: b\n```\nwith\n```yaml\na: c\n```\n", "nothing says what to do"),
        ("In `a.yaml`, replace\n```yaml\na: b\n```\nby\n```yaml\na: c\n```\n", "nothing says what replaces"),
    ],
)
def test_a_block_that_nothing_explains_is_refused(page: str, says: str) -> None:
    with pytest.raises(AssertionError, match=says):
        list(steps(page))
