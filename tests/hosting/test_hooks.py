"""Each hook, in the order of their lives: when it is called, with what, and what its answer does."""

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from ccr_rules import (
    Consultation,
    Days,
    Engine,
    Entry,
    PatientRecord,
    PluginFailed,
    Plugins,
    RecordError,
    UsageError,
)
from ccr_rules.hosting import (
    Context,
    Document,
    Feedback,
    Form,
    Source,
    Split,
    ToRecord,
    hookimpl,
)
from ccr_rules.record.patient import KINDS
from tests.cli.support import write_ruleset
from tests.hosting.samples import (
    AS_OF,
    EXPORT,
    PLAIN,
    RECORD,
    STORY,
    Enriches,
    Knows,
    Lines,
    Links,
    Withholds,
    Writes,
    evaluated,
    hosting,
)

# --- ccr_configure --------------------------------------------------------------------------------


def test_ccr_configure_gets_the_settings_before_any_other_hook() -> None:
    class Configured:
        def __init__(self) -> None:
            self.calls: list[Any] = []

        @hookimpl
        def ccr_configure(self, settings: Mapping[str, Any], folder: Path) -> None:
            self.calls.append((settings, folder))

        @hookimpl
        def ccr_forms(self) -> list[Form]:
            self.calls.append("forms")
            return []

    plugin, bare = Configured(), Configured()
    Plugins.of({"configured": plugin, "bare": bare}, {"configured": {"list": "a.csv"}})
    assert plugin.calls == [({"list": "a.csv"}, Path()), "forms"]
    assert bare.calls == [({}, Path()), "forms"]


# --- ccr_forms ------------------------------------------------------------------------------------


def test_ccr_forms_names_what_can_be_asked_for() -> None:
    names = [each.name for each in Plugins.of({"w": Writes()}).forms]
    assert names == ["json", "card-text", "card-sheet", "card-letter", "card-missing"]


def test_two_plugins_cannot_give_one_form() -> None:
    with pytest.raises(UsageError, match="plugin b: the form card-text of evaluations is given by a too"):
        Plugins.of({"a": Writes(), "b": Writes()})


def test_forms_of_different_things_may_have_one_name() -> None:
    class Names:
        def __init__(self, of: Any) -> None:
            self.of = of

        @hookimpl
        def ccr_forms(self) -> list[Form]:
            return [Form("sheet", self.of, f"Of {self.of}")]

    plugins = Plugins.of({"a": Names("ruleset"), "b": Names("delivery")})
    assert [each.title for each in plugins.forms[1:]] == ["Of ruleset", "Of delivery"]


# --- ccr_rulesets, ccr_codelists ------------------------------------------------------------------


class Gives:
    """Gives folders of rulesets and codelists."""

    def __init__(self, rulesets: Any = (), codelists: Any = ()) -> None:
        self.rulesets = rulesets
        self.codelists = codelists

    @hookimpl
    def ccr_rulesets(self) -> Sequence[Traversable]:
        return self.rulesets  # type: ignore[no-any-return]

    @hookimpl
    def ccr_codelists(self) -> Sequence[Traversable]:
        return self.codelists  # type: ignore[no-any-return]


@pytest.fixture
def scheme(tmp_path: Path) -> Path:
    folder = tmp_path / "scheme"
    folder.mkdir()
    write_ruleset(folder)
    return folder


def codelist(tmp_path: Path, text: str = "code,display\n720006006,Cancer care review\n") -> Path:
    folder = tmp_path / "lists" / "small"
    folder.mkdir(parents=True)
    (folder / "2026-01-01.csv").write_text(text)
    (folder / "codelist.yaml").write_text("")
    return folder.parent


def test_ccr_rulesets_adds_to_the_library_and_every_answer_says_who_gave_them(scheme: Path) -> None:
    engine = hosting(gives=Gives([scheme]))
    assert {each.reference for each in engine.library.rulesets} > {
        each.reference for each in PLAIN.library.rulesets
    }
    evaluation = engine.evaluate(STORY, AS_OF)
    assert evaluation.hosted.plugins == ("gives",)
    assert evaluation.decision != PLAIN.evaluate(STORY, AS_OF).decision


def test_folders_with_an_invalid_ruleset_are_left_out_and_the_others_are_used(
    scheme: Path, tmp_path: Path
) -> None:
    broken = tmp_path / "broken" / "family" / "1"
    broken.mkdir(parents=True)
    (broken / "ruleset.yaml").write_text("ruleset: [")
    engine = hosting(bad=Gives([tmp_path / "broken"]), good=Gives([scheme]))
    assert len(engine.library.rulesets) > len(PLAIN.library.rulesets)
    hosted = engine.evaluate(STORY, AS_OF).hosted
    assert hosted.plugins == ("good",)
    assert [(each.plugin, each.hook) for each in hosted.faults] == [("bad", "ccr_rulesets")]
    assert "its folder broken is left out" in hosted.faults[0].fault


def test_a_ruleset_folder_may_hold_codelists_and_be_empty_of_all_else(tmp_path: Path) -> None:
    (tmp_path / "codelists" / "ours").mkdir(parents=True)
    shipped = Path(__file__).parents[2] / "rulesets" / "codelists" / "cancer-care-review"
    for file in shipped.iterdir():
        text = file.read_text(encoding="utf-8").replace("name: cancer-care-review", "name: ours")
        (tmp_path / "codelists" / "ours" / file.name).write_text(text, encoding="utf-8")
    assert "ours" in hosting(gives=Gives([tmp_path])).library.codelist_names


@pytest.mark.parametrize("folders", [["text"], [Path("no/such/folder")], 7])
def test_what_is_no_folder_is_refused(folders: Any) -> None:
    hosted = hosting(bad=Gives(folders, folders)).evaluate(STORY, AS_OF).hosted
    assert [each.hook for each in hosted.faults] == ["ccr_rulesets", "ccr_codelists"]


def test_ccr_codelists_adds_lists_and_releases(tmp_path: Path) -> None:
    shipped = Path(__file__).parents[2] / "rulesets" / "codelists" / "cancer-care-review"
    lists = tmp_path / "lists"
    (lists / "ours").mkdir(parents=True)
    for file in shipped.iterdir():
        text = file.read_text(encoding="utf-8").replace("name: cancer-care-review", "name: ours")
        (lists / "ours" / file.name).write_text(text, encoding="utf-8")
    engine = hosting(gives=Gives((), [lists]))
    assert "ours" in engine.library.codelist_names
    assert engine.library.codelist("ours").codes == engine.library.codelist("cancer-care-review").codes
    (lists / "bad").mkdir()
    (lists / "bad" / "2026-01-01.csv").write_text("nonsense")
    again = hosting(gives=Gives((), [lists]))
    assert "ours" not in again.library.codelist_names
    assert again.evaluate(STORY, AS_OF).hosted.faults[0].hook == "ccr_codelists"


def test_a_folder_of_the_hosts_own_must_exist() -> None:
    with pytest.raises(UsageError, match="is not a folder"):
        Engine.hosting(Plugins(), "no/such/folder")


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
