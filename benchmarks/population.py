"""How quickly whole populations are answered, beside a query that was written by hand.

python -m benchmarks.population DIR [DIR ...] [--threads 2] [--rounds 3] [--chart FILE.svg]

Each DIR holds a population of `benchmarks.population_data`. For each, in one run and in turns:

- all answers of qof-cancer@2023 and best-practice-ccr@2025;
- the indicators of qof-cancer@2023 alone, and `hand_written.sql`, which gives the same columns.

What the last two say is compared. Times are wall clock from Parquet to Parquet, the compilation of the
rulesets included; medians of the rounds.
"""

import argparse
import resource
import statistics
import tempfile
import time
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path

import altair as alt
import ibis
import pyarrow.parquet as pq
from ibis.backends.duckdb import Backend
from msgspec.structs import replace

from ccr_rules import Engine
from ccr_rules.evaluation.asof import Moment
from ccr_rules.evaluation.columnar.members import ListKey, list_numbers, membership, read_concepts
from ccr_rules.evaluation.columnar.plan import Answers, Population, evaluate
from ccr_rules.evaluation.columnar.scope import Question
from ccr_rules.evaluation.groups import Group, prepare
from ccr_rules.evaluation.program import Program

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


def population_in(connection: Backend, folder: Path) -> Population:
    return Population(
        connection.read_parquet(f"{folder}/patients/*.parquet"),
        connection.read_parquet(f"{folder}/entries/*.parquet"),
        read_concepts(pq.read_table(folder / "concepts")),
    )


def connect(threads: int) -> Backend:
    return ibis.duckdb.connect(threads=threads)


def groups(*rulesets: object) -> tuple[Group, ...]:
    return prepare([Program(ruleset) for ruleset in rulesets], ENGINE.library.codelist)  # type: ignore[arg-type]


def by_columns(folder: Path, threads: int, asked: tuple[Group, ...], out: Path) -> Answers:
    answers = evaluate(
        population_in(connect(threads), folder), asked, Question(Moment(AS_OF, AS_OF), in_consultation=False)
    )
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
    query = f"SELECT count(*) FROM (({one} EXCEPT {other}) UNION ALL ({other} EXCEPT {one}))"
    return int(ibis.duckdb.connect().con.execute(query).fetchall()[0][0])


def timed(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def measure(folder: Path, threads: int, rounds: int) -> dict[str, float]:
    """Print and return the medians, with the number of people under `people`."""
    people = sum(pq.read_metadata(part).num_rows for part in (folder / "patients").glob("*.parquet"))
    everything, indicators = groups(QOF, BEST_PRACTICE), groups(INDICATORS_ONLY)
    with tempfile.TemporaryDirectory() as scratch:
        full, ours, theirs = (Path(scratch) / f"{name}.parquet" for name in ("full", "ours", "theirs"))
        times: dict[str, list[float]] = {"all answers": [], "indicators": [], "by hand": []}
        for _ in range(rounds):
            times["all answers"].append(timed(lambda: by_columns(folder, threads, everything, full)))
            times["indicators"].append(timed(lambda: by_columns(folder, threads, indicators, ours)))
            times["by hand"].append(timed(lambda: by_hand(folder, threads, indicators, theirs)))
        medians = {name: statistics.median(some) for name, some in times.items()}
        print(f"{folder.name}: {people:,} people, {pq.read_metadata(full).num_rows:,} candidates")
        for name, seconds in medians.items():
            print(f"  {name:12} {seconds:6.2f} s  {people / seconds:12,.0f} people a second")
        print(f"  indicators take {medians['indicators'] / medians['by hand']:.2f} times as long as by hand")
        print(f"  people of whom the two say different things: {differences(folder, ours, theirs)}")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"  peak memory so far {peak:,.0f} MiB")
    return {"people": people, **medians}


def draw(found: list[dict[str, float]], chart: Path) -> None:
    """Draw seconds against people on logarithmic axes: a cost that grows linearly is a straight line."""
    points = [
        {"people": each["people"], "seconds": each[name], "what": name}
        for each in found
        for name in ("all answers", "indicators", "by hand")
    ]
    base = alt.Chart({"values": points}).encode(
        x=alt.X("people:Q", scale=alt.Scale(type="log"), title="people, 30 entries each"),
        y=alt.Y("seconds:Q", scale=alt.Scale(type="log"), title="seconds"),
        color=alt.Color("what:N", title=None),
    )
    layers = base.mark_line() + base.mark_point(filled=True, size=60)
    layers.properties(width=520, height=320).save(str(chart))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--chart", type=Path, help="an SVG of seconds against people")
    arguments = parser.parse_args()
    found = [measure(folder, arguments.threads, arguments.rounds) for folder in arguments.folders]
    if arguments.chart:
        draw(found, arguments.chart)


if __name__ == "__main__":
    main()
