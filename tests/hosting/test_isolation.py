"""One failing, hanging or junk-returning plugin never loses another's result, or the core's."""

import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest

from ccr_rules import Consultation, Engine, Entry, Plugins, UsageError
from ccr_rules.hosting import Feedback, Link, Withheld, hookimpl
from ccr_rules.hosting.choice import Chosen
from ccr_rules.hosting.guard import Guard, Limit, Watch
from ccr_rules.hosting.loading import Plugin
from tests.hosting.samples import (
    AS_OF,
    PLAIN,
    RECORD,
    STORY,
    Enriches,
    Hangs,
    Knows,
    Links,
    Raises,
    Returns,
    Withholds,
    evaluated,
    hosting,
)

EVALUATING = ("ccr_enrich_record", "ccr_consultation", "ccr_filter_prompts")


class OfItsOwn(BaseException):
    """No Exception."""


def limited(plugin: Any, seconds: float = 0.05, **others: Any) -> Engine:
    """Return an engine with a plugin `slow` that may take so many seconds, and with others."""
    chosen = Chosen(name="slow", seconds=dict.fromkeys(("ccr_enrich_record", "ccr_links"), seconds))
    listed = [Plugin("slow", "1", plugin, chosen)]
    listed += [Plugin(name, "1", each, Chosen(name=name)) for name, each in others.items()]
    return Engine.hosting(Plugins(listed))


# --- raising --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "error",
    [ValueError("Mrs Jones"), SystemExit("Mrs Jones"), KeyboardInterrupt(), RecursionError(), OfItsOwn()],
    ids=lambda error: type(error).__name__,
)
def test_whatever_a_plugin_raises_the_others_are_asked(error: BaseException) -> None:
    evaluation = evaluated(bad=Raises(error), good=Enriches(), quiet=Withholds())
    faults = [each for each in evaluation.to_dict()["plugin_faults"] if each["plugin"] == "bad"]
    # Where a prompt is withheld anyway, the hook is asked all the same.
    assert [each["hook"] for each in faults] == [*EVALUATING]
    assert all(f"raised {type(error).__name__} at samples.py line " in each["fault"] for each in faults)
    assert "DocumentReference/letter" in [each.reference for each in evaluation.record.entries]
    assert [each.kind for each in evaluation.held] == ["withheld"]


def test_an_error_message_may_quote_the_record_so_it_stands_nowhere() -> None:
    assert b"Mrs Jones" not in evaluated(bad=Raises(ValueError("Mrs Jones"))).to_json()


def test_a_failed_link_loses_no_other() -> None:
    engine = hosting(bad=Raises(ValueError()), good=Links())
    links, faults = engine.plugins.links(PLAIN.evaluate(STORY, AS_OF))
    assert links == (Link("Support near you", "https://services.example/ccr"),)
    assert [(each.plugin, each.hook) for each in faults] == [("bad", "ccr_links")]


# --- junk -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "value",
    [7, "text", {}, [1], object(), (RECORD,), [{"prompt": "x"}]],
    ids=lambda value: type(value).__name__,
)
def test_junk_is_refused_and_changes_nothing(value: Any) -> None:
    evaluation = evaluated(junk=Returns(value))
    assert [each.hook for each in evaluation.hosted.faults] == [*EVALUATING]
    assert all("returned what is not allowed" in each.fault for each in evaluation.hosted.faults)
    assert evaluation.prompts == PLAIN.evaluate(STORY, AS_OF).prompts
    assert evaluation.record.entries == RECORD.entries


JUNK_RECORDS: dict[str, Callable[[], Any]] = {
    "about another patient": lambda: msgspec.structs.replace(RECORD, reference="Patient/other"),
    "taken away; add or replace": lambda: msgspec.structs.replace(RECORD, entries=()),
    "Expected `array`, got `int`": lambda: msgspec.structs.replace(RECORD, consultations=7),
    "Expected `str`, got `int` - at `$.text`": lambda: msgspec.structs.replace(
        RECORD,
        entries=(*RECORD.entries, Entry("DocumentReference/x", "DocumentReference", (), 7)),  # type: ignore[arg-type]
    ),
    "Invalid enum value … - at `$.state`": lambda: msgspec.structs.replace(
        RECORD,
        entries=(*RECORD.entries, Entry("DocumentReference/x", "DocumentReference", (), state="Mrs")),  # type: ignore[arg-type]
    ),
    "it is not made of plain values": lambda: msgspec.structs.replace(
        RECORD,
        entries=(*RECORD.entries, Entry("DocumentReference/x", "DocumentReference", object())),  # type: ignore[arg-type]
    ),
}


