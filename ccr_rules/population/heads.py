"""The head of a folder, `dataset.json` or `run.json`: written last, so that whoever finds it finds all."""

from pathlib import Path
from typing import Final, NamedTuple, TypeVar

import msgspec

from ccr_rules.errors import UsageError
from ccr_rules.population.parts import replacing

Content = TypeVar("Content", bound=msgspec.Struct)


class _Format(msgspec.Struct):
    format: int


class Head(NamedTuple):
    """A kind of head: the file's name, the format that is read, which command writes it, and how anew."""

    name: str
    format: int
    command: str
    anew: str

    def write(self, folder: Path, content: msgspec.Struct) -> None:
        """Write the head. Raises OSError if that cannot be done."""
        with replacing(folder / self.name) as unfinished:
            unfinished.write_bytes(msgspec.json.format(msgspec.json.encode(content), indent=2) + b"\n")

    def read(self, folder: Path, shape: type[Content]) -> Content:
        """Return what a folder says of itself.

        Raises:
            UsageError: if the folder has no such head, or one of another format.
        """
        path = folder / self.name
        try:
            raw = path.read_bytes()
        except OSError as error:
            raise UsageError(
                f"{path}: cannot be read: {error.strerror}; name a folder that `{self.command}` finished"
            ) from None
        try:
            found = msgspec.json.decode(raw, type=_Format).format
            if found != self.format:
                raise UsageError(f"{path}: format {found}, and this version reads {self.format}; {self.anew}")
            return msgspec.json.decode(raw, type=shape)
        except msgspec.DecodeError:
            raise UsageError(f"{path}: not what `{self.command}` writes; {self.anew}") from None


DATASET: Final = Head("dataset.json", 1, "ccr population ingest", "ingest anew")
ANSWERS: Final = Head("run.json", 1, "ccr population run", "run it anew")
