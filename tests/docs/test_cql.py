"""docs/cql.md shows and lists what is exported now."""

import re

from ccr_rules import Library
from ccr_rules.exports.cql.files import cql_files
from ccr_rules.exports.cql.membership import READ
from ccr_rules.exports.cql.question import PARAMETERS
from tests.cli.support import ROOT

PAGE = (ROOT / "docs" / "cql.md").read_text(encoding="utf-8")
LIBRARY = Library.shipped()


def test_what_it_shows_is_what_is_exported() -> None:
    shown = re.findall(r"<!-- as exported from (\S+) -->\n```cql\n(.*?)```", PAGE, re.DOTALL)
    assert len(shown) == PAGE.count("```cql")
    for reference, text in shown:
        exported = next(iter(cql_files(LIBRARY.find(reference), LIBRARY.codelist).values()))
        assert text in exported


def test_it_names_every_file() -> None:
    files = cql_files(LIBRARY.find("qof-cancer@2023"), LIBRARY.codelist)
    named = re.findall(r"^\| `(\S+?)` \|", PAGE, re.MULTILINE)
    assert {file if file.endswith(".cql") else "ValueSet-*.json" for file in files} <= set(named)


def test_it_names_every_parameter_and_every_kind_that_is_read() -> None:
    parameters = re.findall(r'^parameter ("[^"]+")', PARAMETERS, re.MULTILINE)
    assert [name for name in parameters if f"`{name}`" not in PAGE] == []
    assert "**Kinds.** " + ", ".join(READ) + ";" in PAGE
