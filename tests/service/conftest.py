"""A PostgreSQL for the tests that run a service on one."""

from collections.abc import Iterator

import pytest

from tests.store.postgres import Cluster


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    """A PostgreSQL for the tests of this process, which each leaves running."""
    made = Cluster()
    yield made
    made.remove()


@pytest.fixture
def url(cluster: Cluster) -> str:
    """The URL of an empty database."""
    return cluster.make_database()
