"""How a build is proved and signed: what test patients must give on each sheet, and what people tick by hand.

It is part of the `Book` of `model.py`, and of its JSON Schema; days and marks are written as there.
"""

from typing import Literal

from msgspec import Struct


class Result(Struct, frozen=True):
    """For which test patients a sheet gives an answer."""

    answer: str
    patients: tuple[str, ...]


class Edge(Struct, frozen=True):
    """A boundary: the same test patient with one entry on three days in a row, and what comes of each."""

    patient: str
    entry: str
    days: tuple[str, str, str]
    answers: tuple[str, str, str]


class Proof(Struct, frozen=True):
    """What the test patients must give on one sheet. `missing` are answers that nothing shows."""

    results: tuple[Result, ...] = ()
    edges: tuple[Edge, ...] = ()
    missing: tuple[str, ...] = ()


class TestEntry(Struct, frozen=True):
    """An entry of a test patient. It lies `before` days before the day of the test.

    `recorded` is the day on which it was entered, where that matters.
    """

    id: str
    day: str
    before: int
    recorded: str
    code: str
    term: str
    codelist: str
    episode: str
    state: str


class TestPatient(Struct, frozen=True):
    """An invented person to enter in a test environment, and the day on which to look."""

    sheet: str
    case: str
    title: str
    of: str
    day: str
    contact: str
    born: str
    registered: str
    deregistered: str
    died: str
    entries: tuple[TestEntry, ...]


class Plan(Struct, frozen=True):
    """The test patients of all sheets. `note` says what they are, or why there are none."""

    note: str
    day: str
    patients: tuple[TestPatient, ...]


class Signature(Struct, frozen=True):
    """A line to sign by hand. It is always written empty."""

    role: str
    name: Literal[""] = ""
    date: Literal[""] = ""
    signature: Literal[""] = ""


class SignOff(Struct, frozen=True):
    """A checklist to tick by hand, and the lines to sign. Nothing here is ever filled in by a program."""

    checks: tuple[str, ...]
    signatures: tuple[Signature, ...]
