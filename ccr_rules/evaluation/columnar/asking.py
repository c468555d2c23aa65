"""Questions about single people put to the columnar evaluator, as tables of one row each."""

from collections.abc import Callable, Iterator, Sequence
from itertools import groupby
from typing import Any

import ibis.expr.types as ir
import pyarrow as pa

from ccr_rules.evaluation.agreement import Asked, Said
from ccr_rules.evaluation.columnar.members import read_concepts
from ccr_rules.evaluation.columnar.plan import ALIKE_FROM, Population, evaluate
from ccr_rules.evaluation.columnar.reading import Row, verdicts_of
from ccr_rules.evaluation.columnar.scope import Question
from ccr_rules.evaluation.columnar.tables import TableBuilder
from ccr_rules.evaluation.groups import Group
from ccr_rules.evaluation.verdicts import Verdicts
from ccr_rules.language.ruleset import Ruleset

Bring = Callable[[pa.Table], ir.Table]
"""Brings a table into an engine."""


def by_columns(
    asked: Sequence[Asked], groups: Sequence[Group], bring: Bring, alike_from: int = ALIKE_FROM
) -> list[Said]:
    """Answer questions with the columnar evaluator, all at once, each as of its own moment.

    Those that are all of one moment are asked as those about a population are.
    """
    said: list[Said] = [{}] * len(asked)
    by_host = sorted(range(len(asked)), key=lambda place: _host(asked[place]))
    for _, same_host in groupby(by_host, key=lambda place: _host(asked[place])):
        places = list(same_host)
        answers = _answers([asked[place] for place in places], groups, bring, alike_from)
        for place, row in zip(places, answers, strict=True):
            said[place] = dict(_read(asked[place], row, groups))
    return said


def _host(asked: Asked) -> tuple[tuple[str, tuple[str, ...]], ...]:
    return tuple(sorted(asked.record.keeps.items()))


def _answers(asked: Sequence[Asked], groups: Sequence[Group], bring: Bring, alike_from: int) -> list[Row]:
    builder = TableBuilder()
    for each in asked:
        builder.add(each.record, each.consultation)
    patients, entries, concepts = builder.take()
    moments = {each.moment for each in asked}
    moment = moments.pop() if len(moments) == 1 else None
    if moment is None:
        patients = _with_days(patients, asked)
    keeps = asked[0].record.keeps
    population = Population(bring(patients), bring(entries), read_concepts(concepts), keeps, bring)
    found = evaluate(population, groups, Question(moment, in_consultation=True), alike_from).everybody
    rows: list[dict[str, Any]] = found.to_pyarrow().to_pylist()
    return sorted(rows, key=lambda row: int(row["person"]))


def _with_days(patients: pa.Table, asked: Sequence[Asked]) -> pa.Table:
    days = (
        ("as_of", [each.moment.as_of for each in asked]),
        ("known_on", [each.moment.known_on for each in asked]),
    )
    for name, column in days:
        patients = patients.append_column(name, pa.array(column, pa.date32()))
    return patients


def _read(asked: Asked, row: Row, groups: Sequence[Group]) -> Iterator[tuple[str, Verdicts]]:
    for group in groups:
        for program in group.programs:
            found = verdicts_of(program.ruleset, row)
            yield program.ruleset.reference, _on_the_day(program.ruleset, asked, found)


def _on_the_day(ruleset: Ruleset, asked: Asked, found: Verdicts) -> Verdicts:
    """Leave out the prompts of a ruleset that is not in force on the day of the question."""
    if ruleset.in_force(asked.moment.as_of):
        return found
    return {key: value for key, value in found.items() if not key.startswith("prompt/")}
