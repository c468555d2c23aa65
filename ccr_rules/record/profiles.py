"""Host profiles: which kinds a host sends, and where it keeps what (SEMANTICS 13)."""

import difflib

import msgspec

from ccr_rules.errors import UsageError
from ccr_rules.record.kinds import SUPPLY_NAMES
from ccr_rules.record.patient import KINDS
from ccr_rules.record.versions import Version

DIAGNOSIS = "*diagnosis"
ACTIVITY = "*activity"
"""Keys of `keeps` that stand for every codelist of a category that the profile does not name."""


class HostProfile(msgspec.Struct, frozen=True):
    """What is known beforehand about the records of one kind of host.

    `supplies` are the kinds that it sends completely; `keeps` maps a codelist (or `*diagnosis`,
    `*activity`) to the kinds in which the host keeps its entries; `assumed` says both in sentences that
    stand in every answer.
    """

    name: str
    supplies: tuple[str, ...]
    keeps: dict[str, tuple[str, ...]] = {}
    assumed: tuple[str, ...] = ()
    version: Version = "auto"

    def keeps_for(self, codelist: str, category: str) -> tuple[str, ...] | None:
        """Return the kinds in which the host keeps a codelist, or None where it says nothing."""
        return kinds_kept(self.keeps, codelist, category)


def kinds_kept(keeps: dict[str, tuple[str, ...]], codelist: str, category: str) -> tuple[str, ...] | None:
    """Return the kinds that `keeps` names for a codelist, else for its category, else None.

    Args:
        keeps: as in `PatientRecord.keeps`.
        codelist: the codelist's name.
        category: `diagnosis` or `activity`.
    """
    return keeps.get(codelist, keeps.get(f"*{category}"))


PROFILES: dict[str, HostProfile] = {
    profile.name: profile
    for profile in (
        HostProfile(
            name="whole-record",
            supplies=KINDS,
            assumed=("The host sends the whole record: what is not in it is not recorded.",),
        ),
        HostProfile(
            name="condition-encounter",
            supplies=("Patient", "Condition", "Encounter"),
            keeps={DIAGNOSIS: ("Condition",), ACTIVITY: ("Encounter",)},
            assumed=(
                "The host keeps every diagnosis as a Condition.",
                "The host codes every activity (reviews, letters, referrals) on an Encounter.",
            ),
        ),
        HostProfile(
            name="gp-connect",
            supplies=("Patient", "Condition", "Encounter", "Observation", "ServiceRequest"),
            keeps={DIAGNOSIS: ("Condition", "Observation"), ACTIVITY: ("Observation", "Encounter")},
            assumed=(
                "The GP Connect request asked for problems, consultations, uncategorised data and diaries.",
                "Diagnoses that are no problems, and every activity, are uncategorised data (Observations) "
                "or consultations (Encounters).",
                "Diary entries and referrals are ServiceRequests; a diary entry is planned, never done.",
            ),
            version="STU3",
        ),
    )
}
"""The profiles that are shipped."""


def profile_named(profile: HostProfile | str | None) -> HostProfile | None:
    """Return a profile by its name, or the profile itself.

    Raises:
        UsageError: if there is no such profile, or it supplies a kind that does not exist.
    """
    if isinstance(profile, str):
        if profile not in PROFILES:
            raise UsageError(f"no profile {profile!r}: {_nearest(profile, list(PROFILES))}")
        return PROFILES[profile]
    if profile is not None:
        check_kinds(profile.supplies)
    return profile


def check_kinds(kinds: tuple[str, ...]) -> None:
    """Check that kinds are kinds that can be supplied.

    Raises:
        UsageError: if one of them is not.
    """
    for kind in kinds:
        if kind not in SUPPLY_NAMES:
            raise UsageError(f"{kind!r} is no kind that is read: {_nearest(kind, sorted(SUPPLY_NAMES))}")


def _nearest(word: str, choices: list[str]) -> str:
    near = difflib.get_close_matches(word, choices, n=1)
    return f"did you mean {near[0]!r}?" if near else f"choose from {', '.join(choices)}"
