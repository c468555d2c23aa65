"""Records as three tables: patients, entries, and the distinct concepts that the entries name.

Matching an entry with codelists needs only its kind, its codings and its text. These repeat from
patient to patient, so each combination stands once, in `concepts`, and is matched once, by the same
index as for one patient.

`patients` (a row each): `person` (a number), `patient` (the Patient reference), the first and last day of
`born`, `died`, `registered` and `deregistered` (null: the record does not say), `is_dead`,
`incomplete` (bits, in the order of `KINDS`: 1 where that kind was not completely supplied), and the
consultation, if the question is asked in one: `mode`, `consulted_first`, `consulted_last`.

`entries`: `person`, `entry` (a number within the person; equal for what was sent twice), `reference`,
`concept`, the clinical days `first` and `last`, the recorded days (null: none), `episode`, `state`
and `certain` as in `Entry`.

`concepts`: `concept` (a number made from the content), `kind`, `codings`, `text`.
"""

import hashlib
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any, Final, TypeVar

import msgspec
import pyarrow as pa

from ccr_rules.errors import CcrError
from ccr_rules.record.entry import Coding, Days, Said
from ccr_rules.record.patient import KINDS, Consultation, PatientRecord
from ccr_rules.record.rows import Row, row_of

T = TypeVar("T")

PERIODS: Final = ("born", "died", "registered", "deregistered")

_DAY = pa.date32()
_PERIOD_FIELDS = [(f"{name}_{end}", _DAY) for name in PERIODS for end in ("first", "last")]

PATIENTS: Final = pa.schema(
    [
        pa.field("person", pa.int64(), nullable=False),
        pa.field("patient", pa.string(), nullable=False),
        *(pa.field(name, kind) for name, kind in _PERIOD_FIELDS),
        pa.field("is_dead", pa.bool_(), nullable=False),
        pa.field("incomplete", pa.int32(), nullable=False),
        pa.field("mode", pa.string()),
        pa.field("consulted_first", _DAY),
        pa.field("consulted_last", _DAY),
    ]
)
ENTRIES: Final = pa.schema(
    [
        pa.field("person", pa.int64(), nullable=False),
        pa.field("entry", pa.int32(), nullable=False),
        pa.field("reference", pa.string(), nullable=False),
        pa.field("concept", pa.int64(), nullable=False),
        pa.field("first", _DAY),
        pa.field("last", _DAY),
        pa.field("recorded_first", _DAY),
        pa.field("recorded_last", _DAY),
        pa.field("episode", pa.string(), nullable=False),
        pa.field("state", pa.string(), nullable=False),
        pa.field("certain", pa.bool_(), nullable=False),
    ]
)
_CODING = pa.struct([("system", pa.string()), ("code", pa.string()), ("display", pa.string())])
CONCEPTS: Final = pa.schema(
    [
        pa.field("concept", pa.int64(), nullable=False),
        pa.field("kind", pa.string(), nullable=False),
        pa.field("codings", pa.list_(_CODING), nullable=False),
        pa.field("text", pa.string(), nullable=False),
    ]
)

Concept = tuple[str, tuple[Coding, ...], str]
"""A kind, codings and a text: all of an entry that decides to which codelists it belongs."""


class ConceptClashError(CcrError):
    """Two different concepts have the same number."""


def concept_number(concept: Concept) -> int:
    """Return the number of a concept: 63 bits of a digest of its content, the same on every machine."""
    digest = hashlib.blake2b(msgspec.json.encode(concept), digest_size=8).digest()
    return int.from_bytes(digest, "big") >> 1


@lru_cache(maxsize=1 << 10)
def incomplete_bits(supplied: frozenset[str]) -> int:
    """Return the kinds that were not completely supplied, as bits in the order of `KINDS`."""
    return sum(1 << place for place, kind in enumerate(KINDS) if kind not in supplied)


def supplied_kinds(bits: int) -> frozenset[str]:
    """Return the kinds that were completely supplied: the inverse of `incomplete_bits`."""
    return frozenset(kind for place, kind in enumerate(KINDS) if not bits >> place & 1)


