"""From a casebook's YAML to its cases; whatever does not fit is reported with its place."""

from ccr_rules.governance.cases import Case, Casebook, CaseDay, CaseEntry, CasePatient
from ccr_rules.governance.expectations import EXPECTATION_KEYS, read_expectations
from ccr_rules.language.fields import Fields, Keys, as_map, one_of
from ccr_rules.language.nodes import MapNode, Node, Pair
from ccr_rules.language.report import Report
from ccr_rules.language.scalars import read_date, read_day
from ccr_rules.language.vocabulary import CLASSES, EPISODES, STATES
from ccr_rules.record.entry import Days
from ccr_rules.record.patient import KINDS, Mode

_CASEBOOK = Keys(("casebook", "cases"), ("title", "note"))
_CASE = Keys(("title", "record", "expect"), ("shows", "patient", "supplied", "consultation", "note"))
_PATIENT = Keys((), ("born", "registered", "deregistered", "died"))
_ENTRY_IS = ("code", "term", "list")
_ENTRY = Keys(("date",), (*_ENTRY_IS, "class", "episode", "recorded", "state", "certain", "kind", "id"))
_DATE_HINT = "write a day 2024-03-31, a month 2024-03, a year 2024, or none"
_MODES: tuple[Mode, ...] = (
    "face-to-face",
    "home-visit",
    "telephone",
    "video",
    "group",
    "administrative",
    "unknown",
)


def read_cases(root: MapNode, file: str, report: Report) -> Casebook:
    """Read all cases of a casebook."""
    fields = Fields(root, "a casebook", _CASEBOOK, report)
    node = fields.node("cases")
    cases = as_map(node, "`cases`", report) if node else None
    read = (_case(pair, report) for pair in cases.pairs.values()) if cases else ()
    return Casebook(fields.text("casebook"), tuple(read), file, fields.at_key("casebook"))


def _case(pair: Pair, report: Report) -> Case:
    what = f"the case `{pair.key.text}`"
    fields = Fields(pair.value, what, _CASE, report)
    return Case(
        id=pair.key.text,
        title=fields.text("title"),
        entries=_entries(fields, what, report),
        days=_days(fields, what, report),
        patient=_patient(fields, what, report),
        supplied=_supplied(fields, what, report),
        mode=_mode(fields, what, report),
        shows=tuple(node.text for node in fields.texts("shows")),
        at=pair.key.at,
    )


# --- the record ----------------------------------------------------------------------------------


def _entries(fields: Fields, what: str, report: Report) -> tuple[CaseEntry, ...]:
    entries: dict[str, CaseEntry] = {}
    for number, node in enumerate(fields.maps("record"), start=1):
        entry = _entry(node, number, f"entry {number} of {what}", report)
        if entry.id in entries:
            message = f"two entries of {what} have the id `{entry.id}`"
            report.add("duplicate-id", message, entry.at, found=entry.id, hint="give each its own")
        entries[entry.id] = entry
    return tuple(entries.values())


def _entry(node: Node, number: int, what: str, report: Report) -> CaseEntry:
    fields = Fields(node, what, _ENTRY, report)
    given = [key for key in _ENTRY_IS if key in fields]
    if fields.readable and len(given) != 1:
        hint = "give one of `code`, `term` and `list`"
        report.add("bad-value", f"{what} does not say what it is once", fields.at, hint=hint)
    return CaseEntry(
        id=fields.text("id") or f"e{number}",
        clinical=_case_date(fields, "date"),
        recorded=_case_date(fields, "recorded"),
        code=fields.text("code"),
        term=fields.text("term"),
        codelist=fields.text("list"),
        class_=fields.word("class", CLASSES, "") or None,
        episode=fields.word("episode", EPISODES, "unstated"),
        state=fields.word("state", STATES, "done"),
        kind=fields.word("kind", KINDS, "") or None,
        certain=fields.word("certain", ("true", "false"), "true") == "true",
        at=fields.at,
    )


def _case_date(fields: Fields, key: str) -> Days | None:
    text = fields.text(key)
    value = read_date(text)
    if value is not None:
        return Days(value.first, value.last)
    if text and text != "none":
        fields.bad(key, "a date of the calendar", _DATE_HINT)
    return None


# --- what stands around it -----------------------------------------------------------------------


def _patient(fields: Fields, what: str, report: Report) -> CasePatient:
    node = fields.node("patient")
    if node is None:
        return CasePatient()
    dates = Fields(node, f"the patient of {what}", _PATIENT, report)
    return CasePatient(*(_case_date(dates, key) for key in ("born", "died", "registered", "deregistered")))


def _supplied(fields: Fields, what: str, report: Report) -> frozenset[str] | None:
    nodes = fields.texts("supplied")
    if "supplied" not in fields or [node.text for node in nodes] == ["all"]:
        return None
    kinds = (one_of(node, KINDS, f"`supplied` of {what}", report) for node in nodes)
    return frozenset(kind for kind in kinds if kind)


def _mode(fields: Fields, what: str, report: Report) -> Mode | None:
    node = fields.node("consultation")
    if node is None:
        return None
    consultation = Fields(node, f"the consultation of {what}", Keys(("mode",)), report)
    return consultation.word("mode", _MODES, "unknown")


# --- what is expected ----------------------------------------------------------------------------


def _days(fields: Fields, what: str, report: Report) -> tuple[CaseDay, ...]:
    node = fields.node("expect")
    days = as_map(node, f"`expect` of {what}", report) if node else None
    read = (_day(pair, what, report) for pair in days.pairs.values()) if days else ()
    return tuple(day for day in read if day)


def _day(pair: Pair, what: str, report: Report) -> CaseDay | None:
    as_of = read_day(pair.key.text)
    if as_of is None:
        message = f"`expect` of {what} is keyed by days of the calendar"
        report.add("bad-date", message, pair.key.at, found=pair.key.text, hint="write 2024-03-31")
        return None
    fields = Fields(pair.value, f"what {what} expects", EXPECTATION_KEYS, report)
    if isinstance(pair.value, MapNode) and set(pair.value.pairs) <= {"known_on"}:
        message = f"{what} expects nothing on {pair.key.text}"
        report.add("bad-value", message, pair.key.at, hint="a case that expects nothing always passes")
    return CaseDay(as_of, fields.day("known_on"), read_expectations(fields, what, report), pair.key.at)
