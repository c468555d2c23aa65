"""The hooks about an evaluation, and those asked by name: when each is called, and what its answer does."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from msgspec.structs import replace

from ccr_rules import (
    PluginFailed,
    Plugins,
    UsageError,
)
from ccr_rules.hosting import (
    Document,
    Feedback,
    Form,
    ToRecord,
    hookimpl,
)
from tests.hosting.samples import (
    AS_OF,
    PLAIN,
    RECORD,
    STORY,
    Lines,
    Links,
    Withholds,
    Writes,
    evaluated,
    hosting,
)

# --- ccr_filter_prompts ---------------------------------------------------------------------------


def test_ccr_filter_prompts_withholds_and_the_answer_says_so() -> None:
    plain, evaluation = PLAIN.evaluate(STORY, AS_OF), evaluated(quiet=Withholds())
    (prompt,) = plain.prompts
    assert evaluation.prompts == []
    (held,) = evaluation.to_dict()["held"]
    assert held == {
        "id": prompt.id,
        "ruleset": prompt.ruleset,
        "kind": "withheld",
        "until": None,
        "reason": "quiet: not in this clinic",
    }
    assert evaluation.reviews == plain.reviews
    assert evaluation.headline == plain.headline
    assert evaluation.suggested_codes == []
    assert evaluation.hosted.plugins == ("quiet",)


def test_it_is_not_asked_where_nothing_is_shown() -> None:
    class Angry:
        @hookimpl
        def ccr_filter_prompts(self) -> None:
            raise AssertionError

    done = replace(RECORD, entries=())
    assert not hosting(angry=Angry()).evaluate(done, AS_OF).hosted.faults


# --- ccr_links ------------------------------------------------------------------------------------


def test_ccr_links_offers_links_each_address_once() -> None:
    links, faults = hosting(a=Links(), b=Links()).plugins.links(PLAIN.evaluate(STORY, AS_OF))
    assert ([each.url for each in links], faults) == (["https://services.example/ccr"], ())


# --- ccr_render, ccr_export, ccr_deliver ----------------------------------------------------------

WRITES = Plugins.of({"w": Writes()})
PLAIN_ANSWER = PLAIN.evaluate(STORY, AS_OF)


def test_ccr_render_writes_evaluations_in_a_form() -> None:
    written = WRITES.render([PLAIN_ANSWER, PLAIN_ANSWER], "card-text")
    text = f"{PLAIN_ANSWER.headline}\n{PLAIN_ANSWER.headline}"
    assert written == Document("card-text.txt", "text/plain", text.encode())
    assert WRITES.render([PLAIN_ANSWER], "card-text", {"nothing": True}) is None


def test_the_core_writes_json_at_the_same_hook() -> None:
    written = WRITES.render([PLAIN_ANSWER], "json")
    assert written is not None
    assert written.content == PLAIN_ANSWER.to_json() + b"\n"


def test_ccr_export_writes_a_ruleset() -> None:
    ruleset = PLAIN.library.find("qof-cancer@2023")
    (sheet,) = WRITES.export(ruleset, PLAIN.library, "card-sheet")
    assert sheet.content == ruleset.title.encode()


def test_ccr_deliver_makes_what_is_asked_for_and_says_what_to_record() -> None:
    made = WRITES.deliver(PLAIN_ANSWER, "card-letter", {"name": [{"text": "A. Person"}]})
    assert made is not None
    assert made.documents[0].content == b"card-letter: A. Person"
    assert (made.sent, made.next_on) == (False, date(2026, 12, 1))
    assert made.record == (ToRecord("cancer-invitation", "Invitation", date(2026, 11, 20)),)


def test_an_evaluation_delivers_nothing() -> None:
    class Delivers:
        @hookimpl
        def ccr_forms(self) -> list[Form]:
            return [Form("letter", "delivery", "A letter")]

        @hookimpl
        def ccr_deliver(self) -> None:
            raise AssertionError

    engine = hosting(delivers=Delivers())
    assert not engine.evaluate(STORY, AS_OF).hosted.faults
    with pytest.raises(PluginFailed, match="delivers: ccr_deliver raised AssertionError"):
        engine.plugins.deliver(PLAIN_ANSWER, "letter")


@pytest.mark.parametrize(
    ("options", "error", "said"),
    [
        ({"refuse": True}, UsageError, "refuse: not here"),
        ({"fail": True}, PluginFailed, "w: ccr_render raised ValueError at samples.py line"),
        ({"type": "nonsense"}, PluginFailed, "returned what is not allowed"),
    ],
)
def test_what_fails_is_said_to_whoever_asked(
    options: dict[str, Any], error: type[Exception], said: str
) -> None:
    with pytest.raises(error, match=said) as raised:
        WRITES.render([PLAIN_ANSWER], "card-text", options)
    assert "Jones" not in str(raised.value)


def test_a_form_that_nobody_gives_is_refused_with_those_that_there_are() -> None:
    with pytest.raises(UsageError, match="there is no form card of evaluations; there are: json, card-text"):
        WRITES.render([PLAIN_ANSWER], "card")
    with pytest.raises(UsageError, match="no form card-text of ruleset; there are: card-sheet"):
        WRITES.export(PLAIN.library.rulesets[0], PLAIN.library, "card-text")
    with pytest.raises(UsageError, match="no form letter of delivery; there are: none"):
        Plugins().deliver(PLAIN_ANSWER, "letter")


def test_a_form_without_a_hook_that_writes_it_is_refused() -> None:
    class Promises:
        @hookimpl
        def ccr_forms(self) -> list[Form]:
            return [Form("promised", "evaluations", "Promised")]

    with pytest.raises(UsageError, match="plugin p: it names the form promised, but has no ccr_render"):
        Plugins.of({"p": Promises()}).render([PLAIN_ANSWER], "promised")


# --- ccr_feedback ---------------------------------------------------------------------------------


def test_ccr_feedback_is_heard_by_all() -> None:
    class Hears:
        def __init__(self, error: Exception | None = None) -> None:
            self.heard: list[Feedback] = []
            self.error = error

        @hookimpl
        def ccr_feedback(self, feedback: Feedback) -> str:
            self.heard.append(feedback)
            if self.error:
                raise self.error
            return "whatever"

    feedback = Feedback("declined", datetime(2026, 11, 20, 12, tzinfo=UTC), ("p@r@1",), reason="not-now")
    good, bad = Hears(), Hears(ValueError())
    faults = Plugins.of({"bad": bad, "good": good}).feedback(feedback)
    assert good.heard == bad.heard == [feedback]
    assert [(each.plugin, each.hook) for each in faults] == [("bad", "ccr_feedback")]


# --- what is on -----------------------------------------------------------------------------------


def test_a_host_can_ask_what_is_on() -> None:
    plugins = Plugins.of({"lines": Lines(), "links": Links()})
    assert [each.name for each in plugins.active] == ["lines", "links"]
    assert plugins.hooks("lines") == ("ccr_split_source", "ccr_read_record")
    assert plugins.references == ("lines", "links")
    plugins.close()
