"""How the plugin says no."""

from ccr_rules import UsageError


def refused(why: str) -> UsageError:
    """Return the error for a message that is not made; `why` says no value of the record or the Patient.

    It also says what is then certain: nothing was sent.
    """
    return UsageError(f"nothing was made or sent: {why}")
