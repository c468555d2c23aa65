"""People drawn for the shipped rulesets: cancers, reviews, letters and other things of a few years."""

from datetime import date, timedelta
from typing import Any

import msgspec
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from ccr_rules import Coding, Consultation, Days, Engine, Entry, Evaluation, PatientRecord
from ccr_rules.record.entry import SNOMED, EntryState, Episode
from ccr_rules.record.patient import KINDS, Mode

ENGINE = Engine.default()
BOTH = ("best-practice-ccr@2025", "qof-cancer@2023")

WHAT = {
    "breast cancer": ("254837009", "Malignant neoplasm of breast", "Condition"),
    "colon cancer": ("363406005", "Malignant tumour of colon", "Condition"),
    "bone metastasis": ("94222008", "Secondary malignant neoplasm of bone", "Condition"),
    "history of lymphoma": ("429014004", "History of malignant lymphoma", "Condition"),
    "unlisted cancer": ("", "Carcinoma of a rare kind", "Condition"),
    "review": ("720006006", "Cancer care review", "Observation"),
    "support": (
        "",
        "Provision of information about cancer support services available in primary care",
        "Observation",
    ),
    "invitation": ("413738001", "Cancer monitoring first letter", "Communication"),
    "palliative care": ("103735009", "Palliative care", "Observation"),
    "asthma": ("195967001", "Asthma", "Condition"),
}
RELEVANT = tuple(word for word in WHAT if word != "asthma")

START = date(2022, 1, 1)
EPISODES: tuple[Episode, ...] = ("first", "new", "review", "end", "unstated", "unstated", "other")
STATES: tuple[EntryState, ...] = ("done", "done", "done", "declined", "planned")
MODES: tuple[Mode, ...] = ("face-to-face", "telephone", "administrative", "unknown")
INTERESTING = tuple(
    date.fromisoformat(day)
    for day in (
        "2022-03-31",
        "2023-03-31",
        "2023-04-01",
        "2023-11-30",
        "2023-12-31",
        "2024-01-31",
        "2024-02-28",
        "2024-02-29",
        "2024-03-31",
        "2025-02-28",
        "2025-03-31",
        "2025-11-30",
    )
)

days = st.sampled_from(INTERESTING) | st.integers(0, 1700).map(lambda number: START + timedelta(number))
plain_days = st.tuples(st.integers(2022, 2026), st.integers(1, 12), st.integers(1, 28)).map(
    lambda parts: date(*parts)
)
"""Days that every year has."""


def exactly(day: date) -> Days:
    return Days(day, day)


@st.composite
def spans(draw: DrawFn, day: st.SearchStrategy[date]) -> Days:
    """Draw a day, or some days around it."""
    first = draw(day)
    return Days(first, first + timedelta(draw(st.sampled_from((0, 0, 0, 1, 30, 90)))))


@st.composite
def entries(draw: DrawFn, number: int, day: st.SearchStrategy[date], *, exact: bool) -> Entry:
    code, term, kind = WHAT[draw(st.sampled_from(list(WHAT)))]
    clinical = exactly(draw(day)) if exact else draw(spans(day))
    delay = draw(st.sampled_from((None, 0, 0, 3, 40)))
    recorded = None if delay is None else exactly(clinical.last + timedelta(delay))
    return Entry(
        f"{kind}/{number}",
        kind,
        (Coding(SNOMED, code, term),) if code else (),
        "" if code else term,
        clinical,
        recorded,
        draw(st.sampled_from(EPISODES)),
        draw(st.sampled_from(STATES)) if kind != "Condition" else "done",
        exact or draw(st.integers(0, 7)) > 0,
    )


@st.composite
def records(
    draw: DrawFn,
    day: st.SearchStrategy[date] = days,
    *,
    exact: bool = False,
    lives: bool = False,
    supplied: bool = False,
) -> PatientRecord:
    count = draw(st.integers(0, 6))
    withheld: frozenset[str] = frozenset()
    if not supplied:
        withheld = draw(st.frozensets(st.sampled_from(("Condition", "Observation", "Encounter")), max_size=1))
    return PatientRecord(
        reference="Patient/p1",
        entries=tuple(draw(entries(number, day, exact=exact)) for number in range(count)),
        born=draw(st.none() | st.just(exactly(date(1960, 5, 5)))),
        died=None if lives else draw(st.none() | st.none() | st.none() | spans(day)),
        registered=draw(st.none() | day.map(exactly)),
        supplied=frozenset(KINDS) - withheld,
    )


consultations = st.none() | st.sampled_from(MODES).map(lambda mode: Consultation("Encounter/now", mode))


def answer_of(
    record: PatientRecord, as_of: date, consultation: Consultation | None = None, **asked: Any
) -> Evaluation:
    return ENGINE.evaluate(record, as_of, consultation=consultation, **{"rulesets": BOTH, **asked})


def told(evaluation: Evaluation) -> dict[str, Any]:
    """Return the answer without the id of the question, which names the record as it was given."""
    return {key: value for key, value in evaluation.to_dict().items() if key != "decision"}


def with_entries(record: PatientRecord, some: tuple[Entry, ...]) -> PatientRecord:
    return msgspec.structs.replace(record, entries=some)
