"""Signposting: services for people with cancer, as links on the card and as a sheet to take home."""
