"""Rulesets for other systems: FHIR resources (R4) and CQL."""
