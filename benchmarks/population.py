"""How quickly whole populations are answered, beside a query that was written by hand.

python -m benchmarks.population DIR [DIR ...] [--threads 2] [--rounds 3] [--chart FILE.svg]
python -m benchmarks.population DIR --without Condition

Each DIR holds a population of `benchmarks.population_data`. For each, in one run and in turns:

- all answers of qof-cancer@2023 and best-practice-ccr@2025;
- the indicators of qof-cancer@2023 alone, and `hand_written.sql`, which gives the same columns.

What the last two say is compared. Times are from Parquet to Parquet, the compilation of the rulesets
included; medians of the rounds, by the clock and of the processor (which says more on a busy machine).

`--without KIND` asks all answers as if that kind were supplied of nobody: people of whom no entry is known
answered at once, and one by one.
"""

import argparse
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import NamedTuple

import altair as alt
import ibis
import pyarrow as pa
import pyarrow.parquet as pq
from ibis.backends.duckdb import Backend
from msgspec.structs import replace

from ccr_rules import Engine
from ccr_rules.evaluation.asof import Moment
from ccr_rules.evaluation.columnar.members import ListKey, list_numbers, membership, read_concepts
from ccr_rules.evaluation.columnar.plan import ALIKE_FROM, Answers, Population, evaluate
from ccr_rules.evaluation.columnar.scope import Question
from ccr_rules.evaluation.groups import Group, prepare
from ccr_rules.evaluation.program import Program
from ccr_rules.record.patient import KINDS

AS_OF = date(2026, 1, 20)
ENGINE = Engine.default()
QOF = ENGINE.library.find("qof-cancer@2023")
BEST_PRACTICE = ENGINE.library.find("best-practice-ccr@2025")
INDICATORS_ONLY = replace(QOF, reviews={}, prompts={}, findings={}, items={})
HAND_WRITTEN = Path(__file__).with_name("hand_written.sql")
LISTS = {
    "cancer": "CAN_COD",
    "review": "MDRV_COD",
    "support": "CANPCSUPP_COD",
    "unsuitable": "CANPCAPU_COD",
    "dissent": "CANPCADEC_COD",
    "invitation": "CANINVITE_COD",
}


def population_in(connection: Backend, folder: Path, without: str = "") -> Population:
    """Return the population of a folder, of which `without` was supplied of nobody."""
    concepts = pq.read_table(folder / "concepts")
    patients = connection.read_parquet(f"{folder}/patients/*.parquet")
    entries = connection.read_parquet(f"{folder}/entries/*.parquet")
    if without:
        lacked = (patients.incomplete | 1 << KINDS.index(without)).cast("int32")
        patients = patients.mutate(incomplete=lacked)
        of_kind = concepts.filter([kind == without for kind in concepts["kind"].to_pylist()])
        entries = entries.anti_join(ibis.memtable(pa.table({"concept": of_kind["concept"]})), "concept")
    return Population(patients, entries, read_concepts(concepts))


def connect(threads: int) -> Backend:
    return ibis.duckdb.connect(threads=threads)


def groups(*rulesets: object) -> tuple[Group, ...]:
    return prepare([Program(ruleset) for ruleset in rulesets], ENGINE.library.codelist)  # type: ignore[arg-type]


def by_columns(
    folder: Path,
    threads: int,
    asked: tuple[Group, ...],
    out: Path,
    without: str = "",
    alike_from: int = ALIKE_FROM,
) -> Answers:
    population = population_in(connect(threads), folder, without)
    answers = evaluate(population, asked, Question(Moment(AS_OF, AS_OF), in_consultation=False), alike_from)
    answers.candidates.to_parquet(out)
    return answers


def by_hand(folder: Path, threads: int, asked: tuple[Group, ...], out: Path) -> None:
    """The membership of concepts is made as for the evaluator: nobody would write 5,000 codes by hand."""
    connection = connect(threads)
    table = membership(read_concepts(pq.read_table(folder / "concepts")), asked, {})
    names = {number: name for name, number in numbers(asked).items()}
    words = [names.get(number, "other") for number in table["list"].to_pylist()]
    connection.con.register("member", table.drop(["list"]).append_column("list", [words]))
    connection.con.execute(f"CREATE VIEW patients AS FROM '{folder}/patients/*.parquet'")
    connection.con.execute(f"CREATE VIEW entries AS FROM '{folder}/entries/*.parquet'")
    connection.con.execute(
        f"CREATE MACRO born(day) AS CASE WHEN day <= DATE '{AS_OF}' THEN day ELSE DATE '1850-01-01' END"
    )
    query = HAND_WRITTEN.read_text().replace("$as_of", f"DATE '{AS_OF}'")
    connection.con.execute(f"COPY ({query}) TO '{out}' (FORMAT parquet)")


def numbers(asked: tuple[Group, ...]) -> Mapping[str, int]:
    found = list_numbers(asked)
    return {name: found[ListKey(0, QOF.codelists[alias].codelist)] for name, alias in LISTS.items()}


def differences(folder: Path, ours: Path, theirs: Path) -> int:
    """Count the people about whom the query and the evaluator say different things.

    People whose record lacks a kind are left out: the query knows nothing of what was not supplied.
    """
    ref = INDICATORS_ONLY.reference
    parts = [f"{ref}/indicator/CAN004/{part}" for part in ("population", "possible", "numerator")]
    parts += [f"{ref}/indicator/CAN005/{part}" for part in ("possible", "numerator")]
    a = ", ".join(f'"{part}"' for part in parts)
    b = "population, can004, can004_met, can005, can005_met"
    whole = f"SEMI JOIN (FROM '{folder}/patients/*.parquet' WHERE incomplete = 0) USING (person)"
    one = f"""SELECT person, {a} FROM '{ours}' {whole} WHERE "{parts[0]}" > 0"""
    other = f"SELECT person, {b} FROM '{theirs}' {whole} WHERE population > 0"
    return different_rows(one, other)


