"""The hooks of the plugin."""

from collections.abc import Mapping, Sequence
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from ccr_rules.errors import UsageError
from ccr_rules.hosting import hookimpl
from ccr_rules.library.library import CODELISTS
from ccr_ruleset_pack.pack import Pack, read_pack


class Listed(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A pack that is on: its file, and its digest, unless it is expressly `unpinned`."""

    file: Annotated[str, Meta(min_length=1)]
    digest: Annotated[str, Meta(pattern=r"^sha256:[0-9a-f]{64}$")] | None = None
    unpinned: bool = False


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The packs, in their order: one may build on those before it."""

    packs: tuple[Listed, ...] = ()


class RulesetPacks:
    """Gives the library what is in some packs. They are read once, when the host starts."""

    def __init__(self) -> None:
        self.packs: tuple[Pack, ...] = ()

    @hookimpl
    def ccr_configure(self, settings: Mapping[str, Any], folder: Path) -> None:
        """Read the packs. Raises UsageError for one that is not the file that is listed, or is no pack."""
        try:
            listed = msgspec.convert(dict(settings), Settings).packs
        except msgspec.ValidationError as fault:
            raise UsageError(f"settings: {fault}; write packs = [{{file = …, digest = …}}]") from None
        packs = [_read(each, folder) for each in listed]
        names = [each.manifest.name for each in packs]
        for name in names:
            if names.count(name) > 1:
                raise UsageError(f"packs: {name} is listed twice; list one version of it")
        self.packs = tuple(packs)

    @hookimpl
    def ccr_rulesets(self) -> Sequence[Traversable]:
        """The packs with rulesets, with the codelists that these bring along."""
        return [each.root for each in self.packs if each.has_rulesets]

    @hookimpl
    def ccr_codelists(self) -> Sequence[Traversable]:
        """The packs of codelists alone."""
        return [each.root / CODELISTS for each in self.packs if not each.has_rulesets]


def _read(listed: Listed, folder: Path) -> Pack:
    if (listed.digest is None) is not listed.unpinned:
        raise UsageError(
            f"packs: {listed.file}: give either its digest, as its publisher tells it, or unpinned = true, "
            "which takes whatever file is there"
        )
    return read_pack(folder / listed.file, listed.digest)


plugin = RulesetPacks()
