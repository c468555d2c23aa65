"""The plugin as a host has it: its forms, what it costs where it has nothing to do, and how it starts."""

import subprocess
import sys
import time

from ccr_templates import plugin as module
from ccr_templates.plugin import Templates
from ccr_templates.responses import KEY
from templates_support import ENGINE, PATIENT, PLUGINS, evaluated, record, response

from ccr_rules import Engine, Library, Plugins
from ccr_rules.hosting import Context, hookimpl
from ccr_rules.record.patient import PatientRecord


def test_it_gives_four_forms() -> None:
    mine = [(form.name, form.of) for form in PLUGINS.forms if form.name != "json"]
    assert mine == [
        ("review-template", "ruleset"),
        ("pre-review-questionnaire", "ruleset"),
        ("review-template-html", "ruleset"),
        ("review-prefill", "evaluations"),
    ]


def test_it_uses_these_hooks() -> None:
    assert set(PLUGINS.hooks("templates")) == {
        "ccr_configure",
        "ccr_forms",
        "ccr_enrich_record",
        "ccr_render",
        "ccr_export",
    }


def test_the_entry_point_names_a_plugin() -> None:
    assert isinstance(module.plugin, Templates)
    assert module.KEY == KEY


def test_it_starts_without_what_it_may_not_need() -> None:
    code = (
        "import sys, ccr_rules.hosting; before = set(sys.modules)\n"
        "import ccr_templates.plugin\n"
        "new = {name for name in set(sys.modules) - before}\n"
        "assert not {each for each in new if not each.startswith('ccr_templates')}, new\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_it_costs_next_to_nothing_where_it_has_nothing_to_do() -> None:
    day = evaluated().moment.as_of
    context = Context(day, day, {"other": 1}, ENGINE.library)
    patient, hook = PatientRecord(PATIENT), Templates().ccr_enrich_record
    started = time.process_time()
    for _ in range(1000):
        assert hook(patient, context) is None
    assert time.process_time() - started < 0.2, "0.2 ms each"


def test_the_forms_are_made_once_for_a_library_and_anew_for_another() -> None:
    plugin = Templates()
    plugin.ccr_configure({}, None)  # type: ignore[arg-type]
    first = plugin._forms(ENGINE.library)
    assert plugin._forms(ENGINE.library) is first
    assert plugin._forms(None) is first
    named = response({})["questionnaire"]
    assert first.find(named) is first.find(named)
    assert plugin._forms(Library.shipped()) is not first


def test_an_engine_tells_plugins_which_library_it_uses() -> None:
    class Listening:
        heard: Library | None = None

        @hookimpl
        def ccr_enrich_record(self, context: Context) -> None:
            self.heard = context.library

    listening = Listening()
    engine = Engine.hosting(Plugins.of({"listening": listening}))
    engine.evaluate(record(), "2026-11-21")
    assert listening.heard is engine.library
