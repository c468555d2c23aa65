"""Every link of every document leads somewhere, and the index knows every document."""

import re
from pathlib import Path

import pytest

from ccr_rules.governance.page import anchor
from tests.cli.support import ROOT

DOCUMENTS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), ROOT / "fhir_examples" / "README.md"])
_LINK = re.compile(r"\]\((?!https?://)([^)#]*)(?:#([^)]+))?\)")


def anchors(text: str) -> set[str]:
    """Return the anchors of a page: its headings, and those that it names."""
    headings = re.findall(r"^#+ (.+)$", re.sub(r"```.*?```", "", text, flags=re.DOTALL), re.MULTILINE)
    return {anchor(heading) for heading in headings} | set(re.findall(r'<a id="([^"]+)">', text))


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_link_leads_somewhere(document: Path) -> None:
    text = document.read_text(encoding="utf-8")
    own = anchors(text)
    for target, place in set(_LINK.findall(text)):
        assert (document.parent / target).exists(), target
        assert not place or target or place in own, place


def test_no_anchor_of_a_page_is_there_twice() -> None:
    for document in (ROOT / "docs" / "rulesets").glob("*.md"):
        named = re.findall(r'<a id="([^"]+)">', document.read_text(encoding="utf-8"))
        assert len(named) == len(set(named)), document.name


def test_the_index_knows_every_document() -> None:
    index = ROOT / "docs" / "README.md"
    listed = {
        (index.parent / target).resolve() for target, _ in _LINK.findall(index.read_text(encoding="utf-8"))
    }
    documents = {path.resolve() for path in DOCUMENTS if path.parent.name != "rulesets"}
    assert documents - listed == {index.resolve()}
