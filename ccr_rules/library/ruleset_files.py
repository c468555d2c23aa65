"""The ruleset files of a library's folders: where they are, and what their texts say before they are read."""

import re
from collections.abc import Iterator, Sequence
from functools import cached_property
from importlib.resources.abc import Traversable
from typing import NamedTuple

from ccr_rules.language.text import RulesetText
from ccr_rules.library.files import folders_in, read_bytes
from ccr_rules.library.heads import Head, read_head

CODELISTS = "codelists"
RULESET_FILE = "ruleset.yaml"
_VERSION = re.compile(rb"^version:\s*(\S+)", re.MULTILINE)


class Located(NamedTuple):
    """A ruleset file: its folder, its family, and the name by which problems call it."""

    folder: Traversable
    family: str
    file: str

    def text(self) -> bytes:
        """Return the file's content."""
        return read_bytes(self.folder / RULESET_FILE)


class RulesetFiles:
    """The ruleset files of some folders, each read once."""

    def __init__(self, roots: Sequence[Traversable]) -> None:
        self._roots = roots

    def located(self) -> Iterator[Located]:
        """Yield where each ruleset stands."""
        for root in self._roots:
            for family in folders_in(root):
                for version in folders_in(family) if family.name != CODELISTS else ():
                    if (version / RULESET_FILE).is_file():
                        yield Located(version, family.name, f"{family.name}/{version.name}/{RULESET_FILE}")

    @cached_property
    def texts(self) -> dict[Located, bytes]:
        """The content of each file."""
        return {located: located.text() for located in self.located()}

    @cached_property
    def heads(self) -> dict[Located, Head | None]:
        """What each file says of itself at its top, so that only what is asked for is read whole."""
        return {located: read_head(text) for located, text in self.texts.items()}

    def source(self, located: Located) -> RulesetText:
        """Return the text of a file with the file's name."""
        return RulesetText(self.texts[located], located.file)

    def base(self, ruleset_id: str, version: str) -> RulesetText | None:
        """Find a ruleset by id and version, the first if there are several."""
        located = self._by_version.get((ruleset_id, version))
        return None if located is None else self.source(located)

    @cached_property
    def _by_version(self) -> dict[tuple[str, str], Located]:
        """The files by family and by their line `version:`; what else they say need not be readable."""
        found: dict[tuple[str, str], Located] = {}
        for located, text in self.texts.items():
            version = _VERSION.search(text)
            if version is not None:
                found.setdefault((located.family, version[1].decode(errors="replace")), located)
        return found
