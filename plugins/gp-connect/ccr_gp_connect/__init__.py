"""GP Connect Access Record: Structured (FHIR STU3): records in, due reviews out as diary entries."""
