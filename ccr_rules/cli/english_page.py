"""A ruleset in plain English on a terminal: the Markdown that `render` writes, wrapped, headings bold."""

import re

from ccr_rules.cli.layout import Page

_LINE = re.compile(r"(?P<indent> *)(?P<mark>#+ |[-*] |\d+\. )?(?P<text>.*)")


def english_page(text: str, width: int) -> Page:
    """Return the page of a Markdown text."""
    page = Page(width)
    for line in text.splitlines():
        found = _LINE.fullmatch(line)
        parts = found.groupdict("") if found else {"indent": "", "mark": "", "text": line}
        if parts["mark"].startswith("#"):
            page.say(parts["text"], "bold")
        else:
            mark = parts["mark"]
            page.say(mark + parts["text"], indent=len(parts["indent"]), hang=len(mark))
    return page
