"""The few days, durations and codelists from which rulesets and people are drawn, so that windows are hit."""

from datetime import date

from hypothesis import strategies as st

from ccr_rules.dates import Duration

CALENDAR = tuple(
    date.fromisoformat(day)
    for day in (
        "2023-02-28",
        "2023-03-01",
        "2023-12-31",
        "2024-01-30",
        "2024-01-31",
        "2024-02-27",
        "2024-02-28",
        "2024-02-29",
        "2024-03-01",
        "2024-03-30",
        "2024-03-31",
    )
)
"""Month ends, a leap day, a year end: where calendar arithmetic is easily wrong."""
DAYS = st.sampled_from(CALENDAR)
DURATIONS = st.sampled_from(
    [
        Duration(0, "day"),
        Duration(1, "day"),
        Duration(2, "day"),
        Duration(1, "week"),
        Duration(1, "month"),
        Duration(2, "month"),
        Duration(1, "year"),
    ]
)
PARTIAL = {"2024-02": (date(2024, 2, 1), date(2024, 2, 29))}
"""Written as in a ruleset, and the days that it stands for."""

LISTS = {"D": "diagnosis", "R": "review", "S": "support", "I": "invitation"}
FOUND_IN = {
    "diagnosis": ("Condition", "Observation"),
    "review": ("Encounter", "Observation"),
    "support": ("Encounter", "Observation"),
    "invitation": ("Communication",),
}
"""As `library` has it; written down again, so that nothing that checks the engine asks the engine."""