@pytest.mark.parametrize("why", JUNK_RECORDS)
def test_a_record_that_is_not_the_one_before_with_more_in_it_is_refused(why: str) -> None:
    engine = hosting(junk=Returns(JUNK_RECORDS[why]()))
    evaluation = engine.evaluate(RECORD, AS_OF)
    fault = evaluation.hosted.faults[0]
    assert fault.hook == "ccr_enrich_record"
    assert why in fault.fault
    assert evaluation.record.entries == RECORD.entries


def test_what_is_quarantined_cannot_be_taken_away() -> None:
    from ccr_rules.record.patient import Quarantined

    broken = msgspec.structs.replace(RECORD, quarantined=(Quarantined("", "entry[3]", "no date"),))
    fault = hosting(junk=Returns(RECORD)).evaluate(broken, AS_OF).hosted.faults[0]
    assert "what is quarantined was taken away" in fault.fault


def test_a_prompt_that_is_not_shown_cannot_be_withheld() -> None:
    class Stranger:
        @hookimpl
        def ccr_filter_prompts(self) -> list[Withheld]:
            return [Withheld("no-such-prompt", "best-practice-ccr@2026.1.0", "why not")]

    evaluation = evaluated(stranger=Stranger())
    assert "a prompt that is not shown" in evaluation.hosted.faults[0].fault
    assert evaluation.prompts
    assert not evaluation.held


@pytest.mark.parametrize(
    "link",
    [
        Link("x", "http://services.example"),
        Link("x", "javascript:alert(1)"),
        Link("", "https://services.example"),
        Link("two\nlines", "https://services.example"),
    ],
)
def test_a_link_is_a_line_and_a_safe_address(link: Link) -> None:
    engine = hosting(junk=Returns([link]))
    links, faults = engine.plugins.links(PLAIN.evaluate(STORY, AS_OF))
    assert (links, len(faults)) == ((), 1)


def test_there_are_at_most_ten_links() -> None:
    many = [Link("x", f"https://services.example/{number}") for number in range(11)]
    plain = PLAIN.evaluate(STORY, AS_OF)
    assert (
        hosting(junk=Returns(many))
        .plugins.links(plain)[1][0]
        .fault.endswith("Expected at most 10 links, got 11")
    )
    links, faults = hosting(a=Returns(many[:6]), b=Returns(many[5:])).plugins.links(plain)
    assert (len(links), faults) == (10, ())


# --- what a failure means for the answer ----------------------------------------------------------


def test_entries_that_a_plugin_failed_to_add_are_not_taken_for_absent() -> None:
    class Observations(Raises):
        ccr_kinds = ("Observation", "Procedure")

    assert PLAIN.evaluate(STORY, AS_OF).completeness == "complete"
    evaluation = evaluated(bad=Observations(ValueError()))
    assert evaluation.completeness == "partial"
    assert "cannot tell" in evaluation.headline
    reasons = set(evaluation.record_used.incomplete.values())
    assert "the plugin bad failed, and may have known more" in reasons


def test_a_plugin_that_adds_no_entries_puts_nothing_in_doubt() -> None:
    evaluation, plain = evaluated(bad=Raises(ValueError())), PLAIN.evaluate(STORY, AS_OF)
    assert (evaluation.completeness, evaluation.headline) == (plain.completeness, plain.headline)
    assert evaluation.prompts == plain.prompts


# --- hanging --------------------------------------------------------------------------------------


