"""Every kind of problem that a ruleset can have, by the code that stands at the end of its message."""

from typing import Literal, get_args

Code = Literal[
    # the text as YAML
    "not-utf8",
    "hidden-character",
    "tab",
    "yaml-syntax",
    "documents",
    "directive",
    "anchor",
    "alias",
    "tag",
    "merge-key",
    "duplicate-key",
    "key-not-text",
    "empty",
    "too-deep",
    # its shape
    "wrong-shape",
    "unknown-key",
    "missing-key",
    "unknown-word",
    "bad-value",
    "bad-name",
    "reserved-name",
    "duplicate-name",
    "duplicate-id",
    "no-grounds",
    # expressions and texts
    "syntax",
    "bad-date",
    "bad-duration",
    "wrong-type",
    "unknown-name",
    "unknown-source",
    "unknown-codelist",
    "unknown-reason",
    "cannot-tell-in-set",
    "template",
    "unknown-placeholder",
    # overlays
    "unknown-base",
    "base-mismatch",
    "base-digest",
    "base-cycle",
    "unknown-removal",
    # what it means
    "cycle",
    "window-never-opens",
    "no-otherwise",
    "unreachable-row",
    "no-until",
    "done-unanchored",
    "done-not-earliest",
    "due-may-be-absent",
    "until-may-be-absent",
    "intended-purpose",
    "qof-words",
    # warnings
    "negated-comparison",
    "unused",
]

CODES: tuple[Code, ...] = get_args(Code)

WARNINGS: frozenset[Code] = frozenset({"negated-comparison", "unused"})
"""The codes that do not stop a ruleset from being used."""
