"""A ruleset as CQL text, for the engines of other people (SEMANTICS 26)."""
