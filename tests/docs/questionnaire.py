"""The example in docs/questionnaire.md, made anew: `python -m tests.docs.questionnaire`."""

import re
import shlex
from contextlib import chdir
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.cli.support import ROOT, ccr

PAGE = ROOT / "docs" / "questionnaire.md"
_RULESET = re.compile(r"`ruleset\.yaml`:\n\n```yaml\n(.*?)```", re.DOTALL)
_BLOCK = re.compile(r"```console\n\$ ccr (.*?)\n(.*?)```", re.DOTALL)


def example(page: str) -> str:
    """Return the ruleset of the page."""
    (text,) = _RULESET.findall(page)
    return str(text)


def fresh() -> str:
    """Return the page with what its command prints now of its ruleset."""
    page = PAGE.read_text(encoding="utf-8")
    with TemporaryDirectory() as folder, chdir(folder):
        Path("ruleset.yaml").write_text(example(page), encoding="utf-8")
        return _BLOCK.sub(_run, page)


def _run(block: re.Match[str]) -> str:
    result = ccr(*shlex.split(block[1]))
    return f"```console\n$ ccr {block[1]}\n{result.stdout}{result.stderr}```"


def write() -> None:
    """Write the page."""
    PAGE.write_text(fresh(), encoding="utf-8")


if __name__ == "__main__":  # pragma: no cover
    write()
