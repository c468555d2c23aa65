"""The keys at the top of a ruleset."""

OWN = ("ruleset", "version", "title", "summary", "jurisdiction", "status", "in_force")
"""What an overlay never takes from its base."""

HEADER = (*OWN, "extends", "removes")

DEFINITIONS = (
    "codelists",
    "parameters",
    "let",
    "dates",
    "conditions",
    "indicators",
    "reviews",
    "process",
    "items",
    "decline_reasons",
    "prompts",
    "payments",
    "findings",
    "not_computable",
)
"""The sections that map an id to its definition."""

SECTIONS = ("sources", *DEFINITIONS)

SHARED_NAMES = ("parameters", "let", "dates", "conditions")
"""The sections whose names expressions use: a name stands in one of them only."""
