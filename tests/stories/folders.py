"""The story folders as the tests see them: stories, their records, their codes, the generated table."""

import csv
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ccr_rules.cli.stories import Story, load_stories

__all__ = [
    "BROKEN",
    "EXAMPLES",
    "SNOMED",
    "STORIES",
    "VERSIONS",
    "Story",
    "expected_of",
    "listed_codes",
    "objects_in",
    "record_of",
    "resources_of",
]

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "fhir_examples"
SNOMED = "http://snomed.info/sct"

VERSIONS = {"gp-connect-stu3": "STU3", "r5-record": "R5"}
"""The FHIR version of a story's record, where it is not R4."""

BROKEN = {"broken-resources": {"impossible-date", "code-is-a-word", "period-is-a-word", "what-am-i"}}
"""The resources that are broken on purpose."""

STORIES: dict[str, Story] = {story.name: story for story in load_stories(EXAMPLES)}


def record_of(story: Story) -> Any:
    """Return the record of a story as parsed JSON; of NDJSON the list of its lines."""
    text = story.record_path.read_text(encoding="utf-8")
    if story.record_path.suffix == ".ndjson":
        return [json.loads(line) for line in text.splitlines()]
    return json.loads(text)


def resources_of(story: Story) -> list[dict[str, Any]]:
    """Return every resource of a story's record, in order."""
    record = record_of(story)
    if isinstance(record, list):
        return record
    return [entry["resource"] for entry in record["entry"]]


def objects_in(value: Any) -> Iterator[dict[str, Any]]:
    """Yield every JSON object in a value, at any depth."""
    if isinstance(value, dict):
        yield value
        for inner in value.values():
            yield from objects_in(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from objects_in(inner)


def listed_codes() -> set[str]:
    """Return every code of every codelist that is shipped."""
    codes: set[str] = set()
    for path in (ROOT / "rulesets" / "codelists").glob("*/*.csv"):
        with path.open(encoding="utf-8", newline="") as file:
            codes.update(row["code"] for row in csv.DictReader(file))
    return codes


def expected_of(story: Story) -> dict[str, Any]:
    """Return what `expected.json` of a story says."""
    expected: dict[str, Any] = json.loads(
        (EXAMPLES / story.name / "expected.json").read_text(encoding="utf-8")
    )
    return expected
