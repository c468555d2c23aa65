"""Which version this is."""

from importlib.metadata import PackageNotFoundError
from importlib.metadata import version as installed_version

DISTRIBUTION = "ccr-rules"


def version(distribution: str = DISTRIBUTION) -> str:
    """Return the installed version of a distribution; a checkout that was not installed has none."""
    try:
        return installed_version(distribution)
    except PackageNotFoundError:
        return "not installed"
