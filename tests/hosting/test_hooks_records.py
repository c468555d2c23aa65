"""The hooks about a record: when each is called, with what, and what its answer does."""

import re
from datetime import date
from typing import Any

import pytest
from msgspec.structs import replace

from ccr_rules import (
    Consultation,
    Days,
    Entry,
    PatientRecord,
    Plugins,
    RecordError,
)
from ccr_rules.hosting import (
    Context,
    Source,
    Split,
    hookimpl,
)
from ccr_rules.record.patient import KINDS
from tests.hosting.samples import (
    AS_OF,
    EXPORT,
    PLAIN,
    RECORD,
    STORY,
    Enriches,
    Knows,
    Lines,
    evaluated,
    hosting,
)

# --- ccr_split_source -----------------------------------------------------------------------------


def test_ccr_split_source_takes_a_file_of_several_people_apart() -> None:
    plugins = Plugins.of({"lines": Lines()})
    split, faults = plugins.split(Source(EXPORT, "export.txt"))
    assert [each.patient for each in split.sources] == ["a", "b"]
    assert [each.name for each in split.sources] == ["export.txt", "export.txt"]
    assert [each.place for each in split.faults] == ["line 4"]
    assert faults == ()


def test_a_source_that_nobody_takes_apart_is_one_record() -> None:
    source = Source(STORY)
    assert Plugins.of({"lines": Lines()}).split(source) == (Split((source,)), ())


@pytest.mark.parametrize("value", [7, Split((7,)), Split((), (7,))])  # type: ignore[arg-type]
def test_a_split_that_is_none_is_refused(value: Any) -> None:
    class Junk:
        @hookimpl
        def ccr_split_source(self) -> Any:
            return value

    split, faults = Plugins.of({"junk": Junk()}).split(Source(STORY))
    assert split.sources == (Source(STORY),)
    assert len(faults) == 1


# --- ccr_read_record ------------------------------------------------------------------------------


def test_ccr_read_record_reads_a_format_of_the_hosts_own() -> None:
    engine = hosting(lines=Lines())
    (first, _), _ = engine.plugins.split(Source(EXPORT))[0].sources, None
    evaluation = engine.evaluate(first, AS_OF)
    assert evaluation.record.reference == "Patient/a"
    assert evaluation.hosted.plugins == ("lines",)
    assert evaluation.knows_cancer.name == "TRUE"


def test_a_record_can_be_read_without_being_evaluated() -> None:
    record, faults = Plugins.of({"lines": Lines()}).record(Source(b"line\n", patient="c"))
    assert (record.reference, record.entries, faults) == ("Patient/c", (), ())


def test_fhir_is_read_by_the_core_beside_it() -> None:
    evaluation = evaluated(lines=Lines())
    assert (evaluation.record, evaluation.hosted.plugins) == (RECORD, ())


def test_a_record_that_a_plugin_refuses_is_refused() -> None:
    with pytest.raises(RecordError, match="export it with codes"):
        hosting(lines=Lines()).evaluate(b"line\na;2026-03-01;unreadable", AS_OF)


@pytest.mark.parametrize("value", [7, {"reference": "Patient/a"}, PatientRecord("Patient/a", entries=7)])  # type: ignore[arg-type]
def test_a_reader_that_fails_puts_all_kinds_in_doubt(value: Any) -> None:
    class Fails:
        @hookimpl
        def ccr_read_record(self) -> Any:
            return value

    evaluation = evaluated(fails=Fails())
    assert evaluation.hosted.faults[0].hook == "ccr_read_record"
    assert evaluation.record.supplied.isdisjoint(KINDS)
    assert evaluation.completeness != "complete"


# --- ccr_enrich_record ----------------------------------------------------------------------------


def test_ccr_enrich_record_adds_to_the_record() -> None:
    evaluation = evaluated(enriches=Enriches())
    assert evaluation.record.entries == (
        *RECORD.entries,
        Entry("DocumentReference/letter", "DocumentReference", (), "Letter"),
    )
    assert evaluation.hosted == (("enriches",), (), ())


def test_a_record_may_come_back_as_it_was() -> None:
    class Same:
        @hookimpl
        def ccr_enrich_record(self, record: PatientRecord) -> PatientRecord:
            return record

    class Equal:
        @hookimpl
        def ccr_enrich_record(self, record: PatientRecord) -> PatientRecord:
            return replace(record, entries=tuple(map(replace, record.entries)))

    for plugin in (Same(), Equal()):
        evaluation = evaluated(p=plugin)
        assert (evaluation.hosted.faults, evaluation.record) == ((), RECORD)


