"""The conformance cases: what is sent, and what must come back.

They stand in `cases.yaml` and need nothing of this program: a vendor may read them with anything. A text
`{{today - 338 days}}` is a day counted from that of the run, `{{NAME}}` what an earlier step of the same
case kept, `{{uuid}}` a new UUID, `{{uuid NAME}}` one that stays the same throughout the case.
"""

import re
from collections.abc import Callable
from datetime import date, timedelta
from importlib.resources import files
from typing import Any, Final, Literal

import msgspec
from ruamel.yaml import YAML

Status = int | list[int]


class Card(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the only card must say: regular expressions that are found in it."""

    summary: str = ""
    detail: str = ""
    source: str = ""
    suggestion: str = ""


class Expected(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What must come back; every answer is also held to the schemas, the invariants and the JSON rules.

    `cards` is their number, `extension` what stands in the answer's extension, `body` what stands in the
    body by dotted names, `type` the media type. `keep` names what later steps use, by dotted names.
    """

    status: Status = 200
    cards: int | None = None
    card: Card | None = None
    extension: dict[str, Any] = {}
    body: dict[str, Any] = {}
    type: str = ""
    keep: dict[str, str] = {}


class Step(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One request: to the service for a `hook`, to its `feedback`, or to a `path` of plain JSON.

    `body` is sent as JSON; `text` is sent as it is.
    """

    hook: str = ""
    feedback: str = ""
    path: str = ""
    method: Literal["GET", "POST", "OPTIONS"] = "POST"
    body: Any = None
    text: str | None = None
    headers: dict[str, str] = {}
    expect: Expected = Expected()


class Case(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A case: one sentence that must be true of a service, where it is written, and how it is shown."""

    id: str
    says: str
    source: str
    steps: list[Step]
    group: str = ""


class _Group(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    group: str
    cases: list[Case]


def load_cases() -> tuple[Case, ...]:
    """Return the cases that are shipped, in their order."""
    text = files("ccr_rules.cds_hooks.conformance").joinpath("cases.yaml").read_text(encoding="utf-8")
    values = YAML(typ="safe", pure=True).load(text)["groups"]
    groups = msgspec.convert(values, list[_Group])
    return tuple(msgspec.structs.replace(case, group=group.group) for group in groups for case in group.cases)


Known = dict[str, str]
"""What the steps of a case kept."""

_PLACEHOLDER: Final = re.compile(r"\{\{([^{}]+)\}\}")
_DAY: Final = re.compile(r"today(?: ([+-]) (\d+) days?)?")


def filled(value: Any, today: date, known: Known, new_uuid: Callable[[], str]) -> Any:
    """Return a value with its placeholders filled. Raises KeyError for a name that no step kept."""
    if isinstance(value, str):
        return _PLACEHOLDER.sub(lambda found: _filler(found[1].strip(), today, known, new_uuid), value)
    if isinstance(value, list):
        return [filled(each, today, known, new_uuid) for each in value]
    if isinstance(value, dict):
        return {key: filled(each, today, known, new_uuid) for key, each in value.items()}
    return value


def _filler(name: str, today: date, known: Known, new_uuid: Callable[[], str]) -> str:
    if name.startswith("context."):
        return f"{{{{{name}}}}}"
    day = _DAY.fullmatch(name)
    if day:
        offset = timedelta(int(f"{day[1]}{day[2]}") if day[1] else 0)
        return (today + offset).isoformat()
    if name == "uuid":
        return new_uuid()
    if name.startswith("uuid ") and name not in known:
        known[name] = new_uuid()
    return known[name]
