"""Write the outputs in docs/codelists.md anew: `python -m tests.cli.codelists_page`.

The sources hold codes of the lists that are shipped, and nothing made up but the members' identifiers.
"""

import re
import shlex
import tempfile
from contextlib import chdir
from pathlib import Path

from tests.cli.support import ROOT, ccr
from tests.library.codelist_sources import Release, value_set, write_pcd, write_text

PAGE = ROOT / "docs" / "codelists.md"
REVIEW = ("720006006", "Cancer care review (procedure)")
OLD_REVIEW = ("401123009", "Cancer care review (regime/therapy)")
REVIEW_REFSET = "999013371000230104"
_BLOCK = re.compile(r"```console\n\$ ccr (.*?)\n(.*?)```", re.DOTALL)


def write_sources(folder: Path) -> None:
    """Write what the commands of the page import."""
    rows = (
        "254837009,Malignant neoplasm of breast (disorder)",
        "94222008,Secondary malignant neoplasm of bone (disorder)",
        "92691004,Carcinoma in situ of prostate (disorder)",
        "277577000,Monoclonal gammopathy of uncertain significance (disorder)",
    )
    write_text(folder / "cancer-20260301.csv", "code,term\n" + "\n".join(rows) + "\n")
    write_text(folder / "reviews.csv", f"code,term,category\n{','.join(REVIEW)},review\n")
    lines = [("MDRV_COD", REVIEW_REFSET, *REVIEW), ("CAN_COD", "999013651000230103", "254837009", "Cancer")]
    write_pcd(folder / "20260301_PCD_Refset_Content.txt", lines)
    release = Release().member(OLD_REVIEW[0], refset=REVIEW_REFSET).replaced(OLD_REVIEW[0], REVIEW[0])
    release.concept(*OLD_REVIEW, "0").concept(*REVIEW).write(folder / "release")
    concept = {"code": REVIEW[0], "display": REVIEW[1]}
    write_text(folder / "valueset.json", value_set(concept))


def fresh() -> str:
    """Return the page with what the commands say now, one after the other in one folder."""
    with tempfile.TemporaryDirectory() as folder, chdir(folder):
        write_sources(Path(folder))
        return _BLOCK.sub(_run, PAGE.read_text(encoding="utf-8"))


def _run(block: re.Match[str]) -> str:
    result = ccr(*shlex.split(block[1]))
    return f"```console\n$ ccr {block[1]}\n{result.stdout}{result.stderr}```"


def write() -> None:
    """Write the page."""
    PAGE.write_text(fresh(), encoding="utf-8")


if __name__ == "__main__":  # pragma: no cover
    write()
