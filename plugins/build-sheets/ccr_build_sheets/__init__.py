"""Build sheets: what a person needs to build a ruleset by hand in a GP system, on paper and as JSON.

EMIS, SystmOne, Vision, Ardens and C the Signs cannot be reached from outside without an agreement with their
suppliers. These sheets say, for each prompt, review and indicator of a ruleset, what to build there and how
to prove it. They are in nobody's file format: they are read by people.
"""
