"""The texts of a new plugin's files."""
