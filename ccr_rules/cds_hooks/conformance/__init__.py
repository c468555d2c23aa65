"""Conformance cases that are only data, and what puts them to a running service."""
