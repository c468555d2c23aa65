"""What an export holds wholly. It only has what its search asked for, so nobody but its maker can say that.

A table of coded entries has no kinds of resource: diagnoses and reviews stand in the same column. Their rows
are read as one kind, in which every codelist can stand. Of a codelist that the export does not hold wholly
it is therefore said that entries may be kept elsewhere too, in a kind that is never supplied: what is there
counts, and "not found" stays open.
"""

from collections.abc import Collection, Sequence
from typing import Final

import msgspec

from ccr_gp_exports.recipe import Recipe
from ccr_rules.record.patient import KINDS, PatientRecord
from ccr_rules.record.profiles import ACTIVITY, DIAGNOSIS, HostProfile

EVERYTHING: Final = "everything"
PATIENTS: Final = "patients"
CATEGORIES: Final = {"diagnoses": DIAGNOSIS, "activities": ACTIVITY}
WORDS: Final = (EVERYTHING, *CATEGORIES, PATIENTS)
"""What `holds` can name besides codelists."""

_ELSEWHERE: Final = ("Condition", "Procedure", "Flag")
_ASKS: Final = "an export holds what its search asked for; state in the setting `holds` what that is wholly"


def profile_of(recipe: Recipe, holds: Sequence[str], cells: Collection[str]) -> HostProfile:
    """Return what is stated of an export, in the terms of host profiles; `cells` are those with a column."""
    kinds = recipe.kinds()
    stated = {CATEGORIES.get(word, word) for word in holds if word not in (EVERYTHING, PATIENTS)}
    if EVERYTHING in holds:
        stated |= set(CATEGORIES.values())
    elsewhere = _elsewhere(kinds)
    keeps = {key: kinds if key in stated else (elsewhere,) for key in (DIAGNOSIS, ACTIVITY)} if stated else {}
    keeps |= dict.fromkeys(sorted(stated - keeps.keys()), kinds)
    supplies = (*(kinds if stated else ()), *(("Patient",) if {PATIENTS, EVERYTHING} & set(holds) else ()))
    told = [
        f"The export of {recipe.title} holds every entry of: {word}." for word in holds if word != PATIENTS
    ]
    told += [_of_patients(cells)] if "Patient" in supplies else []
    return HostProfile(recipe.system, supplies, keeps, tuple(told))


def _of_patients(cells: Collection[str]) -> str:
    """Return what is stated of the patients: where no column says it, that is taken on trust, and is said."""
    says = {"death": "died" in cells, "registration": not {"registered", "deregistered"}.isdisjoint(cells)}
    missing = [what for what, is_there in says.items() if not is_there]
    if not missing:
        return "The export says who has died, and who is registered."
    taken = {"death": "living", "registration": "registered"}
    return (
        f"The export has no column that tells of {' or '.join(missing)}: "
        f"everybody in it is taken to be {' and '.join(taken[what] for what in missing)}."
    )


def explained(record: PatientRecord, profile: HostProfile) -> PatientRecord:
    """Return a record that says why kinds are not supplied in the words of this plugin's settings."""
    generic = f"the profile {profile.name} does not supply it"
    incomplete = {
        kind: why.replace(generic, _ASKS) if generic in why else why
        for kind, why in record.incomplete.items()
    }
    return msgspec.structs.replace(record, incomplete=incomplete)


def doubted(record: PatientRecord, kinds: Collection[str], why: str) -> PatientRecord:
    """Return a record of which these kinds (none: all) do not count as completely supplied."""
    missing, before = kinds or KINDS, record.incomplete
    incomplete = before | {kind: f"{before[kind]}; {why}" if kind in before else why for kind in missing}
    return msgspec.structs.replace(record, supplied=record.supplied - set(missing), incomplete=incomplete)


def _elsewhere(kinds: Collection[str]) -> str:
    """Return a kind of which no row is, for entries that may be kept outside the export."""
    return next(kind for kind in (*_ELSEWHERE, *KINDS) if kind not in kinds)
