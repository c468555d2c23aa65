"""The review template as one HTML page: to look at, to fill in and to print. Nothing in it needs a script.

A score is eleven buttons of which none is chosen, and not a slider: a slider always stands somewhere, and a
person who was not asked would seem to have said it.
"""

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from ccr_rules.exports.form import LEAST, MOST
from ccr_templates import identity
from ccr_templates.items import CORE, Item

if TYPE_CHECKING:
    from jinja2 import Template


def page(questionnaire: Mapping[str, Any]) -> str:
    """Return the page of a review template."""
    (container,) = questionnaire["item"]
    return _template().render(
        form=questionnaire,
        tabs=container["item"],
        record=identity.RECORD,
        scores=range(LEAST, MOST + 1),
        link=_link,
        anchor=_anchor,
    )


@cache
def _template() -> "Template":
    from jinja2 import Environment, StrictUndefined  # noqa: PLC0415 - only where a page is asked for

    text = (files("ccr_templates") / "page.html.j2").read_text(encoding="utf-8")
    environment = Environment(
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    return environment.from_string(text)


def _link(item: Item) -> str:
    """Return where more about an item is found, or nothing."""
    urls = (
        each["valueUri"]
        for each in item.get("extension", ())
        if each["url"] == f"{CORE}questionnaire-supportLink"
    )
    return next(urls, "")


def _anchor(link_id: str) -> str:
    """Return an id of HTML for a linkId."""
    return link_id.replace(".", "--")
