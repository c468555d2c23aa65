"""What a list of rulesets says of each."""

from typing import Any

from ccr_rules.language.ruleset import Ruleset


def summary_of(ruleset: Ruleset) -> dict[str, Any]:
    """Return id, version, title, status, period, jurisdiction and digest of a ruleset, for JSON."""
    return {
        "id": ruleset.id,
        "version": ruleset.version,
        "title": ruleset.title,
        "status": ruleset.status,
        "in_force": {
            "from": ruleset.in_force_from.isoformat(),
            "to": ruleset.in_force_to.isoformat() if ruleset.in_force_to else None,
        },
        "jurisdiction": ruleset.jurisdiction,
        "digest": ruleset.digest,
    }
