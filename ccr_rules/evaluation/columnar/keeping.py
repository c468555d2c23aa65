"""Values kept as columns of a table of people, so that each is worked out once and then named."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date
from typing import Any

import ibis.expr.operations as ops
import ibis.expr.types as ir

from ccr_rules.evaluation.asof import Moment
from ccr_rules.evaluation.columnar.dates import DateColumn
from ccr_rules.evaluation.columnar.logic import Bool, Day, Truths, as_column

KeptBool = bool | str
KeptDay = date | str
"""What was kept: the name of a column, or a value known when the ruleset is compiled."""

KeptTruths = tuple[KeptBool, KeptBool]
KeptDate = tuple[KeptBool, KeptBool, KeptDay, KeptDay]


class Named:
    """Columns to add to a table: each is named when it is first given, and has that name ever after."""

    def __init__(self, table: ir.Table, prefix: str, count: int = 0) -> None:
        self.table = table
        self.prefix = prefix
        self.count = count
        self._names: dict[ops.Node, str] = {}

    def name(self, value: ir.Value) -> str:
        """Return the name of a value; one that is a column of the table keeps its own."""
        operation = value.op()
        if isinstance(operation, ops.Field) and operation.rel == self.table.op():
            return str(operation.name)
        if operation not in self._names:
            self.count += 1
            self._names[operation] = f"{self.prefix}{self.count}"
        return self._names[operation]

    @property
    def columns(self) -> dict[str, ir.Value]:
        """The columns that the table does not have yet, by name."""
        return {name: operation.to_expr() for operation, name in self._names.items()}

    def added(self, only: Collection[str] | None = None) -> ir.Table:
        """Return the table with the new columns; of its own it keeps those in `only`, or all."""
        if not self._names:
            return self.table
        old = self.table.columns if only is None else [name for name in self.table.columns if name in only]
        return projected(self.table, old, self.columns)


def projected(table: ir.Table, old: Iterable[str], new: Mapping[str, ir.Value]) -> ir.Table:
    """Return columns of a table with new ones that are made of its columns.

    As `Table.select`, which first looks through each column for what is not made of the table's own: with
    hundreds of columns that takes longer than all else.
    """
    parent = table.op()
    columns = {name: ops.Field(parent, name) for name in old}
    projection: ir.Table = ops.Project(
        parent, columns | {name: each.op() for name, each in new.items()}
    ).to_expr()
    return projection


class People:
    """A table of people that gains columns; values to keep gather until `settle` adds them.

    Without a `moment` each person is asked about on days of their own, which stand in the columns `as_of`
    and `known_on`.
    """

    def __init__(self, table: ir.Table, moment: Moment | None) -> None:
        self.table = table
        self.moment = moment
        self._named = Named(table, "v")
        self._columns: dict[str, Any] = {}

    def turn_to(self, table: ir.Table) -> None:
        """Go on with another table of the same people, which has the columns that were kept."""
        self.table = table
        self._named = Named(table, "v", self._named.count)
        self._columns = {}

    @property
    def as_of(self) -> Day:
        """The day of the question."""
        return self.moment.as_of if self.moment else self.table.as_of

    @property
    def known_on(self) -> Day:
        """The last day of recording that counts."""
        return self.moment.known_on if self.moment else self.table.known_on

    def keep(self, value: Bool | Day) -> Any:
        """Keep a Boolean or a day; what is known needs no column."""
        return value if isinstance(value, (bool, date)) else self._named.name(value)

    def keep_truths(self, truths: Truths) -> KeptTruths:
        """Keep a condition."""
        return self.keep(truths.surely), self.keep(truths.possibly)

    def keep_date(self, value: DateColumn) -> KeptDate:
        """Keep a date."""
        there, sure, first, last = (self.keep(part) for part in value)
        return there, sure, first, last

    def settle(self, only: Collection[str] | None = None) -> None:
        """Add what was kept to the table; of its own columns it keeps those in `only`, or all."""
        table = self._named.added(only)
        if table is not self.table:
            # A view: else Ibis tries to merge this step with the one before, which costs more than both.
            self.turn_to(table.view())

    def value(self, kept: KeptBool | KeptDay) -> Any:
        """Return what was kept, as an expression over the table as it is now."""
        if not isinstance(kept, str):
            return kept
        if kept not in self._columns:
            self._columns[kept] = self.table[kept]
        return self._columns[kept]

    def truths(self, kept: KeptTruths) -> Truths:
        """Return a condition that was kept."""
        return Truths(*(self.value(part) for part in kept))

    def date(self, kept: KeptDate) -> DateColumn:
        """Return a date that was kept."""
        return DateColumn(*(self.value(part) for part in kept))


def day_or(column: ir.DateValue, otherwise: date) -> Any:
    """Return a day, or another where there is none."""
    return column.fill_null(as_column(otherwise))
