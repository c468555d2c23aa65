"""A DuckDB in process, into which questions are brought as tables."""

import itertools

import ibis
import ibis.expr.types as ir
import pyarrow as pa

CONNECTION = ibis.duckdb.connect()
CONNECTION.raw_sql("SET threads = 1")
NUMBERS = itertools.count()


def bring(table: pa.Table) -> ir.Table:
    """Tables take turns in a few names, so that those of one evaluation never meet."""
    return CONNECTION.create_table(f"t{next(NUMBERS) % 6}", table, overwrite=True)
