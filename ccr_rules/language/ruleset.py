"""A checked ruleset: the typed form that evaluators, renderers and exporters read.

Everything here was validated when it was loaded; nothing here reads files. Texts are as written.
Mappings keep the order of the ruleset.
"""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Literal, get_args

from msgspec import field

from ccr_rules.dates import Duration
from ccr_rules.language.ast import NOWHERE, ConditionExpression, DateExpression, Part, Place, Placed
from ccr_rules.record.entry import EntryState, Episode

RulesetStatus = Literal["draft", "active", "retired"]
Severity = Literal["info", "warning", "critical"]
Outcome = Literal["include", "exclude", "except"]
ReviewStatus = Literal[
    "not applicable",
    "upcoming",
    "open",
    "due soon",
    "overdue",
    "lapsed",
    "done",
    "done late",
    "declined",
]
ContentKind = Literal["prepare", "concerns", "covers", "follows"]
"""What a review's content is: made ready before it, asked about with a score, talked about, done after it."""
CONTENT_KINDS: tuple[ContentKind, ...] = get_args(ContentKind)
Actor = Literal["trust", "practice", "social prescriber", "patient"]
Phase = Literal["before", "during", "after"]
REVIEW_STATUSES: tuple[ReviewStatus, ...] = (
    "not applicable",
    "done",
    "done late",
    "declined",
    "lapsed",
    "upcoming",
    "overdue",
    "due soon",
    "open",
)
"""Every settled status, in the order in which SEMANTICS 22 tests them."""


class Source(Part, frozen=True):
    """A document that a ruleset rests on."""

    id: str
    title: str
    publisher: str = ""
    url: str = ""
    date: str = ""
    note: str = ""


class Grounds(Part, frozen=True):
    """Where a statement is from: a source id, or `choice` (whose and why); `unverified` says what is open."""

    source: str | None = None
    unverified: str | None = None
    choice: str | None = None


class Parameter(Placed, frozen=True):
    """A named value with its grounds; `value` is a duration, a day or a whole number."""

    name: str
    value: Duration | date | int
    grounds: Grounds
    at: Place = NOWHERE


class CodelistUse(Part, frozen=True):
    """The codelist behind a name used in this ruleset; `release` None floats to the newest."""

    alias: str
    codelist: str
    release: str | None = None


class Bound(Part, frozen=True):
    """One end of a window; `inclusive` is True for `from` and `to`, False for `after` and `before`."""

    date: DateExpression
    inclusive: bool


class Extreme(Placed, frozen=True):
    """`earliest` or `latest` entry of a codelist in a window.

    Empty `classes` and `episodes` select all. `states` are the entry states that count.
    `on` chooses the clinical or the recorded day. `assume_none` is `if_not_supplied: none`.
    """

    name: str
    pick: Literal["earliest", "latest"]
    codelist: str
    classes: frozenset[str] = frozenset()
    episodes: frozenset[Episode] = frozenset()
    states: frozenset[EntryState] = frozenset({"done"})
    lower: Bound | None = None
    upper: Bound | None = None
    on: Literal["clinical", "recorded"] = "clinical"
    assume_none: bool = False
    title: str = ""
    at: Place = NOWHERE


class Let(Placed, frozen=True):
    """A named date expression; `title` is what people call it."""

    name: str
    date: DateExpression
    title: str = ""
    at: Place = NOWHERE


class Apart(Part, frozen=True, tag=True):
    """Two entries of a codelist at least so many days apart in a window (SEMANTICS 16)."""

    codelist: str
    at_least: Duration
    lower: Bound | None
    upper: Bound | None
    assume_none: bool = False


class Condition(Placed, frozen=True):
    """A named condition: an expression or an `apart`."""

    name: str
    test: ConditionExpression | Apart
    at: Place = NOWHERE


class Row(Placed, frozen=True):
    """One decision row; `test` None is `otherwise`."""

    test: ConditionExpression | None
    outcome: Outcome
    reason: str | None = None
    unreachable: str | None = None
    grounds: Grounds = Grounds()
    text: str = ""
    at: Place = NOWHERE


class Indicator(Placed, frozen=True):
    """A quality indicator: who is in it, who counts, who meets it. A register has no rows."""

    id: str
    title: str
    population: ConditionExpression
    rows: tuple[Row, ...]
    numerator: ConditionExpression | None
    period_end: DateExpression | None = None
    achievable_until: DateExpression | None = None
    points: Decimal | None = None
    thresholds: tuple[int, int] | None = None
    grounds: Grounds = Grounds()
    note: str = ""
    at: Place = NOWHERE


class ContentItem(Part, frozen=True):
    """Something a review covers, or that is prepared before it or follows it: our words, their source.

    `record` are the codelists under which it is recorded once it was done.
    """

    id: str
    title: str
    grounds: Grounds
    record: tuple[str, ...] = ()


