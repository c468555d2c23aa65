"""The folder of answers about a population: `run.json`, which is written last, and a table for each kind.

A table has a row where something is said of a person. Who has no row in `indicators` is out of that
indicator's population; in `reviews`, the review is not applicable; in `items`, it does not concern them; in
`prompts`, `payments` and `findings`, the rule does not hold. The words are those of one patient's answer
(`docs/answer.md`).

- `indicators`: `possible` holds every outcome, as `included` or `excepted: CANINVITE`, where there are
  several.
- `reviews`: `possible` holds every status where it is `cannot tell`; the days are null where there are none,
  `done_first` and `done_last` where it was not done. `days_left` counts from the day of the question to the
  last suggested day, as for one patient. `paused` is `yes`, `cannot tell`, or null.
- `items`: `presence` is `present`, `maybe` or `absent`.
- `prompts`, `payments`, `findings`: `holds` is `yes` or `cannot tell`; a payment has its amount.
- `evidence`: the entries behind each named date and condition of a ruleset, for whoever has a row elsewhere.
"""

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Final, Literal, get_args

import msgspec
import pyarrow as pa

from ccr_rules.population.heads import ANSWERS

FORMAT: Final = ANSWERS.format
NAME: Final = ANSWERS.name

Form = Literal["parquet", "csv", "ndjson"]
FORMS: Final[tuple[Form, ...]] = get_args(Form)

_DAY = pa.date32()
_WHO = [pa.field("person", pa.int64(), nullable=False), pa.field("patient", pa.string(), nullable=False)]


def _table(rule: str, *fields: tuple[str, pa.DataType]) -> pa.Schema:
    named = [pa.field(name, pa.string(), nullable=False) for name in ("ruleset", rule)]
    return pa.schema([*_WHO, *named, *(pa.field(*field) for field in fields)])


def _days(*names: str) -> list[tuple[str, pa.DataType]]:
    return [(f"{name}_{end}", _DAY) for name in names for end in ("first", "last")]


_WORD = pa.string()
_WORDS = pa.list_(pa.string())

TABLES: Final[Mapping[str, pa.Schema]] = {
    "indicators": _table(
        "indicator",
        ("population", _WORD),
        ("denominator", _WORD),
        ("reason", _WORD),
        ("numerator", _WORD),
        ("possible", _WORDS),
        ("achievable_until", _DAY),
    ),
    "reviews": _table(
        "review",
        ("status", _WORD),
        ("possible", _WORDS),
        *_days("opens", "due", "until", "done", "declined"),
        ("days_left", pa.int32()),
        ("paused", _WORD),
    ),
    "items": _table("item", ("presence", _WORD), ("first", _DAY), ("last", _DAY)),
    "prompts": _table("prompt", ("holds", _WORD)),
    "payments": _table("payment", ("holds", _WORD), ("amount", _WORD), ("currency", _WORD), ("per", _WORD)),
    "findings": _table("finding", ("holds", _WORD)),
    "evidence": _table("name", ("reference", _WORD)),
}


class AskedRuleset(msgspec.Struct, frozen=True):
    """A ruleset that was asked, as in one patient's answer. Out of force it prompts nothing."""

    id: str
    version: str
    title: str
    status: str
    digest: str
    in_force: bool = True

    @property
    def reference(self) -> str:
        """The ruleset as `id@version`."""
        return f"{self.id}@{self.version}"


class Answered(msgspec.Struct, frozen=True):
    """What was asked of which data set, and how many people and rows the answers hold.

    `data` is the folder of the data set as it was named, `plan` what tells it from others (`Dataset.plan`).
    `candidates` are the people who were looked at one by one. `releases` are the codelist releases used,
    set apart by commas where rulesets used several of a list. `explain` says whose answers were to be
    explained, and is empty if none were; `explained` is how many people were, each of whom the reference
    evaluator answered too, and alike.
    """

    format: int
    made_by: str
    data: str
    plan: str
    as_of: date
    known_on: date
    engine: str
    form: Form
    patients: int
    candidates: int
    rulesets: tuple[AskedRuleset, ...]
    releases: dict[str, str] = {}
    rows: dict[str, int] = {}
    explain: str = ""
    explained: int = 0


def table_path(folder: Path, table: str, form: Form) -> Path:
    """Return the file, or the folder of files, of a table."""
    return folder / f"{table}.{form}"


def write_answered(folder: Path, answered: Answered) -> None:
    """Write `run.json`. Raises OSError if that cannot be done."""
    ANSWERS.write(folder, answered)


def read_answered(folder: Path) -> Answered:
    """Return what was asked.

    Raises:
        UsageError: if the folder holds no answers, or those of another format.
    """
    return ANSWERS.read(folder, Answered)
