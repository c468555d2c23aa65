"""Small pieces of English: lists, names, days, grounds."""

from collections.abc import Iterable

from ccr_rules.dates import DateValue, display
from ccr_rules.language.ruleset import ContentItem, Grounds


def listed(words: Iterable[str], joint: str = "and") -> str:
    """Return words as a list: `a`, `a and b`, `a, b and c`."""
    items = list(words)
    if len(items) < 2:
        return "".join(items)
    return f"{', '.join(items[:-1])} {joint} {items[-1]}"


def spoken(name: str) -> str:
    """Return a name as words: `cancer-diagnosis` as `cancer diagnosis`."""
    return name.replace("-", " ").replace("_", " ")


def date_in_words(value: DateValue) -> str:
    """Return a day, a month or a year as people write it."""
    if value.first == value.last:
        return display(value.first)
    month = display(value.first)[3:]
    return month if value.first.month == value.last.month else str(value.first.year)


def grounds_in_words(grounds: Grounds) -> str:
    """Return where a statement is from, in brackets; what is unverified is marked."""
    parts = []
    if grounds.source:
        parts.append(f"source: {grounds.source}")
    if grounds.choice:
        parts.append(f"choice: {grounds.choice}")
    if grounds.unverified:
        parts.append(f"UNVERIFIED: {grounds.unverified}")
    return f"[{'; '.join(parts)}]" if parts else ""


def content_in_words(item: ContentItem) -> str:
    """Return something that a review covers, with how it is recorded and where it is from."""
    recorded = f"; recorded as {listed(spoken(alias) for alias in item.record)}" if item.record else ""
    return f"{item.title}{recorded} {grounds_in_words(item.grounds)}".rstrip()


def sentence_case(text: str) -> str:
    """Return a text with a capital at its start and a full stop at its end."""
    return f"{text[:1].upper()}{text[1:]}" + ("" if text.endswith((".", "?", "!")) else ".")
