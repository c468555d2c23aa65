"""The entries of a case, and what it expects, in words that a clinician reads."""

import re
from collections.abc import Iterable, Iterator
from datetime import date

from ccr_rules.dates import PRESENT, DateValue, display
from ccr_rules.governance.case_records import RecordBuilder
from ccr_rules.governance.cases import Case, CaseDay, CaseEntry, Expected
from ccr_rules.language.english.phrases import date_in_words, listed, spoken
from ccr_rules.language.ruleset import Ruleset
from ccr_rules.record.entry import Days

_ISO = re.compile(r"\d{4}-\d{2}-\d{2}")
_RANGE = re.compile(r"(\d{4}-\d{2}-\d{2})\.\.(\d{4}-\d{2}-\d{2})")
_LISTS = {
    "prompts": "prompts",
    "findings": "findings",
    "unsettled": "not settled",
    "payments": "payments",
    "suggested_codes": "offered for recording",
}
_PARTS = {
    "says": "the screen says “{}”",
    "opens": "opens {}",
    "due": "due {}",
    "done_on": "done on {}",
    "possible": "{}",
    "achievable_until": "can be met until {}",
}
_NONE = {
    "reason": "",
    "opens": "no day on which it opens",
    "due": "no due date",
    "done_on": "not done",
    "days_left": "no days to count",
    "achievable_until": "no day by which it can still be met",
}


def day_in_words(days: Days | None) -> str:
    """Return when an entry is dated: a day, a month, a year, or not at all."""
    return date_in_words(DateValue(PRESENT, days.first, days.last)) if days else "no date"


def entry_in_words(entry: CaseEntry, records: RecordBuilder) -> str:
    """Return what an entry is, with all that the case says of it."""
    state = "" if entry.state == "done" else spoken(entry.state)
    details = [
        entry.class_ or "",
        "" if entry.episode == "unstated" else f"marked {entry.episode}",
        state,
        "" if entry.certain else "not certain",
        f"as a {entry.kind}" if entry.kind else "",
        f"recorded {day_in_words(entry.recorded)}" if entry.recorded else "",
    ]
    return ", ".join(part for part in (_what(entry, records), *details) if part)


def _what(entry: CaseEntry, records: RecordBuilder) -> str:
    if entry.term:
        return f"“{entry.term}” (text, no code)"
    if entry.code:
        return f"{records.codes[entry.code][1].display} ({entry.code})"
    return spoken(entry.codelist)


def circumstances(case: Case) -> Iterator[str]:
    """Yield what stands around the record: the person, what was supplied, the consultation."""
    for field in ("born", "registered", "deregistered", "died"):
        days: Days | None = getattr(case.patient, field)
        if days:
            yield f"{field} {day_in_words(days)}"
    if case.supplied is not None:
        yield f"supplied: only {listed(sorted(case.supplied)) or 'nothing'}"
    if case.mode:
        yield f"in a consultation ({spoken(case.mode)})"


def expectations_in_words(day: CaseDay, ruleset: Ruleset) -> list[str]:
    """Return what is expected of a day, a line for each thing."""
    things: dict[tuple[str, str], list[Expected]] = {}
    for expected in day.expected:
        things.setdefault((expected.section, expected.id), []).append(expected)
    return [_thing(section, id_, parts, ruleset) for (section, id_), parts in things.items()]


def _thing(section: str, id_: str, parts: list[Expected], ruleset: Ruleset) -> str:
    if section in _LISTS:
        return f"{_LISTS[section]}: {', '.join(parts[0].value) or 'none'}"
    name = id_ or section
    if section == "reviews":
        name = ruleset.reviews[id_].title
    elif section == "items":
        name = ruleset.items[id_].title
    return f"{name}: {', '.join(filter(None, map(_part, parts)))}".replace(", (", " (")


def _part(expected: Expected) -> str:
    value = expected.value if isinstance(expected.value, str) else " or ".join(expected.value)
    match expected.part, value:
        case "paused", _:
            return "paused" if value == "true" else "not paused"
        case part, "none" if part in _NONE:
            return _NONE[part]
        case "days_left", _:
            return _days_left(int(value))
        case "reason", _:
            return f"({value})"
        case "evidence", _:
            return ""
        case part, "undetermined" | "not applicable" if part != "status":
            return f"{part} {value}"
        case _:
            return _PARTS.get(expected.part, "{}").format(_days(value))


def _days_left(count: int) -> str:
    days = "day" if abs(count) == 1 else "days"
    return f"{-count} {days} past" if count < 0 else f"{count} {days} left"


def _days(text: str) -> str:
    """Return a text with its days as people write them."""
    ranged = _RANGE.sub(lambda found: f"{found[1]} to {found[2]}", text)
    return _ISO.sub(lambda found: display(date.fromisoformat(found[0])), ranged)


def joined(lines: Iterable[str]) -> str:
    """Return lines as one cell of a Markdown table."""
    return "<br>".join(line.replace("|", "\\|") for line in lines)
