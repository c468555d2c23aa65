"""Bad input gives a clear error or a quarantine entry: never a traceback, never a silent empty answer."""

import copy
import json
import re
from typing import Any

import pytest
from fhir.resources.bundle import Bundle as R5Bundle
from hypothesis import given
from hypothesis import strategies as st

from ccr_rules.errors import RecordError
from ccr_rules.record.json_text import decode
from ccr_rules.record.patient import KINDS, PatientRecord
from ccr_rules.record.reading import read, read_record
from tests.record.samples import PATIENT, Json, bundle, concept, condition, encounter, observation
from tests.record.test_date_table import CODED

RECORD = bundle(PATIENT, condition(), encounter(), observation())
TEXT = json.dumps(RECORD)


@pytest.mark.parametrize(
    "source",
    [
        RECORD,
        TEXT,
        TEXT.encode(),
        bytearray(TEXT.encode()),
        memoryview(TEXT.encode()),
        "\ufeff" + TEXT,
        json.dumps(RECORD, indent=2),
        json.dumps(RECORD, indent=2).replace('":', '" :'),
        json.dumps(RECORD, separators=(",", ":")),
    ],
)
def test_one_record_reads_alike_however_it_is_sent(source: Any) -> None:
    assert read_record(source) == read_record(RECORD)


