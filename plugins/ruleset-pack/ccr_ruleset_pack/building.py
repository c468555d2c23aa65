"""Making a pack of a folder."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from ccr_rules.errors import UsageError
from ccr_rules.library.replacing import replace_file
from ccr_ruleset_pack.archive import MOST_UNPACKED, pack, unpack
from ccr_ruleset_pack.checking import Checked, check_pack
from ccr_ruleset_pack.names import check_apart, check_name
from ccr_ruleset_pack.pack import Pack, digest_of, pack_of


class Built(NamedTuple):
    """A pack that was made, and what is in it."""

    pack: Pack
    checked: Checked


def build(folder: Path, out: Path, on: Sequence[Pack] = ()) -> Built:
    """Check what is in a folder, and write it as a pack; the same content gives the same bytes.

    Names with a dot at the beginning are passed over. Raises UsageError, RulesetError, RulesetTestsFailed;
    then nothing is written.
    """
    if not folder.is_dir():
        raise UsageError(f"{folder} is not a folder; name one that holds pack.toml and rulesets or codelists")
    content = pack(dict(_files(folder)))
    made = pack_of(unpack(content), digest_of(content))
    checked = check_pack(made, on)
    try:
        replace_file(out, content, mode=0o644, durable=True)
    except OSError as error:
        raise UsageError(f"{out}: cannot be written: {error.strerror}; name another file") from None
    return Built(made, checked)


def _files(folder: Path) -> Iterator[tuple[str, bytes]]:
    found = {path.relative_to(folder).as_posix(): path for path in sorted(_walk(folder))}
    for name in found:
        check_name(name)
    check_apart(found)
    if sum(path.stat().st_size for path in found.values()) > MOST_UNPACKED:
        raise UsageError(f"{folder}: more than {MOST_UNPACKED // 2**20} MiB; that is no pack")
    yield from ((name, path.read_bytes()) for name, path in found.items())


def _walk(folder: Path) -> Iterator[Path]:
    for path in folder.iterdir():
        if path.name.startswith("."):
            continue
        if path.is_symlink():
            raise UsageError(f"{path} is a link; put the file itself there")
        if path.is_dir():
            yield from _walk(path)
        elif path.is_file():
            yield path
        else:
            raise UsageError(f"{path} is neither a file nor a folder; take it out")
