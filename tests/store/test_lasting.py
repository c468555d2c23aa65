"""What waits for the disk before it is acknowledged, and what does not."""

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from sqlalchemy import Connection, Engine

from ccr_rules.store.connection import connect, read_url, reading, writing, writing_hastily

ASKED = {"sqlite": "PRAGMA synchronous", "postgresql": "SHOW synchronous_commit"}
LASTING = {"sqlite": 2, "postgresql": "on"}
HASTY = {"sqlite": 1, "postgresql": "off"}


def waits(engine: Engine, work: Callable[[Engine], AbstractContextManager[Connection]]) -> object:
    with work(engine) as connection:
        return connection.exec_driver_sql(ASKED[engine.dialect.name]).scalar()


def test_only_what_may_is_not_waited_for(url: str) -> None:
    engine = connect(read_url(url))
    name = engine.dialect.name
    try:
        assert waits(engine, writing) == LASTING[name]
        assert waits(engine, writing_hastily) == HASTY[name]
        assert waits(engine, writing) == LASTING[name], "the same connection is careful again"
    finally:
        engine.dispose()


@pytest.mark.parametrize("work", [writing, writing_hastily])
def test_both_undo_what_failed(
    url: str, work: Callable[[Engine], AbstractContextManager[Connection]]
) -> None:
    engine = connect(read_url(url))
    try:
        with writing(engine) as connection:
            connection.exec_driver_sql("CREATE TABLE kept (n integer)")
        with pytest.raises(ZeroDivisionError):
            _add_and_fail(engine, work)
        with reading(engine) as connection:
            assert connection.exec_driver_sql("SELECT count(*) FROM kept").scalar() == 0
    finally:
        engine.dispose()


def _add_and_fail(engine: Engine, work: Callable[[Engine], AbstractContextManager[Connection]]) -> None:
    with work(engine) as connection:
        connection.exec_driver_sql("INSERT INTO kept VALUES (1)")
        raise ZeroDivisionError
