"""Plugins in the service: what they are told, what is said of them, and that none keeps anybody waiting."""

import asyncio
import json
import logging
from collections.abc import Awaitable
from pathlib import Path
from typing import Any
from unittest.mock import ANY
from uuid import uuid4

import msgspec
import pytest

from ccr_rules import UsageError
from ccr_rules.engine import Engine
from ccr_rules.hosting import Feedback
from ccr_rules.service.reloading import reload
from ccr_rules.service.settings import Settings, read_settings
from ccr_rules.store.kept import StoredDecision
from ccr_rules.store.replaying import HOST_LOST, Replay, replay
from tests.hosting.distributions import install, look_in
from tests.service.hooks import cards, due, overridden, say, told, view
from tests.service.support import DEV, Here, question
from tests.store.samples import KEY

CODE = """
import time
from ccr_rules import Consultation
from ccr_rules.hosting import Link, Withheld, hookimpl

class Plugin:
    def __init__(self):
        self.heard, self.hosts, self.settings = [], [], {}

    @hookimpl
    def ccr_configure(self, settings, folder):
        self.settings, self.folder = settings, folder

    @hookimpl
    def ccr_consultation(self, context):
        self.hosts.append(dict(context.host))
        if self.settings.get("raise"):
            raise ValueError("Zqx-secret")
        time.sleep(self.settings.get("sleep", 0))
        mode = "telephone" if self.settings.get("telephone") else context.host.get("mode")
        return Consultation("Slot/1", mode) if mode else None

    @hookimpl
    def ccr_filter_prompts(self, evaluation):
        hide = self.settings.get("hide")
        return [Withheld(each.id, each.ruleset, "not here") for each in evaluation.prompts] if hide else None

    @hookimpl
    def ccr_links(self, evaluation, context):
        if self.settings.get("bad-links"):
            return 7
        return [Link("Support near you", "https://services.example/ccr")]

    @hookimpl
    def ccr_feedback(self, feedback):
        self.heard.append(feedback)
        if self.settings.get("deaf"):
            raise ValueError("Zqx-secret")

plugin = Plugin()
"""


LINKS = """
import time
from ccr_rules.hosting import hookimpl

class Plugin:
    @hookimpl
    def ccr_links(self):
        time.sleep(0.5)

plugin = Plugin()
"""


FOLDERS = """
from pathlib import Path
from ccr_rules.hosting import hookimpl

class Plugin:
    @hookimpl
    def ccr_configure(self, settings, folder):
        self.folder = Path(settings["rulesets"])

    @hookimpl
    def ccr_rulesets(self):
        return [self.folder]

plugin = Plugin()
"""


def plugin_module(tmp_path: Path) -> str:
    return f"served_{tmp_path.name.replace('-', '_')}"


@pytest.fixture(autouse=True)
def _installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    site = look_in(tmp_path / "site", monkeypatch)
    install(site, "served", CODE, module=plugin_module(tmp_path))
    points = site / "ccr_served-1.2.0.dist-info" / "entry_points.txt"
    points.write_text(points.read_text().rstrip() + ":plugin\n")


def with_plugin(tmp_path: Path, **chosen: Any) -> Settings:
    """Return settings with the plugin and a store of their own."""
    given = {"name": "served", "settings": {}, **chosen}
    plain = msgspec.to_builtins(DEV)
    url = f"sqlite:///{tmp_path}/store.sqlite3"
    return msgspec.convert({**plain, "plugins": [given], "database_url": url}, Settings)


def plugin_of(service: Here) -> Any:
    (plugin,) = service.service.cds.hosted.plugins.active
    return plugin.itself


# --- CDS Hooks ------------------------------------------------------------------------------------


def test_a_card_has_the_links_of_plugins_and_the_answer_says_who_took_part(tmp_path: Path) -> None:
    with Here(with_plugin(tmp_path, settings={"telephone": True})) as service:
        answer = view(service, due(), context={"encounterId": "e1"})
        (card,) = cards(answer)
        assert card["links"] == [
            {"label": "Support near you", "url": "https://services.example/ccr", "type": "absolute"}
        ]
        assert told(answer)["plugins"] == ["served@1.2.0"]
        assert "pluginFaults" not in told(answer)
        host = plugin_of(service).hosts[0]
        assert host["hook"] == "patient-view"
        assert {"patientId", "userId", "encounterId"} <= host.keys()


def test_without_plugins_nothing_is_said_of_any() -> None:
    with Here() as service:
        said = told(view(service, due()))
        assert "plugins" not in said
        assert "withheld" not in said
        assert "pluginFaults" not in said


def test_links_of_plugins_come_after_that_to_the_panel(tmp_path: Path) -> None:
    settings = with_plugin(tmp_path)
    with Here(msgspec.structs.replace(settings, panel_url="https://panel.example")) as service:
        (card,) = cards(view(service, due()))
        assert [each["label"] for each in card["links"]] == ["Open the review panel", "Support near you"]


