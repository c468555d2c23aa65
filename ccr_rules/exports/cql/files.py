"""The files of an exported ruleset: its library, the two that it includes, and its value sets."""

import json
from importlib.resources import files

from ccr_rules.exports.canonical import CANONICAL, checked
from ccr_rules.exports.cql.library import SUPPORT, SUPPORT_VERSION, FindCodelist, codelists_of, cql_library
from ccr_rules.exports.cql.names import library_name
from ccr_rules.exports.cql.value_sets import classes_of, id_of, value_set
from ccr_rules.language.ruleset import Ruleset


def cql_files(ruleset: Ruleset, find: FindCodelist, canonical: str = CANONICAL) -> dict[str, str]:
    """Return the text of each file by its name, the ruleset's own library first.

    Libraries are named as translators look for them: `NAME-VERSION.cql`.

    Raises:
        UsageError: if no resource can belong at `canonical`, or if a codelist counts kinds of resource that
            exported CQL does not read.
    """
    checked(canonical)
    own = f"{library_name(ruleset)}-{ruleset.version}.cql"
    return {
        own: cql_library(ruleset, find, canonical),
        **support_libraries(),
        **_value_sets(ruleset, find, canonical),
    }


def support_libraries() -> dict[str, str]:
    """Return the libraries that are the same for every ruleset, by file name."""
    folder = files("ccr_rules.exports.cql") / "libraries"
    return {
        f"{name}-{SUPPORT_VERSION}.cql": (folder / f"{name}.cql").read_text(encoding="utf-8")
        for name in SUPPORT
    }


def _value_sets(ruleset: Ruleset, find: FindCodelist, canonical: str) -> dict[str, str]:
    return {
        f"ValueSet-{id_of(codelist, class_)}.json": _json(value_set(codelist, class_, canonical))
        for codelists in codelists_of(ruleset, find)
        for codelist in codelists
        for class_ in classes_of(codelist)
    }


def _json(resource: object) -> str:
    return json.dumps(resource, indent=2, ensure_ascii=False) + "\n"
