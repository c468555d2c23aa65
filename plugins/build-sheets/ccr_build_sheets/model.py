"""What stands on the sheets, as one value: the page, the JSON and the CSV are all written from it.

Days are texts `YYYY-MM-DD`; `sheet` and `refs` are the marks that sheets and steps carry (`A1`, `S2`, `D3`).
The JSON Schema in `schemas/` is that of `Book`; it has the number of `FORMAT`, which changes with it.
"""

from typing import Final, Literal

from msgspec import Struct

from ccr_build_sheets.proving import Plan, Proof, SignOff

FORMAT: Final = "ccr-build-sheets/1"

Priority = Literal["high", "medium", "low"]
SearchOf = Literal["review", "indicator", "finding", "item", "payment"]
NodeKind = Literal["all", "any", "test"]
StepKind = Literal["entry", "day", "condition"]


class Reference(Struct, frozen=True):
    """A document that a statement rests on; it is named and not copied."""

    id: str
    title: str
    publisher: str = ""
    url: str = ""
    date: str = ""
    note: str = ""


class Fact(Struct, frozen=True):
    """A statement about a system. `source` is the id of a reference, or `unverified`."""

    text: str
    source: str


class System(Struct, frozen=True):
    """A system for which sheets are written: what its things are called, and how sure that is.

    `does` says who builds. `alert`, `search` and `template` are the general words for what is built.
    `triggers` say when an alert can be looked at, `priorities` how the three priorities are shown.
    """

    id: str
    name: str
    does: str
    alert: str
    search: str
    template: str
    triggers: tuple[Fact, ...]
    priorities: dict[Priority, Fact]
    facts: tuple[Fact, ...]
    sources: tuple[Reference, ...]


class About(Struct, frozen=True):
    """The ruleset that the sheets were made of."""

    id: str
    version: str
    reference: str
    digest: str
    title: str
    summary: str
    status: str
    warning: str
    jurisdiction: str
    in_force_from: str
    in_force_to: str | None
    base: str
    sources: tuple[Reference, ...]
    parameters: tuple[str, ...]


# --- logic ----------------------------------------------------------------------------------------


class Node(Struct, frozen=True):
    """A condition as a list to enter: `all` or `any` of its parts, or one `test`.

    `missing` says what the test gives if a date of it is not there. `refs` are what it uses.
    """

    kind: NodeKind
    text: str
    missing: str = ""
    refs: tuple[str, ...] = ()
    parts: tuple["Node", ...] = ()


class Question(Struct, frozen=True):
    """One test of a decision table, and its answer in each way: `yes`, `no` or `either`."""

    text: str
    answers: tuple[str, ...]


class Logic(Struct, frozen=True):
    """A condition in a sentence, as a list to enter and, if it is small enough, as a decision table.

    It holds if all answers of one column of the table are given. `needs` are the steps and searches to
    build first, in that order.
    """

    english: str
    outline: Node
    table: tuple[Question, ...] = ()
    needs: tuple[str, ...] = ()


class Step(Struct, frozen=True):
    """Something to build before the sheets that use it: an entry to find, a day to work out, a condition."""

    sheet: str
    kind: StepKind
    name: str
    title: str
    english: str
    instructions: tuple[str, ...]
    missing: str
    needs: tuple[str, ...] = ()
    logic: Logic | None = None


# --- codes ----------------------------------------------------------------------------------------


class Code(Struct, frozen=True):
    """A verified SNOMED CT code of a codelist. `use` is `find and record` or `find only`."""

    code: str
    term: str
    class_: str
    status: str
    use: str


class Codes(Struct, frozen=True):
    """A codelist: `codes` that are known, and `terms` to be found in the system's own code browser."""

    sheet: str
    alias: str
    codelist: str
    title: str
    release: str
    digest: str
    refset: str
    complete: bool
    membership: str
    codes: tuple[Code, ...]
    terms: tuple[str, ...]
    unverified: tuple[Code, ...]
    guessed: bool
    note: str


