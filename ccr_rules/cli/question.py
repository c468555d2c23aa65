"""What a command asks the engine: the day, the rulesets, and what is known of the host.

The command line is the only part of ccr-rules that looks at a clock.
"""

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import cast
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from ccr_rules.cli.responses import read_responses
from ccr_rules.engine import Engine, EvaluatorName
from ccr_rules.errors import UsageError
from ccr_rules.evaluation.result import Evaluation
from ccr_rules.library.library import load_library
from ccr_rules.record.versions import Version

TIME_ZONE = "Europe/London"


@dataclass(frozen=True, slots=True)
class Question:
    """The options with which a record is evaluated; None or empty is the default of each."""

    as_of: str | None = None
    known_on: str | None = None
    profile: str | None = None
    supplied: list[str] | None = None
    rulesets: list[str] | None = None
    version: str = "auto"
    patient: str | None = None
    strict: bool = False
    responses: Path | None = None
    folders: list[Path] | None = None
    releases: list[str] | None = None
    engine: EvaluatorName = "reference"


class Asker:
    """Puts one question to many records."""

    def __init__(self, question: Question) -> None:
        self._question = question
        self._engine = engine_with(question.folders)
        self._as_of = question.as_of or today().isoformat()
        self._responses = read_responses(question.responses) if question.responses else ()
        self._supplied = split_words(question.supplied)
        self._releases = releases_chosen(question.releases)

    def ask(self, record: bytes) -> Evaluation:
        """Return what the engine says of one record."""
        question = self._question
        return self._engine.evaluate(
            record,
            self._as_of,
            known_on=question.known_on,
            profile=question.profile,
            supplied=self._supplied,
            responses=self._responses,
            rulesets=question.rulesets or (),
            releases=self._releases,
            version=cast("Version", question.version),
            patient=question.patient,
            strict=question.strict,
            engine=question.engine,
        )


def engine_with(folders: list[Path] | None) -> Engine:
    """Return an engine with the shipped rulesets and those of further folders."""
    return Engine(load_library(*(folders or ())))


def releases_chosen(choices: list[str] | None) -> dict[str, str]:
    """Return the releases of codelists that `--codelist-release` names. Raises UsageError."""
    return dict(_release(each) for each in choices or ())


def _release(choice: str) -> tuple[str, str]:
    name, sign, release = choice.partition("=")
    if not (sign and name and release):
        raise UsageError(f"--codelist-release {choice}: write NAME=YYYY-MM-DD, or NAME=newest")
    return name, release


def split_words(words: list[str] | None) -> list[str] | None:
    """Return the words of a repeatable option whose values may hold several, set apart by commas."""
    if words is None:
        return None
    return [word.strip() for each in words for word in each.split(",") if word.strip()]


def today() -> date:
    """Return the day in the United Kingdom. Raises UsageError where the system lacks the time zone."""
    try:
        return datetime.now(ZoneInfo(TIME_ZONE)).date()
    except ZoneInfoNotFoundError:
        raise UsageError(
            f"this system has no time zone {TIME_ZONE}, so today is not known; give the day with --as-of, "
            f"or install the zones: pip install tzdata"
        ) from None
