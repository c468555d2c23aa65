"""What a host knows of one patient: FHIR in, entries with days out."""
