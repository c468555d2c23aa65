"""The cache: what it gives back is what was put there, made of the same, by the same program, or nothing."""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest
from msgspec.json import Decoder

from ccr_rules.library import cache as cache_module
from ccr_rules.library.cache import Cache

NAME, MADE_OF = "a place", b"a digest"
VALUE = ["one", "two"]
AS_ROOT = hasattr(os, "geteuid") and os.geteuid() == 0


class Branch(msgspec.Struct, array_like=True):
    """What holds another of its kind."""

    inner: "Branch | None"


@pytest.fixture
def cache(tmp_path: Path) -> Cache:
    """Return a cache that keeps one value."""
    made = Cache(tmp_path / "cache")
    made.put(NAME, MADE_OF, VALUE)
    return made


def kept(cache: Cache, name: str = NAME, made_of: bytes = MADE_OF) -> list[str] | None:
    return cache.get(name, made_of, Decoder(list[str]))


def only_file(cache: Cache) -> Path:
    assert cache.folder is not None
    (file,) = cache.folder.iterdir()
    return file


def sealed(content: bytes) -> bytes:
    """Return content with a seal that fits, as somebody could make it who means to deceive."""
    return hashlib.sha256(content).digest() + content


class TestKeeping:
    def test_what_was_put_there_comes_back(self, cache: Cache) -> None:
        assert kept(cache) == VALUE
        assert kept(Cache(cache.folder)) == VALUE

    def test_nothing_comes_back_under_another_name_or_made_of_something_else(self, cache: Cache) -> None:
        assert kept(cache, name="another place") is None
        assert kept(cache, made_of=b"another digest") is None

    def test_a_place_keeps_one_value_the_last(self, cache: Cache) -> None:
        cache.put(NAME, b"another digest", ["three"])
        assert kept(cache) is None
        assert kept(cache, made_of=b"another digest") == ["three"]
        assert only_file(cache).is_file()

    def test_the_folder_and_its_files_are_their_owner_s_alone(self, cache: Cache) -> None:
        assert cache.folder is not None
        assert (cache.folder.stat().st_mode & 0o777, only_file(cache).stat().st_mode & 0o777) == (
            0o700,
            0o600,
        )

    def test_a_name_that_is_no_text_is_a_name_too(self, cache: Cache) -> None:
        name = os.fsdecode(b"folder \xff")
        cache.put(name, MADE_OF, VALUE)
        assert kept(cache, name) == VALUE

    def test_a_value_that_cannot_be_written_is_not_kept(self, cache: Cache) -> None:
        cache.put("another", MADE_OF, [os.fsdecode(b"\xff")])
        assert kept(cache, "another") is None
        assert only_file(cache).is_file()


