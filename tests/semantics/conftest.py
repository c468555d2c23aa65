"""`spec`: a small record in a table, a day, and what the engine must say of it."""

import pytest

from tests.semantics.specification import Specification


@pytest.fixture
def spec(request: pytest.FixtureRequest) -> Specification:
    """Return the check of one paragraph; its rules are the `RULES` of the file, and may be given."""
    return Specification(getattr(request.module, "RULES", ""))
