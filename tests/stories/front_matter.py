"""A stand-in for `ccr_rules.cli.stories` until that is there."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML


@dataclass(frozen=True)
class Story:
    """One patient on one day."""

    name: str
    title: str
    as_of: date
    known_on: date | None
    profile: str | None
    supplied: tuple[str, ...] | None
    rulesets: tuple[str, ...]
    record_path: Path
    text: str


def load_stories(folder: Path) -> list[Story]:
    """Return the stories of a folder, by name."""
    return [_story(path) for path in sorted(folder.glob("*/story.md"))]


def _story(path: Path) -> Story:
    _, front, text = path.read_text(encoding="utf-8").split("---\n", 2)
    given: dict[str, Any] = YAML(typ="safe").load(front)
    return Story(
        path.parent.name,
        given["title"],
        given["as_of"],
        given.get("known_on"),
        given.get("profile"),
        tuple(given["supplied"]) if "supplied" in given else None,
        tuple(given.get("rulesets", ())),
        path.parent / given.get("record", "record.json"),
        text.strip(),
    )
