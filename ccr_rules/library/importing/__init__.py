"""Importing codelists from what their users hold: RF2, primary care domain files, FHIR, CSV."""
