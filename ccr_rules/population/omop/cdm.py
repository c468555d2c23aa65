"""The tables of OMOP CDM 5.4 that are read, and their columns (https://ohdsi.github.io/CommonDataModel/cdm54.html)."""

from typing import Final, NamedTuple


class Events(NamedTuple):
    """A table of what happened to people: of what kind its rows are, and how its columns are called."""

    kind: str
    id: str
    concept: str
    date: str
    source_concept: str
    source_value: str
    value: str = ""

    @property
    def required(self) -> tuple[str, ...]:
        """Return the columns without which nothing can be read."""
        return (PERSON_ID, self.id, self.concept, self.date)

    @property
    def optional(self) -> tuple[str, ...]:
        """Return the columns that say more where there are any."""
        return tuple(name for name in (self.source_concept, self.source_value, self.value) if name)


PERSON_ID: Final = "person_id"

EVENTS: Final = {
    "condition_occurrence": Events(
        "Condition",
        "condition_occurrence_id",
        "condition_concept_id",
        "condition_start_date",
        "condition_source_concept_id",
        "condition_source_value",
    ),
    "observation": Events(
        "Observation",
        "observation_id",
        "observation_concept_id",
        "observation_date",
        "observation_source_concept_id",
        "observation_source_value",
        "value_as_concept_id",
    ),
    "procedure_occurrence": Events(
        "Procedure",
        "procedure_occurrence_id",
        "procedure_concept_id",
        "procedure_date",
        "procedure_source_concept_id",
        "procedure_source_value",
    ),
    "visit_occurrence": Events(
        "Encounter",
        "visit_occurrence_id",
        "visit_concept_id",
        "visit_start_date",
        "visit_source_concept_id",
        "visit_source_value",
    ),
}

PERSON: Final = "person"
CONCEPT: Final = "concept"
DEATH: Final = "death"
PERIOD: Final = "observation_period"
TABLES: Final = (PERSON, *EVENTS, DEATH, PERIOD, CONCEPT)

REQUIRED: Final[dict[str, tuple[str, ...]]] = {
    PERSON: (PERSON_ID, "year_of_birth", "gender_concept_id"),
    CONCEPT: ("concept_id", "concept_name", "vocabulary_id", "concept_code"),
    DEATH: (PERSON_ID, "death_date"),
    PERIOD: (PERSON_ID, "observation_period_start_date"),
} | {name: table.required for name, table in EVENTS.items()}

OPTIONAL: Final[dict[str, tuple[str, ...]]] = {PERSON: ("month_of_birth", "day_of_birth")} | {
    name: table.optional for name, table in EVENTS.items()
}
