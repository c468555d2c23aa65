"""How much Hypothesis draws: little by default, more with HYPOTHESIS_PROFILE=thorough.

And nothing is kept between runs: tests read every ruleset anew, and leave the user's cache alone.
"""

import os
import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings

if TYPE_CHECKING:
    from tests.store.postgres import Cluster

_SLOW = (HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much)

os.environ["CCR_CACHE"] = "off"

settings.register_profile("default", deadline=None, max_examples=50, suppress_health_check=_SLOW)
settings.register_profile("quick", settings.get_profile("default"), max_examples=20)
settings.register_profile("thorough", settings.get_profile("default"), max_examples=3000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))

_ANOTHER_EACH_TIME = re.compile(r"set\(\{|\bat 0x[0-9a-f]+")


def pytest_collection_modifyitems(items: Sequence[pytest.Item]) -> None:
    """Workers share the tests by name, and a set or an address in it is another in each process."""
    if unsteady := [item.nodeid for item in items if _ANOTHER_EACH_TIME.search(item.nodeid)]:
        told = "\n".join(["give these tests names that stay the same (ids=...):", *unsteady])
        raise pytest.UsageError(told)


@pytest.fixture(scope="session")
def service_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The base URL of `ccr serve --dev`, in a process of its own: today's service, shared by all tests."""
    from tests.service.running import served

    with served(tmp_path_factory.mktemp("service"), "--dev") as url:
        yield url


@pytest.fixture(scope="session")
def cluster() -> "Iterator[Cluster]":
    """A PostgreSQL for the tests of this process, which each leaves running."""
    from tests.store.postgres import Cluster

    running = Cluster()
    yield running
    running.remove()
