"""A host with the plugin, and people of the examples."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from ccr_directory.domains import TITLES
from ccr_directory.plugin import SHEET, DirectoryPlugin

from ccr_rules import Engine, Evaluation, Plugins
from ccr_rules.hosting import Link

ROOT = Path(__file__).parents[3]
EXAMPLES = Path(__file__).parents[1] / "examples"
AS_OF = "2026-11-20"

MACMILLAN = "Macmillan Support Line"
WALKS = "Example Walking Group"
SUNRISE = "Example Centre Sunrise"
PRESCRIBER = "Example Social Prescriber"


class Host:
    """An engine with the plugin, as a host in process has it."""

    def __init__(self, **settings: Any) -> None:
        self.plugin = DirectoryPlugin()
        usual = {"directory": str(EXAMPLES / "norwich.csv"), "practice_district": "NR1"}
        self.plugins = Plugins.of({"directory": self.plugin}, {"directory": usual | settings})
        self.engine = Engine.hosting(self.plugins)

    def evaluate(self, story: str, as_of: str = AS_OF, **options: Any) -> Evaluation:
        return self.engine.evaluate(record_of(story), as_of, **options)

    def links(self, evaluation: Evaluation, host: Mapping[str, Any] | None = None) -> tuple[Link, ...]:
        found, faults = self.plugins.links(evaluation, host)
        assert faults == ()
        return found

    def names(self, story: str, host: Mapping[str, Any] | None = None, **options: Any) -> list[str]:
        return [each.label for each in self.links(self.evaluate(story, **options), host)]

    def sheet(self, evaluation: Evaluation, **options: Any) -> str:
        document = self.plugins.render([evaluation], SHEET, {"format": "text"} | options)
        assert document is not None
        assert (document.name, document.media_type) == ("signposting-sheet.txt", "text/plain")
        return document.content.decode()


def record_of(story: str) -> bytes:
    return (ROOT / "fhir_examples" / story / "record.json").read_bytes()


@cache
def usual() -> Host:
    return Host()


def groups(sheet: str) -> dict[str, list[str]]:
    """The names of the services under each heading; `See also` counts."""
    found: dict[str, list[str]] = {}
    heading = ""
    for line in sheet.splitlines():
        if line in TITLES.values():
            heading = line
            found[heading] = []
        elif line.startswith("- "):
            found[heading].append(line[2:].split(":")[0])
        elif line.startswith("  See also: "):
            found[heading] += line.removeprefix("  See also: ").split(", ")
    return found


@cache
def evaluated() -> Evaluation:
    return usual().evaluate("support-overdue")
