"""A ruleset in plain English, for the people who answer for it."""