def test_a_fhir_resources_model_is_read() -> None:
    model = R5Bundle.model_validate(
        {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": PATIENT}]}
    )
    assert read_record(model).reference == "Patient/p1"


def test_decoding_and_reading_can_be_timed_apart() -> None:
    assert read(decode(TEXT)) == read_record(TEXT)


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("", "the record is empty"),
        (b" \n ", "the record is empty"),
        ("hello", "not JSON"),
        ("{'resourceType': 'Patient'}", "not JSON"),
        (TEXT[: len(TEXT) // 2], "not JSON: Input data was truncated"),
        (json.dumps(RECORD, indent=2)[:200], "not JSON: Input data was truncated"),
        (TEXT + "}", "not JSON"),
        (TEXT.replace("[", "[NaN,", 1), "not JSON"),
        (b'{"resourceType": "\xff\xfe"}', "not UTF-8"),
        (TEXT.encode("utf-16"), "encoded as UTF-16"),
        (TEXT.encode("utf-16-le"), "encoded as UTF-16"),
        (TEXT.encode("utf-32"), "encoded as UTF-16 or UTF-32"),
        ("\ud800", "half a surrogate pair"),
        ("[" * 10_000 + "]" * 10_000, "nested too deeply"),
        ('{"a":' * 10_000 + "1" + "}" * 10_000, "nested too deeply"),
        ("[1e999," + "[" * 10_000 + "]" * 10_000 + "]", "nested too deeply"),
        ("5", "the record is a number"),
        ("null", "the record is null"),
        ("true", "the record is a boolean"),
        ('"text"', "the record is text"),
        (5, "of the type int"),
        (None, "of the type NoneType"),
        ({}, "resourceType: expected the name of a type, found none"),
        ({"resourceType": None}, "found none"),
        ({"resourceType": 5}, "found a number"),
        ([5], "expected a FHIR resource, found a number"),
        ([(1, 2)], "expected a FHIR resource, found tuple"),
        ([[]], "expected a FHIR resource, found a list"),
        ("5\n6", "not JSON"),
        ("[1e999, NaN]", "not JSON"),
    ],
)
def test_what_cannot_be_read_is_refused_with_place_finding_and_remedy(source: Any, message: str) -> None:
    with pytest.raises(RecordError) as refusal:
        read_record(source)
    assert message in refusal.value.message
    assert refusal.value.exit_code == 11


@pytest.mark.parametrize("source", [b"x" * 2000, "x" * 2000, "é" * 900])
def test_what_is_too_large_is_refused_before_it_is_decoded(source: Any) -> None:
    with pytest.raises(RecordError, match=r"bytes, more than the 1,000 allowed: send one patient only"):
        read_record(source, max_bytes=1000)


def test_a_hundred_megabytes_are_refused() -> None:
    with pytest.raises(RecordError, match="more than the 67,108,864 allowed"):
        read_record(b" " * 100 * 2**20)


def test_a_record_in_which_nothing_can_be_read_is_refused_with_the_first_fault() -> None:
    with pytest.raises(
        RecordError, match=r"nothing in the record could be read; first fault: Condition/c1: "
    ):
        read_record(condition(code=5))
    with pytest.raises(RecordError, match=r"first fault: Patient/p1: Expected `str \| null`"):
        read_record(PATIENT | {"birthDate": 5})


def test_a_number_too_large_to_hold_harms_nobody() -> None:
    text = TEXT.replace('"status": "final"', '"status": "final", "valueQuantity": {"value": 1e999}')
    assert read_record(text) == read_record(RECORD)
    age = json.dumps(bundle(PATIENT, condition(onsetDateTime=..., onsetAge={"value": 7, "code": "a"})))
    record = read_record(age.replace('"value": 7', '"value": ' + "7" * 400))
    assert len(record.entries) + len(record.quarantined) == 1


# Repeated keys


def twice(text: str, key: str) -> str:
    """Give the first occurrence of a key a second value."""
    return text.replace(f'"{key}":', f'"{key}": "other", "{key}":', 1)


@pytest.mark.parametrize("spaced", ['": ', '":', '" : ', '"\n\t:\r\n'])
def test_a_resource_with_a_repeated_key_is_quarantined(spaced: str) -> None:
    text = twice(TEXT, "onsetDateTime").replace('": ', spaced)
    record = read_record(text)
    (bad,) = record.quarantined
    assert (bad.place, bad.kind) == ("entry[1].resource", "Condition")
    assert bad.reason == "the key 'onsetDateTime' stands twice"
    assert [entry.kind for entry in record.entries] == ["Encounter", "Observation"]
    assert record.supplied == frozenset(KINDS) - {"Condition"}


@pytest.mark.parametrize(
    "term",
    ['"', 'a "quoted" term', '":', '"":"', ":", " : ", "\\", '\\":', '\\\\"', "\\u0022:", 'x\\u003a"'],
)
@pytest.mark.parametrize("ascii_only", [True, False])
def test_no_text_hides_a_repeated_key_or_looks_like_one(term: str, ascii_only: bool) -> None:
    coded = concept("254837009", term)
    for text in (
        json.dumps(bundle(PATIENT, condition(code=coded)), ensure_ascii=ascii_only),
        re.sub(r'(?<!\\)((?:\\\\)*)\\"', r"\1\\u0022", json.dumps(bundle(PATIENT, condition(code=coded)))),
        *(_escaped(coded, colon) for colon in (r"\u003a", r"\u003A")),
    ):
        assert read_record(text).quarantined == ()
        assert len(read_record(twice(text, "onsetDateTime")).quarantined) == 1


def _escaped(coded: Json, colon: str) -> str:
    """Return a record as JSON, with the colons of a term and of the codes' system escaped."""
    text = json.dumps(bundle(PATIENT, condition(code=coded)))
    for value in coded["coding"][0].values():
        text = text.replace(json.dumps(value), json.dumps(value).replace(":", colon))
    return text


def test_two_repeated_keys_in_one_resource_quarantine_it_once_each() -> None:
    record = read_record(twice(twice(TEXT, "onsetDateTime"), "system"))
    assert len(record.quarantined) == 2
    assert "Condition" not in record.supplied


@pytest.mark.parametrize(
    ("text", "place"),
    [
        (twice(TEXT, "type"), "the record"),
        (TEXT.replace('{"resource":', '{"resource": 1, "resource":', 1), "entry"),
        ('{"Patient": 1, "Patient": 2}', "the record"),
    ],
)
def test_a_repeated_key_in_a_container_makes_the_record_unusable(text: str, place: str) -> None:
    with pytest.raises(RecordError, match=rf"^the key '\w+' stands twice in {place}: .* send each key once"):
        read_record(text)


def test_a_repeated_key_in_a_lone_resource_leaves_nothing_to_read() -> None:
    with pytest.raises(RecordError, match=r"first fault: record: the key 'onsetDateTime' stands twice"):
        read_record(twice(json.dumps(condition()), "onsetDateTime"))


def test_a_repeated_key_that_could_be_free_text_is_not_shown() -> None:
    text = '{"resourceType": "Bundle", "Ann Example": 1, "Ann Example": 2}'
    with pytest.raises(RecordError) as refusal:
        read_record(text)
    assert "Ann" not in refusal.value.message


@given(
    st.recursive(
        st.none() | st.integers() | st.text('":\\ a,{}'),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.lists(st.tuples(st.text('":\\ ab', max_size=2), inner), max_size=4).map(tuple)
        ),
        max_leaves=12,
    ),
    st.sampled_from(["", " ", "\n    ", "\t\r\n"]),
)
def test_a_repeated_key_is_found_exactly_when_there_is_one(value: Any, blank: str) -> None:
    """Objects are drawn as tuples of pairs, so that keys can repeat."""
    text, repeats = written(value, blank)
    assert bool(decode(f"[{text}]").repeats) is repeats


def written(value: Any, blank: str) -> tuple[str, bool]:
    if isinstance(value, tuple):
        parts = [(json.dumps(key), *written(one, blank)) for key, one in value]
        last = {key: repeats for key, _, repeats in parts}
        is_repeated = len(last) < len(parts) or any(last.values())
        pairs = f",{blank}".join(f"{key}:{blank}{text}" for key, text, _ in parts)
        return f"{{{blank}{pairs}{blank}}}", is_repeated
    if isinstance(value, list):
        items = [written(one, blank) for one in value]
        return "[" + ",".join(text for text, _ in items) + "]", any(repeats for _, repeats in items)
    return json.dumps(value), False


