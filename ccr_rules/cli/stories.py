"""The example patients: one folder each, with a record and the question asked of it."""

from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from pathlib import Path

from ccr_rules.cli.records import read_file
from ccr_rules.errors import RulesetError, UsageError
from ccr_rules.language.fields import Fields, Keys
from ccr_rules.language.report import Report, nearest
from ccr_rules.language.yaml_text import read_yaml

STORY = "story.md"
FENCE = "---"
_KEYS = Keys(("title", "as_of"), ("known_on", "profile", "supplied", "rulesets", "record"))


@dataclass(frozen=True, slots=True)
class Story:
    """One patient on one day. `supplied` None and `rulesets` empty are the defaults of the engine."""

    name: str
    title: str
    as_of: date
    known_on: date | None
    profile: str | None
    supplied: tuple[str, ...] | None
    rulesets: tuple[str, ...]
    record_path: Path
    text: str


@cache
def examples_folder() -> Path:
    """Return the folder of the stories: of the installed package, or beside it in a checkout."""
    installed = Path(str(files("ccr_rules") / "_examples"))
    return installed if installed.is_dir() else Path(__file__).parents[2] / "fhir_examples"


def load_stories(folder: Path | None = None) -> list[Story]:
    """Return the stories of a folder, by default of the shipped examples, by name.

    Raises RulesetError, with all that is wrong, for a story whose front matter does not fit.
    """
    return [read_story(path) for path in sorted((folder or examples_folder()).glob(f"*/{STORY}"))]


def find_stories(names: list[str]) -> list[Story]:
    """Return the shipped stories of these names, or all. Raises UsageError for a name that there is not."""
    stories = {story.name: story for story in load_stories()}
    for name in names:
        if name not in stories:
            hint = nearest(name, stories) or "ccr demo --list names them"
            raise UsageError(f"there is no story {name}; {hint}")
    return [stories[name] for name in names or stories]


def read_story(path: Path) -> Story:
    """Read one story.md."""
    report = Report()
    front, text = _split(read_file(path).decode("utf-8-sig").replace("\r\n", "\n"))
    root = read_yaml(front, str(path), report)
    story = _story(Fields(root, "a story", _KEYS, report), path, text.strip()) if root else None
    if story is None or report.has_errors:
        raise RulesetError(f"{path} cannot be used", report.problems())
    return story


def _split(text: str) -> tuple[str, str]:
    """Return the front matter, its line numbers kept, and the words after it."""
    _, _, rest = text.partition(f"{FENCE}\n")
    front, _, words = rest.partition(f"\n{FENCE}\n")
    return f"\n{front}\n", words


def _story(fields: Fields, path: Path, text: str) -> Story:
    return Story(
        name=path.parent.name,
        title=fields.text("title"),
        as_of=fields.day("as_of") or date.min,
        known_on=fields.day("known_on"),
        profile=fields.text("profile") or None,
        supplied=tuple(node.text for node in fields.texts("supplied")) if "supplied" in fields else None,
        rulesets=tuple(node.text for node in fields.texts("rulesets")),
        record_path=path.parent / (fields.text("record") or "record.json"),
        text=text,
    )
