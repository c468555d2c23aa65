"""What clinicians answered to earlier prompts; the host keeps these and passes them in."""

from datetime import date
from typing import Literal

import msgspec


class Response(msgspec.Struct, frozen=True):
    """A snooze, a decline, or an item that a clinician attested.

    A snooze or decline names the `prompt` or the `review` it answers (of one `ruleset`, or of all),
    and holds up to and including `until`; without `until` it holds until the host withdraws it.
    An attestation ("done elsewhere") names a `codelist` and the `day` on which it was done.
    """

    kind: Literal["snoozed", "declined", "attested"]
    prompt: str = ""
    review: str = ""
    ruleset: str = ""
    until: date | None = None
    reason: str = ""
    codelist: str = ""
    day: date | None = None

    def holds(self, ruleset: str, prompt: str, review: str | None, today: date) -> bool:
        """Say whether this response keeps a prompt from being shown today."""
        names_it = prompt == self.prompt or (bool(self.review) and review == self.review)
        return (
            self.kind != "attested"
            and names_it
            and self.ruleset in ("", ruleset)
            and (self.until is None or today <= self.until)
        )
