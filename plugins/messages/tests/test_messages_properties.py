"""Whatever stands in a Patient: a message, or a refusal that says no value of it. Never a crash."""

from collections.abc import Callable
from typing import Any

from ccr_messages.addresses import place_of
from ccr_messages.contact import mobile_of, speech_of
from ccr_messages.names import called
from ccr_messages.words import one_line
from hypothesis import example, given, settings
from hypothesis import strategies as st
from messages_support import PATIENT, Json, changed, delivered, evaluated, text_of

from ccr_rules import Evaluation, UsageError

EVALUATION: Evaluation = evaluated()
TODAY = EVALUATION.moment.as_of

ODD = st.sampled_from(
    [
        "{{ practice_phone }}",
        "{% raw %}",
        "{{ 7*7 }}",
        "# Head",
        "- item",
        "a\\",
        "<b>",
        "\u202eabc",
        "\u05d0\u05d1\u05d2",
        "\u0627\u0628\u062c\u062f",
        "x" * 500,
        "\x1b[31m",
    ]
)
NAMES = st.one_of(st.text(max_size=40), ODD)
few = settings(max_examples=25, deadline=None)


def outcome(form: str, patient: Json) -> str:
    """The text that is made, or why it is not."""
    try:
        return text_of(delivered(form, EVALUATION, patient))
    except UsageError as refusal:
        return refusal.message


def why(read: Callable[[], object]) -> str:
    """Why somebody is refused, or the way in which every refusal begins."""
    try:
        read()
    except UsageError as refusal:
        return refusal.message
    return "nothing was made or sent: the Patient"


@few
@given(NAMES)
@example("{{ 7*7 }}")
@example("# Head")
@example("a\\")
def test_a_name_is_printed_as_it_is_or_refused(name: str) -> None:
    patient = changed(PATIENT, name=[{"use": "official", "given": [name], "family": "Example"}])
    text, whole = outcome("invitation-letter-1", patient), one_line(f"{name} Example")
    if text.startswith("nothing was made or sent: "):
        assert "the font lacks letters" in text or "is wider than" in text
    else:
        assert whole in text.split("\n")
        assert f"Dear {whole}," in " ".join(text.split())


@few
@given(st.text(alphabet="ŵŷâêîôûäëïöüłżźćńóśąęàéèçñßøåæœšžčřďťĺ'-’ ", min_size=1, max_size=30))
def test_names_of_europe_are_printed(name: str) -> None:
    patient = changed(PATIENT, name=[{"given": ["Ann"], "family": name}])
    assert one_line(f"Ann {name}") in outcome("invitation-letter-1", patient)


KEYS = [
    *("use", "text", "family", "given", "prefix", "line", "city", "postalCode", "period", "start", "end"),
    *("value", "system", "rank", "type", "language", "coding", "code", "preferred", "url", "extension"),
    "valueBoolean",
]
JSON: Any = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-5, 5)
    | st.text(max_size=12)
    | st.sampled_from(["home", "official", "2026-13"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=4),
    max_leaves=12,
)


@given(JSON)
def test_no_patient_however_broken_breaks_the_reading(value: Any) -> None:
    broken = dict.fromkeys(("name", "address", "telecom", "communication", "extension"), value)
    patient: Json = changed(PATIENT) | broken
    for told in (
        why(lambda: called(patient, TODAY, "preferred")),
        why(lambda: place_of(patient, TODAY)),
        why(lambda: mobile_of(patient, TODAY)),
    ):
        assert told.startswith("nothing was made or sent: the Patient")
    speech_of(patient)


@few
@given(JSON)
def test_no_patient_however_broken_breaks_a_delivery(value: Any) -> None:
    patient: Json = changed(PATIENT, identifier=value, birthDate=value, communication=value)
    told = outcome("invitation-sms-1", patient)
    assert told.startswith("Testtown Surgery: ") or "the birth dates differ" in told
