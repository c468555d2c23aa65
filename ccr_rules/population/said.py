"""From the wide columns of the evaluator to long tables of numbers: a row for each rule that says something.

Of the candidates each has columns of their own. Of all others most columns are one value for all, so it is
known without looking at anybody whether there are rows about them.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import ibis
import ibis.expr.types as ir

from ccr_rules.evaluation.columnar.plan import Answers

Test = Callable[[Any], Any]
"""A test of a number, or of a column of numbers."""


class Rule(NamedTuple):
    """A rule of a ruleset: `kind` and `id` as in the names of the columns; `more` goes into each row."""

    ruleset: str
    kind: str
    id: str
    more: Mapping[str, str] = {}

    def column(self, part: str) -> str:
        """Return the name of a column."""
        return f"{self.ruleset}/{self.kind}/{self.id}/{part}"


class _Group(NamedTuple):
    """People, and the columns that are the same for all of them."""

    people: ir.Table
    same: Mapping[str, Any]


class Said:
    """What the evaluator said about everybody; `patients` has the references of the people."""

    def __init__(self, answers: Answers, patients: ir.Table) -> None:
        self._types = answers.candidates.schema()
        who = patients.select("person", "patient")
        self._groups = (
            _Group(answers.candidates.inner_join(who, "person").cache(), {}),
            _Group(answers.others.inner_join(who, "person"), answers.same),
        )

    @property
    def candidates(self) -> ir.Table:
        """Those who were looked at one by one: `person`, `patient`, and their answers."""
        return self._groups[0].people

    def rows(self, rules: Iterable[Rule], parts: Sequence[str], says: Test) -> ir.Table | None:
        """Return `person`, `patient`, `ruleset`, `rule` and the parts wherever a rule says something.

        `says` tests the first part. A rule without columns says nothing; None if no rule says anything.
        """
        found = [each for rule in rules for each in self._of_rule(rule, parts, says)]
        return ibis.union(*found) if found else None

    def _of_rule(self, rule: Rule, parts: Sequence[str], says: Test) -> Iterator[ir.Table]:
        names = {part: rule.column(part) for part in parts}
        if names[parts[0]] not in self._types:
            return
        for group in self._groups:
            deciding = names[parts[0]]
            if deciding not in group.same:
                people = group.people.filter(says(group.people[deciding]))
            elif says(group.same[deciding]):
                people = group.people
            else:
                continue
            texts = {"ruleset": rule.ruleset, "rule": rule.id, **rule.more}
            values = {part: self._value(group, people, name) for part, name in names.items()}
            yield people.select(
                "person",
                "patient",
                **{name: ibis.literal(text) for name, text in texts.items()},
                **values,
            )

    def with_days(self, names: Sequence[str]) -> ir.Table:
        """Return `person`, `patient` and some columns of days, of everybody who may have one of them."""
        tables = [
            group.people.select(
                "person", "patient", **{name: self._value(group, group.people, name) for name in names}
            )
            for group in self._groups
            if any(group.same.get(name, self) is not None for name in names)
        ]
        return ibis.union(*tables)

    def _value(self, group: _Group, people: ir.Table, name: str) -> Any:
        """Return a value in the type that it was given: Spark takes small numbers for larger ones."""
        if name in group.same:
            return ibis.literal(group.same[name], type=self._types[name]).cast(self._types[name])
        return people[name].cast(self._types[name])
