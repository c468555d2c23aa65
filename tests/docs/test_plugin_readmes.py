"""The READMEs of the plugins, followed word for word: every command runs, and prints what is shown."""

import os
import re
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from shutil import copytree

import pytest

from tests.cli.support import ROOT
from tests.documents.plugins_page import folders

FENCE = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
COMMANDS = ("sh", "console", "python")
LEFT_OUT = "…\n"
MARK = "--- block {} ---\n"
ENDS = {
    "python -m ccr_care_team plugins/care-team/examples/counts --as-of 2026-11-21": 1,
    "CCR_PLUGINS=examples/plugins.toml ccr deliver invitation-letter-2 examples/record.json "
    "--as-of 2026-11-21": 2,
}
"""Commands that end with another code than 0, as their READMEs say."""

Block = tuple[str, str]


def blocks(folder: Path) -> list[Block]:
    """Return what stands between fences: the language and the text."""
    return FENCE.findall((folder / "README.md").read_text(encoding="utf-8"))


def script(found: list[Block]) -> str:
    """Return all that a README says to run, in one shell, with a mark before each block."""
    lines = ["set -e", "exec 2>&1", 'python() { "$PYTHON" "$@"; }', 'ccr() { python -m ccr_rules.cli "$@"; }']
    for number, (language, text) in enumerate(found):
        lines.append(f"echo '{MARK.format(number).strip()}'")
        if language == "python":
            lines.append(f"python - <<'PROGRAM'\n{text}PROGRAM")
        elif language == "console":
            lines += _commands(line.removeprefix("$ ") for line in text.splitlines() if line.startswith("$ "))
        elif language == "sh":
            lines += _commands(text.splitlines())
    return "\n".join(f"{line} || [ $? = {ENDS[line]} ]" if line in ENDS else line for line in lines)


def _commands(lines: Iterable[str]) -> list[str]:
    """Return what is to run: the plugins are installed already."""
    return [line for line in lines if not line.startswith("pip install ")]


def shown(found: list[Block]) -> Iterator[tuple[int, str]]:
    """Yield what a README shows of the output of a block, by the number of the block."""
    for number, (language, text) in enumerate(found):
        if language == "console":
            yield number, "".join(line for line in text.splitlines(True) if not line.startswith("$ "))
        elif language == "text" and number and found[number - 1][0] in COMMANDS:
            yield number - 1, text


@pytest.mark.parametrize("folder", folders(), ids=lambda folder: folder.name)
def test_every_command_of_a_readme_prints_what_is_shown(folder: Path, tmp_path: Path) -> None:
    copytree(folder, tmp_path / "plugins" / folder.name)
    (tmp_path / "fhir_examples").symlink_to(ROOT / "fhir_examples")
    found = blocks(folder)
    ran = subprocess.run(
        ["bash", "-c", script(found)],
        cwd=tmp_path,
        env={
            **{name: value for name, value in os.environ.items() if not name.startswith("CCR_")},
            "PYTHON": sys.executable,
            "PYTHONPATH": os.pathsep.join(map(str, (ROOT, *folders()))),
            "CCR_CACHE": str(tmp_path / "cache"),
            "COLUMNS": "100",
        },
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout
    expected = list(shown(found))
    assert expected, f"the README of {folder.name} shows no output"
    for number, text in expected:
        printed = ran.stdout.partition(MARK.format(number))[2].partition(MARK.format(number + 1))[0]
        at = 0
        for piece in text.split(LEFT_OUT):
            at = printed.find(piece, at)
            assert at >= 0, f"{folder.name}: printed was\n{printed}\nand not\n{piece}"
            at += len(piece)
