"""Rulesets and codelists on disk: find, load, check, choose those in force."""
