"""Rulesets and codelists, handed out by a governance team as one file with a digest."""