class TableBuilder:
    """Gathers records and gives them as tables; `first_person` is the number of the first one.

    A builder holds what it was given until `take` empties it; numbers go on from there.
    """

    def __init__(self, first_person: int = 0) -> None:
        self.next_person = first_person
        self._patients: list[tuple[Any, ...]] = []
        self._entries = _Entries()

    def add(self, record: PatientRecord, consultation: Consultation | None = None) -> int:
        """Add a record and return the number that it was given."""
        return self.add_rows(record, [*map(row_of, record.entries)], consultation)

    def add_rows(
        self, record: PatientRecord, rows: Sequence[Row], consultation: Consultation | None = None
    ) -> int:
        """Add a record whose entries are given apart from it, and return the number that it was given."""
        person = self.next_person
        self.next_person += 1
        self._patients.append((person, *_patient_row(record, consultation)))
        self._entries.add(person, rows)
        return person

    def take(self) -> tuple[pa.Table, pa.Table, pa.Table]:
        """Return patients, entries and concepts added since the last time, and forget them."""
        patients, entries = self._patients, self._entries
        self._patients, self._entries = [], _Entries()
        return _table(patients, PATIENTS), entries.table(), entries.concepts()


class _Numbers(dict[T, int]):
    """Numbers things in the order in which they come."""

    def __missing__(self, thing: T) -> int:
        number = self[thing] = len(self)
        return number


class _Sayings(_Numbers[Said]):
    """What entries say, each once and numbered in order, with the concepts in it."""

    def __init__(self) -> None:
        super().__init__()
        self.concepts: dict[Concept, int] = {}
        self._known: dict[int, Concept] = {}

    def __missing__(self, said: Said) -> int:
        concept = (said.kind, said.codings, said.text)
        if concept not in self.concepts:
            number = concept_number(concept)
            if self._known.setdefault(number, concept) != concept:
                raise ConceptClashError(
                    f"two different concepts have the number {number}; change the wording of one of their "
                    f"texts"
                )
            self.concepts[concept] = number
        return super().__missing__(said)


class _Entries:
    """Entries column by column. What repeats is held once: a column of it holds numbers."""

    def __init__(self) -> None:
        self._persons: list[int] = []
        self._entries: list[int] = []
        self._references: list[str] = []
        self._said: list[int] = []
        self._clinical: list[int] = []
        self._recorded: list[int] = []
        self._sayings = _Sayings()
        self._days: _Numbers[Days | None] = _Numbers()

    def add(self, person: int, rows: Sequence[Row]) -> None:
        if not rows:
            return
        references, said, clinical, recorded = zip(*rows, strict=True)
        places: _Numbers[str] = _Numbers()
        self._persons += [person] * len(rows)
        self._entries += map(places.__getitem__, references)
        self._references += references
        self._said += map(self._sayings.__getitem__, said)
        self._clinical += map(self._days.__getitem__, clinical)
        self._recorded += map(self._days.__getitem__, recorded)

    def table(self) -> pa.Table:
        return pa.Table.from_arrays([*self._columns()], schema=ENTRIES)

    def _columns(self) -> Iterator[pa.Array]:
        for name, column in (("person", self._persons), ("entry", self._entries)):
            yield pa.array(column, ENTRIES.field(name).type)
        yield pa.array(self._references, pa.string())
        said = pa.array(self._said, pa.int32())
        concepts, sayings = self._sayings.concepts, list(self._sayings)
        numbers = [concepts[each.kind, each.codings, each.text] for each in sayings]
        yield pa.array(numbers, pa.int64()).take(said)
        ends = [pa.array(column, _DAY) for column in zip(*map(_ends, self._days), strict=True)]
        for numbers in (self._clinical, self._recorded):
            place = pa.array(numbers, pa.int32())
            yield from (end.take(place) for end in ends or 2 * [pa.array([], _DAY)])
        yield pa.array([each.episode for each in sayings], pa.string()).take(said)
        yield pa.array([each.state for each in sayings], pa.string()).take(said)
        yield pa.array([each.certain for each in sayings], pa.bool_()).take(said)

    def concepts(self) -> pa.Table:
        rows = [
            (number, kind, [msgspec.to_builtins(coding) for coding in codings], text)
            for (kind, codings, text), number in self._sayings.concepts.items()
        ]
        return _table(rows, CONCEPTS)


def _table(rows: list[tuple[Any, ...]], schema: pa.Schema) -> pa.Table:
    columns = zip(*rows, strict=True) if rows else ((),) * len(schema)
    arrays = [pa.array(column, field.type) for column, field in zip(columns, schema, strict=True)]
    return pa.Table.from_arrays(arrays, schema=schema)


def _patient_row(record: PatientRecord, consultation: Consultation | None) -> tuple[Any, ...]:
    periods = (end for name in PERIODS for end in _ends(getattr(record, name)))
    mode = consultation.mode if consultation else None
    consulted = _ends(consultation.date if consultation else None)
    return (
        record.reference,
        *periods,
        record.is_dead,
        incomplete_bits(record.supplied),
        mode,
        *consulted,
    )


def _ends(days: Days | None) -> tuple[Any, Any]:
    return (None, None) if days is None else (days.first, days.last)
