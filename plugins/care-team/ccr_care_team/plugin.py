"""The hooks of the plugin."""

import atexit
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from ccr_care_team.contact import consultation_of, role_of
from ccr_care_team.counts import Key, heard
from ccr_care_team.ledger import Ledger
from ccr_care_team.routing import name_of, withheld
from ccr_care_team.settings import Settings, read_settings
from ccr_rules.errors import UsageError
from ccr_rules.evaluation.result import Evaluation
from ccr_rules.hosting import Context, Document, Feedback, Form, Withheld, hookimpl
from ccr_rules.record.patient import Consultation, PatientRecord

FORM = "care-team-report"


class CareTeam:
    """Who sees which prompt, and whether prompts still fire."""

    ccr_kinds = ()
    """It adds nothing to a record, so a record lacks nothing where it fails."""

    def __init__(self) -> None:
        self.settings = Settings()
        self.ledger = Ledger()

    @hookimpl
    def ccr_configure(self, settings: Mapping[str, Any], folder: Path) -> None:
        """Take the settings, and see whether counts can be written."""
        self.settings = read_settings(settings)
        where = folder / self.settings.folder if self.settings.folder else None
        if where is not None:
            _make(where)
        self.ledger = Ledger(where, self.settings.write_every)
        if where is not None:
            atexit.register(self.ledger.try_to_write, "they are lost")

    @hookimpl
    def ccr_forms(self) -> Sequence[Form]:
        """The report."""
        return [Form(FORM, "evaluations", "Which prompts fire, which fell silent, what users did with them")]

    @hookimpl
    def ccr_enrich_record(self, context: Context) -> PatientRecord | None:
        """Add nothing: count the evaluation, without which no rate could be told."""
        self.ledger.count_evaluation(context.as_of)
        return None

    @hookimpl
    def ccr_consultation(self, context: Context) -> Consultation | None:
        """Say how the contact takes place."""
        return consultation_of(self.settings, context)

    @hookimpl
    def ccr_filter_prompts(self, evaluation: Evaluation, context: Context) -> Sequence[Withheld] | None:
        """Withhold what is not for this user, and count what fired."""
        found = withheld(self.settings, evaluation, context)
        role = role_of(self.settings, context.host)
        keys = [Key("fired", name_of(prompt)) for prompt in evaluation.prompts]
        keys += [Key("withheld", f"{each.prompt}@{each.ruleset}", role) for each in found]
        self.ledger.count(context.as_of, keys)
        return found or None

    @hookimpl
    def ccr_feedback(self, feedback: Feedback) -> None:
        """Count what became of a prompt. Raises OSError where that cannot be written yet."""
        day, keys = heard(feedback, ZoneInfo(self.settings.zone))
        self.ledger.count(day, keys)
        self.ledger.write()

    @hookimpl
    def ccr_render(
        self, evaluations: Sequence[Evaluation], form: str, options: Mapping[str, Any]
    ) -> Document:
        """Write the report of the day `as_of`, or else of the latest evaluation, as `text` or `json`."""
        from ccr_care_team.asking import asked_report  # noqa: PLC0415 - only where a report is asked for

        return asked_report(self.ledger, self.settings.watch, evaluations, form, options)


def _make(folder: Path) -> None:
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(
            f"folder: {folder} cannot be made: {error.strerror}; name a folder to which counts can be written"
        ) from None


plugin = CareTeam()