class Review(Placed, frozen=True):
    """A review that is due at a time: SEMANTICS 21 to 24."""

    id: str
    title: str
    applies: ConditionExpression
    opens: DateExpression
    due: DateExpression
    remind: Duration
    until: DateExpression | None
    done: DateExpression
    declined: DateExpression | None = None
    pause: ConditionExpression | None = None
    words: Mapping[str, str] = field(default_factory=dict)
    record: tuple[str, ...] = ()
    prepare: tuple[ContentItem, ...] = ()
    concerns: tuple[ContentItem, ...] = ()
    covers: tuple[ContentItem, ...] = ()
    follows: tuple[ContentItem, ...] = ()
    grounds: Grounds = Grounds()
    at: Place = NOWHERE

    @property
    def content(self) -> Mapping[ContentKind, tuple[ContentItem, ...]]:
        """Return the content of each kind, in the order of a conversation."""
        return {
            "prepare": self.prepare,
            "concerns": self.concerns,
            "covers": self.covers,
            "follows": self.follows,
        }


class Step(Placed, frozen=True):
    """A step of the process around the reviews: who does what. Never evaluated.

    It is before, during or after a review (`phase` and `review`), or when `timing` says. `expects` names the
    steps that it counts on; `record` are the codelists under which it is recorded.
    """

    id: str
    title: str
    who: tuple[Actor, ...]
    grounds: Grounds
    phase: Phase | None = None
    review: str | None = None
    timing: str = ""
    expects: tuple[str, ...] = ()
    record: tuple[str, ...] = ()
    at: Place = NOWHERE


class Item(Placed, frozen=True):
    """Something shown as received or not seen, never as due (a care plan, a letter)."""

    id: str
    title: str
    seen: DateExpression
    grounds: Grounds
    applies: ConditionExpression | None = None
    at: Place = NOWHERE


class DeclineReason(Part, frozen=True):
    """A reason for not acting on a prompt, and how long it holds (None: until the record changes)."""

    code: str
    display: str
    holds: Duration | None
    grounds: Grounds = Grounds()


class Template(Part, frozen=True):
    """Text with placeholders: literal parts and dates (or parameters) in turn."""

    text: str
    parts: tuple["str | Placeholder", ...]


class Placeholder(Part, frozen=True):
    """`{name}` in a text. `date` is what it shows, or `review` and `field` for `status`, `says`, `days_left`,
    or `text` for a parameter's value."""

    name: str
    date: DateExpression | None = None
    review: str | None = None
    field: Literal["status", "says", "days_left"] | None = None
    text: str | None = None


class Prompt(Placed, frozen=True):
    """What a consultation may show. `review` is the review it is about, if it is about one."""

    id: str
    when: ConditionExpression
    severity: Severity
    summary: Template
    detail: Template | None = None
    review: str | None = None
    record: tuple[str, ...] = ()
    decline: tuple[str, ...] = ()
    grounds: Grounds = Grounds()
    at: Place = NOWHERE


class Payment(Placed, frozen=True):
    """What a scheme pays when a condition holds."""

    id: str
    title: str
    when: ConditionExpression
    amount: Decimal
    currency: str
    per: Literal["patient", "year", "event"]
    grounds: Grounds = Grounds()
    at: Place = NOWHERE


class Finding(Placed, frozen=True):
    """A data-quality rule; its evidence is that of the dates that `when` names."""

    id: str
    when: ConditionExpression
    severity: Severity
    message: Template
    grounds: Grounds = Grounds()
    at: Place = NOWHERE


class NotComputable(Placed, frozen=True):
    """A rule that is stated but never evaluated, and what it would need."""

    id: str
    title: str
    needs: str
    grounds: Grounds
    at: Place = NOWHERE


class Base(Part, frozen=True):
    """The ruleset that an overlay extends, locked by digest."""

    ruleset: str
    version: str
    digest: str


class Ruleset(Part, frozen=True):
    """A whole ruleset, resolved and checked. `digest` is `sha256:…` of its resolved content."""

    id: str
    version: str
    title: str
    jurisdiction: str
    status: RulesetStatus
    in_force_from: date
    in_force_to: date | None
    digest: str
    summary: str = ""
    base: Base | None = None
    sources: Mapping[str, Source] = field(default_factory=dict)
    codelists: Mapping[str, CodelistUse] = field(default_factory=dict)
    parameters: Mapping[str, Parameter] = field(default_factory=dict)
    lets: Mapping[str, Let] = field(default_factory=dict)
    dates: Mapping[str, Extreme] = field(default_factory=dict)
    conditions: Mapping[str, Condition] = field(default_factory=dict)
    indicators: Mapping[str, Indicator] = field(default_factory=dict)
    reviews: Mapping[str, Review] = field(default_factory=dict)
    process: Mapping[str, Step] = field(default_factory=dict)
    items: Mapping[str, Item] = field(default_factory=dict)
    decline_reasons: Mapping[str, DeclineReason] = field(default_factory=dict)
    prompts: Mapping[str, Prompt] = field(default_factory=dict)
    payments: Mapping[str, Payment] = field(default_factory=dict)
    findings: Mapping[str, Finding] = field(default_factory=dict)
    not_computable: Mapping[str, NotComputable] = field(default_factory=dict)

    @property
    def reference(self) -> str:
        """Return `id@version`, as answers name the ruleset."""
        return f"{self.id}@{self.version}"

    def in_force(self, day: date) -> bool:
        """Say whether the ruleset is in force on a day; both ends of the period belong to it."""
        return self.in_force_from <= day and (self.in_force_to is None or day <= self.in_force_to)
