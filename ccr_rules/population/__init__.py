"""Whole populations: ingest them into tables, read them back."""
