"""People and questions drawn by Hypothesis: partial dates, kinds not supplied, entries that look alike."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from ccr_rules.agreement.codelists import coded
from ccr_rules.agreement.expressions import MODES
from ccr_rules.agreement.small_world import CALENDAR, DAYS, FOUND_IN, PARTIAL
from ccr_rules.record.entry import Days, Entry, Episode
from ccr_rules.record.patient import KINDS, Consultation, PatientRecord

EPISODES: tuple[Episode, ...] = ("first", "new", "review", "unstated", "other")


@dataclass(frozen=True)
class Drawn:
    """An entry with what it is meant to be: `codelist` None for one that no list holds."""

    entry: Entry
    codelist: str | None
    class_: str | None
    surely_member: bool = True


@dataclass(frozen=True)
class Question:
    """A record and the two days of the question. `missing` are the lists that may have more entries."""

    record: PatientRecord
    drawn: tuple[Drawn, ...]
    as_of: date
    known_on: date
    calendar: tuple[date, ...]
    missing: frozenset[str] = frozenset()
    literals: Mapping[str, Days] = field(default_factory=dict)
    consultation: Days | None = None
    mode: str | None = None


@st.composite
def intervals(draw: DrawFn, exact: bool) -> Days:
    """Draw some days."""
    first = draw(DAYS)
    if exact or draw(st.booleans()):
        return Days(first, first)
    place = CALENDAR.index(first)
    return Days(first, CALENDAR[min(place + draw(st.integers(1, 3)), len(CALENDAR) - 1)])


@st.composite
def drawn_entries(draw: DrawFn, number: int, theme: str, exact: bool) -> Drawn:
    """Draw an entry."""
    words: Mapping[str, tuple[str | None, str | None]] = {
        "diagnosis": ("diagnosis", "primary"),
        "diagnosis:metastasis": ("diagnosis", "metastasis"),
        "review": ("review", None),
        "support": ("support", None),
        "invitation": ("invitation", None),
        "asthma": (None, None),
    }
    guessed: Mapping[str, tuple[str | None, str | None]] = {
        "diagnosis?": ("diagnosis", "primary"),
        "review?": ("review", None),
    }
    known = dict(words) if exact else {**words, **guessed}
    word = draw(st.sampled_from([*known, *[theme] * len(known)]))
    codelist, class_ = known[word]
    kind = draw(st.sampled_from(FOUND_IN[codelist] if codelist else ("Condition",)))
    if draw(st.integers(0, 19)) == 0:
        kind, codelist = "Flag", None  # no list is found there
    codings, text = coded(word)
    clinical = draw(intervals(exact))
    entered = st.just(clinical) | intervals(exact)
    recorded = draw(entered if exact else st.none() | st.none() | entered)
    lost = not exact and draw(st.integers(0, 7)) == 0
    entry = Entry(
        reference=f"{kind}/{number}",
        kind=kind,
        codings=codings,
        text=text,
        clinical=None if lost else clinical,
        recorded=recorded,
        episode=draw(st.sampled_from(EPISODES)),
        state=draw(st.sampled_from(("done", "done", "done", "declined"))),
        certain=exact or draw(st.integers(0, 2)) > 0,
    )
    return Drawn(entry, codelist, class_, surely_member=word not in guessed)


@st.composite
def questions(draw: DrawFn, *, exact: bool = False) -> Question:
    """Draw a record and its two days; `exact` ones are known to the day and wholly supplied."""
    count = draw(st.sampled_from((3, 4, 2, 5, 1, 0)))
    theme = draw(st.sampled_from(("diagnosis", "review")))
    drawn = tuple(draw(drawn_entries(number, theme, exact)) for number in range(count))
    kinds = ("Condition", "Observation", "Encounter", "Communication")
    withheld = frozenset() if exact else draw(st.sampled_from([frozenset(), frozenset(), frozenset({"x"})]))
    if withheld:
        withheld = draw(st.frozensets(st.sampled_from(kinds), min_size=1, max_size=2))
    maybe_days = st.none() | st.none() | intervals(exact)
    died = draw(st.none() | st.none() | maybe_days)
    is_dead = died is not None or (not exact and draw(st.integers(0, 9)) == 0)
    as_of = draw(st.just(CALENDAR[-1]) | DAYS)
    in_consultation = draw(st.booleans())
    record = PatientRecord(
        reference="Patient/p1",
        entries=tuple(each.entry for each in drawn),
        born=draw(maybe_days),
        died=died,
        is_dead=is_dead,
        registered=draw(maybe_days),
        deregistered=draw(maybe_days),
        supplied=frozenset(KINDS) - withheld,
    )
    return Question(
        record=record,
        drawn=drawn,
        as_of=as_of,
        known_on=draw(st.just(as_of) | st.just(CALENDAR[-1]) | DAYS),
        calendar=CALENDAR,
        missing=frozenset(name for name, places in FOUND_IN.items() if withheld & set(places)),
        literals={} if exact else {text: Days(*days) for text, days in PARTIAL.items()},
        consultation=draw(intervals(exact)) if in_consultation and draw(st.booleans()) else None,
        mode=draw(st.sampled_from(MODES)) if in_consultation else None,
    )


def consultation_of(question: Question) -> Consultation | None:
    """Return the consultation in which a question is asked."""
    if question.mode is None:
        return None
    mode = next(each for each in MODES if each == question.mode)
    return Consultation("Encounter/now", mode, "", question.consultation)
