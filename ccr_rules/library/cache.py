"""What was read and checked once, kept on disk so that the next process need not do it again.

Each value has a file of its own, named for the place that it was read from. It bears the digest of all that
the value was made of, this program included (its key), and the digest of its own content (its seal). A file
with another key or a seal that does not fit is passed over and written anew; so is one that does not hold a
value of the kind that is asked for. Where nothing can be kept everything works, and is read each time.
"""

import hashlib
from contextlib import suppress
from pathlib import Path
from typing import Literal, TypeVar

from msgspec.json import Decoder, encode

from ccr_rules.library.cache_folder import fault_of, user_folder
from ccr_rules.library.files import read_bytes
from ccr_rules.library.program import digest, program_digest
from ccr_rules.library.replacing import replace_file

CacheChoice = Path | Literal["user"] | None
"""A folder; `user`: the user's own, or what CCR_CACHE says; None: nothing is kept."""

_T = TypeVar("_T")
_SIZE = hashlib.sha256().digest_size


class Cache:
    """A folder of kept values. `fault` is why nothing is kept, or nothing."""

    def __init__(self, choice: CacheChoice = "user") -> None:
        self.folder = user_folder() if choice == "user" else choice
        self._program = b""
        self.fault = "it is switched off" if self.folder is None else self._open(self.folder)

    def _open(self, folder: Path) -> str:
        """Look at the folder and the program, now and once: what is replaced later is not what runs here."""
        program = program_digest()
        if program is None:
            return "the source of this program is not at hand, so that nothing could be told to be its own"
        self._program = program
        return fault_of(folder)

    def get(self, name: str, made_of: bytes, decoder: Decoder[_T]) -> _T | None:
        """Return what is kept under a name, if it was made of this by this program."""
        if self.folder is None or self.fault:
            return None
        try:
            file = memoryview(read_bytes(self.folder / _file(name)))
            seal, key, value = file[:_SIZE], file[_SIZE : 2 * _SIZE], file[2 * _SIZE :]
            if key != self._key(made_of) or seal != _seal(file[_SIZE:]):
                return None
            return decoder.decode(value)
        except (OSError, ValueError, RecursionError):
            return None

    def put(self, name: str, made_of: bytes, value: object) -> None:
        """Keep a value under a name; where that is not possible, do nothing."""
        if self.folder is None or self.fault:
            return
        with suppress(OSError, ValueError):  # ValueError: a file's name that is no text
            content = self._key(made_of) + encode(value)
            replace_file(self.folder / _file(name), _seal(content) + content)

    def _key(self, made_of: bytes) -> bytes:
        return digest([self._program, made_of])


def _file(name: str) -> str:
    return hashlib.sha256(name.encode(errors="surrogateescape")).hexdigest()[:32] + ".json"


def _seal(content: bytes | memoryview) -> bytes:
    return hashlib.sha256(content).digest()
