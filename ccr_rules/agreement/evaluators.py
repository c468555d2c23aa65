"""The evaluators that can be put to the test beside the reference, by name."""

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from ccr_rules.agreement.drawn import Evaluator
from ccr_rules.evaluation.agreement import Asked, Said, frames
from ccr_rules.evaluation.groups import Group
from ccr_rules.evaluation.verdicts import verdicts
from ccr_rules.hosting.columns import ColumnEngine, open_duckdb, open_spark


def open_durable() -> Evaluator:
    """Return durable-rules, in a process of its own. Raises MissingExtraError where it cannot run."""
    from ccr_rules.evaluators import DurableEvaluator  # noqa: PLC0415 - only where it is asked for

    evaluator = DurableEvaluator()

    def answer(asked: Sequence[Asked], groups: Sequence[Group]) -> list[Said]:
        wanted = [list(frames(each, groups)) for each in asked]
        runs = iter(evaluator.runs([one for some in wanted for one in some]))
        return [{program.ruleset.reference: verdicts(next(runs)) for program, _ in some} for some in wanted]

    return answer


def columns_in(engine: ColumnEngine, **settings: int) -> Evaluator:
    """Return the columnar evaluator in an engine that was opened, with settings of `by_columns`."""
    from ccr_rules.evaluation.columnar.asking import by_columns  # noqa: PLC0415 - needs the extra

    def answer(asked: Sequence[Asked], groups: Sequence[Group]) -> list[Said]:
        return by_columns(asked, groups, engine.bring, **settings)

    return answer


def in_duckdb() -> Evaluator:
    """Return the columnar evaluator in DuckDB. Raises MissingExtraError."""
    return columns_in(open_duckdb())


def in_spark() -> Evaluator:
    """Return the columnar evaluator in a Spark on this machine. Raises MissingExtraError."""
    quiet = {"spark.ui.enabled": "false", "spark.sql.shuffle.partitions": "2"}
    return columns_in(open_spark("local[2]", **quiet))


EVALUATORS: Final[Mapping[str, Callable[[], Evaluator]]] = {
    "durable": open_durable,
    "duckdb": in_duckdb,
    "spark": in_spark,
}
"""How each is opened."""
