"""Write `fhir_examples/README.md` from the stories: `python -m tests.stories.readme`."""

from typing import Any

from tests.stories.folders import EXAMPLES, STORIES, VERSIONS, Story, expected_of

README = EXAMPLES / "README.md"

HEAD = """\
# Patient stories

Each folder is one patient on one day. `story.md` says in plain English who it is, what the record holds and
what the engine should say, with every date worked out by hand. `record.json` (or `record.ndjson`) is the
record as a host would send it. `expected.json` is the part of the answer that the tests compare.
`ccr demo` shows them all.

Nobody in them exists. Every name says "test", every NHS number is of the range 999, and every postcode is a
pseudo postcode. A SNOMED code stands in a record only if a codelist holds it or the story names its source;
where no code is verified, the entry is text alone, as it often is in real exports.

`.venv/bin/python -m tests.stories.answers` writes the files `expected.json` anew, and
`.venv/bin/python -m tests.stories.readme` this page. Read the difference before you keep it: the words of the
story are the specification, not the engine's answer.

| story | day | record | support conversation | cancer care review |
|---|---|---|---|---|
"""


def table_row(story: Story) -> str:
    """Return the line of the table for one story."""
    answer = expected_of(story)
    cells = [
        f"[{story.title}]({story.name}/story.md)",
        str(story.as_of),
        _record(story),
        _review(answer, "support-conversation"),
        _review(answer, "cancer-care-review"),
    ]
    return f"| {' | '.join(cells)} |\n"


def _record(story: Story) -> str:
    words = [VERSIONS.get(story.name, "R4")]
    if story.profile:
        words.append(f"`{story.profile}`")
    if story.known_on:
        words.append(f"as known on {story.known_on}")
    return ", ".join(words)


def _review(answer: dict[str, Any], review: str) -> str:
    """Return status and due date; of several rulesets those of best practice, the first by name."""
    found = [one for one in answer["reviews"] if one["id"] == review]
    one = min(found, key=lambda each: each["ruleset"])
    words: str = one["status"] + (", paused" if one["paused"] else "")
    if one["due"] is None or one["status"] in {"not applicable", "cannot tell"}:
        return words
    return f"{words} (due {one['due'].replace('/', ' to ')})"


def readme() -> str:
    """Return the whole page."""
    return HEAD + "".join(table_row(story) for story in STORIES.values())


def write() -> None:
    """Write the page."""
    README.write_text(readme(), encoding="utf-8")


if __name__ == "__main__":
    write()
