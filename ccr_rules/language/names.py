"""What the names of a ruleset stand for: known before any expression is read."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date

from ccr_rules.dates import Duration

ParameterValue = Duration | date | int


@dataclass(slots=True)
class Usage:
    """Which names were used while a ruleset was read."""

    names: set[str] = field(default_factory=set)
    codelists: set[str] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class Names:
    """The names that expressions and texts may use.

    A parameter whose own value could not be read is known, with the value None.
    """

    dates: Collection[str] = ()
    conditions: Collection[str] = ()
    parameters: Mapping[str, ParameterValue | None] = field(default_factory=dict)
    reviews: Collection[str] = ()
    usage: Usage = field(default_factory=Usage, compare=False)

    def kind(self, name: str) -> str | None:
        """Return what a name is, in the words of messages, or None if nothing has that name."""
        if name in self.dates:
            return "a date"
        if name in self.conditions:
            return "a condition"
        if name in self.parameters:
            return "a parameter"
        return "a review" if name in self.reviews else None

    def use(self, name: str) -> None:
        """Note that something uses a name."""
        self.usage.names.add(name)

    def all(self) -> list[str]:
        """Return all names of dates, conditions and parameters."""
        return [*self.dates, *self.conditions, *self.parameters]
