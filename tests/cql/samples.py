"""A small ruleset with a codelist of its own, for tests of the text that is exported."""

from collections.abc import Callable
from dataclasses import replace

from ccr_rules.codelists.codelist import Codelist, CodelistEntry, LooksLike
from ccr_rules.codelists.text import fold
from ccr_rules.language.loading import load_ruleset
from ccr_rules.language.ruleset import Ruleset
from tests.cli.support import SCHEME

CODE = "254837009"
TERMS = {"cancer-care-review": ("720006006", "Cancer care review")}


def scheme() -> Ruleset:
    """Return the small scheme that the command line is tested with."""
    return load_ruleset(SCHEME, "scheme.yaml")


def codelist(name: str, **more: object) -> Codelist:
    """Return a list of one code, found in Conditions."""
    code, term = TERMS.get(name, (CODE, "Malignant neoplasm of breast"))
    entry = CodelistEntry(code, term, None, "verified")
    made = Codelist(
        name=name,
        release="2026-11-21",
        digest="sha256:made",
        title=f"The list {name}",
        category="activity",
        found_in=frozenset({"Condition"}),
        codes={code: entry},
        terms={},
    )
    return replace(made, **more)  # type: ignore[arg-type]


def finding(**lists: Codelist) -> Callable[[str, str | None], Codelist]:
    """Return what finds these lists by name, and for every other name a list of one code."""
    by_name = {each.name: each for each in lists.values()}
    return lambda name, release: by_name.get(name) or codelist(name)


def by_term(term: str, class_: str | None = None) -> dict[str, CodelistEntry]:
    """Return the entries of a list that knows one term and no code."""
    return {fold(term): CodelistEntry("", term, class_, "unverified")}


def looking_like(pattern: str, class_: str | None = None) -> LooksLike:
    """Return a pattern by which a list guesses."""
    return LooksLike(pattern, class_)
