"""Zip files that are no packs are refused, and what is refused is said with what to do."""

import io
import stat
import struct
import warnings
import zipfile
from collections.abc import Mapping
from contextlib import suppress
from unittest import mock

import pytest
from ccr_ruleset_pack import archive
from ccr_ruleset_pack.archive import pack, unpack
from hypothesis import given
from hypothesis import strategies as st

from ccr_rules import UsageError


def zipped(*entries: tuple[str | zipfile.ZipInfo, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    stream = io.BytesIO()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # names that stand there twice
        with zipfile.ZipFile(stream, "w", method) as made:
            for name, content in entries:
                made.writestr(name, content)
    return stream.getvalue()


def named(name: str, kind: int = stat.S_IFREG) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo("x" * len(name))
    entry.filename = name
    entry.create_system = 3
    entry.external_attr = (kind | 0o644) << 16
    return entry


def test_what_was_packed_is_unpacked() -> None:
    files = {"a/b/c.yaml": b"1", "pack.toml": b"", "a/b/d.md": b"\x00\xff" * 1000}
    assert unpack(pack(files)) == files
    assert unpack(zipped(*files.items())) == files


@given(st.dictionaries(st.from_regex(r"\A[a-z]{1,4}/[a-z]{1,4}\.md\Z"), st.binary(max_size=99), max_size=5))
def test_the_same_files_are_the_same_bytes(files: dict[str, bytes]) -> None:
    assert pack(files) == pack(dict(reversed(files.items())))
    assert unpack(pack(files)) == files


def test_folders_may_be_listed() -> None:
    assert unpack(zipped(("a/", b""), ("a/b.md", b"1"))) == {"a/b.md": b"1"}


@pytest.mark.parametrize(
    "name",
    [
        "/etc/passwd",
        "../pack.toml",
        "a/../../b",
        "a/./b",
        "a//b",
        "C:/windows",
        "C:b",
        "a\\b",
        "..\\b",
        "a\x00b",
        "a\nb",
        "a b",
        "b.",
        "b./c",
        ".hidden",
        "prä.md",
        "pra\u0308.md",
        "a/" * 101 + "b",
        "~root/x",
    ],
)
def test_names_that_lead_elsewhere_or_mean_several_things(name: str) -> None:
    with pytest.raises(
        UsageError, match="is no name for a file in a pack; name files and folders with letters"
    ):
        unpack(zipped((named(name), b"1")))


def test_a_folder_that_leads_elsewhere() -> None:
    with pytest.raises(UsageError, match="is no name for a file in a pack"):
        unpack(zipped((named("../up/"), b"")))


@pytest.mark.parametrize("kind", [stat.S_IFLNK, stat.S_IFIFO, stat.S_IFCHR, stat.S_IFSOCK])
def test_links_and_devices(kind: int) -> None:
    with pytest.raises(UsageError, match=r"a/b.md is a link or a device; put the file itself there"):
        unpack(zipped((named("a/b.md", kind), b"/etc/passwd")))


@pytest.mark.parametrize(
    ("names", "says"),
    [
        (
            ["a/b.md", "a/b.md"],
            r"a/b.md is there twice, so that nobody can say which of them counts; keep one",
        ),
        (["a/b.md", "a/B.md"], r"a/b.md and a/B.md differ only in case; rename one of them"),
        (["a/b.md", "A/c.md"], r"a and A differ only in case"),
        (["a", "a/b.md"], r"a is a file and a folder; rename one of them"),
        (["a/b/c.md", "a/b"], r"a/b is a file and a folder"),
    ],
)
def test_names_of_which_only_one_would_count(names: list[str], says: str) -> None:
    with pytest.raises(UsageError, match=says):
        unpack(zipped(*((name, b"1") for name in names)))


def test_what_is_encrypted() -> None:
    content = bytearray(zipped(("a.md", b"1")))
    for start, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.index(start) + flags] |= 1
    with pytest.raises(UsageError, match=r"a.md is encrypted; have the pack built without a password"):
        unpack(bytes(content))


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_other_ways_of_packing(method: int) -> None:
    with pytest.raises(
        UsageError, match=r"a.md is packed in an unusual way; have the pack built by this tool"
    ):
        unpack(zipped(("a.md", b"1"), method=method))


@pytest.mark.parametrize("size", [999, 1000, 1001])
def test_no_more_is_unpacked_than_there_is_room_for(size: int) -> None:
    """Also of several files together."""
    content = zipped(("a.md", b"0" * (size - 600)), ("b.md", b"0" * 600))
    with mock.patch.object(archive, "MOST_UNPACKED", 1000):
        if size <= 1000:
            assert sum(map(len, unpack(content).values())) == size
        else:
            with pytest.raises(UsageError, match="unpacked it is larger than"):
                unpack(content)


def test_a_bomb_that_lies_about_its_size() -> None:
    """128 MiB and a byte of zeros in 128 KiB, said to be one byte."""
    size = archive.MOST_UNPACKED + 1
    content = bytearray(zipped(("a.md", bytes(size))))
    assert len(content) < 200_000
    content_of = bytes(content)
    place = content_of.index(b"PK\x01\x02") + 24
    assert struct.unpack_from("<L", content_of, place) == (size,)
    with pytest.raises(UsageError, match="unpacked it is larger than 128 MiB; that is no pack"):
        unpack(content_of)
    struct.pack_into("<L", content, place, 1)
    with pytest.raises(UsageError, match="cannot be read as a zip file"):
        unpack(bytes(content))


def test_too_many_files() -> None:
    entries = [(f"{number}.md", b"") for number in range(4)]
    with mock.patch.object(archive, "MOST_FILES", 3):
        assert len(unpack(zipped(*entries[:3]))) == 3
        with pytest.raises(UsageError, match="it holds more than 3 files; that is no pack"):
            unpack(zipped(*entries))


GOOD = zipped(("pack.toml", b"name = 1\n" * 20), ("a/b.md", b"2" * 50))


@pytest.mark.parametrize("content", [b"", b"PK", b"not a zip", GOOD[:-1], GOOD[: len(GOOD) // 2], GOOD[4:]])
def test_what_is_no_zip_file(content: bytes) -> None:
    with pytest.raises(UsageError, match=r"it cannot be read as a zip file \(\w+\); fetch it again"):
        unpack(content)


@given(place=st.integers(0, len(GOOD) - 1), value=st.integers(0, 255))
def test_a_byte_that_was_changed_is_refused_or_changes_nothing(place: int, value: int) -> None:
    """Names and contents have checksums or are refused; nothing else is raised than UsageError."""
    content = bytearray(GOOD)
    content[place] = value
    try:
        found: Mapping[str, bytes] = unpack(bytes(content))
    except UsageError:
        return
    assert set(found.values()) <= set(unpack(GOOD).values())


@given(st.binary(max_size=300))
def test_whatever_follows_the_head_of_a_zip_file(rest: bytes) -> None:
    for content in (rest, b"PK\x03\x04" + rest, GOOD[:-22] + rest, GOOD[:-22] + b"PK\x05\x06" + rest):
        with suppress(UsageError):
            unpack(content)
