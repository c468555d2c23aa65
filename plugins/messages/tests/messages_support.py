"""Records, a Patient and settings for the tests and for `examples`.

`python plugins/messages/tests/messages_support.py` writes `examples` anew.
"""

import copy
import json
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from ccr_messages.catalogue import FORMS
from ccr_messages.plugin import Messages

from ccr_rules import Engine, Evaluation, Plugins, Response
from ccr_rules.hosting import Delivery

Json = dict[str, Any]

EXAMPLES: Final = Path(__file__).parents[1] / "examples"
AS_OF: Final = "2026-11-21"
DIAGNOSED: Final = "2025-12-11"
SNOMED: Final = "http://snomed.info/sct"
SUPPORT: Final = "Provision of information about cancer support services available in primary care"
FIRST: Final = ("413738001", "Cancer monitoring first letter")
SECOND: Final = ("413740006", "Cancer monitoring second letter")
ANY: Final = ("413739009", "Cancer monitoring invitation")

PATIENT: Final[Json] = {
    "resourceType": "Patient",
    "id": "p1",
    "active": True,
    "identifier": [{"system": "https://fhir.nhs.uk/Id/nhs-number", "value": "9990000042"}],
    "name": [
        {"use": "official", "prefix": ["Mrs"], "given": ["Ŵendy", "Łucja"], "family": "Testpatient-Żółć"}
    ],
    "birthDate": "1967-01-05",
    "telecom": [{"system": "phone", "use": "mobile", "value": "07700 900123"}],
    "address": [{"use": "home", "line": ["1 Example Street"], "city": "Testtown", "postalCode": "zz99 3cz"}],
}

SETTINGS: Final[Json] = {
    "practice": {
        "name": "Testtown Surgery",
        "address": ["12 Example Road", "Testtown", "ZZ99 1AA"],
        "phone": "01632 960123",
        "website": "testtown-surgery.example",
        "booking": "https://testtown.example/book",
    },
    "sender": "Dr Alex Sample",
    "sender_role": "GP partner",
    "leaflets": [{"title": "Your Cancer Care Review, Macmillan Cancer Support", "link": "macmillan.org.uk"}],
}


def changed(base: Json, **elements: Any) -> Json:
    """Return a copy of a resource or of settings with other elements; None leaves one out."""
    new = copy.deepcopy(base) | elements
    return {name: value for name, value in new.items() if value is not None}


def condition(day: str | None = DIAGNOSED) -> Json:
    """A breast cancer, diagnosed on a day."""
    return {
        "resourceType": "Condition",
        "id": "cancer",
        "subject": {"reference": "Patient/p1"},
        "code": {
            "coding": [{"system": SNOMED, "code": "254837009", "display": "Malignant neoplasm of breast"}]
        },
        **({"onsetDateTime": day} if day else {}),
    }


def observation(id_: str, code: tuple[str, str] | str, day: str, **elements: Any) -> Json:
    """An entry with a code, or with a text alone."""
    coding = {"text": code} if isinstance(code, str) else {"coding": [_coding(*code)]}
    return {
        "resourceType": "Observation",
        "id": id_,
        "status": "final",
        "subject": {"reference": "Patient/p1"},
        "code": coding,
        "effectiveDateTime": day,
        **elements,
    }


def _coding(code: str, display: str) -> Json:
    return {"system": SNOMED, "code": code, "display": display}


def invited(*days: str, code: tuple[str, str] = ANY) -> list[Json]:
    """Invitations on days."""
    return [observation(f"invitation-{number}", code, day) for number, day in enumerate(days, 1)]


SUPPORTED: Final = observation("support", SUPPORT, "2026-02-01")
"""The support conversation is done, so that the review alone is outstanding."""


def record(*entries: Json, patient: Json = PATIENT, diagnosis: Json | None = None) -> Json:
    """The whole record of a person with a cancer and some entries."""
    content = [patient, condition() if diagnosis is None else diagnosis, *entries]
    return {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": each} for each in content]}


def plugins(settings: Json | None = None) -> Plugins:
    """The plugin alone, with settings."""
    return Plugins.of({"messages": Messages()}, {"messages": SETTINGS if settings is None else settings})


ENGINE: Final = Engine.default()


def evaluated(
    *entries: Json, as_of: str = AS_OF, responses: Sequence[Response] = (), **more: Any
) -> Evaluation:
    """An evaluation of such a record in which the support conversation is done."""
    return ENGINE.evaluate(record(SUPPORTED, *entries, **more), as_of, responses=responses)


def delivered(
    form: str,
    evaluation: Evaluation | None = None,
    patient: Json = PATIENT,
    settings: Json | None = None,
    **options: Any,
) -> Delivery:
    """What the plugin makes of a request."""
    host = usual() if settings is None else plugins(settings)
    found = host.deliver(evaluation or evaluated(), form, patient, options)
    assert found is not None
    if settings is not None:
        host.close()
    return found


@lru_cache(maxsize=1)
def usual() -> Plugins:
    """The plugin with the usual settings."""
    return plugins()


def text_of(delivery: Delivery) -> str:
    """The text document of a delivery."""
    (document,) = (each for each in delivery.documents if each.media_type == "text/plain")
    return document.content.decode()


def pdf_of(delivery: Delivery) -> bytes:
    """The PDF of a delivery."""
    (document,) = (each for each in delivery.documents if each.media_type == "application/pdf")
    return document.content


_WENT_BEFORE: Final = {1: (), 2: ("2026-10-31",), 3: ("2026-10-10", "2026-10-31"), 0: ()}


def example(form: str) -> Delivery:
    """The delivery of a form that stands in `examples`."""
    evaluation = evaluated(*invited(*_WENT_BEFORE[FORMS[form].number]))
    return delivered(form, evaluation, clinician="Nurse Pat Sample")


def written(delivery: Delivery) -> dict[str, bytes]:
    """The files of a delivery, and what a host is told beside them."""
    said = {
        "sent": delivery.sent,
        "next_on": str(delivery.next_on) if delivery.next_on else None,
        "record": [
            {
                "codelist": each.codelist,
                "text": each.text,
                "day": str(each.day),
                "code": each.coding.code if each.coding else None,
                "term": each.coding.display if each.coding else None,
            }
            for each in delivery.record
        ],
        "notes": delivery.notes,
    }
    kept = {each.name: each.content for each in delivery.documents if each.media_type != "application/pdf"}
    told = json.dumps(said, indent=2, ensure_ascii=False).encode() + b"\n"
    return kept | {"delivery.json": told}


def examples() -> dict[str, bytes]:
    """All files of `examples`, by their path there."""
    files = {"record.json": json.dumps(record(SUPPORTED), indent=2, ensure_ascii=False).encode() + b"\n"}
    for form in FORMS:
        files |= {f"{form}/{name}": content for name, content in written(example(form)).items()}
    return files


if __name__ == "__main__":
    for name, content in examples().items():
        (EXAMPLES / name).parent.mkdir(parents=True, exist_ok=True)
        (EXAMPLES / name).write_bytes(content)
