"""Write `docs/conformance.md` from the cases: `python -m tests.documents.conformance_page`."""

import re
from itertools import groupby

from ccr_rules.cds_hooks.conformance.cases import load_cases
from tests.cli.support import ROOT
from tests.documents.filling import filled_in
from tests.documents.tables import code, table

PAGE = ROOT / "docs" / "conformance.md"
TEMPLATE = ROOT / "tests" / "documents" / "conformance_template.md"
CASES = ROOT / "ccr_rules" / "cds_hooks" / "conformance" / "cases.yaml"
SHOWN = "an-instance-is-a-uuid"


def page() -> str:
    """Return the template with each table in its place."""
    return filled_in(TEMPLATE.read_text(encoding="utf-8"), {"cases": _cases(), "example": _example()})


def _cases() -> str:
    groups = groupby(load_cases(), key=lambda case: case.group)
    head = ("case", "says", "source")
    return "\n".join(
        f"### {name}\n\n{table(head, ((code(case.id), case.says, case.source) for case in cases))}"
        for name, cases in groups
    )


def _example() -> str:
    """Return a case as it is written."""
    text = CASES.read_text(encoding="utf-8")
    (found,) = re.findall(rf"^      - id: {SHOWN}\n(?:        .*\n)+", text, re.MULTILINE)
    lines = "".join(line[6:] for line in found.splitlines(keepends=True))
    return f"```yaml\n{lines}```\n"


def write() -> None:
    """Write the page."""
    PAGE.write_text(page(), encoding="utf-8")


if __name__ == "__main__":  # pragma: no cover
    write()
