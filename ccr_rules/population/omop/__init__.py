"""OMOP Common Data Model, version 5.4: the tables of a folder, by the codes of their concepts."""
