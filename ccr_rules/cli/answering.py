"""From the options of `ccr population run` to the run that is meant."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ccr_rules.cli.hosted import engine_with
from ccr_rules.cli.ingesting import need_packages
from ccr_rules.cli.progress import progress_shown
from ccr_rules.cli.question import releases_chosen
from ccr_rules.engine import as_day
from ccr_rules.evaluation.asof import Moment

if TYPE_CHECKING:
    from ccr_rules.population.answers import Form
    from ccr_rules.population.run import Outcome

PACKAGES = ("duckdb", "ibis", "pyarrow")
"""What the extra `population` brings for this."""


@dataclass(frozen=True, slots=True)
class Asked:
    """The options, as given."""

    data: Path
    out: Path
    as_of: str
    known_on: str | None = None
    rulesets: list[str] | None = None
    folders: list[Path] | None = None
    releases: list[str] | None = None
    form: "Form" = "parquet"
    engine: str = "duckdb"
    threads: int | None = None
    memory: str | None = None
    explain: bool = False
    explain_most: int | None = None
    replace: bool = False


def run(asked: Asked) -> "Outcome":
    """Answer what is asked, with a bar where somebody watches.

    Raises:
        MissingExtraError: if the packages for populations are not installed.
        CcrError: whatever the run raises.
    """
    need_packages(PACKAGES)
    from ccr_rules.population import asked as question
    from ccr_rules.population.run import run_population

    day = as_day(asked.as_of, "--as-of")
    moment = Moment(day, as_day(asked.known_on, "--known-on") if asked.known_on else day)
    engine = engine_with(asked.folders)
    groups = engine.prepare(day, asked.rulesets or (), releases_chosen(asked.releases))
    explaining = asked.explain or asked.explain_most is not None
    wanted = question.Asked(
        folder=asked.data,
        out=asked.out,
        moment=moment,
        groups=groups,
        form=asked.form,
        engine=asked.engine,
        threads=asked.threads,
        memory=asked.memory,
        replace=asked.replace,
        explain=question.Explain(engine, asked.explain_most) if explaining else None,
    )
    with progress_shown() as told:
        return run_population(wanted, told)
