"""The fixed words of the language."""

from typing import get_args

from ccr_rules.language.ast import PatientField, ReviewDateField
from ccr_rules.language.ruleset import Actor, Outcome, Phase, ReviewStatus, RulesetStatus, Severity
from ccr_rules.record.entry import EntryState, Episode

PATIENT_FIELDS: tuple[PatientField, ...] = ("born", "died", "registered", "deregistered")
REVIEW_FIELDS: tuple[ReviewDateField, ...] = ("opens", "due", "done", "declined", "until")
CONSULTATION_MODES = (
    "face-to-face",
    "home-visit",
    "telephone",
    "video",
    "group",
    "administrative",
    "unknown",
)
STATUS_WORDS: tuple[ReviewStatus, ...] = get_args(ReviewStatus)
CANNOT_TELL = "cannot tell"

CLASSES = ("primary", "metastasis", "recurrence", "history-of")
EPISODES: tuple[Episode, ...] = ("first", "new", "review", "end", "unstated", "other")
STATES: tuple[EntryState, ...] = ("done", "not-done", "declined", "planned")

RULESET_STATUSES: tuple[RulesetStatus, ...] = ("draft", "active", "retired")
ACTORS: tuple[Actor, ...] = get_args(Actor)
PHASES: tuple[Phase, ...] = get_args(Phase)
SEVERITIES: tuple[Severity, ...] = ("info", "warning", "critical")
OUTCOMES: tuple[Outcome, ...] = ("include", "exclude", "except")

CHOICES = ("later", "earlier", "Coalesce")
