"""Why a record cannot be used, in words that quote nothing of it.

The reader's own messages name references, which a log or a problem of the service must not.
"""

from ccr_rules.errors import RecordError
from ccr_rules.service.problems import Problem

_TOLD = (
    ("the record is about two patients", "it is about two patients; send one patient's record"),
    (
        "the record names ",
        "it names a patient of two servers, who may be two people; send one server's",
    ),
    ("the record is about nobody", "it is about nobody; send the Patient resource with the record"),
    ("the record cannot be shown to be", "it does not say whom it is about, and a patient was asked for"),
    ("the record is about ", "it is about somebody else than the patient asked for; send the right record"),
    ("the record is nested too deeply", "it is nested too deeply; FHIR needs far fewer levels"),
    ("the record is empty", "it is empty; send a FHIR resource, Bundle or list of resources"),
    ("the key ", "a key stands twice in one object; send each key once"),
    ("nothing in the record could be read", "not one of its resources could be read; docs/fhir.md says how"),
    ("the record has no resourceType", "it has no resourceType, and its keys are no kinds that are read"),
)
_OTHERWISE = "it is no FHIR that can be read; send a resource, Bundle or list of resources: docs/fhir.md"


def unusable(fault: RecordError) -> Problem:
    """Return the problem (422) that a fault of the reader is."""
    told = (words for beginning, words in _TOLD if fault.message.startswith(beginning))
    return Problem("unusable-record", f"$.record: {next(told, _OTHERWISE)}")
