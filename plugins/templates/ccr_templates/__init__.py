"""Review templates as FHIR R4 Questionnaires: the form, its answers in, and what the record fills in."""
