"""What an export holds, as far as it is stated, and what is certain by that."""

from typing import Any

import pytest
from gp_exports_support import HEAD, ONE, REVIEW, Practice, statuses

BOTH = (ONE, f"9990000026,1001,{REVIEW},05-Dec-2025,,,")


@pytest.mark.parametrize(
    ("holds", "support", "review"),
    [
        ([], "cannot tell", "cannot tell"),
        (["patients"], "cannot tell", "cannot tell"),
        (["diagnoses"], "cannot tell", "cannot tell"),
        (["activities"], "cannot tell", "open"),  # whatever else was diagnosed, it is not due before October
        (["diagnoses", "activities"], "overdue", "open"),
        ("everything", "overdue", "open"),
        (["cancer-diagnosis", "cancer-care-review", "support-information-given"], "overdue", "open"),
    ],
)
def test_not_found_is_certain_only_in_what_is_held(holds: Any, support: str, review: str) -> None:
    (evaluation,) = Practice(holds=holds).evaluated(ONE)
    assert statuses(evaluation) == {"support-conversation": support, "cancer-care-review": review}


def test_what_is_found_counts_also_in_what_is_not_held() -> None:
    """All diagnoses are there, some of the reviews: one that was found in time was done, whatever else is."""
    (evaluation,) = Practice(holds=["diagnoses"]).evaluated(*BOTH)
    assert statuses(evaluation)["cancer-care-review"] == "done"


def test_somebody_without_a_diagnosis() -> None:
    row = "9990000026,1001,,Essential hypertension,2019,,,"
    (known,) = Practice(holds=["diagnoses"]).evaluated(row)
    assert set(statuses(known).values()) == {"not applicable"}
    (unknown,) = Practice().evaluated(row)
    assert set(statuses(unknown).values()) == {"cannot tell"}


def test_what_is_stated_stands_in_the_answer() -> None:
    (evaluation,) = Practice(holds=["diagnoses", "patients"]).evaluated(ONE)
    assert list(evaluation.record.assumed) == [
        "The export of EMIS Web holds every entry of: diagnoses.",
        "The export has no column that tells of death or registration: everybody in it is taken to be "
        "living and registered.",
    ]
    (silent,) = Practice().evaluated(ONE)
    assert "setting `holds`" in silent.record.incomplete["Observation"]


@pytest.mark.parametrize(
    ("columns", "said"),
    [
        (
            "Date of Death,Deducted Date",
            "The export says who has died, and who is registered.",
        ),
        (
            "Date of Death,Age",
            "The export has no column that tells of registration: everybody in it is taken to be registered.",
        ),
        (
            "Registration Date,Age",
            "The export has no column that tells of death: everybody in it is taken to be living.",
        ),
    ],
)
def test_what_no_column_says_of_the_patients_is_said_to_be_taken_on_trust(columns: str, said: str) -> None:
    practice = Practice(holds=["patients"])
    (evaluation,) = practice.evaluated(f"{ONE},,", head=f"{HEAD},{columns}")
    assert evaluation.record.assumed == (said,)


def test_what_the_host_states_goes_before_the_settings() -> None:
    practice = Practice()
    (stated,) = practice.evaluated(ONE, supplied=("Observation", "Condition", "Encounter", "Procedure"))
    assert statuses(stated)["support-conversation"] == "overdue"
    (profiled,) = practice.evaluated(ONE, profile="whole-record")
    assert statuses(profiled)["support-conversation"] == "overdue"
    (less,) = Practice(holds=["everything"]).evaluated(ONE, supplied=())
    assert statuses(less)["support-conversation"] == "cannot tell"