def test_each_plugin_gets_what_the_one_before_it_made() -> None:
    class Counts:
        ccr_kinds = ("DocumentReference",)

        @hookimpl
        def ccr_enrich_record(self, record: PatientRecord, context: Context) -> PatientRecord:
            entry = Entry(f"DocumentReference/{len(record.entries)}", "DocumentReference", ())
            assert context.as_of == date(2026, 11, 20)
            assert context.known_on == date(2026, 11, 20)
            return replace(record, entries=(*record.entries, entry))

    entries = evaluated(a=Counts(), b=Counts()).record.entries
    count = len(RECORD.entries)
    assert [each.reference for each in entries[count:]] == [
        f"DocumentReference/{count}",
        f"DocumentReference/{count + 1}",
    ]


class Changes:
    """Changes a record as it is told."""

    ccr_kinds: tuple[str, ...] = ("DocumentReference",)

    def __init__(self, **changes: Any) -> None:
        self.changes = changes

    @hookimpl
    def ccr_enrich_record(self, record: PatientRecord) -> PatientRecord:
        return replace(record, **self.changes)


class ChangesThePatient(Changes):
    ccr_kinds = ("Patient",)


CONDITION = next(each for each in RECORD.entries if each.kind == "Condition")
OTHERS = tuple(each for each in RECORD.entries if each is not CONDITION)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"entries": (*RECORD.entries, Entry("Condition/x", "Condition", ()))}, r"ccr_kinds .*\(Condition\)"),
        ({"entries": (*OTHERS, replace(CONDITION, text="x"))}, "ccr_kinds does not name"),
        (
            {"entries": (*OTHERS, Entry(CONDITION.reference, "DocumentReference", ()))},
            "an entry of a kind that ccr_kinds does not name was replaced",
        ),
        ({"supplied": RECORD.supplied | {"Flag", "made-up"}}, "said to be completely supplied"),
        ({"is_dead": True}, "the patient's own dates were changed"),
        ({"keeps": {"cancer-diagnosis": ("Flag",)}}, "where the host keeps its entries was changed"),
    ],
)
def test_a_plugin_adds_what_it_says_that_it_adds(changes: dict[str, Any], said: str) -> None:
    evaluation = evaluated(changes=Changes(**changes))
    assert len(evaluation.hosted.faults) == 1

    assert re.search(said, evaluation.hosted.faults[0].fault)


def test_what_is_incomplete_stays_so() -> None:
    lacking = replace(RECORD, incomplete={"Flag": "page 2 unread", "DocumentReference": "page 2 unread"})
    engine = hosting(changes=Changes(incomplete={}))
    assert "what is incomplete" in engine.evaluate(lacking, AS_OF).hosted.faults[0].fault
    had = replace(RECORD, incomplete={"DocumentReference": "page 2 unread"})
    assert not engine.evaluate(had, AS_OF).hosted.faults


def test_a_plugin_that_knows_the_patient_may_say_that_they_died() -> None:
    day = Days(date(2026, 11, 1), date(2026, 11, 1))
    evaluation = evaluated(dead=ChangesThePatient(is_dead=True, died=day))
    assert not evaluation.hosted.faults
    assert not evaluation.prompts


# --- ccr_consultation -----------------------------------------------------------------------------


def test_ccr_consultation_says_which_contact_it_is() -> None:
    engine = hosting(knows=Knows())
    assert engine.evaluate(STORY, AS_OF, host={"mode": "telephone"}).consultation == Consultation(
        "Slot/1", "telephone", "Nurse"
    )
    latest = PLAIN.evaluate(STORY, AS_OF).consultation
    assert latest is not None
    assert engine.evaluate(STORY, AS_OF).consultation == latest


@pytest.mark.parametrize("mode", ["by carrier pigeon", 7])
def test_a_contact_of_a_mode_that_there_is_not_is_refused(mode: Any) -> None:
    evaluation = hosting(knows=Knows()).evaluate(STORY, AS_OF, host={"mode": mode})
    assert "`$.mode`" in evaluation.hosted.faults[0].fault
    assert "pigeon" not in evaluation.hosted.faults[0].fault
    assert evaluation.consultation == PLAIN.evaluate(STORY, AS_OF).consultation
