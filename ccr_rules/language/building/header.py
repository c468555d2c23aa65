"""The head of a ruleset: what it is, where it holds, since when."""

import re
from dataclasses import dataclass
from datetime import date

from ccr_rules.language.building.context import Context
from ccr_rules.language.fields import Fields, Keys
from ccr_rules.language.nodes import MapNode, Node
from ccr_rules.language.ruleset import Base, RulesetStatus
from ccr_rules.language.sections import HEADER, SECTIONS
from ccr_rules.language.vocabulary import RULESET_STATUSES

_TOP = Keys(("ruleset", "version", "title", "jurisdiction", "status", "in_force"), (*HEADER, *SECTIONS))
_IN_FORCE = Keys(("from",), ("to",))
_BASE = Keys(("ruleset", "version", "digest"))
_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_VERSION = re.compile(r"[0-9]{4}\.[0-9]{1,4}\.[0-9]{1,4}")
_JURISDICTION = re.compile(r"[A-Z]{2}(-[A-Z0-9]{1,3})?")
_DIGEST = re.compile(r"sha256:[0-9a-f]{64}")
_ID_MEANT = "small letters, digits and hyphens"
_VERSION_MEANT = "year, revision and patch, such as 2025.1.0"


@dataclass(frozen=True, slots=True)
class Header:
    """The head of a ruleset."""

    id: str
    version: str
    title: str
    summary: str
    jurisdiction: str
    status: RulesetStatus
    in_force_from: date
    in_force_to: date | None
    base: Base | None


def read_header(root: MapNode, context: Context) -> Header:
    """Read the head; it also reports keys that a ruleset does not have."""
    fields = context.fields(root, "a ruleset", _TOP)
    start, end = _in_force(fields, context)
    extends = fields.node("extends")
    return Header(
        id=fields.matched("ruleset", _ID, _ID_MEANT),
        version=fields.matched("version", _VERSION, _VERSION_MEANT),
        title=fields.text("title"),
        summary=fields.text("summary"),
        jurisdiction=fields.matched("jurisdiction", _JURISDICTION, "a code such as GB-ENG"),
        status=fields.word("status", RULESET_STATUSES, "draft"),
        in_force_from=start,
        in_force_to=end,
        base=read_base(extends, context) if extends else None,
    )


def _in_force(fields: Fields, context: Context) -> tuple[date, date | None]:
    node = fields.node("in_force")
    if node is None:
        return date.min, None
    period = context.fields(node, "`in_force`", _IN_FORCE)
    start, end = period.day("from") or date.min, period.day("to")
    if end and end < start:
        period.bad("to", "a day on or after `from`")
    return start, end


def read_base(node: Node, context: Context) -> Base:
    """Read which ruleset an overlay extends."""
    fields = context.fields(node, "`extends`", _BASE)
    return Base(
        ruleset=fields.matched("ruleset", _ID, _ID_MEANT),
        version=fields.matched("version", _VERSION, _VERSION_MEANT),
        digest=fields.matched("digest", _DIGEST, "sha256: and 64 digits or letters a to f"),
    )
