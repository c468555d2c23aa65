"""The tables of a data set on disk: those of the evaluator, with what reports tell people apart by.

`ATTRIBUTES` are appended to the patients of `evaluation.columnar.tables`; the evaluator reads none of them.
Each is null where nobody said it. `sex` is Patient.gender; `ethnicity` and `ethnicity_term` are code and
display of the UK Core ethnic category, as sent; `practice` is an ODS code. `imd_quintile` (1 is the most
deprived), `learning_disability` and `severe_mental_illness` come from an attribute file only: no codelist
here is verified for them.
"""

from collections.abc import Iterable, Mapping
from typing import Any, Final

import pyarrow as pa

from ccr_rules.evaluation.columnar.tables import CONCEPTS, ENTRIES, PATIENTS

ATTRIBUTES: Final = pa.schema(
    [
        pa.field("sex", pa.string()),
        pa.field("ethnicity", pa.string()),
        pa.field("ethnicity_term", pa.string()),
        pa.field("imd_quintile", pa.int8()),
        pa.field("practice", pa.string()),
        pa.field("learning_disability", pa.bool_()),
        pa.field("severe_mental_illness", pa.bool_()),
    ]
)
PEOPLE: Final = pa.schema([*PATIENTS, *ATTRIBUTES])
TABLES: Final[Mapping[str, pa.Schema]] = {"patients": PEOPLE, "entries": ENTRIES, "concepts": CONCEPTS}

PERSONS_OF_PART_BITS: Final = 32


def first_person(part: int) -> int:
    """Return the number of the first person of a part: numbers are unique over the data set."""
    return part << PERSONS_OF_PART_BITS


def with_attributes(patients: pa.Table, attributes: Iterable[Mapping[str, Any]]) -> pa.Table:
    """Return a table of patients with the attribute columns, of which there is a mapping for each row."""
    rows = list(attributes)
    columns = [pa.array([row.get(field.name) for row in rows], field.type) for field in ATTRIBUTES]
    return pa.Table.from_arrays([*patients.columns, *columns], schema=PEOPLE)
