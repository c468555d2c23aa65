"""The ruleset language: text, expressions, a checked ruleset, plain English."""
