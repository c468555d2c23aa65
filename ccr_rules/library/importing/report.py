"""What is wrong with a file that is to be imported: told together, up to a number that somebody can read."""

from typing import Final, NoReturn

from ccr_rules.errors import RulesetError
from ccr_rules.language.ast import Place
from ccr_rules.language.codes import Code
from ccr_rules.language.report import Report

MOST: Final = 20
"""A file of another kind is wrong in every line; the first lines say it all."""


class ImportReport(Report):
    """The problems found so far; full, or asked to stop, it raises them as RulesetError."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self._source = source

    def add(self, code: Code, message: str, at: Place, *, found: str = "", hint: str = "") -> None:
        """Note a problem, and stop if there are too many."""
        super().add(code, message, at, found=found, hint=hint)
        if self.errors >= MOST:
            self.stop()

    def refuse(self, code: Code, message: str, at: Place, *, found: str = "", hint: str = "") -> NoReturn:
        """Note a problem after which nothing more can be read, and stop."""
        super().add(code, message, at, found=found, hint=hint)
        self.stop()

    def stop(self) -> NoReturn:
        """Raise what was found."""
        raise RulesetError(f"{self._source} cannot be imported", self.problems())

    def settle(self) -> None:
        """Raise what was found, if anything."""
        if self.has_errors:
            self.stop()
