"""What is asked of a data set, and whether a folder holds the answers to it already."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final, NamedTuple

from ccr_rules.codelists.codelist import Codelist
from ccr_rules.engine import Engine
from ccr_rules.errors import UsageError
from ccr_rules.evaluation.asof import Moment
from ccr_rules.evaluation.groups import Group
from ccr_rules.evaluation.program import prompting
from ccr_rules.language.ruleset import Ruleset
from ccr_rules.population.answers import (
    FORMAT,
    FORMS,
    NAME,
    TABLES,
    Answered,
    AskedRuleset,
    Form,
    read_answered,
    table_path,
)
from ccr_rules.population.dataset import Dataset, made_by

EXPLANATIONS: Final = "explanations.ndjson"

Progress = Callable[[str, int, int], None]
"""Told the name of a step, how much of it is done, and how much there is."""


class Explain(NamedTuple):
    """Answers are to be explained by an engine: those about all, or about the first `most` people."""

    engine: Engine
    most: int | None = None

    def __str__(self) -> str:
        """Say about whom."""
        return "everybody" if self.most is None else f"the first {self.most}"


class Asked(NamedTuple):
    """Of which data set is asked what, on which day, of which rulesets, and how it is answered.

    `groups` are rulesets as `Engine.prepare` gives them. `threads` and `memory` are what the engine may use.
    """

    folder: Path
    out: Path
    moment: Moment
    groups: Sequence[Group]
    form: Form = "parquet"
    engine: str = "duckdb"
    threads: int | None = None
    memory: str | None = None
    replace: bool = False
    explain: Explain | None = None

    @property
    def rulesets(self) -> dict[str, Ruleset]:
        """The rulesets by `id@version`."""
        programs = (program for group in self.groups for program in group.programs)
        return {program.ruleset.reference: program.ruleset for program in programs}

    @property
    def codelists(self) -> list[Codelist]:
        """Every codelist that some ruleset uses, in each release that is used."""
        used = (group.used_by(program) for group in self.groups for program in group.programs)
        return [codelist for lists in used for codelist in lists.values()]


def head_of(asked: Asked, dataset: Dataset) -> Answered:
    """Return the head of the answers, as far as it is known before anybody is looked at."""
    releases: dict[str, set[str]] = {}
    for codelist in asked.codelists:
        releases.setdefault(codelist.name, set()).add(codelist.release)
    return Answered(
        format=FORMAT,
        made_by=made_by(),
        data=str(asked.folder),
        plan=dataset.plan,
        as_of=asked.moment.as_of,
        known_on=asked.moment.known_on,
        engine=asked.engine,
        form=asked.form,
        patients=dataset.patients,
        candidates=0,
        rulesets=tuple(_ruleset(each, asked.moment) for each in asked.rulesets.values()),
        explain="" if asked.explain is None else str(asked.explain),
        releases={name: ", ".join(sorted(several)) for name, several in sorted(releases.items())},
    )


def _ruleset(ruleset: Ruleset, moment: Moment) -> AskedRuleset:
    return AskedRuleset(
        ruleset.id,
        ruleset.version,
        ruleset.title,
        ruleset.status,
        ruleset.digest,
        prompting(ruleset, moment.as_of),
    )


_SAME: Final = (
    *("made_by", "plan", "as_of", "known_on", "form", "patients", "rulesets", "releases", "explain"),
)
"""What tells a question from others. Which engine answers does not matter: every one says the same."""


def known_answers(asked: Asked, wanted: Answered) -> Answered | None:
    """Return the head of the answers that are wanted, if they are there and need not be made anew.

    Raises:
        UsageError: if the folder holds other answers, and `replace` is not set.
    """
    out = asked.out
    if out.exists() and not out.is_dir():
        raise UsageError(f"{out}: is a file; name a folder for --out")
    if asked.replace or not (out / NAME).exists():
        return None
    known = read_answered(out)
    if all(getattr(known, name) == getattr(wanted, name) for name in _SAME):
        return known
    raise UsageError(
        f"{out}: holds the answers to another question; name another folder for --out, or say --replace"
    )


def remove_answers(out: Path) -> None:
    """Remove what an earlier run wrote, its head first: what is left is then no answer. Raises OSError."""
    (out / NAME).unlink(missing_ok=True)
    (out / EXPLANATIONS).unlink(missing_ok=True)
    for name in TABLES:
        for form in FORMS:
            table_path(out, name, form).unlink(missing_ok=True)