class TestWhatIsNotBelieved:
    def test_a_file_cut_short_anywhere(self, cache: Cache) -> None:
        file, whole = only_file(cache), only_file(cache).read_bytes()
        for length in range(len(whole)):
            file.write_bytes(whole[:length])
            assert kept(cache) is None
        file.write_bytes(whole)
        assert kept(cache) == VALUE

    def test_a_file_with_any_bit_turned(self, cache: Cache) -> None:
        file, whole = only_file(cache), only_file(cache).read_bytes()
        for index in range(len(whole)):
            for bit in range(8):
                turned = bytearray(whole)
                turned[index] ^= 1 << bit
                file.write_bytes(turned)
                assert kept(cache) is None

    def test_a_file_with_something_behind_it(self, cache: Cache) -> None:
        only_file(cache).write_bytes(only_file(cache).read_bytes() + b" ")
        assert kept(cache) is None

    @pytest.mark.parametrize(
        "value",
        [b"", b"[1]", b'{"one": 1}', b'["\xff"]', b"[" * 100_000],
        ids=["nothing", "another kind", "another shape", "no text", "too deep"],
    )
    def test_a_value_of_another_kind_though_key_and_seal_fit(self, cache: Cache, value: bytes) -> None:
        file = only_file(cache)
        file.write_bytes(sealed(file.read_bytes()[32:64] + value))
        assert kept(cache) is None

    def test_a_tree_deeper_than_python_can_follow(self, cache: Cache) -> None:
        file = only_file(cache)
        file.write_bytes(sealed(file.read_bytes()[32:64] + b"[" * 100_000))
        assert cache.get(NAME, MADE_OF, Decoder(Branch)) is None

    def test_what_another_program_kept(self, cache: Cache, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(cache_module, "program_digest", lambda: b"another program")
        another = Cache(cache.folder)
        assert kept(another) is None
        another.put(NAME, MADE_OF, ["three"])
        assert (kept(another), kept(cache)) == (["three"], None)

    def test_anything_without_the_source_of_the_program(
        self, cache: Cache, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(cache_module, "program_digest", lambda: None)
        blind = Cache(cache.folder)
        assert "is not at hand" in blind.fault
        assert kept(blind) is None

    def test_a_folder_in_place_of_the_file(self, cache: Cache) -> None:
        file = only_file(cache)
        file.unlink()
        file.mkdir()
        assert kept(cache) is None
        cache.put(NAME, MADE_OF, VALUE)
        assert kept(cache) is None


class TestWhereNothingCanBeKept:
    def test_without_a_folder(self) -> None:
        none = Cache(None)
        none.put(NAME, MADE_OF, VALUE)
        assert (none.fault, kept(none)) == ("it is switched off", None)

    def test_where_no_folder_can_be_made(self, tmp_path: Path) -> None:
        (tmp_path / "file").write_text("", encoding="utf-8")
        none = Cache(tmp_path / "file" / "cache")
        none.put(NAME, MADE_OF, VALUE)
        assert kept(none) is None
        assert none.fault.startswith(f"{tmp_path / 'file' / 'cache'}: ")

    def test_where_others_can_write(self, cache: Cache) -> None:
        """What is kept is believed, so nobody else may have put it there."""
        assert cache.folder is not None
        for mode in (0o770, 0o707):
            cache.folder.chmod(mode)
            open_to_others = Cache(cache.folder)
            assert kept(open_to_others) is None
            open_to_others.put(NAME, MADE_OF, ["three"])
            assert "others can write to it" in open_to_others.fault
        cache.folder.chmod(0o700)
        assert kept(Cache(cache.folder)) == VALUE

    def test_where_another_user_is_the_owner(self, cache: Cache, monkeypatch: pytest.MonkeyPatch) -> None:
        assert cache.folder is not None
        os.chown(cache.folder, *((12345, -1) if AS_ROOT else (-1, -1)))
        monkeypatch.setattr(os, "getuid", lambda: 54321)
        assert "somebody else's" in Cache(cache.folder).fault
        monkeypatch.delattr(os, "getuid")  # as on Windows, where a profile is its user's alone
        assert kept(Cache(cache.folder)) == VALUE

    def test_what_is_there_is_used_where_nothing_can_be_written(
        self, cache: Cache, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def refuse(**_options: object) -> None:
            raise PermissionError(13, "Permission denied")

        monkeypatch.setattr("tempfile.mkstemp", refuse)
        cache.put("another", MADE_OF, VALUE)
        assert (kept(cache), kept(cache, "another")) == (VALUE, None)

    def test_nothing_is_left_behind_where_the_disk_is_full(
        self, cache: Cache, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def full(_self: Path, _target: Path) -> None:
            raise OSError(28, "No space left on device")

        monkeypatch.setattr(Path, "replace", full)
        cache.put("another", MADE_OF, VALUE)
        assert only_file(cache).is_file()
        assert kept(cache) == VALUE


WRITER = """
import sys
from pathlib import Path
from msgspec.json import Decoder
from ccr_rules.library.cache import Cache

cache = Cache(Path(sys.argv[1]))
for number in range(100):
    cache.put("a place", b"a digest", [sys.argv[2] * 2000])
    (text,) = cache.get("a place", b"a digest", Decoder(list[str]))
    assert len(set(text)) == 1 and len(text) == 2000
"""


def test_writers_and_readers_in_several_processes_meet_whole_values_only(tmp_path: Path) -> None:
    command = [sys.executable, "-c", WRITER, str(tmp_path / "cache")]
    writers = [subprocess.Popen([*command, letter], stderr=subprocess.PIPE) for letter in "abcd"]
    assert [(writer.communicate()[1], writer.returncode) for writer in writers] == [(b"", 0)] * 4
    assert len(list((tmp_path / "cache").iterdir())) == 1
