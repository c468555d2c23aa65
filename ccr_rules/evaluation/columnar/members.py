"""Which entries belong to which codelists, and what is to be seen of them at a moment (SEMANTICS 8 to 10).

The codelists are asked once for each distinct concept, by the same index as for one patient.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final, NamedTuple

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from ccr_rules.codelists.codelist import Codelist
from ccr_rules.dates import CALENDAR_START
from ccr_rules.evaluation.columnar.logic import Day, as_column
from ccr_rules.evaluation.columnar.tables import Concept, ConceptClashError
from ccr_rules.evaluation.groups import Group
from ccr_rules.record.entry import Coding, Entry
from ccr_rules.record.patient import KINDS
from ccr_rules.record.profiles import kinds_kept

MEMBERSHIP: Final = pa.schema(
    [
        pa.field("concept", pa.int64(), nullable=False),
        pa.field("list", pa.int32(), nullable=False),
        pa.field("class", pa.string(), nullable=False),
        pa.field("guessed", pa.bool_(), nullable=False),
    ]
)
"""`list` numbers a codelist of one group; `class` is empty where a member has none."""

Keeps = Mapping[str, tuple[str, ...]]


class ListKey(NamedTuple):
    """A codelist as one group of rulesets uses it."""

    group: int
    name: str


def list_numbers(groups: Sequence[Group]) -> dict[ListKey, int]:
    """Number the codelists of all groups."""
    keys = (ListKey(place, name) for place, group in enumerate(groups) for name in sorted(group.codelists))
    return {key: number for number, key in enumerate(keys)}


def kinds_of(codelist: Codelist, keeps: Keeps) -> frozenset[str]:
    """Return the kinds in which a codelist's entries can stand in this data set."""
    return frozenset(kinds_kept(dict(keeps), codelist.name, codelist.category) or codelist.found_in)


def bits_of(kinds: Iterable[str]) -> int:
    """Return kinds as bits in the order of `KINDS`."""
    return sum(1 << KINDS.index(kind) for kind in kinds)


def membership(concepts: Iterable[tuple[int, Concept]], groups: Sequence[Group], keeps: Keeps) -> pa.Table:
    """Return to which codelists each concept belongs; raises ConceptClashError if two have one number."""
    numbers = list_numbers(groups)
    kept = [
        {name: kinds_of(codelist, keeps) for name, codelist in group.codelists.items()} if keeps else {}
        for group in groups
    ]
    rows: list[tuple[int, int, str, bool]] = []
    for concept, content in _distinct(concepts):
        entry = _entry(content)
        for place, group in enumerate(groups):
            rows += (
                (concept, numbers[ListKey(place, name)], match.class_ or "", match.kind == "looks-like")
                for name, match in group.index.match(entry, kept[place])
            )
    columns = zip(*rows, strict=True) if rows else ((),) * len(MEMBERSHIP)
    arrays = [pa.array(column, field.type) for column, field in zip(columns, MEMBERSHIP, strict=True)]
    return pa.Table.from_arrays(arrays, schema=MEMBERSHIP)


def _distinct(concepts: Iterable[tuple[int, Concept]]) -> Iterator[tuple[int, Concept]]:
    known: dict[int, Concept] = {}
    for number, content in concepts:
        if number not in known:
            known[number] = content
            yield number, content
        elif known[number] != content:
            raise ConceptClashError(
                f"two different concepts have the number {number}; change the wording of one of their texts"
            )


def _entry(content: Concept) -> Entry:
    kind, codings, text = content
    return Entry("", kind, codings, text)


def read_concepts(table: pa.Table) -> Iterator[tuple[int, Concept]]:
    """Yield the concepts of a table, with their numbers."""
    for batch in table.to_batches():
        columns = (batch.column(name).to_pylist() for name in ("concept", "kind", "codings", "text"))
        for number, kind, codings, text in zip(*columns, strict=True):
            yield number, (kind, tuple(Coding(**coding) for coding in codings), text)


def seen_entries(members: ir.Table, as_of: Day, known_on: Day, *more: str) -> ir.Table:
    """Return what exists at a moment of entries that carry `born_first` of their person (SEMANTICS 8).

    `more` names columns that are kept besides those that answers rest on.
    """
    undated = undated_first(members.born_first, known_on)
    first = ibis.coalesce(members.first, members.recorded_first, undated)
    last = ibis.coalesce(members.last, members.recorded_last, as_column(known_on))
    cut_to = ibis.coalesce(members.recorded_last, as_column(known_on))
    rows = members.mutate(clinical_first=first, clinical_last=last, cut_to=cut_to, undated=undated)
    rows = rows.filter(
        rows.clinical_first <= as_of,
        rows.recorded_first.isnull() | (rows.recorded_first <= known_on),
    )
    last = ibis.ifelse(
        rows.clinical_first <= rows.cut_to, ibis.least(rows.clinical_last, rows.cut_to), rows.clinical_last
    )
    entered = ibis.ifelse(rows.clinical_first <= known_on, rows.clinical_first, rows.undated)
    rows = rows.mutate(cut_last=last, entered=ibis.coalesce(rows.recorded_first, entered))
    in_time = rows.recorded_last.isnull() | (rows.recorded_last <= known_on)
    return rows.select(
        "person",
        "entry",
        "list",
        "class",
        "episode",
        "state",
        *more,
        sure=(rows.cut_last <= as_of) & in_time & rows.certain & ~rows.guessed,
        clinical_first=rows.clinical_first,
        clinical_last=ibis.least(rows.cut_last, as_column(as_of)),
        recorded_first=rows.entered,
        recorded_last=ibis.least(rows.cut_to, as_column(known_on)),
    )


def undated_first(born_first: ir.DateValue, known_on: Day) -> ir.DateValue:
    """Return the first day on which what has no date can lie: the day of birth, if that was known."""
    first: ir.DateValue = ibis.ifelse(
        (born_first <= known_on).fill_null(False), born_first, as_column(CALENDAR_START)
    )
    return first