def different_rows(one: str, other: str) -> int:
    query = f"SELECT count(*) FROM (({one} EXCEPT {other}) UNION ALL ({other} EXCEPT {one}))"
    return int(ibis.duckdb.connect().con.execute(query).fetchall()[0][0])


class Taken(NamedTuple):
    """Seconds by the clock, and of the processor over all threads."""

    clock: float
    processor: float


def timed(work: Callable[[], object]) -> Taken:
    clock, processor = time.perf_counter(), time.process_time()
    work()
    return Taken(time.perf_counter() - clock, time.process_time() - processor)


def medians(works: Mapping[str, Callable[[], object]], rounds: int) -> dict[str, Taken]:
    """Do all in turns, and return for each what it took."""
    taken: dict[str, list[Taken]] = {name: [] for name in works}
    for _ in range(rounds):
        for name, work in works.items():
            taken[name].append(timed(work))
    return {name: Taken(*map(statistics.median, zip(*some, strict=True))) for name, some in taken.items()}


def show(found: Mapping[str, Taken], people: int) -> None:
    for name, (clock, processor) in found.items():
        rates = f"{people / clock:12,.0f} people a second"
        print(f"  {name:12} {clock:7.2f} s {rates}, {processor:7.2f} s of the processor")


def ratio(found: Mapping[str, Taken], one: str, other: str) -> str:
    clock, processor = (a / b for a, b in zip(found[one], found[other], strict=True))
    return f"{clock:.2f} times as long, {processor:.2f} times of the processor"


def number_of_people(folder: Path) -> int:
    return sum(pq.read_metadata(part).num_rows for part in (folder / "patients").glob("*.parquet"))


def measure(folder: Path, threads: int, rounds: int) -> dict[str, float]:
    """Print the medians; return those of the processor, with the number of people under `people`."""
    people = number_of_people(folder)
    everything, indicators = groups(QOF, BEST_PRACTICE), groups(INDICATORS_ONLY)
    with tempfile.TemporaryDirectory() as scratch:
        full, ours, theirs = (Path(scratch) / f"{name}.parquet" for name in ("full", "ours", "theirs"))
        works = {
            "all answers": lambda: by_columns(folder, threads, everything, full),
            "indicators": lambda: by_columns(folder, threads, indicators, ours),
            "by hand": lambda: by_hand(folder, threads, indicators, theirs),
        }
        found = medians(works, rounds)
        print(f"{folder.name}: {people:,} people, {pq.read_metadata(full).num_rows:,} candidates")
        show(found, people)
        print(f"  indicators beside by hand: {ratio(found, 'indicators', 'by hand')}")
        print(f"  people of whom the two say different things: {differences(folder, ours, theirs)}")
    show_memory()
    return {"people": people, **{name: each.processor for name, each in found.items()}}


def measure_without(folder: Path, threads: int, rounds: int, kind: str) -> None:
    """Print what it takes where a kind was supplied of nobody."""
    everything = groups(QOF, BEST_PRACTICE)
    with tempfile.TemporaryDirectory() as scratch:
        at_once, singly = Path(scratch) / "at_once.parquet", Path(scratch) / "singly.parquet"
        works = {
            "at once": lambda: by_columns(folder, threads, everything, at_once, kind),
            "one by one": lambda: by_columns(folder, threads, everything, singly, kind, sys.maxsize),
        }
        found = medians(works, rounds)
        print(f"{folder.name} without {kind}: {pq.read_metadata(at_once).num_rows:,} candidates")
        show(found, number_of_people(folder))
        print(f"  one by one beside at once: {ratio(found, 'one by one', 'at once')}")
        differing = different_rows(f"FROM '{at_once}'", f"FROM '{singly}'")
        print(f"  people of whom the two say different things: {differing}")
    show_memory()


def show_memory() -> None:
    print(f"  peak memory so far {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:,.0f} MiB")


def draw(found: list[dict[str, float]], chart: Path) -> None:
    """Draw seconds of the processor against people, both axes logarithmic, so that a cost that grows with the
    people becomes a line of slope one, and one that does not grow is level.
    """
    points = [
        {"people": each["people"], "seconds": each[name], "what": name}
        for each in found
        for name in ("all answers", "indicators", "by hand")
    ]
    base = alt.Chart({"values": points}).encode(
        x=alt.X("people:Q", scale=alt.Scale(type="log"), title="people, 30 entries each"),
        y=alt.Y("seconds:Q", scale=alt.Scale(type="log"), title="seconds of the processor"),
        color=alt.Color("what:N", title=None),
    )
    layers = base.mark_line() + base.mark_point(filled=True, size=60)
    layers.properties(width=520, height=320).save(str(chart))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--chart", type=Path, help="an SVG of seconds of the processor against people")
    parser.add_argument("--without", choices=KINDS, help="a kind that was supplied of nobody")
    arguments = parser.parse_args()
    if arguments.without:
        for folder in arguments.folders:
            measure_without(folder, arguments.threads, arguments.rounds, arguments.without)
        return
    found = [measure(folder, arguments.threads, arguments.rounds) for folder in arguments.folders]
    if arguments.chart:
        draw(found, arguments.chart)


if __name__ == "__main__":
    main()
