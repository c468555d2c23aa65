"""Nothing is lost on the way: what is ingested and read back gets the answers of the record itself."""

import json
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ccr_rules import PatientRecord
from ccr_rules.evaluation.columnar.tables import TableBuilder
from ccr_rules.population.dataset import FORMAT, Dataset, write_dataset
from ccr_rules.population.ingest import ingest
from ccr_rules.population.parts import write_part
from ccr_rules.population.people import records
from ccr_rules.population.schema import with_attributes
from ccr_rules.record.patient import KINDS
from ccr_rules.record.reading import read_record
from tests.cli.support import EXAMPLES
from tests.generative import patients as drawn
from tests.population.samples import condition, ndjson, observation, patient

STORIES = sorted(str(path.relative_to(EXAMPLES)) for path in EXAMPLES.glob("*/record.*"))
DAYS = (date(2024, 3, 31), date(2026, 11, 20))

Verdict = dict[str, Any]


def verdicts(record: PatientRecord, day: date) -> Verdict:
    """Return what is decided of a record outside a consultation, without the words for what is missing."""
    told = drawn.answer_of(msgspec.structs.replace(record, consultations=(), findings=()), day).to_dict()
    answers = {
        key: told[key] for key in ("completeness", "dates", "indicators", "reviews", "prompts", "payments")
    }
    for several in (answers["indicators"], answers["reviews"], answers["prompts"]):
        for each in several:
            each.pop("because", None)
    return answers


@pytest.fixture(scope="module")
def stories(tmp_path_factory: pytest.TempPathFactory) -> dict[str, PatientRecord]:
    """Every story, ingested together and read back."""
    out = tmp_path_factory.mktemp("stories") / "data"
    ingest([str(EXAMPLES)], out, jobs=1)
    return {record.reference: record for _, record in records(out)}


@pytest.mark.parametrize("story", STORIES)
def test_a_story_gets_the_answers_of_its_record(story: str, stories: dict[str, PatientRecord]) -> None:
    record = read_record((EXAMPLES / story).read_bytes())
    back = stories[record.reference]
    assert back.entries == record.entries
    assert back.supplied == record.supplied
    for day in DAYS:
        assert verdicts(back, day) == verdicts(record, day)


@given(st.lists(drawn.records(lives=False), min_size=1, max_size=5))
def test_drawn_records_come_back_from_the_tables_as_they_were(population: list[PatientRecord]) -> None:
    builder = TableBuilder()
    numbers = [builder.add(record) for record in population]
    patients, entries, concepts = builder.take()
    with TemporaryDirectory() as name:
        folder = Path(name)
        tables = {
            "patients": with_attributes(patients, [{}] * len(population)),
            "entries": entries,
            "concepts": concepts,
        }
        part = write_part(folder, 0, tables)
        known = dict.fromkeys(KINDS, "")
        write_dataset(folder, Dataset(FORMAT, "test", (), len(population), 0, KINDS, known, (part,)))
        back = dict(records(folder))
    assert list(back) == numbers
    for number, record in zip(numbers, population, strict=True):
        missing = {kind: "" for kind in KINDS if kind not in record.supplied}
        assert back[number] == msgspec.structs.replace(record, incomplete=missing)


WHEN = st.sampled_from(
    ("2024-01-31", "2024-02", "2023", "2025-03-30T23:30:00Z", "2024-02-30", "1700-01-01", "soon")
)
WHAT = st.sampled_from(
    (
        {"coding": [{"system": "http://snomed.info/sct", "code": "254837009"}], "text": "Breast cancer"},
        {
            "coding": [
                {"system": "http://snomed.info/sct", "code": "720006006", "display": "Cancer care review"}
            ]
        },
        {"text": "Carcinoma of a rare kind"},
        {"coding": [{"code": "1"}]},
        {"coding": "not a list"},
    )
)
EPISODE = st.sampled_from(("first", "new", "end", "nonsense"))


@st.composite
def resources(draw: st.DrawFn, number: int) -> dict[str, Any]:
    who = draw(st.sampled_from(("p1", "p2", "p3")))
    if draw(st.booleans()):
        episode = {"url": "https://fhir.hl7.org.uk/ConditionEpisode", "valueCode": draw(EPISODE)}
        given = {
            "code": draw(WHAT),
            "onsetDateTime": draw(WHEN),
            "recordedDate": draw(WHEN),
            "extension": [episode],
        }
        return condition(who, f"c{number}", **given)
    status = draw(st.sampled_from(("final", "cancelled", "registered", "?")))
    return observation(who, f"o{number}", code=draw(WHAT), effectiveDateTime=draw(WHEN), status=status)


@settings(max_examples=25)
@given(st.data())
def test_a_drawn_export_gets_the_answers_of_each_patients_own_lines(data: st.DataObject) -> None:
    lines = [data.draw(resources(number)) for number in range(data.draw(st.integers(1, 10)))]
    people = [
        patient("p1"),
        patient("p2", deceasedDateTime="2025-05-05"),
        patient("p3", birthDate="nonsense"),
    ]
    with TemporaryDirectory() as name:
        folder = Path(name, "export")
        folder.mkdir()
        (folder / "Patient.ndjson").write_bytes(ndjson(*people))
        (folder / "others.ndjson").write_bytes(ndjson(*lines))
        dataset = ingest([str(folder)], Path(name, "data"), jobs=1).dataset
        back = {record.reference: record for _, record in records(Path(name, "data"))}
    contained = {line["resourceType"] for line in lines}
    assert dataset.patients == len(people)
    for who in people:
        own = [who, *(line for line in lines if line["subject"]["reference"] == f"Patient/{who['id']}")]
        record = read_record(json.dumps(own), supplied={"Patient", *contained})
        assert back[record.reference].entries == record.entries
        assert back[record.reference].supplied == record.supplied
        for day in DAYS:
            assert verdicts(back[record.reference], day) == verdicts(record, day)
