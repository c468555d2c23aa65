"""A PostgreSQL for the tests that run a service on one."""

import pytest

from tests.store.postgres import Cluster


@pytest.fixture
def url(cluster: Cluster) -> str:
    """The URL of an empty database."""
    return cluster.make_database()
