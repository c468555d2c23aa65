"""Each test that takes `url` or `store` runs on SQLite and on PostgreSQL."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from ccr_rules.store.store import Store
from tests.store.postgres import Cluster


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of an empty database."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'store.sqlite3'}"
    cluster: Cluster = request.getfixturevalue("cluster")
    return cluster.make_database()


@pytest.fixture
def file_url(tmp_path: Path) -> str:
    """The URL of an empty database in SQLite."""
    return f"sqlite:///{tmp_path / 'store.sqlite3'}"


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    """A store without a key."""
    with Store.open(url) as opened:
        yield opened
