"""What the page is made of: sections of text, tables and charts, in plain values; how numbers are said."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from ccr_rules.population.report.bounds import Bound, Rate


@dataclass(frozen=True, slots=True)
class Table:
    """A table; the first cell of a row is its heading. `numeric` are the columns aligned to the right."""

    caption: str
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    numeric: frozenset[int] = frozenset()
    note: str = ""


@dataclass(frozen=True, slots=True)
class Figure:
    """A chart: its SVG, and what it shows in words for those who do not see it."""

    caption: str
    alternative: str
    svg: str


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the page under a heading; `warnings` are shown loudly."""

    id: str
    title: str
    text: Sequence[str] = ()
    warnings: Sequence[str] = ()
    figures: Sequence[Figure] = ()
    tables: Sequence[Table] = ()


def number(bound: Bound) -> str:
    """Return how many people there are: `12`, or `12 to 15` where records leave it open."""
    return f"{bound.least:,}" if bound.is_settled else f"{bound.least:,} to {bound.most:,}"


def percentage(rate: Rate | None) -> str:
    """Return a rate to one decimal, as one number or as bounds."""
    if rate is None:
        return "nobody counts"
    return f"{rate.low:.1f} %" if rate.low == rate.high else f"{rate.low:.1f} to {rate.high:.1f} %"


def day_shown(day: date) -> str:
    """Return a day as clinical systems show it: 20-Jan-2026."""
    return f"{day:%d-%b-%Y}"


def last_columns(first: int, count: int) -> frozenset[int]:
    """Return the numbers of the columns from one on."""
    return frozenset(range(first, count))
