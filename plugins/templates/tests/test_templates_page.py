"""The page: everything of the template is on it, and everybody can use it, without a script."""

from collections import Counter
from html.parser import HTMLParser
from itertools import pairwise
from typing import Any

import pytest
from ccr_templates.page import page
from templates_support import BEST, ENGINE, PLUGINS, REVIEW, TEMPLATE, item, walk

VOID = {"meta", "input", "br"}


class Page(HTMLParser):
    """Collects the elements of a page, and checks on the way that each is closed where it should be."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self._open: list[str] = []
        self.feed(text)
        self.close()
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))
        if tag not in VOID:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    def all(self, *tags: str) -> list[dict[str, str | None]]:
        return [attributes for tag, attributes in self.found if tag in tags]


(DOCUMENT,) = PLUGINS.export(BEST, ENGINE.library, "review-template-html")
TEXT = DOCUMENT.content.decode()
PAGE = Page(TEXT)
QUESTIONS = {
    each["linkId"]: each
    for each in walk(TEMPLATE["item"])
    if each["type"] not in ("group", "display", "reference")
}


def test_it_is_a_page_of_its_own() -> None:
    assert (DOCUMENT.name, DOCUMENT.media_type) == ("best-practice-ccr.templates.review.html", "text/html")
    assert not PAGE.all("script", "link", "img", "iframe")
    assert "url(" not in TEXT
    assert "@import" not in TEXT


def test_it_is_well_formed_and_no_id_is_there_twice() -> None:
    counted = Counter(attributes["id"] for _, attributes in PAGE.found if "id" in attributes)
    assert set(counted.values()) == {1}


def test_every_question_of_the_template_can_be_answered_on_it() -> None:
    asked = {attributes["name"] for attributes in PAGE.all("input", "textarea")}
    assert asked == QUESTIONS.keys()


def test_every_text_of_the_template_stands_on_it() -> None:
    words = " ".join(PAGE.words)
    for each in walk(TEMPLATE["item"][0]["item"]):
        assert each["type"] == "reference" or each["text"] in words


def test_every_score_has_eleven_buttons_and_none_of_them_is_chosen() -> None:
    score = f"{REVIEW}.concerns.physical"
    buttons = [each for each in PAGE.all("input") if each["name"] == score]
    assert [each["value"] for each in buttons] == [str(number) for number in range(11)]
    assert not any("checked" in each for each in PAGE.all("input"))
    assert not any(each["type"] == "range" for each in PAGE.all("input"))


def test_every_field_has_a_label_and_every_group_of_buttons_a_legend() -> None:
    labelled = {attributes.get("for") for attributes in PAGE.all("label")}
    for each in PAGE.all("input", "textarea"):
        assert each.get("type") == "radio" or each["id"] in labelled
    assert len(PAGE.all("fieldset")) == len(PAGE.all("legend"))
    radios = len([each for each in PAGE.all("input") if each["type"] == "radio"])
    assert len([each for each in PAGE.all("label") if "for" not in each]) == radios


def test_the_tabs_are_links_to_headings() -> None:
    ids = {attributes.get("id") for attributes in PAGE.all("h2")}
    targets = [str(each["href"])[1:] for each in PAGE.all("a") if str(each["href"]).startswith("#")]
    assert targets == ["main", "templates--record", "support-conversation", REVIEW, "templates--sources"]
    assert ids == set(targets[1:])


def test_headings_go_down_step_by_step() -> None:
    levels = [int(tag[1]) for tag, _ in PAGE.found if tag in {"h1", "h2", "h3", "h4"}]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(later - before <= 1 for before, later in pairwise(levels))


def test_a_draft_is_called_a_draft() -> None:
    assert "A draft: nobody has approved it yet." in TEXT
    assert "A draft" not in page({**TEMPLATE, "status": "active"})


def test_originals_are_linked_where_the_template_links_them() -> None:
    linked = [each["href"] for each in PAGE.all("a") if str(each["href"]).startswith("https://")]
    assert linked == ["https://www.cancerqol.england.nhs.uk/", BEST.sources["macmillan"].url]


@pytest.mark.parametrize("text", ["<script>alert(1)</script>", "a & b", '"quoted"'])
def test_texts_of_a_ruleset_stay_texts(text: str) -> None:
    template: dict[str, Any] = {**TEMPLATE, "title": text}
    question = item(template, f"{REVIEW}.prepare.invitation")
    before, question["text"] = question["text"], text
    try:
        made = page(template)
    finally:
        question["text"] = before
    assert "<script>" not in made
    assert text in "".join(Page(made).words)
