"""The settings, taken strictly: what is misspelt is refused, and nothing is guessed."""

import re
from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec
from msgspec import Meta

from ccr_rules.errors import UsageError
from ccr_rules.record.patient import Mode

Word = Annotated[str, Meta(min_length=1, max_length=80, pattern=r"^[^\x00-\x1f\x7f]*$")]
"""A word of the host or of the practice: on one line, compared letter by letter."""

_PROMPT: Final = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*(@[a-z0-9]+(-[a-z0-9]+)*)?")


class _Part(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Part of the settings: other keys are refused."""


class Contact(_Part, frozen=True):
    """What a type of slot or session is: how the contact takes place, and who in the team holds it."""

    mode: Mode = "unknown"
    role: Word | None = None


class Keys(_Part, frozen=True):
    """Under which keys the host passes along what is asked here."""

    slot: Word = "slotType"
    session: Word = "sessionType"
    role: Word = "userRole"
    encounter: Word = "encounterId"
    shown: Word = "promptsShown"


class Watch(_Part, frozen=True):
    """How falling silent is told: see `ccr_care_team.watch`."""

    earlier_weeks: Annotated[int, Meta(ge=1, le=104)] = 8
    recent_weeks: Annotated[int, Meta(ge=1, le=26)] = 2
    probability: Annotated[float, Meta(gt=0, lt=1)] = 0.01
    fallen_below: Annotated[float, Meta(gt=0, lt=1)] = 0.5


class Settings(_Part, frozen=True):
    """All settings. `roles` gives the host's word for a user's role the team's own word.

    `does_not_act_on` lists, by role, prompts as `PROMPT` or `PROMPT@RULESET-ID`. `overdue_days`: a prompt
    about a review that is overdue by more days than this is always shown. `most_shown`: how often a prompt is
    shown to one user in one consultation; 0 sets no limit.
    """

    slots: dict[Word, Contact] = {}
    sessions: dict[Word, Contact] = {}
    roles: dict[Word, Word] = {}
    keys: Keys = Keys()
    does_not_act_on: dict[Word, tuple[str, ...]] = {}
    overdue_days: Annotated[int, Meta(ge=0)] = 0
    most_shown: Annotated[int, Meta(ge=0)] = 0
    folder: str = ""
    write_every: Annotated[int, Meta(ge=1, le=100_000)] = 50
    zone: str = "Europe/London"
    watch: Watch = Watch()

    @property
    def known_roles(self) -> set[str]:
        """The roles of the team: all that some setting gives."""
        contacts = (*self.slots.values(), *self.sessions.values())
        return {*self.roles.values(), *(each.role for each in contacts if each.role)}


def read_settings(given: Mapping[str, Any]) -> Settings:
    """Return the settings. Raises UsageError, which names the setting."""
    try:
        settings = msgspec.convert(dict(given), Settings)
    except msgspec.ValidationError as fault:
        raise UsageError(f"settings: {fault}; the README lists each setting with its type") from None
    for found in _faults(settings):
        raise UsageError(found)
    return settings


def _faults(settings: Settings) -> Iterator[str]:
    try:
        ZoneInfo(settings.zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        yield f"zone: {settings.zone!r} is no time zone; write one such as Europe/London"
    known = settings.known_roles
    for role, prompts in settings.does_not_act_on.items():
        if role not in known:
            there = ", ".join(sorted(known)) or "none; give them in roles, slots or sessions"
            yield f"does_not_act_on: there is no role {role!r}; the roles are {there}"
        for prompt in prompts:
            if not _PROMPT.fullmatch(prompt):
                yield f"does_not_act_on.{role}: {prompt!r} is no prompt; write PROMPT or PROMPT@RULESET-ID"
            elif not _acting(settings, prompt):
                roles = ", ".join(sorted(known))
                yield f"does_not_act_on: {prompt} would be shown to none of {roles}; leave it to one of them"


def _acting(settings: Settings, prompt: str) -> set[str]:
    """Return the roles that act on a prompt."""
    name, _, ruleset = prompt.partition("@")
    return {role for role in settings.known_roles if not is_listed(settings, role, name, ruleset)}


def is_listed(settings: Settings, role: str, prompt: str, ruleset_id: str) -> bool:
    """Say whether a prompt is listed as one on which a role does not act."""
    listed = settings.does_not_act_on.get(role, ())
    return prompt in listed or f"{prompt}@{ruleset_id}" in listed
