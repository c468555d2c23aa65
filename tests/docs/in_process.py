"""The host in docs/in-process.md, run: `python -m tests.docs.in_process` writes what it prints."""

import io
import json
import re
from contextlib import redirect_stdout
from typing import Any

from tests.cli.support import ROOT

PAGE = ROOT / "docs" / "in-process.md"
STORY = "last-28-days"
_OUTPUT = re.compile(r"```text\n(.*?)```", re.DOTALL)


def code() -> list[str]:
    """Return the Python of the page: the host, and its use."""
    return re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)


def run() -> tuple[dict[str, Any], str]:
    """Return the names that the page defines, and what it prints."""
    record = json.loads((ROOT / "fhir_examples" / STORY / "record.json").read_text(encoding="utf-8"))
    names: dict[str, Any] = {"record": record}
    said = io.StringIO()
    with redirect_stdout(said):
        for block in code():
            exec(block, names)
    return names, said.getvalue()


def fresh() -> str:
    """Return the page with what its host prints now."""
    return _OUTPUT.sub(lambda _: f"```text\n{run()[1]}```", PAGE.read_text(encoding="utf-8"))


def write() -> None:
    """Write the page."""
    PAGE.write_text(fresh(), encoding="utf-8")


if __name__ == "__main__":  # pragma: no cover
    write()
