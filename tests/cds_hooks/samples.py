"""Calls of an invented client, and the shortest ways to have them answered."""

import json
from collections.abc import Iterable, Sequence
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID

from ccr_rules import Engine, Response
from ccr_rules.cds_hooks.answering import Answer, Asking, answer, needed_kinds
from ccr_rules.cds_hooks.calls import Call, read_call
from ccr_rules.cds_hooks.hooks import HOOKS
from ccr_rules.cds_hooks.messages import encode
from ccr_rules.cds_hooks.prefetch import Obtained, from_prefetch
from ccr_rules.cds_hooks.records import read_sent, sent_with
from ccr_rules.evaluation.groups import Group

Json = dict[str, Any]

ROOT = Path(__file__).parents[2]
DAY = date(2026, 11, 20)
INSTANCE = "d1577c69-dfbe-44ad-ba6d-3e05e953b2ea"
OWN = UUID("5f1c2c9e-2d52-4d3e-9a53-2f8f6b1f0a11")
PANEL = "https://ccr.example/panel/"


@cache
def engine() -> Engine:
    return Engine.default()


@cache
def groups() -> tuple[Group, ...]:
    return engine().prepare(DAY)


@cache
def kinds() -> tuple[str, ...]:
    return needed_kinds(groups())


def searchset(*resources: Json, **elements: Any) -> Json:
    entry = [{"resource": each} for each in resources]
    return {"resourceType": "Bundle", "type": "searchset", "total": len(entry), "entry": entry, **elements}


def patient(**elements: Any) -> Json:
    return {"resourceType": "Patient", "id": "p1", "birthDate": "1950-06-15", **elements}


def prefetch_of(*resources: Json, whole: Iterable[str] | None = None) -> Json:
    """Return a prefetch in which every kind (or those of `whole`) is complete."""
    found: Json = {}
    for kind in kinds() if whole is None else whole:
        mine = [each for each in resources if each["resourceType"] == kind]
        found[kind] = (mine[0] if mine else None) if kind == "Patient" else searchset(*mine)
    return found


def body(prefetch: Json | None = None, hook: str = "patient-view", **given: Any) -> Json:
    context = {"userId": "Practitioner/7", "patientId": "p1", **given.pop("context", {})}
    call = {"hook": hook, "hookInstance": INSTANCE, "context": context, "prefetch": prefetch, **given}
    return {name: value for name, value in call.items() if value is not None}


def call_of(prefetch: Json | None = None, hook: str = "patient-view", **given: Any) -> Call:
    return read_call(json.dumps(body(prefetch, hook, **given)).encode(), HOOKS[hook])


def obtained(call: Call) -> Obtained:
    return from_prefetch(call.prefetch, call.repeats, kinds(), call.texts)


def answered(
    prefetch: Json | None = None,
    hook: str = "patient-view",
    *,
    day: date = DAY,
    said: Sequence[Response] = (),
    profile: str | None = None,
    **given: Any,
) -> Answer:
    call = call_of(prefetch, hook, **given)
    prepared = engine().prepare(day)
    had = obtained(call)
    record = read_sent(sent_with(call, had, day), profile)
    return answer(call, had, record, Asking(engine(), prepared, day), said, OWN, PANEL)


def sent(made: Answer) -> Json:
    """Return what goes over the wire."""
    value: Json = json.loads(encode(made.response))
    return value


def card_of(made: Answer) -> Json:
    (card,) = sent(made)["cards"]
    assert isinstance(card, dict)
    return card


def extension_of(made: Answer) -> Json:
    (told,) = sent(made)["extension"].values()
    assert isinstance(told, dict)
    return told


def story(name: str) -> tuple[Json, str]:
    """Return an example patient's record as a prefetch, and the patient's id."""
    record = json.loads((ROOT / "fhir_examples" / name / "record.json").read_text())
    resources = [entry["resource"] for entry in record["entry"]]
    (whom,) = (each["id"] for each in resources if each["resourceType"] == "Patient")
    return prefetch_of(*resources), whom


def story_answered(name: str, **given: Any) -> Answer:
    prefetch, whom = story(name)
    return answered(prefetch, context={"patientId": whom}, **given)
