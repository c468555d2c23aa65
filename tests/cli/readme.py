"""The part of README.md that `ccr demo` wrote; `python -m tests.cli.readme` writes it anew."""

import re

from tests.cli.support import ROOT, ccr

README = ROOT / "README.md"
STORIES = ("support-overdue", "last-28-days", "unlisted-cancer-code")
_BLOCK = re.compile(r"(?<=<!-- what `ccr demo` wrote -->\n```text\n).*?(?=```\n)", re.DOTALL)


def shown() -> str:
    """Return the block that stands in the README."""
    found = _BLOCK.search(README.read_text(encoding="utf-8"))
    return found[0] if found else ""


def fresh() -> str:
    """Return what the demo says now."""
    return ccr("demo", *STORIES).stdout.rstrip("\n") + "\n"


def write() -> None:
    """Write the block anew, and leave the rest as it is."""
    text = README.read_text(encoding="utf-8")
    README.write_text(_BLOCK.sub(lambda _: fresh(), text, count=1), encoding="utf-8")


if __name__ == "__main__":  # pragma: no cover
    write()
