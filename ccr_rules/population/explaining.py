"""Why the answers are as they are, person by person, from the reference evaluator: `--explain`.

It decides everything a second time, from the records, so it shows on the way whether the tables are right.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import Final

import ibis
import ibis.expr.types as ir

from ccr_rules.errors import EvaluatorsDisagree
from ccr_rules.evaluation.result import Evaluation
from ccr_rules.population.answers import TABLES
from ccr_rules.population.asked import EXPLANATIONS, Asked, Explain, Progress
from ccr_rules.population.parts import replacing
from ccr_rules.population.people import records
from ccr_rules.population.reference_rows import Cells, cells_of, rows_of
from ccr_rules.population.schema import PERSONS_OF_PART_BITS

AT_ONCE: Final = 2000
MOST_NAMED: Final = 10

Tables = Mapping[str, ir.Table | None]


def explain(asked: Asked, how: Explain, tables: Tables, progress: Progress) -> int:
    """Explain the answers about whomever some table has a row, and return how many people that are.

    Raises:
        EvaluatorsDisagree: if the tables say something else than the reference evaluator.
        OSError: if the explanations cannot be written.
    """
    persons = _persons(tables, how.most)
    disputed: list[str] = []
    done = 0
    with replacing(asked.out / EXPLANATIONS) as unfinished, unfinished.open("wb") as out:
        progress("Explaining", 0, len(persons))
        for some in _chunks(persons):
            said = _said(tables, some)
            for person, record in records(asked.folder, some):
                evaluation = how.engine.evaluate_record(record, asked.moment, asked.groups)
                out.write(evaluation.to_json() + b"\n")
                if said[person] != _of_reference(evaluation):
                    disputed.append(record.reference)
            done += len(some)
            progress("Explaining", done, len(persons))
    if disputed:
        raise EvaluatorsDisagree(_dispute(disputed, len(persons)))
    return len(persons)


def _persons(tables: Tables, most: int | None) -> list[int]:
    found = [table.select("person") for table in tables.values() if table is not None]
    if not found:
        return []
    persons = ibis.union(*found, distinct=True).order_by("person")
    numbers: list[int] = (persons if most is None else persons.limit(most)).to_pyarrow()["person"].to_pylist()
    return numbers


def _chunks(persons: Sequence[int]) -> Iterator[list[int]]:
    """Yield people of one part, some at a time."""
    for _, part in groupby(persons, key=lambda person: person >> PERSONS_OF_PART_BITS):
        several = list(part)
        for start in range(0, len(several), AT_ONCE):
            yield several[start : start + AT_ONCE]


Rows = dict[str, set[Cells]]


def _said(tables: Tables, persons: Sequence[int]) -> dict[int, Rows]:
    """Return what the tables say of people between whom nobody else has a row."""
    found: dict[int, Rows] = {person: {name: set() for name in TABLES} for person in persons}
    for name, table in tables.items():
        if table is None:
            continue
        among = table.filter(table.person.between(persons[0], persons[-1]))
        for row in among.to_pyarrow().to_pylist():
            found[row["person"]][name].add(cells_of(row, TABLES[name].names))
    return found


def _of_reference(evaluation: Evaluation) -> Rows:
    return {name: set() for name in TABLES} | rows_of(evaluation)


def _dispute(disputed: Sequence[str], explained: int) -> str:
    named = ", ".join(disputed[:MOST_NAMED])
    more = f" and {len(disputed) - MOST_NAMED:,} more" if len(disputed) > MOST_NAMED else ""
    return (
        f"about {len(disputed):,} of {explained:,} people the tables say something else than the reference "
        f"evaluator ({named}{more}): one of the two is wrong, so there are no answers here; please report it"
    )
