"""The folder of work that is not finished: the plan, and what was done of it. It goes when all is done.

Every step writes a file that takes its name when it is whole, and makes the same file whenever it is made.
So a run that was cut off at any moment goes on where it stopped, and comes to the same data set.
"""

import hashlib
import shutil
from pathlib import Path
from typing import Final, TypeVar

import msgspec

from ccr_rules.errors import UsageError
from ccr_rules.population.dataset import FORMAT
from ccr_rules.population.parts import replacing

FOLDER: Final = ".ingest"
PLAN: Final = "plan.json"

P = TypeVar("P", bound=msgspec.Struct)


class Work:
    """The work folder of a data set."""

    def __init__(self, out: Path) -> None:
        self.out = out
        self.folder = out / FOLDER

    def spill(self, chunk: int) -> Path:
        """Return where a chunk of the sources is spilled to."""
        return self.folder / f"chunk-{chunk:06d}.spill"

    def part(self, part: int) -> Path:
        """Return where it is written that a part is done."""
        return self.folder / f"part-{part:04d}.json"

    def refused_of_part(self, part: int) -> Path:
        """Return where a part's quarantine is."""
        return self.folder / f"part-{part:04d}.quarantine"

    @property
    def survey(self) -> Path:
        """Return where it is written what the first half found."""
        return self.folder / "survey.json"

    @property
    def refused(self) -> Path:
        """Return where the quarantine of the first half is."""
        return self.folder / "refused.quarantine"

    @property
    def shared(self) -> Path:
        """Return where the resources are that belong to no patient."""
        return self.folder / "shared.sqlite"

    def begin(self, plan: msgspec.Struct) -> bool:
        """Make the folder ready for a plan; what an interrupted run of the same plan did is kept.

        Returns whether there is such work. Raises OSError if the folder cannot be written.
        """
        path = self.folder / PLAN
        encoded = msgspec.json.encode(plan)
        if path.is_file() and path.read_bytes() == encoded:
            return True
        self.remove()
        self.folder.mkdir(parents=True)
        with replacing(path) as unfinished:
            unfinished.write_bytes(encoded)
        return False

    def plan(self, shape: type[P]) -> P:
        """Return the plan."""
        return msgspec.json.decode((self.folder / PLAN).read_bytes(), type=shape)

    def remove(self) -> None:
        """Remove the folder, if it is there."""
        shutil.rmtree(self.folder, ignore_errors=True)


def digest_of_plan(plan: msgspec.Struct) -> str:
    """Return what tells a plan from others: its sources, as they are now, and every option."""
    return "sha256:" + hashlib.sha256(b"%d" % FORMAT + msgspec.json.encode(plan)).hexdigest()


def check_out(out: Path) -> None:
    """Check that a folder can take a data set.

    Raises:
        UsageError: if it is a file.
    """
    if out.exists() and not out.is_dir():
        raise UsageError(f"{out}: is a file; name a folder for --out")
