"""A plugin is given what it may look at: whatever it changes of that, nobody else sees."""

import json
import re
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from msgspec.structs import replace

from ccr_rules import Consultation, Entry, Evaluation, PatientRecord, UsageError
from ccr_rules.hosting import Context, Link, Source, hookimpl
from ccr_rules.record.patient import Quarantined, RecordFinding
from tests.hosting.samples import AS_OF, PLAIN, RECORD, STORY, Enriches, Raises, evaluated, hosting

KEEPS = replace(RECORD, keeps={"carer": ("Flag",)}, incomplete={"Flag": "page 2 unread"})


class Spoils:
    """Changes whatever it is given, in place."""

    def _spoil(self, record: PatientRecord) -> None:
        record.keeps.clear()
        record.incomplete.clear()

    def _spoil_all(self, evaluation: Evaluation) -> None:
        for name in ("prompts", "held", "reviews", "findings", "unsettled", "suggested_codes"):
            getattr(evaluation, name).clear()
        self._spoil(evaluation.record)

    @hookimpl
    def ccr_enrich_record(self, record: PatientRecord) -> None:
        self._spoil(record)

    @hookimpl
    def ccr_consultation(self, record: PatientRecord) -> None:
        self._spoil(record)

    @hookimpl
    def ccr_filter_prompts(self, evaluation: Evaluation) -> None:
        self._spoil_all(evaluation)

    @hookimpl
    def ccr_links(self, evaluation: Evaluation) -> list[Link]:
        self._spoil_all(evaluation)
        return []


def test_what_a_plugin_changes_in_place_changes_no_answer() -> None:
    record, engine = (
        replace(KEEPS, keeps=dict(KEEPS.keeps), incomplete=dict(KEEPS.incomplete)),
        hosting(s=Spoils()),
    )
    evaluation = engine.evaluate(record, AS_OF)
    assert engine.plugins.links(evaluation) == ((), ())
    assert not evaluation.hosted.faults
    assert evaluation.to_json() == PLAIN.evaluate(KEEPS, AS_OF).to_json()
    assert record == KEEPS


def test_what_a_host_passes_along_is_the_same_for_all() -> None:
    class Takes:
        @hookimpl
        def ccr_consultation(self, context: Context) -> Consultation | None:
            context.host.clear()  # type: ignore[attr-defined]
            return None

    class Sees:
        @hookimpl
        def ccr_consultation(self, context: Context) -> Consultation:
            return Consultation("Slot/1", context.host["mode"])

    host = {"mode": "video"}
    evaluation = hosting(takes=Takes(), sees=Sees()).evaluate(STORY, AS_OF, host=host)
    assert host == {"mode": "video"}
    assert evaluation.consultation == Consultation("Slot/1", "video")
    assert [each.plugin for each in evaluation.hosted.faults] == ["takes"]


@pytest.mark.parametrize("host", ["nurse", [("role", "nurse")], 7])
def test_what_a_host_passes_along_has_keys(host: Any) -> None:
    with pytest.raises(UsageError, match="host: Expected a mapping, got"):
        PLAIN.evaluate(STORY, AS_OF, host=host)


def test_values_of_a_source_are_its_own() -> None:
    class Sniffs:
        @hookimpl
        def ccr_read_record(self, source: Source) -> None:
            source.json.clear()

    record = json.loads(STORY)
    assert (
        hosting(sniffs=Sniffs()).evaluate(record, AS_OF).to_json() == PLAIN.evaluate(STORY, AS_OF).to_json()
    )


# --- what may not be taken away -------------------------------------------------------------------

FULL = replace(
    RECORD,
    quarantined=(Quarantined("", "entry[3]", "no date"),),
    findings=(RecordFinding("odd", "Something is odd."),),
    assumed=("Letters are complete.",),
    consultations=(Consultation("Encounter/1"),),
    incomplete={"Flag": "page 2 unread"},
    entries=(*RECORD.entries, Entry("Flag/1", "Flag", (), "one"), Entry("Flag/1", "Flag", (), "two")),
)


class Takes:
    ccr_kinds = ("DocumentReference",)

    def __init__(self, change: Callable[[PatientRecord], Mapping[str, Any]]) -> None:
        self.change = change

    @hookimpl
    def ccr_enrich_record(self, record: PatientRecord) -> PatientRecord:
        return replace(record, **self.change(record))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda _: {"quarantined": ()}, "what is quarantined was taken away"),
        (lambda _: {"findings": ()}, "a finding was taken away"),
        (lambda _: {"assumed": ()}, "what is assumed of the host was taken away"),
        (lambda _: {"consultations": ()}, "contacts were taken away"),
        (lambda _: {"incomplete": {"Flag": "x"}}, "what is incomplete of a kind"),
        (lambda record: {"entries": record.entries[:-1]}, "entries of the record were taken away"),
        (
            lambda record: {"entries": (*record.entries, Entry("x/1", "MrsJones", ()))},
            r"\(one that is not read\)",
        ),
    ],
)
def test_a_plugin_takes_nothing_away(change: Any, said: str) -> None:
    evaluation = hosting(takes=Takes(change)).evaluate(FULL, AS_OF)
    assert re.search(said, evaluation.hosted.faults[0].fault)
    assert evaluation.record.entries == FULL.entries


def test_an_entry_that_comes_back_twice_counts_once() -> None:
    evaluation = hosting(takes=Takes(lambda record: {"entries": record.entries * 2})).evaluate(FULL, AS_OF)
    assert (evaluation.hosted.faults, evaluation.record.entries) == ((), FULL.entries)


def test_more_may_be_said_to_be_incomplete() -> None:
    more = {"Flag": "page 2 unread; page 3 too", "Procedure": "page 9 unread"}
    evaluation = hosting(takes=Takes(lambda _: {"incomplete": more})).evaluate(FULL, AS_OF)
    assert (evaluation.hosted.faults, evaluation.record.incomplete) == ((), more)


# --- what one does not know, another does not make good -------------------------------------------


class Completes:
    """Says that it knows all observations."""

    ccr_kinds = ("Observation",)

    @hookimpl
    def ccr_enrich_record(self, record: PatientRecord) -> PatientRecord:
        return replace(record, supplied=record.supplied | {"Observation"}, incomplete={})


class FailsFirst(Raises):
    ccr_kinds = ("Observation",)


@pytest.mark.parametrize("names", ["ab", "ba"])
def test_who_completes_a_kind_does_not_make_up_for_who_failed(names: str) -> None:
    plugins = {"a": FailsFirst(ValueError()), "b": Completes()}
    evaluation = evaluated(**{name: plugins[name] for name in names})
    assert "Observation" not in evaluation.record.supplied
    assert evaluation.record.incomplete["Observation"] == "the plugin a failed, and may have known more"
    assert evaluation.completeness == "partial"


def test_who_completes_a_kind_does_not_make_up_for_who_could_not_read() -> None:
    class Unread:
        @hookimpl
        def ccr_read_record(self) -> None:
            raise ValueError

    evaluation = evaluated(a=Unread(), b=Completes(), c=Enriches())
    assert evaluation.record.supplied == frozenset()
    assert evaluation.completeness != "complete"
