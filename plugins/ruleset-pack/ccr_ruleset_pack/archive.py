"""A zip file, read into memory with distrust, and written so that the same content gives the same bytes."""

import io
import stat
import struct
import zipfile
import zlib
from collections.abc import Mapping
from typing import Final

from ccr_rules.errors import UsageError
from ccr_ruleset_pack.names import check_apart, check_name

MOST_BYTES: Final = 32 * 2**20
"""How large a pack may be. The rulesets and codelists that come with ccr-rules are less than 2 MiB."""

MOST_UNPACKED: Final = 128 * 2**20
MOST_FILES: Final = 10_000

_UNREADABLE: Final = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    NotImplementedError,
    OSError,
    OverflowError,
    RuntimeError,
    UnicodeDecodeError,
    ValueError,
    struct.error,
)
"""What zipfile raises for a file that is damaged, or that is no zip file."""

_ENCRYPTED: Final = 0x1 | 0x40 | 0x2000
_DAY: Final = (1980, 1, 1, 0, 0, 0)
"""The first day that a zip file can hold: nothing of when or where it was made is in a pack."""


def unpack(content: bytes) -> dict[str, bytes]:
    """Return the files of a zip file by name. Raises UsageError for one that a pack never is."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return _files(archive)
    except _UNREADABLE as fault:
        raise UsageError(
            f"it cannot be read as a zip file ({type(fault).__name__}); fetch it again, or have it built anew"
        ) from None


def _files(archive: zipfile.ZipFile) -> dict[str, bytes]:
    entries = archive.infolist()
    if len(entries) > MOST_FILES:
        raise UsageError(f"it holds more than {MOST_FILES:,} files; that is no pack")
    for entry in entries:
        _check(entry)
    files = [entry for entry in entries if not entry.is_dir()]
    check_apart(entry.filename for entry in files)
    found: dict[str, bytes] = {}
    room = MOST_UNPACKED
    for entry in files:
        found[entry.filename] = _read(archive, entry, room)
        room -= len(found[entry.filename])
    return found


def _check(entry: zipfile.ZipInfo) -> None:
    check_name(entry.orig_filename.removesuffix("/"))
    kind = stat.S_IFMT(entry.external_attr >> 16)
    if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
        raise UsageError(f"{entry.filename} is a link or a device; put the file itself there")
    if entry.flag_bits & _ENCRYPTED:
        raise UsageError(f"{entry.filename} is encrypted; have the pack built without a password")
    if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise UsageError(f"{entry.filename} is packed in an unusual way; have the pack built by this tool")


def _read(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, room: int) -> bytes:
    """Return a file, never more of it than there is room for, whatever it says of its size."""
    with archive.open(entry) as stream:
        content = stream.read(room + 1)
    if len(content) > room:
        raise UsageError(f"unpacked it is larger than {MOST_UNPACKED // 2**20} MiB; that is no pack")
    return content


def pack(files: Mapping[str, bytes]) -> bytes:
    """Return a zip file of some files: by name, of one day, not compressed.

    Compressed bytes depend on the version of zlib; these depend on the files alone.
    """
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_STORED) as archive:
        for name in sorted(files):
            entry = zipfile.ZipInfo(name, _DAY)
            entry.create_system = 3
            entry.external_attr = (stat.S_IFREG | 0o644) << 16
            archive.writestr(entry, files[name])
    return stream.getvalue()
