"""What a command asks the engine: the day, the rulesets, and what is known of the host.

The command line is the only part of ccr-rules that looks at a clock.
"""

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import cast
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from ccr_rules.cli.hosted import engine_with, tell
from ccr_rules.cli.records import records_in, sources
from ccr_rules.cli.responses import read_responses
from ccr_rules.engine import EvaluatorName
from ccr_rules.errors import CcrError, RecordError, UsageError
from ccr_rules.evaluation.answers import PluginFault
from ccr_rules.evaluation.result import Evaluation
from ccr_rules.hosting import Source, Split
from ccr_rules.hosting.folders import LIBRARY
from ccr_rules.hosting.plugins import Plugins
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
        self._told: set[PluginFault] = set()

    @property
    def plugins(self) -> Plugins:
        """The plugins that are on."""
        return self._engine.plugins

    def split(self, content: bytes, name: str) -> Split:
        """Return the records in a file. Raises RecordError; on stderr, which plugins failed."""
        question = self._question
        source = Source(
            content,
            name,
            question.patient,
            question.profile,
            None if self._supplied is None else tuple(self._supplied),
            cast("Version", question.version),
            question.strict,
        )
        split, faults = self.plugins.split(source)
        tell(faults)
        return split

    def ask_alone(self, name: str) -> tuple[Source, Evaluation]:
        """Return the one record that a name stands for, and what the engine says of it.

        Raises UsageError if it stands for several, RecordError.
        """
        files = sources([name])
        found = records_in(files, self.split, _refused)
        if len(found) != 1:
            raise UsageError(f"{name}: {len(found)} records; name the one that is meant")
        try:
            return found[0].source, self.ask(found[0].source)
        except RecordError as error:
            raise RecordError(f"{found[0].name}: {error.message}") from None

    def ask(self, record: Source) -> Evaluation:
        """Return what the engine says of one record. On stderr, which plugins failed, each fault once."""
        question = self._question
        evaluation = self._engine.evaluate(
            record,
            self._as_of,
            known_on=question.known_on,
            responses=self._responses,
            rulesets=question.rulesets or (),
            releases=self._releases,
            engine=question.engine,
        )
        new = [each for each in evaluation.hosted.faults if each not in self._told]
        tell(each for each in new if each.hook not in LIBRARY)  # of these it was said before
        self._told.update(new)
        return evaluation


def _refused(name: str, error: CcrError) -> None:
    raise RecordError(f"{name}: {error.message}")


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
            "or install the zones: pip install tzdata"
        ) from None
