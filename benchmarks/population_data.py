"""Seeded synthetic populations, 30 entries a patient: nobody in them exists.

python -m benchmarks.population_data DIR [--patients 1000000] [--seed 1] [--people-of-part 100000]
python -m benchmarks.population_data DIR --export FOLDER

Writes the tables that `ccr population ingest` writes, drawn column by column. About 4 % have a cancer, of
whom most had letters, a review, support; some have entries that only look like a cancer, some only a
skin cancer that no register counts. Codes stand in rulesets/codelists, or are local (`urn:example:local`).

`--export` writes the tables of DIR as a FHIR bulk export: a file of NDJSON for each type of resource.
"""

import argparse
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from benchmarks.population_export import export
from ccr_rules import Coding, load_library
from ccr_rules.evaluation.columnar.tables import CONCEPTS, Concept, concept_number
from ccr_rules.population.dataset import FORMAT, Dataset, write_dataset
from ccr_rules.population.parts import Part, write_part
from ccr_rules.population.schema import PEOPLE, TABLES, first_person
from ccr_rules.record.entry import SNOMED
from ccr_rules.record.patient import KINDS

ENTRIES_EACH = 30
END = np.datetime64("2026-01-20", "D")
"""The last day of the data; the diagnoses lie in the 15 years before it."""

NEVER = np.datetime64("NaT")
COMMON_CANCERS = ("254837009", "399068003", "363406005", "363358000")
"""Breast, prostate, colon, lung: half of all."""

LOCAL_CONCEPTS = 3000
WORDS = ("Seen in surgery", "Letter received", "Repeat prescription", "Blood test", "Telephone call", "Form")
KINDS_OF_OTHERS = ("Observation", "Observation", "Observation", "Encounter", "Procedure", "Condition")
EPISODES = pa.array(["first", "new", "review", "end", "unstated", "other"])
STATES = pa.array(["done", "declined", "planned"])
SEXES = pa.array(["female", "male", "unknown"])
ETHNICITIES = pa.array(["A", "B", "C", "H", "J", "K", "M", "N", "P", "Z"])


@dataclass(frozen=True)
class Event:
    """Something that may be in the record of somebody: from which concepts, how often, how long after."""

    pool: str
    share: float
    after: tuple[int, int]
    is_diagnosis: bool = False


ABOUT_CANCER = (
    Event("primary", 1.0, (0, 0), True),
    Event("primary", 0.25, (1, 700), True),
    Event("metastasis", 0.12, (0, 1500), True),
    Event("history-of", 0.1, (300, 3000), True),
    Event("cancer-invitation", 0.55, (150, 400)),
    Event("cancer-invitation", 0.3, (200, 500)),
    Event("cancer-care-review", 0.65, (20, 430)),
    Event("cancer-care-review", 0.25, (300, 900)),
    Event("support-information-given", 0.5, (0, 140)),
    Event("holistic-needs-assessment", 0.2, (5, 200)),
    Event("end-of-treatment-summary", 0.15, (100, 500)),
    Event("cancer-care-plan", 0.2, (10, 300)),
    Event("cancer-treatment", 0.3, (5, 120)),
    Event("palliative-care", 0.08, (0, 900)),
    Event("qof-cancer-unsuitable", 0.02, (30, 400)),
    Event("qof-cancer-dissent", 0.02, (30, 400)),
)
OF_ANYBODY = (
    Event("medication-review", 0.25, (0, 2000)),
    Event("suspected-cancer-referral", 0.04, (0, 3000)),
    Event("not-cancer-register", 0.02, (0, 4000), True),
    Event("easily-miscoded", 0.001, (0, 4000), True),
    Event("looks-like-cancer", 0.003, (0, 3000), True),
    Event("social-prescribing-referral", 0.02, (0, 2000)),
    Event("is-carer", 0.02, (0, 2000)),
)


