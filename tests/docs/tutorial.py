"""The tutorial as steps: commands with what they print, and changes of files.

`python -m tests.docs.tutorial` writes what the commands print into the page anew.
"""

import re
import shlex
import shutil
from collections.abc import Iterator
from contextlib import chdir
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.cli.support import EXAMPLES, ROOT, ccr

PAGE = ROOT / "docs" / "tutorial-local-scheme.md"
STORY = "all-done-in-time"

_BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
_REPLACE = re.compile(r"`([^`]+\.yaml)`, replace\s*$")
_ADD = re.compile(r"At the end of `([^`]+)`, add\s*$")
_WITH = re.compile(r"\s*with\s*$")


@dataclass(frozen=True)
class Commands:
    """Commands to run, what the page says they print, and where in the page it says so."""

    lines: tuple[str, ...]
    printed: str
    span: tuple[int, int]


@dataclass(frozen=True)
class Change:
    """A text of a file and what takes its place; an empty text is the end of the file."""

    file: str
    old: str
    new: str


def steps(page: str) -> Iterator[Commands | Change]:
    """Yield the steps of the page in order. Every fenced block is part of one, or the page is refused."""
    blocks = _BLOCK.finditer(page)
    end = 0
    for block in blocks:
        lead, text, end = page[end : block.start()], block[2], block.end()
        if block[1] != "sh" and (added := _ADD.search(lead)):
            yield Change(added[1], "", text)
            continue
        after = next(blocks)
        between, end = page[end : after.start()], after.end()
        if block[1] == "sh":
            assert after[1] == "text", f"no output after {text}"
            yield Commands(tuple(text.splitlines()), after[2], after.span(2))
        else:
            replaced = _REPLACE.search(lead)
            assert replaced, f"nothing says what to do with {text}"
            assert _WITH.match(between), f"nothing says what replaces {text}"
            yield Change(replaced[1], text, after[2])


def carry_out(step: Change) -> None:
    """Change a file below the current folder."""
    path = Path(step.file)
    text = path.read_text(encoding="utf-8")
    if step.old:
        assert text.count(step.old) == 1, f"{step.file} holds this {text.count(step.old)} times: {step.old}"
        text = text.replace(step.old, step.new)
    else:
        text += step.new
    path.write_text(text, encoding="utf-8")


def run(step: Commands) -> str:
    """Run commands in the current folder and return what they print, on both streams."""
    return "".join(_run(line) for line in step.lines)


def _run(line: str) -> str:
    program, *arguments = shlex.split(line)
    assert program == "ccr", line
    printed = ccr(*arguments).output
    return printed if printed.endswith("\n") or not printed else printed + "\n"


def begin(folder: Path) -> None:
    """Make a folder that the tutorial can begin in."""
    shutil.copytree(EXAMPLES / STORY, folder / "fhir_examples" / STORY)


def fresh(page: str) -> str:
    """Return the page with what its commands print now."""
    written, end = [], 0
    with TemporaryDirectory() as folder, chdir(folder):
        begin(Path(folder))
        for step in steps(page):
            if isinstance(step, Change):
                carry_out(step)
            else:
                written += [page[end : step.span[0]], run(step)]
                end = step.span[1]
    return "".join([*written, page[end:]])


def write() -> None:
    """Write the page with what its commands print now."""
    PAGE.write_text(fresh(PAGE.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":  # pragma: no cover
    write()
