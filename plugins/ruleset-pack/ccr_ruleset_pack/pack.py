"""A pack: its manifest, and its rulesets and codelists as folders.

Whether these can be used is for the library to say.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ccr_rules.errors import UsageError
from ccr_rules.library.library import CODELISTS, RULESET_FILE
from ccr_ruleset_pack.archive import MOST_BYTES, unpack
from ccr_ruleset_pack.folder import PackFolder, Tree
from ccr_ruleset_pack.manifest import FILE, Manifest, read_manifest

_BESIDE: Final = ("LICENCE", "LICENSE", "README.md", FILE)
"""What may stand at the top of a pack beside folders."""


@dataclass(frozen=True)
class Pack:
    """A pack that was read: its digest (`sha256:…`, of the whole file), manifest and content."""

    digest: str
    manifest: Manifest
    root: PackFolder
    has_rulesets: bool


def digest_of(content: bytes) -> str:
    """Return the digest of a file."""
    return f"sha256:{hashlib.sha256(content).hexdigest()}"


def read_pack(path: Path, digest: str | None = None) -> Pack:
    """Read a pack, once; with a digest it is looked at only if it is the file that was meant.

    Raises UsageError.
    """
    try:
        with path.open("rb") as file:
            content = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise UsageError(f"{path}: cannot be read: {error.strerror}; name the file of a pack") from None
    if len(content) > MOST_BYTES:
        raise UsageError(f"{path}: larger than {MOST_BYTES // 2**20} MiB; that is no pack")
    found = digest_of(content)
    if digest is not None and found != digest:
        raise UsageError(
            f"{path}: it is not the file that is listed (its digest is {found}); fetch that one "
            "again, or list this digest after its publisher has confirmed it by another way"
        )
    try:
        return pack_of(unpack(content), found)
    except UsageError as fault:
        raise UsageError(f"{path}: {fault.message}") from None


def pack_of(files: Mapping[str, bytes], digest: str) -> Pack:
    """Return the pack that some files make. Raises UsageError where something would be overlooked."""
    manifest = read_manifest(files.get(FILE))
    folders = _folders(files)
    if not folders:
        raise UsageError("there is nothing in it; put <family>/<version>/ruleset.yaml or codelists there")
    for folder, names in folders.items():
        _check_folder(folder, names)
    has_rulesets = any(not folder.startswith(f"{CODELISTS}/") for folder in folders)
    return Pack(digest, manifest, PackFolder(Tree(files, digest, manifest.title)), has_rulesets)


def _folders(files: Mapping[str, bytes]) -> dict[str, set[str]]:
    """Return the names of the files in each folder of a ruleset or codelist."""
    found: dict[str, set[str]] = {}
    for path in files:
        *folders, name = path.split("/")
        if len(folders) == 2:
            found.setdefault("/".join(folders), set()).add(name)
        elif path not in _BESIDE and path != f"{CODELISTS}/README.md":
            raise UsageError(
                f"{path} is not where anything is looked for; a pack holds <family>/<version>/{RULESET_FILE} "
                f"and {CODELISTS}/<name>/<release>.csv, with the files beside these"
            )
    return found


def _check_folder(folder: str, names: set[str]) -> None:
    if folder.startswith(f"{CODELISTS}/"):
        if not any(name.endswith(".csv") or name == "codelist.yaml" for name in names):
            raise UsageError(f"{folder} holds no codelist; put codelist.yaml or a release there")
    elif RULESET_FILE not in names:
        raise UsageError(f"{folder} holds no {RULESET_FILE}; put it there, or take the folder out")
