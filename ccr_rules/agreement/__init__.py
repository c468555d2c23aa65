"""Drawn rulesets and people, about whom every evaluator must say the same."""
