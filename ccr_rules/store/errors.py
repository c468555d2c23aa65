"""What goes wrong with a store. No message holds anything of a patient, nor of what was written."""

from ccr_rules.errors import CcrError, UsageError


class StoreUnavailable(CcrError):
    """The database cannot be reached, or cannot write: nothing was kept, and trying again may help."""

    exit_code = 14


class StoreFull(StoreUnavailable):
    """There is no room for what was to be written. What is there can still be read."""


class StoreRefused(CcrError):
    """The database refused what it was given: a fault of the program or the database, not of the moment."""


class StoreUnfit(UsageError):
    """A database that this program cannot use as it is: newer, older, or sealed with another key."""
