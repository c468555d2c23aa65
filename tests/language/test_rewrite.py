"""SEMANTICS 6: what a date's own window already says, and nothing else."""

import pytest

from ccr_rules.language.unparse import source
from tests.language.samples import HEAD, loaded

DATES = """\
let:
  E: "@2024-03-31"
  ALIAS: D
dates:
  D: {earliest: CANCER, from: E, to: as_of}
  OPEN: {earliest: CANCER}
  STRICT: {latest: REVIEW, after: E, before: D}
"""


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("D >= E", "D is not null"),
        ("D <= as_of", "D is not null"),
        ("E <= D", "D is not null"),
        ("as_of >= D", "D is not null"),
        ("not (D >= E)", "not (D is not null)"),
        ("D >= E and OPEN <= E or D <= as_of", "D is not null and OPEN <= E or D is not null"),
        ("D between E and as_of", "D is not null and D is not null"),
        ("D between E and OPEN", "D is not null and D <= OPEN"),
        ("D between OPEN and as_of", "D >= OPEN and D is not null"),
        # nothing else
        ("D > E", "D > E"),
        ("D <= E", "D <= E"),
        ("D >= @2024-03-31", "D >= @2024-03-31"),
        ("D >= E + 0 days", "D >= E + 0 days"),
        ("ALIAS >= E", "ALIAS >= E"),
        ("OPEN >= E", "OPEN >= E"),
        ("STRICT >= E", "STRICT >= E"),
        ("STRICT <= D", "STRICT <= D"),
        ("D between OPEN and E", "D between OPEN and E"),
        ("D is null", "D is null"),
        ("not (E <= OPEN)", "not (E <= OPEN)"),
    ],
)
def test_a_window_speaks_for_its_date(written: str, meant: str) -> None:
    ruleset = loaded(f"{HEAD}{DATES}conditions:\n  tested: {written}\n")
    test = ruleset.conditions["tested"].test
    assert source(test) == meant  # type: ignore[arg-type]
