"""What reports tell people apart by, as far as the data set carries it."""

from typing import Final, NamedTuple

from ccr_rules.population.report.organisations import NOT_STATED
from ccr_rules.population.report.tables import Tables


class Dimension(NamedTuple):
    """A way to tell people apart: its name, what it is called, its group of somebody, the group's label."""

    name: str
    title: str
    group: str
    label: str = "NULL"


def _text(column: str) -> str:
    return f"coalesce(nullif(trim(CAST({column} AS VARCHAR)), ''), '{NOT_STATED}')"


def _yes_or_no(column: str) -> str:
    return f"CASE WHEN {column} THEN 'yes' WHEN NOT {column} THEN 'no' ELSE '{NOT_STATED}' END"


_BANDS: Final = ((18, "0 to 17"), (40, "18 to 39"), (50, "40 to 49"), (60, "50 to 59"), (70, "60 to 69"))
_OLDEST: Final = ((80, "70 to 79"), (999, "80 and over"))


def _band(born: str) -> str:
    age = f"date_sub('year', {born}, DATE '{{day}}')"
    cases = " ".join(f"WHEN {age} < {below} THEN '{band}'" for below, band in (*_BANDS, *_OLDEST))
    return f"CASE {cases} END"


_AGE: Final = (
    f"CASE WHEN {_band('born_first')} = {_band('born_last')} THEN {_band('born_first')} ELSE "
    f"'{NOT_STATED}' END"
)
"""Whose days of birth lie in two bands is in neither."""

DIMENSIONS: Final = (
    Dimension("age", "Age band", _AGE),
    Dimension("sex", "Sex", _text("sex")),
    Dimension("ethnicity", "Ethnicity", _text("ethnicity"), "min(ethnicity_term)"),
    Dimension("imd_quintile", "Deprivation quintile (1 most deprived)", _text("imd_quintile")),
    Dimension("learning_disability", "Learning disability", _yes_or_no("learning_disability")),
    Dimension("severe_mental_illness", "Severe mental illness", _yes_or_no("severe_mental_illness")),
)


class Groups(NamedTuple):
    """The groups of a dimension that there are, `not stated` last, each with its label."""

    dimension: Dimension
    expression: str
    labels: dict[str, str]

    @property
    def is_stated(self) -> bool:
        """Whether the data set says it of anybody."""
        return any(group != NOT_STATED for group in self.labels)


def groups_of(tables: Tables, dimension: Dimension) -> Groups:
    """Return the groups of a dimension."""
    expression = dimension.group.replace("{day}", tables.as_of.isoformat())
    query = f"SELECT {expression} AS found, coalesce({dimension.label}, '') FROM people GROUP BY found"
    rows = sorted(tables.rows(query), key=lambda row: (row[0] == NOT_STATED, row[0]))
    return Groups(dimension, expression, dict(rows))
