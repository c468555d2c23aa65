"""The answers of rulesets about everybody of a data set, from one read of it: `ccr population run`."""

import shutil
from functools import partial
from typing import Final, NamedTuple

import ibis.expr.types as ir
import msgspec

from ccr_rules.errors import UsageError
from ccr_rules.evaluation.columnar.plan import evaluate
from ccr_rules.evaluation.columnar.scope import Question
from ccr_rules.population.answers import Answered, write_answered
from ccr_rules.population.asked import Asked, Progress, head_of, known_answers, remove_answers
from ccr_rules.population.dataset import Dataset, read_dataset
from ccr_rules.population.engines import Working, open_engine
from ccr_rules.population.evidence import Behind, evidence, traced_groups
from ccr_rules.population.explaining import explain
from ccr_rules.population.reading import concepts_in, population_in
from ccr_rules.population.said import Said
from ccr_rules.population.tidy import Tidy, tidy
from ccr_rules.population.writing import write_table

SCRATCH: Final = ".run"
"""The folder within that of the answers in which an engine keeps what does not fit into memory."""


class Outcome(NamedTuple):
    """What is in the folder of answers; `told` is None where an earlier run had made them."""

    dataset: Dataset
    answered: Answered
    told: Tidy | None


def run_population(asked: Asked, progress: Progress) -> Outcome:
    """Answer, unless the answers are there already.

    Raises:
        UsageError: if the data set is not whole, or the folder holds other answers and `replace` is not set,
            or cannot be written.
        MissingExtraError: if the engine is not installed.
        EvaluatorsDisagree: if what is explained is not what the reference evaluator says.
    """
    dataset = read_dataset(asked.folder)
    head = head_of(asked, dataset)
    known = known_answers(asked, head)
    if known is not None:
        return Outcome(dataset, known, None)
    scratch = asked.out / SCRATCH
    try:
        scratch.mkdir(parents=True, exist_ok=True)
        engine = open_engine(asked.engine, scratch, asked.threads, asked.memory)
        remove_answers(asked.out)
        return _answer(asked, dataset, head, engine, progress)
    except OSError as error:
        raise UsageError(
            f"{asked.out}: cannot be written: {error.strerror or error}; mend that (is the disk full?) and "
            f"run the same command again"
        ) from None
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def _answer(asked: Asked, dataset: Dataset, head: Answered, engine: Working, progress: Progress) -> Outcome:
    progress("Answering", 0, 1)
    population = population_in(engine, asked.folder, dataset)
    tracing = traced_groups(asked.groups, asked.moment)
    answers = evaluate(population, tracing.groups, Question(asked.moment, in_consultation=False))
    said = Said(answers, population.patients)
    told = tidy(said, asked.rulesets, asked.moment.as_of, engine.bring)
    behind = Behind(population, partial(concepts_in, asked.folder, dataset), asked.moment)
    tables = told.tables | {"evidence": evidence(said, told.tables.values(), tracing, behind)}
    progress("Answering", 1, 1)
    explained = 0
    if asked.explain is not None:
        tables = {name: None if table is None else table.cache() for name, table in tables.items()}
    rows = _write(asked, tables, engine, progress)
    if asked.explain is not None:
        explained = explain(asked, asked.explain, tables, progress)
    candidates = int(said.candidates.count().to_pyarrow().as_py())
    answered = msgspec.structs.replace(head, candidates=candidates, rows=rows, explained=explained)
    write_answered(asked.out, answered)
    return Outcome(dataset, answered, told)


def _write(
    asked: Asked, tables: dict[str, ir.Table | None], engine: Working, progress: Progress
) -> dict[str, int]:
    rows: dict[str, int] = {}
    for done, (name, table) in enumerate(tables.items()):
        progress("Writing", done, len(tables))
        batches = () if table is None else engine.batches(table, name)
        rows[name] = write_table(asked.out, name, asked.form, batches)
    progress("Writing", len(tables), len(tables))
    return rows
