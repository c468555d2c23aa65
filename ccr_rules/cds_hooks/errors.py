"""What a call can come to instead of cards. None of the messages quotes what a record says."""

from ccr_rules.errors import CcrError


class CallError(CcrError):
    """A call that cannot be answered with cards; `status` is that of HTTP."""

    status = 400
    issue = "invalid"
    """The type of the issue in the OperationOutcome."""


class BadCall(CallError):
    """A message that is not what CDS Hooks asks for."""


class Unprocessable(CallError):
    """A call about which nothing can be said, because of what it sent."""

    status = 422


class Unobtainable(CallError):
    """What is needed could be had neither from the prefetch nor from the FHIR server."""

    status = 412
    issue = "incomplete"


def outcome_of(error: CallError) -> dict[str, object]:
    """Return an OperationOutcome that says what is wrong and what to do."""
    return outcome(error.issue, error.message)


def outcome(issue: str, message: str) -> dict[str, object]:
    """Return an OperationOutcome (FHIR R4) with one error."""
    told = {"severity": "error", "code": issue, "diagnostics": message}
    return {"resourceType": "OperationOutcome", "issue": [told]}
