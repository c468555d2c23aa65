"""Rulesets and codelists as they are read: from what is kept, if that was made of the same texts."""

from collections.abc import Collection
from functools import lru_cache
from typing import Final

from msgspec import Struct
from msgspec.json import Decoder

from ccr_rules.codelists.codelist import Codelist
from ccr_rules.errors import RulesetError
from ccr_rules.language.ruleset import Ruleset
from ccr_rules.language.text import Bases, RulesetText
from ccr_rules.library.cache import Cache
from ccr_rules.library.codelist_text import Folders, gather
from ccr_rules.library.program import digest


class KeptRuleset(Struct, frozen=True, array_like=True):
    """A ruleset, and the digests of the texts of the bases that were asked for, by id and version."""

    bases: tuple[tuple[str, str, bytes], ...]
    ruleset: Ruleset


_RULESETS: Final = Decoder(KeptRuleset)
_CODELISTS: Final = Decoder(Codelist)


def ruleset_of(
    source: RulesetText, place: str, bases: Bases, codelists: Collection[str], cache: Cache
) -> Ruleset:
    """Return the ruleset of a text that stands at a place. Raises RulesetError, with all that is wrong."""
    made_of = _digest(source)
    kept = cache.get(place, made_of, _RULESETS)
    if kept is not None and _holds(kept, bases, codelists):
        return kept.ruleset
    asked: dict[tuple[str, str], bytes] = {}

    def noted(ruleset_id: str, version: str) -> RulesetText | None:
        base = bases(ruleset_id, version)
        if base is not None:
            asked[ruleset_id, version] = _digest(base)
        return base

    ruleset = _read(source, noted, codelists)
    cache.put(place, made_of, KeptRuleset(tuple((*name, text) for name, text in asked.items()), ruleset))
    return ruleset


def _holds(kept: KeptRuleset, bases: Bases, codelists: Collection[str]) -> bool:
    """Say whether the rest is as it was: the bases have the same texts, and the codelists used are there."""
    for ruleset_id, version, text in kept.bases:
        base = bases(ruleset_id, version)
        if base is None or _digest(base) != text:
            return False
    return all(use.codelist in codelists for use in kept.ruleset.codelists.values())


@lru_cache(maxsize=16)  # many overlays have one base
def _digest(source: RulesetText) -> bytes:
    text = source.text if isinstance(source.text, bytes) else source.text.encode(errors="surrogatepass")
    return digest([repr(source.file).encode(), text])


def _read(source: RulesetText, bases: Bases, codelists: Collection[str]) -> Ruleset:
    from ccr_rules.language.loading import check_ruleset  # noqa: PLC0415 - only what is not kept needs it

    ruleset, problems = check_ruleset(source.text, source.file, bases=bases, codelists=codelists)
    if ruleset is None:
        raise RulesetError(f"{source.file} cannot be used", problems)
    return ruleset


def codelist_of(folders: Folders, release: str | None, cache: Cache) -> Codelist:
    """Return a codelist of one release (None: the newest). Raises RulesetError, with all that is wrong."""
    text = gather(folders, release)
    place, made_of = "\0".join([*map(str, folders), release or ""]), digest(text.parts())
    kept = cache.get(place, made_of, _CODELISTS)
    if kept is not None:
        return kept
    from ccr_rules.library.codelist_files import read_codelist  # noqa: PLC0415 - only what is not kept needs it

    codelist = read_codelist(text)
    cache.put(place, made_of, codelist)
    return codelist