# NDJSON


LINES = "\n".join(json.dumps(one) for one in (PATIENT, condition(), encounter()))


@pytest.mark.parametrize("text", [LINES, LINES + "\n", LINES.replace("\n", "\r\n\r\n"), "\n" + LINES])
def test_ndjson_is_a_resource_per_line(text: str) -> None:
    assert [entry.reference for entry in read_record(text).entries] == ["Condition/c1", "Encounter/e1"]


def test_a_broken_line_is_quarantined_and_leaves_every_kind_open() -> None:
    record = read_record(LINES[:-20])
    assert record.quarantined[0].place == "line 3"
    assert "not JSON" in record.quarantined[0].reason
    assert record.supplied == frozenset()
    assert len(record.entries) == 1


def test_a_line_may_hold_a_list_or_a_bundle_and_nothing_else() -> None:
    text = "\n".join(json.dumps(one) for one in (bundle(PATIENT), [condition()], 5, None))
    record = read_record(text)
    assert [entry.reference for entry in record.entries] == ["Condition/c1"]
    assert record.quarantined[0].place == "line 3"
    assert record.supplied == frozenset()


def test_a_repeated_key_in_a_line_is_quarantined_with_its_line() -> None:
    record = read_record(twice(LINES, "onsetDateTime"))
    assert record.quarantined[0].place == "line 2"
    nested = read_record(LINES.replace('{"system"', '{"code": "1", "system"', 1))
    assert nested.quarantined[0].place == "line 2"


# Depth, and anything at all


def test_a_deeply_nested_resource_is_quarantined_alone() -> None:
    item: Json = {"answer": [{"valueCoding": {"code": "1"}}]}
    for _ in range(50_000):
        item = {"item": [item]}
    deep = {"resourceType": "QuestionnaireResponse", "id": "q", "item": [item]}
    record = read_record(bundle(PATIENT, deep, condition()))
    assert record.quarantined[0].reason == "nested too deeply"
    assert len(record.entries) == 1


def test_a_deeply_nested_concept_is_quarantined_alone() -> None:
    for depth in (50, 700):
        code: Json = concept()
        for _ in range(depth):
            code = {"concept": code}
        record = read_record(bundle(PATIENT, observation(code=code), condition()))
        assert [one.reason for one in record.quarantined] == ["nested too deeply"] * (depth > 50)


def test_deep_copies_of_one_resource_are_refused() -> None:
    def deep() -> Json:
        value: Any = 1
        for _ in range(50_000):
            value = [value]
        return condition(onsetRange={"x": value})

    with pytest.raises(RecordError, match="nested too deeply"):
        read_record(bundle(PATIENT, deep(), deep()))


SEED = bundle(
    PATIENT | {"deceasedBoolean": False, "extension": [{"url": "x"}]},
    *(
        {"resourceType": kind, "id": "1", "subject": {"reference": "Patient/p1"}, **CODED[kind]}
        for kind in CODED
    ),
    {"resourceType": "OperationOutcome", "issue": [{"severity": "information", "code": "informational"}]},
    encounter(
        "e2", participant=[{"type": [concept()], "individual": {"display": "GP"}}], meta={"versionId": "1"}
    ),
    link=[{"relation": "self", "url": "Patient/p1/$everything"}],
    total=3,
)

JUNK = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8)
VALUES = st.recursive(
    JUNK, lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=8), inner, max_size=2)
)


def places_in(value: Any) -> list[tuple[Any, Any]]:
    """Return every (container, key) of a JSON value."""
    found: list[tuple[Any, Any]] = []
    keys = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in keys:
        found += [(value, key), *places_in(inner)]
    return found


@given(st.data())
def test_any_change_to_a_record_gives_a_record_or_a_clear_error(data: st.DataObject) -> None:
    mutant = copy.deepcopy(SEED)
    for _ in range(data.draw(st.integers(1, 4))):
        container, key = data.draw(st.sampled_from(places_in(mutant)))
        container[key] = copy.deepcopy(data.draw(VALUES | st.sampled_from([SEED, PATIENT, SEED["entry"]])))
    check(mutant)
    check(json.dumps(mutant))


@given(st.text() | st.binary() | VALUES)
def test_anything_at_all_gives_a_record_or_a_clear_error(source: Any) -> None:
    check(source)


@given(st.integers(0, len(TEXT)), st.integers(0, len(TEXT)), st.binary(max_size=3))
def test_any_damage_to_the_text_gives_a_record_or_a_clear_error(start: int, end: int, put: bytes) -> None:
    raw = TEXT.encode()
    check(raw[:start] + put + raw[end:])


def check(source: Any) -> None:
    try:
        record = read_record(source)
    except RecordError:
        return
    assert isinstance(record, PatientRecord)
    assert record.reference.startswith("Patient/")
    assert set(record.supplied) | set(record.incomplete) == set(KINDS)
    assert not set(record.supplied) & {one.kind for one in record.quarantined}