class Offer(Struct, frozen=True):
    """What can be recorded with one click: a verified code, or (`code` empty) a term to look up."""

    codelist: str
    sheet: str
    code: str
    term: str


# --- sheets ---------------------------------------------------------------------------------------


class Filled(Struct, frozen=True):
    """A place in a text that ccr-rules fills in: what it shows, and what to do where that cannot be."""

    placeholder: str
    shows: str
    instead: str
    refs: tuple[str, ...]


class Decline(Struct, frozen=True):
    """A reason for not acting, and how long the alert should then stay away."""

    code: str
    display: str
    holds: str
    grounds: str


class Alert(Struct, frozen=True):
    """A prompt, to be built as an alert. It shows if `logic` holds, `paused` does not, and `always` is so.

    `plain` is its text and detail in words alone, with what would be filled in told in brackets.
    """

    sheet: str
    id: str
    review: str
    severity: str
    priority: Priority
    logic: Logic
    paused: Logic | None
    always: tuple[str, ...]
    text: str
    detail: str
    plain: str
    filled: tuple[Filled, ...]
    length: str
    offers: tuple[Offer, ...]
    declines: tuple[Decline, ...]
    staff: tuple[str, ...]
    grounds: str
    proof: Proof


class Row(Struct, frozen=True):
    """A row of a search; the first that holds decides. `logic` None is everybody who is left."""

    number: int
    text: str
    outcome: str
    reason: str = ""
    logic: Logic | None = None
    note: str = ""


class Day(Struct, frozen=True):
    """A day that a search works with, and how to count to it."""

    label: str
    english: str
    refs: tuple[str, ...]


class Search(Struct, frozen=True):
    """A review, indicator, finding, item or payment, to be built as a search.

    The rows decide about the people of `base` for whom `population` holds. `met` is asked of those who are
    included; while `paused` holds nobody is reminded.
    """

    sheet: str
    of: SearchOf
    id: str
    title: str
    base: str
    population: Logic
    rows: tuple[Row, ...]
    notes: tuple[str, ...]
    grounds: str
    proof: Proof
    met: Logic | None = None
    paused: Logic | None = None
    days: tuple[Day, ...] = ()
    offers: tuple[Offer, ...] = ()


class Field(Struct, frozen=True):
    """A question of a template, or a section of it. `asked_if` says on which answer it depends."""

    link: str
    kind: str
    text: str
    answers: tuple[str, ...]
    asked_if: str
    offers: tuple[Offer, ...]
    grounds: str
    inside: tuple["Field", ...]


class TemplateSheet(Struct, frozen=True):
    """The template of a review."""

    sheet: str
    review: str
    title: str
    note: str
    fields: tuple[Field, ...]


class Stage(Struct, frozen=True):
    """Who does what at one time of the process."""

    when: str
    steps: tuple[str, ...]


class Stated(Struct, frozen=True):
    """A rule that the ruleset states and that nothing evaluates, and what it would need."""

    what: str
    needs: str
    grounds: str


class Limit(Struct, frozen=True):
    """Something of the ruleset that cannot be built: what comes of that, and what to do instead."""

    what: str
    where: tuple[str, ...]
    consequence: str
    instead: str


# --- all of it ------------------------------------------------------------------------------------


class Book(Struct, frozen=True):
    """All sheets of one ruleset for one system."""

    format: Literal["ccr-build-sheets/1"]
    form: str
    system: System
    ruleset: About
    limits: tuple[Limit, ...]
    stated: tuple[Stated, ...]
    steps: tuple[Step, ...]
    alerts: tuple[Alert, ...]
    searches: tuple[Search, ...]
    templates: tuple[TemplateSheet, ...]
    process: tuple[Stage, ...]
    codelists: tuple[Codes, ...]
    plan: Plan
    sign_off: SignOff
