"""Values kept as columns of a table of people, so that each is worked out once and then named."""

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


class People:
    """A table of people that gains columns; values to keep gather until `settle` adds them.

    Without a `moment` each person is asked about on days of their own, which stand in the columns `as_of`
    and `known_on`. `passing` are columns that the pending values were made of, and nothing else will be.
    """

    def __init__(self, table: ir.Table, moment: Moment | None) -> None:
        self.table = table
        self.moment = moment
        self._pending: dict[str, ir.Value] = {}
        self._number = 0
        self.passing: tuple[str, ...] = ()

    @property
    def as_of(self) -> Day:
        """The day of the question."""
        return self.moment.as_of if self.moment else self.table.as_of

    @property
    def known_on(self) -> Day:
        """The last day of recording that counts."""
        return self.moment.known_on if self.moment else self.table.known_on

    def keep(self, value: Bool | Day) -> Any:
        """Keep a Boolean or a day; what is known, or a column already, needs no new one."""
        if isinstance(value, (bool, date)):
            return value
        operation = value.op()
        ours = isinstance(operation, ops.Field) and operation.rel == self.table.op()
        if ours and operation.name not in self.passing:
            return operation.name
        self._number += 1
        name = f"v{self._number}"
        self._pending[name] = value
        return name

    def keep_truths(self, truths: Truths) -> KeptTruths:
        """Keep a condition."""
        surely = self.keep(truths.surely)
        return surely, surely if truths.possibly is truths.surely else self.keep(truths.possibly)

    def keep_date(self, value: DateColumn) -> KeptDate:
        """Keep a date."""
        there = self.keep(value.there)
        sure = there if value.sure is value.there else self.keep(value.sure)
        first = self.keep(value.first)
        return there, sure, first, first if value.last is value.first else self.keep(value.last)

    def settle(self) -> None:
        """Add what was kept to the table."""
        if self._pending:
            self.table = self.table.mutate(**self._pending).drop(*self.passing)
            self._pending, self.passing = {}, ()

    def value(self, kept: KeptBool | KeptDay) -> Any:
        """Return what was kept, as an expression over the table as it is now."""
        return self.table[kept] if isinstance(kept, str) else kept

    def truths(self, kept: KeptTruths) -> Truths:
        """Return a condition that was kept."""
        return Truths(*(self.value(part) for part in kept))

    def date(self, kept: KeptDate) -> DateColumn:
        """Return a date that was kept."""
        return DateColumn(*(self.value(part) for part in kept))


def day_or(column: ir.DateValue, otherwise: date) -> Any:
    """Return a day, or another where there is none."""
    return column.fill_null(as_column(otherwise))
