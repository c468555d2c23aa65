"""The rules in `docs/semantics.md` keep their numbers, because code, tests and rulesets cite them."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DOCUMENT = ROOT / "docs" / "semantics.md"
TEXT = DOCUMENT.read_text(encoding="utf-8")
RULES = [int(number) for number in re.findall(r"^\*\*(\d+)\. ", TEXT, re.MULTILINE)]
SPECS = sorted(Path(__file__).parent.glob("test_[0-9]*.py"))


def test_every_rule_stands_there_in_order() -> None:
    assert list(range(1, 28)) == RULES


def test_every_link_leads_somewhere() -> None:
    links = re.findall(r"\]\(([^)#]+)\)", TEXT)
    assert links
    assert [link for link in links if not (DOCUMENT.parent / link).exists()] == []


@pytest.mark.parametrize(
    "path", sorted((ROOT / "ccr_rules").rglob("*.py")), ids=lambda path: str(path.relative_to(ROOT))
)
def test_only_rules_that_there_are_are_cited(path: Path) -> None:
    for cited in re.findall(r"SEMANTICS (\d+(?:(?:,| and| to) \d+)*)", path.read_text(encoding="utf-8")):
        assert {int(number) for number in re.findall(r"\d+", cited)} <= set(RULES)


@pytest.mark.parametrize("path", SPECS, ids=lambda path: path.stem)
def test_every_file_of_specs_says_what_it_is_about(path: Path) -> None:
    first = path.read_text(encoding="utf-8").splitlines()[0]
    assert first.startswith('"""')
