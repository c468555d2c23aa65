"""Rulesets for other systems."""
