"""Plugins that do what nobody expects: nothing of it is lost, waited for, or quoted."""

import gc
import os
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import msgspec
import pytest

from ccr_rules import Engine, PatientRecord, PluginFailed, Plugins, RecordError
from ccr_rules.hosting import Delivery, Document, Form, Link, Source, Split, Withheld, hookimpl
from ccr_rules.hosting.guard import Guard, Left, Limit
from tests.hosting.samples import (
    AS_OF,
    PLAIN,
    STORY,
    Enriches,
    Links,
    Raises,
    Returns,
    evaluated,
    hosting,
)
from tests.hosting.test_isolation import eventually, limited


class Lying(list[Any]):
    """A list that does as it is told when somebody looks at what is in it."""

    def __init__(self, look: Callable[[], Any]) -> None:
        super().__init__([1])
        self.look = look

    def __iter__(self) -> Iterator[Any]:
        self.look()
        return iter(())


class Quotes(type):
    """Makes classes whose name is a property."""

    @property
    def __name__(cls) -> str:  # type: ignore[override]
        raise ValueError


# --- what comes back may run code of the plugin ---------------------------------------------------


def test_what_hangs_when_somebody_looks_at_it_has_the_same_limit() -> None:
    let_go = threading.Event()
    engine = limited(Returns(Lying(lambda: let_go.wait(30))))
    began = time.monotonic()
    _, faults = engine.plugins.links(PLAIN.evaluate(STORY, AS_OF))
    assert time.monotonic() - began < 10
    assert [each.fault.partition(":")[0] for each in faults] == ["ccr_links takes longer than 0.05 s"]
    let_go.set()


def test_what_never_waits_has_the_same_limit() -> None:
    stopped = threading.Event()

    class Spins:
        @hookimpl
        def ccr_enrich_record(self) -> None:
            while not stopped.is_set():
                pass

    fault = limited(Spins()).evaluate(STORY, AS_OF).hosted.faults[0].fault
    stopped.set()
    assert "takes longer than 0.05 s" in fault


@pytest.mark.parametrize("error", [ValueError("Mrs Jones"), SystemExit("Mrs Jones"), Left()])
def test_what_raises_when_somebody_looks_at_it_is_a_fault(error: BaseException) -> None:
    def look() -> None:
        raise error

    engine = hosting(bad=Returns(Lying(look)), good=Links())
    links, faults = engine.plugins.links(PLAIN.evaluate(STORY, AS_OF))
    assert [each.label for each in links] == ["Support near you"]
    assert f"raised {type(error).__name__} at test_hostile.py" in faults[0].fault


# --- what is said of it ---------------------------------------------------------------------------


def test_the_name_of_a_class_that_is_made_as_it_is_raised_may_quote_the_record() -> None:
    error = type("Mrs Jones", (KeyError,), {})("x")
    fault = hosting(bad=Raises(error)).evaluate(STORY, AS_OF).hosted.faults[0].fault
    assert fault.startswith("raised KeyError at samples.py line ")


def test_a_class_that_has_no_name_is_a_fault_all_the_same() -> None:
    error = Quotes("Odd", (Exception,), {})()
    fault = hosting(bad=Raises(error)).evaluate(STORY, AS_OF).hosted.faults[0].fault
    assert fault == "raised what cannot be told"


# --- threads --------------------------------------------------------------------------------------


def _threads() -> int:
    return sum(each.name == "plugins" for each in threading.enumerate())


def test_the_threads_of_plugins_that_nobody_needs_end() -> None:
    before = _threads()
    for _ in range(5):
        assert hosting(good=Enriches()).evaluate(STORY, AS_OF).hosted.plugins == ("good",)
    gc.collect()
    eventually(lambda: _threads() <= before)


def test_a_thread_that_was_left_behind_ends_once_nobody_needs_it() -> None:
    before, let_go = _threads(), threading.Event()

    class Hangs:
        @hookimpl
        def ccr_enrich_record(self) -> None:
            let_go.wait(30)

    limited(Hangs()).evaluate(STORY, AS_OF)
    gc.collect()
    let_go.set()
    eventually(lambda: gc.collect() >= 0 and _threads() <= before)


def test_an_idle_thread_holds_no_record() -> None:
    class Held:
        gone = False

        def __del__(self) -> None:
            Held.gone = True

    guard = Guard()

    def work(held: Held) -> bool:
        return guard.run(lambda watch: watch.call(Limit("p", "ccr_links", 5), lambda: held is not None))

    assert work(Held())
    gc.collect()
    eventually(lambda: Held.gone)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="Windows has no fork")
@pytest.mark.filterwarnings("ignore:.*multi-threaded.*:DeprecationWarning")
def test_a_process_that_is_forked_has_threads_of_its_own() -> None:
    engine = hosting(good=Enriches())
    engine.evaluate(STORY, AS_OF)
    child = os.fork()
    if not child:
        os._exit(0 if engine.evaluate(STORY, AS_OF).hosted.plugins == ("good",) else 1)
    end = time.monotonic() + 20
    while not (ended := os.waitpid(child, os.WNOHANG))[0] and time.monotonic() < end:
        time.sleep(0.02)
    if not ended[0]:
        os.kill(child, 9)
        os.waitpid(child, 0)
    assert ended == (child, 0)