def test_prompts_that_are_withheld_leave_no_card(tmp_path: Path) -> None:
    with Here(with_plugin(tmp_path, settings={"hide": True})) as service:
        answer = view(service, due())
        assert cards(answer) == []
        said = told(answer)
        assert said["completeness"] == "complete"
        assert "support" in said["headline"]
        (withheld,) = said["withheld"]
        assert withheld["prompt"] == "support-conversation-due"
        assert withheld["reason"] == "served: not here"


def test_faults_are_told_logged_and_counted_and_hold_nothing_of_a_record(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    settings = with_plugin(tmp_path, settings={"raise": True, "bad-links": True})
    with Here(settings) as service, caplog.at_level(logging.WARNING, "ccr"):
        answer = view(service, due())
        assert len(cards(answer)) == 1
        faults = told(answer)["pluginFaults"]
        assert [(each["plugin"], each["hook"]) for each in faults] == [
            ("served", "ccr_consultation"),
            ("served", "ccr_links"),
        ]
        logged = [vars(each) for each in caplog.records if each.name == "ccr.service.plugins"]
        assert [each["hook"] for each in logged] == ["ccr_consultation", "ccr_links"]
        assert "Zqx" not in json.dumps(answer.json()) + caplog.text + str(logged)
        counted = service.get("/metrics").text
        assert 'ccr_plugin_faults_total{hook="ccr_links",plugin="served"} 1.0' in counted


def test_a_folder_of_a_plugin_that_is_left_out_is_told_when_it_is_read_and_not_at_each_evaluation(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "site" / plugin_module(tmp_path) / "__init__.py").write_text(FOLDERS)
    broken = tmp_path / "broken" / "family" / "1"
    broken.mkdir(parents=True)
    (broken / "ruleset.yaml").write_text("ruleset: [")
    settings = with_plugin(tmp_path, settings={"rulesets": str(tmp_path / "broken")})
    caplog.set_level(logging.WARNING, "ccr")

    def times() -> int:
        return sum(each.name == "ccr.service.plugins" for each in caplog.records)

    with Here(settings) as service:
        assert times() == 1
        for _ in range(2):
            (fault,) = service.post("/evaluate", json=question()).json()["plugin_faults"]
            assert (fault["plugin"], fault["hook"]) == ("served", "ccr_rulesets")
        assert len(told(view(service, due()))["pluginFaults"]) == 1
        assert times() == 1
        assert reload(service.service)
        assert times() == 2
        counted = service.get("/metrics").text
        assert 'ccr_plugin_faults_total{hook="ccr_rulesets",plugin="served"} 2.0' in counted


def test_a_plugin_that_hangs_keeps_nobody_else_waiting(tmp_path: Path) -> None:
    settings = with_plugin(tmp_path, settings={"sleep": 3}, seconds={"ccr_consultation": 0.5})
    with Here(settings) as service:

        async def both() -> list[str]:
            done: list[str] = []
            client = service._client

            async def call(name: str, method: str, path: str, **how: Any) -> None:
                answer = await client.request(method, path, **how)
                assert answer.status_code == 200
                done.append(name)

            slow = asyncio.create_task(call("slow", "POST", "/evaluate", json=question()))
            await asyncio.sleep(0.05)
            await call("quick", "GET", "/health")
            await slow
            return done

        assert service.run(both()) == ["quick", "slow"]
        again = service.post("/evaluate", json=question()).json()
        assert "takes longer than 0.5 s" in again["plugin_faults"][0]["fault"]


def test_a_plugin_that_has_nothing_but_links_keeps_nobody_else_waiting(tmp_path: Path) -> None:
    module = plugin_module(tmp_path)
    (tmp_path / "site" / module / "__init__.py").write_text(LINKS)
    with Here(with_plugin(tmp_path, seconds={"ccr_links": 5})) as service:

        async def both() -> list[str]:
            done: list[str] = []

            async def call(name: str, work: Awaitable[Any]) -> None:
                await work
                done.append(name)

            answer = service.service.answering
            slow = asyncio.create_task(call("slow", answer.beside(1, links, ["ccr_links"])))
            await asyncio.sleep(0.05)
            await call("quick", answer.beside(1, lambda: None))
            await slow
            return done

        engine = service.service.rules.engine
        evaluation = engine.evaluate(question()["record"], "2026-11-20")

        def links() -> object:
            return engine.plugins.links(evaluation)

        assert service.run(both()) == ["quick", "slow"]


# --- plain JSON -----------------------------------------------------------------------------------


def test_what_a_host_sends_along_reaches_its_plugins(tmp_path: Path) -> None:
    with Here(with_plugin(tmp_path, settings={"telephone": True})) as service:
        answer = service.post("/evaluate", json=question(host={"slot": "TEL"}))
        assert answer.status_code == 200
        assert plugin_of(service).hosts == [{"slot": "TEL"}]


# --- the store ------------------------------------------------------------------------------------


def replayed(
    service: Here, decision: str, record: bytes | None = None, engine: Engine | None = None
) -> tuple[StoredDecision, Replay]:
    """Put a decision again, by default to the engine of the service and with the record that is kept."""
    books, asked = service.service.books, engine or service.service.rules.engine
    kept = service.run(books.do(lambda store: store.decision(decision)))
    assert kept is not None
    return kept, service.run(books.do(lambda store: replay(store, asked, kept.id, kept.program, record)))


def test_a_decision_records_who_took_part_and_a_replay_without_them_says_so(tmp_path: Path) -> None:
    settings = with_plugin(tmp_path, settings={"hide": True})
    asked = question(as_of="2026-11-20")
    record = msgspec.json.encode(asked["record"])
    with Here(settings) as service:
        decision = service.post("/evaluate", json=asked).json()["decision"]
        kept, without = replayed(service, decision, record, Engine.default())
        assert kept.plugins == ("served@1.2.0",)
        assert "plugins: served@1.2.0 then, none now" in without.changed
        assert without.outcome == "different"
        _, with_it = replayed(service, decision, record)
        assert with_it.outcome == "same"
        assert not [each for each in with_it.changed if each.startswith("plugins")]


def test_a_replay_tells_plugins_what_the_host_passed_along_where_the_record_is_kept(tmp_path: Path) -> None:
    kept = msgspec.structs.replace(with_plugin(tmp_path), store_key=KEY, keep_records=True)
    with Here(kept) as service:
        asked = question(as_of="2026-11-20", host={"mode": "administrative"})
        answer = service.post("/evaluate", json=asked).json()
        assert answer["prompts"] == []
        assert replayed(service, answer["decision"])[1] == Replay(ANY, "same", ())
        called = told(view(service, due()))["decision"]
        assert replayed(service, called)[1] == Replay(ANY, "same", ())
        first, *_, last = plugin_of(service).hosts
        assert first == {"mode": "administrative"}
        assert last["hook"] == "patient-view"


def test_a_replay_without_what_the_host_passed_along_says_so(tmp_path: Path) -> None:
    """It may be about the patient, so it is kept only where the record is."""
    with Here(with_plugin(tmp_path)) as service:
        asked = question(as_of="2026-11-20", host={"mode": "administrative"})
        answer = service.post("/evaluate", json=asked).json()
        _, again = replayed(service, answer["decision"], msgspec.json.encode(asked["record"]))
        assert again.outcome == "different"
        assert again.changed == ("plugins: served@1.2.0 then, none now", HOST_LOST)
        del asked["host"]
        answer = service.post("/evaluate", json=asked).json()
        _, again = replayed(service, answer["decision"], msgspec.json.encode(asked["record"]))
        assert again == Replay(ANY, "same", ())


# --- feedback -------------------------------------------------------------------------------------


def test_plugins_hear_of_feedback_once_it_is_kept_and_of_nobody_s_name(tmp_path: Path) -> None:
    with Here(with_plugin(tmp_path)) as service:
        (card,) = cards(view(service, due()))
        item = overridden(card["uuid"]) | {"overrideReason": {"userComment": "Mrs Zqx is unwell"}}
        assert say(service, overridden(card["uuid"]), item).status_code == 200
        assert say(service, overridden(card["uuid"]), overridden(str(uuid4()))).status_code == 200
        heard: list[Feedback] = plugin_of(service).heard
        assert {each.outcome for each in heard} == {"overridden"}
        assert {each.card for each in heard} == {card["uuid"]}
        assert all(each.prompts[0].startswith("support-conversation-due@best-practice") for each in heard)
        assert "Zqx" not in repr(heard)
        assert "p1" not in repr(heard)


def test_feedback_stays_kept_where_a_plugin_fails(tmp_path: Path) -> None:
    with Here(with_plugin(tmp_path, settings={"deaf": True})) as service:
        (card,) = cards(view(service, due()))
        assert say(service, overridden(card["uuid"])).status_code == 200
        assert cards(view(service, due())) == []


# --- settings -------------------------------------------------------------------------------------


def test_plugins_are_listed_in_the_settings_or_in_the_environment(tmp_path: Path) -> None:
    file = tmp_path / "ccr.toml"
    file.write_text('[[plugins]]\nname = "served"\nsettings = {telephone = true}\n')
    (chosen,) = read_settings({}, file).plugins
    assert (chosen.name, chosen.settings, chosen.folder) == ("served", {"telephone": True}, str(tmp_path))
    (listed,) = read_settings({"CCR_PLUGINS": "other==1.0"}, file).plugins
    assert (listed.name, listed.version) == ("other", "1.0")


@pytest.mark.parametrize("text", ["plugins = 7", "plugins = [7]", "[[plugins]]\nnam = 'x'"])
def test_settings_of_plugins_that_do_not_fit_are_refused(text: str, tmp_path: Path) -> None:
    file = tmp_path / "ccr.toml"
    file.write_text(text)
    with pytest.raises(UsageError, match="plugins"):
        read_settings({}, file)


def test_a_service_does_not_start_with_a_plugin_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="plugin nowhere: it is not installed"):
        Here(with_plugin(tmp_path, name="nowhere"))