class Concepts:
    """Every concept that can be drawn, and the pools to draw from."""

    def __init__(self) -> None:
        self.listed: list[Concept] = []
        self.pools: dict[str, np.ndarray] = {}
        library = load_library()
        names = {event.pool for event in (*ABOUT_CANCER, *OF_ANYBODY)} & set(library.codelist_names)
        for name in sorted(names):
            codelist = library.codelist(name)
            members = [*codelist.codes.values(), *codelist.terms.values()]
            kind = "Condition" if codelist.category == "diagnosis" else "Observation"
            kinds = ("Communication", "Observation") if name == "cancer-invitation" else (kind,)
            self._add(name, [_concept(kind, each.code, each.display) for kind in kinds for each in members])
        self._cancers(library.codelist("cancer-diagnosis"))
        self._add("looks-like-cancer", [("Condition", (), "Carcinoma of a rare kind")])
        self._add("other", [_local(number) for number in range(LOCAL_CONCEPTS)])
        chances = 1 / (np.arange(LOCAL_CONCEPTS) + 10.0)
        self.chances_of_others = np.cumsum(chances / chances.sum())
        self.numbers = np.array([concept_number(each) for each in self.listed], dtype=np.int64)
        self.kinds = pa.array([kind for kind, _, _ in self.listed])

    def _cancers(self, codelist: Any) -> None:
        for class_ in ("primary", "metastasis", "history-of"):
            members = [each for each in codelist.codes.values() if each.class_ == class_]
            common = [each for each in members if each.code in COMMON_CANCERS]
            weighted = members + common * (len(members) // max(1, len(common)))
            self._add(class_, [_concept("Condition", each.code, each.display) for each in weighted])

    def _add(self, name: str, concepts: list[Concept]) -> None:
        known = {each: place for place, each in enumerate(self.listed)}
        for each in concepts:
            if each not in known:
                known[each] = len(self.listed)
                self.listed.append(each)
        self.pools[name] = np.array([known[each] for each in concepts])

    def table(self) -> pa.Table:
        rows = [
            {
                "concept": int(number),
                "kind": kind,
                "codings": [{"system": c.system, "code": c.code, "display": c.display} for c in codings],
                "text": text,
            }
            for number, (kind, codings, text) in zip(self.numbers, self.listed, strict=True)
        ]
        return pa.Table.from_pylist(rows, CONCEPTS)


def _concept(kind: str, code: str, term: str) -> Concept:
    return (kind, (Coding(SNOMED, code, term),), "") if code else (kind, (), term)


def _local(number: int) -> Concept:
    kind = KINDS_OF_OTHERS[number % len(KINDS_OF_OTHERS)]
    term = f"{WORDS[number % len(WORDS)]}, local code {number}"
    return kind, (Coding("urn:example:local", f"L{number}", term),), ""


class People:
    """The people of one part, column by column; each row of a grid is a person."""

    def __init__(self, concepts: Concepts, start: int, count: int, part: int, seed: int) -> None:
        self.concepts, self.start, self.count, self.part = concepts, start, count, part
        self.draw = np.random.default_rng([seed, part])
        draw, grid = self.draw, (count, ENTRIES_EACH)
        self.born = END - draw.integers(0, 95 * 365, count)
        lived = (END - self.born).astype(np.int64)
        ago = (draw.random(grid, dtype=np.float32) ** 2 * np.minimum(lived, 7000)[:, None]).astype(np.int64)
        others = np.searchsorted(concepts.chances_of_others, draw.random(grid))
        self.concept = concepts.pools["other"][np.minimum(others, LOCAL_CONCEPTS - 1)]
        self.day = END - ago
        self.is_diagnosis = np.zeros(grid, dtype=bool)
        self._events(ABOUT_CANCER, draw.random(count) < 0.045 * np.minimum(1, lived / 20_000 + 0.3), 5400)
        self._events(OF_ANYBODY, np.ones(count, dtype=bool), 5400)
        order = np.argsort(self.day, axis=1, kind="stable")
        for name in ("day", "concept", "is_diagnosis"):
            setattr(self, name, np.take_along_axis(getattr(self, name), order, axis=1))

    def _events(self, events: tuple[Event, ...], who: np.ndarray, days: int) -> None:
        """Put events into the grid, each in a column of its own, unless it would lie after the end."""
        people = np.flatnonzero(who)
        first_column = 0 if events is ABOUT_CANCER else len(ABOUT_CANCER)
        begun = END - self.draw.integers(0, days, len(people))
        for column, event in enumerate(events, first_column):
            pool = self.concepts.pools[event.pool]
            day = begun + self.draw.integers(event.after[0], event.after[1] + 1, len(people))
            here = (self.draw.random(len(people)) < event.share) & (self.born[people] <= day) & (day <= END)
            rows = people[here]
            self.concept[rows, column] = pool[self.draw.integers(0, len(pool), len(rows))]
            self.day[rows, column] = day[here]
            self.is_diagnosis[rows, column] = event.is_diagnosis

    def tables(self) -> dict[str, pa.Table]:
        made = {"patients": self._patients(), "entries": self._entries(), "concepts": self.concepts.table()}
        return {name: table.cast(TABLES[name]) for name, table in made.items()}

    def _patients(self) -> pa.Table:
        draw, count = self.draw, self.count
        person = first_person(self.part) + np.arange(count)
        died = np.where(draw.random(count) < 0.012, END - draw.integers(0, 2000, count), NEVER)
        died = np.where(died < self.born, NEVER, died)
        registered = np.maximum(self.born, END - draw.integers(0, 9000, count))
        registered = np.where(draw.random(count) < 0.02, NEVER, registered)
        left = np.where(draw.random(count) < 0.03, END - draw.integers(0, 900, count), NEVER)
        left = np.where(left < registered, NEVER, left)
        spans = {"born": self.born, "died": died, "registered": registered, "deregistered": left}
        lacks_observations = 1 << KINDS.index("Observation")
        columns: dict[str, Any] = {
            "person": person,
            "patient": _joined("Patient/", pa.array(person)),
            **{f"{name}_{end}": _days(days) for name, days in spans.items() for end in ("first", "last")},
            "is_dead": ~np.isnat(died) | (draw.random(count) < 0.0005),
            "incomplete": np.where(draw.random(count) < 0.005, lacks_observations, 0).astype(np.int32),
            "mode": pa.nulls(count, pa.string()),
            "consulted_first": pa.nulls(count, pa.date32()),
            "consulted_last": pa.nulls(count, pa.date32()),
            "sex": _chosen(SEXES, draw.choice(3, count, p=(0.5, 0.495, 0.005))),
            "ethnicity": _chosen(ETHNICITIES, draw.integers(0, len(ETHNICITIES), count)),
            "ethnicity_term": pa.nulls(count, pa.string()),
            "imd_quintile": draw.integers(1, 6, count).astype(np.int8),
            "practice": _joined("T", pa.array(10_000 + (self.start + np.arange(count)) // 9000)),
            "learning_disability": draw.random(count) < 0.005,
            "severe_mental_illness": draw.random(count) < 0.01,
        }
        return pa.table([columns[name] for name in PEOPLE.names], names=PEOPLE.names)

    def _entries(self) -> pa.Table:
        draw, size = self.draw, self.count * ENTRIES_EACH
        day, concept = self.day.ravel(), self.concept.ravel()
        first, last = day.copy(), day.copy()
        how = draw.random(size, dtype=np.float32)
        for unit, (low, high) in {"M": (0.0, 0.01), "Y": (0.01, 0.013)}.items():
            vague = (how >= low) & (how < high)
            begins = day[vague].astype(f"datetime64[{unit}]")
            first[vague] = begins.astype("datetime64[D]")
            last[vague] = (begins + 1).astype("datetime64[D]") - 1
        undated = (how >= 0.013) & (how < 0.016)
        first[undated] = last[undated] = NEVER
        recorded = day + np.where(draw.random(size, dtype=np.float32) < 0.8, 0, draw.integers(0, 60, size))
        recorded = np.where((recorded > END) | (draw.random(size, dtype=np.float32) < 0.05), NEVER, recorded)
        episode = np.where(self.is_diagnosis.ravel(), _episodes(draw, size), 4)
        state = np.searchsorted(np.array([0.985, 0.995, 1.0]), draw.random(size, dtype=np.float32))
        state = np.where(self.is_diagnosis.ravel(), 0, np.minimum(state, 2))
        person = first_person(self.part) + np.repeat(np.arange(self.count), ENTRIES_EACH)
        kinds = _chosen(self.concepts.kinds, concept)
        names = ("person", "entry", "reference", "concept", "first", "last", "recorded_first")
        return pa.table(
            [
                person,
                np.tile(np.arange(ENTRIES_EACH, dtype=np.int32), self.count),
                pc.binary_join_element_wise(kinds, _joined(f"{self.part}-", pa.array(np.arange(size))), "/"),
                self.concepts.numbers[concept],
                _days(first),
                _days(last),
                _days(recorded),
                _days(recorded),
                _chosen(EPISODES, episode),
                _chosen(STATES, state),
                ~(self.is_diagnosis.ravel() & (draw.random(size, dtype=np.float32) < 0.01)),
            ],
            names=[*names, "recorded_last", "episode", "state", "certain"],
        )


def _episodes(draw: np.random.Generator, size: int) -> np.ndarray:
    bounds = np.cumsum([0.48, 0.08, 0.12, 0.02, 0.29])
    return np.searchsorted(bounds, draw.random(size, dtype=np.float32))


def _days(days: np.ndarray) -> pa.Array:
    return pa.array(days, pa.date32())


def _chosen(words: pa.Array, places: np.ndarray) -> pa.Array:
    return words.take(pa.array(places))


def _joined(prefix: str, numbers: pa.Array) -> pa.Array:
    return pc.binary_join_element_wise(prefix, numbers.cast(pa.string()), "")


def write(folder: Path, patients: int, seed: int, people_of_part: int) -> Dataset:
    """Write a data set of so many patients; the same seed gives the same rows."""
    concepts = Concepts()
    parts: list[Part] = []
    for part, start in enumerate(range(0, patients, people_of_part)):
        people = People(concepts, start, min(people_of_part, patients - start), part, seed)
        parts.append(write_part(folder, part, people.tables()))
    dataset = Dataset(
        format=FORMAT,
        made_by=f"benchmarks.population_data, seed {seed}",
        sources=(),
        patients=patients,
        entries=sum(part.entries for part in parts),
        supplied=KINDS,
        incomplete={},
        parts=tuple(parts),
    )
    write_dataset(folder, dataset)
    return dataset


def main() -> None:
    asked = argparse.ArgumentParser()
    asked.add_argument("folder", type=Path)
    asked.add_argument("--export", type=Path)
    asked.add_argument("--patients", type=int, default=1_000_000)
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument("--people-of-part", type=int, default=100_000)
    given = asked.parse_args()
    begun = time.perf_counter()
    if given.export is not None:
        count = export(given.folder, given.export)
        print(f"{count:,} resources: {time.perf_counter() - begun:.0f} s")
        return
    dataset = write(given.folder, given.patients, given.seed, given.people_of_part)
    took = time.perf_counter() - begun
    parts = len(dataset.parts)
    print(f"{dataset.patients:,} patients, {dataset.entries:,} entries, {parts} parts: {took:.0f} s")


if __name__ == "__main__":
    main()