def test_another_process_has_no_call_that_has_not_returned(monkeypatch: pytest.MonkeyPatch) -> None:
    let_go = threading.Event()

    class Hangs:
        @hookimpl
        def ccr_enrich_record(self) -> None:
            let_go.wait(30)

    engine = limited(Hangs())
    assert engine.evaluate(STORY, AS_OF).hosted.faults
    let_go.set()
    monkeypatch.setattr(os, "getpid", lambda: -1)
    assert not engine.evaluate(STORY, AS_OF).hosted.faults


def test_a_plugin_that_asks_the_engine_that_asks_it_ends() -> None:
    class Asks:
        ccr_kinds = ("DocumentReference",)
        engine: Engine

        @hookimpl
        def ccr_enrich_record(self, record: PatientRecord) -> None:
            self.engine.evaluate(record, AS_OF)

    plugin = Asks()
    plugin.engine = limited(plugin, 0.1)
    fault = plugin.engine.evaluate(STORY, AS_OF).hosted.faults[0].fault
    assert "takes longer than 0.1 s" in fault
    eventually(lambda: not plugin.engine.plugins._guard.busy("slow"))


def test_calls_that_return_just_as_nobody_waits_any_more_are_counted_right() -> None:
    class Close:
        @hookimpl
        def ccr_enrich_record(self) -> None:
            time.sleep(0.01)

    engine = limited(Close(), 0.01)
    answers: list[str] = []

    def ask() -> None:
        answers.extend(engine.evaluate(STORY, AS_OF).headline for _ in range(20))

    threads = [threading.Thread(target=ask) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert answers == [PLAIN.evaluate(STORY, AS_OF).headline] * 120
    eventually(lambda: not engine.plugins._guard.busy("slow"))


# --- junk that looks right ------------------------------------------------------------------------


class Makes:
    """Gives whatever it has as a delivery, as several documents and as a split."""

    def __init__(self, value: Any) -> None:
        self.value = value

    @hookimpl
    def ccr_forms(self) -> list[Form]:
        return [Form("letter", "delivery", "A letter"), Form("sheet", "ruleset", "A sheet")]

    @hookimpl
    def ccr_deliver(self) -> Any:
        return self.value

    @hookimpl
    def ccr_export(self) -> Any:
        return self.value

    @hookimpl
    def ccr_split_source(self) -> Any:
        return self.value


LETTER = Document("letter.txt", "text/plain", b"Dear")


@pytest.mark.parametrize("value", [LETTER, {}, {"sent": True}, Link("x", "https://x.example")])
def test_what_is_no_delivery_is_not_taken_for_one_that_was_not_sent(value: Any) -> None:
    with pytest.raises(PluginFailed, match="Expected Delivery"):
        Plugins.of({"makes": Makes(value)}).deliver(PLAIN.evaluate(STORY, AS_OF), "letter")


def test_no_document_is_written_over_another() -> None:
    two = (LETTER, msgspec.structs.replace(LETTER, name="Letter.txt"))
    with pytest.raises(PluginFailed, match="two documents have one name"):
        Plugins.of({"makes": Makes(Delivery(two))}).deliver(PLAIN.evaluate(STORY, AS_OF), "letter")
    with pytest.raises(PluginFailed, match="two documents have one name"):
        Plugins.of({"makes": Makes(two)}).export(PLAIN.library.rulesets[0], PLAIN.library, "sheet")


def test_the_parts_of_a_source_cannot_be_used_up() -> None:
    parts = (Source(each) for each in (b"a", b"b"))
    split, faults = Plugins.of({"makes": Makes(Split(parts))}).split(Source(STORY))  # type: ignore[arg-type]
    assert split.sources == (Source(STORY),)
    assert "Expected a list or tuple of Source" in faults[0].fault


@pytest.mark.parametrize("end", ["\n", "\x85", "\u2028", "\r"])
def test_a_line_has_no_end_of_a_line_in_it(end: str) -> None:
    plain = PLAIN.evaluate(STORY, AS_OF)
    for link in (Link(f"x{end}", "https://x.example"), Link("x", f"https://x.example{end}")):
        assert len(hosting(bad=Returns([link])).plugins.links(plain)[1]) == 1
    (prompt,) = plain.prompts
    withheld = Withheld(prompt.id, prompt.ruleset, f"because{end}")
    assert evaluated(bad=Returns([withheld])).hosted.withheld == ()
    named = msgspec.structs.replace(LETTER, name=f"letter.txt{end}")
    with pytest.raises(PluginFailed):
        Plugins.of({"makes": Makes(Delivery((named,)))}).deliver(plain, "letter")


def test_a_prompt_is_withheld_once() -> None:
    (prompt,) = PLAIN.evaluate(STORY, AS_OF).prompts
    many = [Withheld(prompt.id, prompt.ruleset, f"reason {number}") for number in range(3)]
    assert [each.reason for each in evaluated(many=Returns(many)).held] == ["many: reason 2"]


@pytest.mark.parametrize("patient", ["Patient/b", "b", "https://x.example/Patient/b"])
def test_a_record_of_somebody_else_than_was_asked_for_is_refused(patient: str) -> None:
    class Reads:
        @hookimpl
        def ccr_read_record(self) -> PatientRecord:
            return PatientRecord("Patient/a")

    engine = hosting(reads=Reads())
    assert engine.evaluate(Source(b"x", patient="a"), AS_OF).record.reference == "Patient/a"
    with pytest.raises(RecordError, match="the record is about somebody else"):
        engine.evaluate(Source(b"x", patient=patient), AS_OF)