def test_a_plugin_that_hangs_costs_its_limit_once() -> None:
    slow = Hangs()
    engine = limited(slow, good=Withholds(), knows=Knows())
    began = time.monotonic()
    first = engine.evaluate(STORY, AS_OF)
    assert 0.05 <= time.monotonic() - began < 5
    said = "ccr_enrich_record takes longer than 0.05 s: it is not called before that returns"
    assert [(each.plugin, each.fault) for each in first.hosted.faults] == [("slow", said)]
    assert [each.kind for each in first.held] == ["withheld"]
    second = engine.evaluate(STORY, AS_OF)
    assert second.hosted.faults == first.hosted.faults
    assert slow.entered == 1
    slow.let_go.set()
    eventually(lambda: not engine.evaluate(STORY, AS_OF).hosted.faults)
    assert slow.entered == 2
    engine.plugins.close()


def test_many_threads_are_served_while_one_plugin_hangs() -> None:
    slow = Hangs()
    engine = limited(slow, 0.2)
    answers: list[str] = []
    threads = [
        threading.Thread(target=lambda: answers.append(engine.evaluate(STORY, AS_OF).headline))
        for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert len(answers) == 8
    assert slow.entered <= 8
    slow.let_go.set()
    eventually(lambda: not engine.evaluate(STORY, AS_OF).hosted.faults)


def test_a_plugin_that_is_slow_each_time_never_keeps_an_evaluation_for_longer_than_one_limit() -> None:
    class Slow:
        @hookimpl
        def ccr_enrich_record(self) -> None:
            time.sleep(0.08)

    engine = limited(Slow())
    for _ in range(3):
        began = time.monotonic()
        assert engine.evaluate(STORY, AS_OF).hosted.faults
        assert time.monotonic() - began < 10
        time.sleep(0.1)


def test_feedback_is_heard_once_also_where_another_hangs() -> None:
    class Hears:
        def __init__(self, *waits: threading.Event) -> None:
            self.heard: list[Feedback] = []
            self.waits = waits

        @hookimpl
        def ccr_feedback(self, feedback: Feedback) -> None:
            self.heard.append(feedback)
            for each in self.waits:
                each.wait(30)

    let_go = threading.Event()
    first, slow, last = Hears(), Hears(let_go), Hears()
    chosen = Chosen(name="slow", seconds={"ccr_feedback": 0.05})
    listed = [Plugin(name, "1", each, Chosen(name=name)) for name, each in (("a", first), ("b", last))]
    plugins = Plugins([listed[0], Plugin("slow", "1", slow, chosen), listed[1]])
    faults = plugins.feedback(Feedback("accepted", datetime(2026, 11, 20, 12, tzinfo=UTC)))
    assert [each.plugin for each in faults] == ["slow"]
    assert [len(each.heard) for each in (first, slow, last)] == [1, 1, 1]
    let_go.set()


def test_an_evaluation_that_is_slow_by_itself_is_waited_for() -> None:
    guard = Guard()

    def work(watch: Watch) -> str:
        time.sleep(0.15)
        return watch.call(Limit("p", "ccr_links", 5), lambda: "done")

    assert guard.run(work) == "done"
    guard.close()
    assert guard.run(work) == "done"


def test_errors_of_the_core_come_through() -> None:
    with pytest.raises(UsageError, match="not a day"):
        hosting(good=Enriches()).evaluate(STORY, "tomorrow")
    with pytest.raises(UsageError, match="codelist"):
        hosting(good=Enriches()).evaluate(STORY, AS_OF, responses=[_attested_nowhere()])


def _attested_nowhere() -> Any:
    from ccr_rules import Response

    return Response("attested", codelist="no-such-list")


def eventually(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.01)


# --- and none of it where nothing is on -----------------------------------------------------------


def test_without_plugins_no_thread_is_started() -> None:
    before = threading.active_count()
    assert PLAIN.evaluate(STORY, AS_OF).hosted == ((), (), ())
    assert threading.active_count() == before


def test_a_host_that_names_the_contact_needs_nobody_who_knows_it() -> None:
    contact = Consultation("Encounter/now", "telephone", "GP")
    engine = hosting(knows=Knows())
    assert engine.evaluate(STORY, AS_OF, consultation=contact, host={"mode": "video"}).consultation == contact
