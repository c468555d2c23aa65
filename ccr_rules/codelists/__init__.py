"""Codelists: which entries of a record are about what, by code, by official term, or only perhaps."""
