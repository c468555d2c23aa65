"""`ccr plugin`: a new plugin works at once, the list says what is on, and the check says what is missing."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from ccr_rules.plugin_kit.importing import check_import
from tests.cli.support import DAY, OVERDUE, ROOT, ccr
from tests.hosting.distributions import PLUGIN, build, install, look_in


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that Python looks in, here and in processes of their own."""
    folder = look_in(tmp_path / "site", monkeypatch)
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join((str(folder), str(ROOT))))
    return folder


def found(name: str, **environment: str) -> dict[str, tuple[str, str]]:
    """Return what the check says of a plugin: by what was tried, the outcome and the detail."""
    result = ccr("plugin", "check", name, "--json", **environment)
    findings = {each["check"]: (each["outcome"], each["detail"]) for each in json.loads(result.stdout)}
    assert result.exit_code == any(outcome == "failed" for outcome, _ in findings.values())
    return findings


def failures(name: str, **environment: str) -> dict[str, str]:
    return {check: why for check, (outcome, why) in found(name, **environment).items() if outcome == "failed"}


# --- new ------------------------------------------------------------------------------------------


def test_a_new_plugin_passes_its_own_tests_and_the_check(tmp_path: Path, site: Path) -> None:
    made = ccr("plugin", "new", "our-clinic", "--into", tmp_path)
    assert made.exit_code == 0
    folder = tmp_path / "our-clinic"
    assert str(folder / "ccr_our_clinic" / "plugin.py") in made.stdout.splitlines()
    assert f"cd {folder} && pytest" in made.stderr
    tests = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert tests.returncode == 0, tests.stdout
    assert "4 passed" in tests.stdout
    build(folder, site)
    assert not failures("our-clinic")
    page = ccr("plugin", "check", "our-clinic")
    assert page.exit_code == 0
    assert "Plugin our-clinic" in page.stdout
    assert "it is fit" in page.stdout


def test_what_is_there_is_not_written_over(tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    result = ccr("plugin", "new", "mine", "--into", tmp_path)
    assert (result.exit_code, list((tmp_path / "mine").iterdir())) == (2, [])
    assert "is there already" in result.stderr
    assert ccr("plugin", "new", "Our Clinic", "--into", tmp_path).exit_code == 2
    (tmp_path / "file").write_text("")
    nowhere = ccr("plugin", "new", "mine", "--into", tmp_path / "file")
    assert (nowhere.exit_code, nowhere.stdout) == (2, "")
    assert "cannot be written" in nowhere.stderr


# --- list -----------------------------------------------------------------------------------------


def test_the_list_says_which_are_on_and_runs_nothing_of_the_others(site: Path) -> None:
    install(site, "listed-on", FORMS)
    install(site, "listed-off", "raise SystemExit('nobody asked')")
    listed = {each["name"]: each for each in json.loads(_list(CCR_PLUGINS="listed-on", json=True))}
    assert (listed["listed-on"]["on"], listed["listed-off"]["on"]) == (True, False)
    assert listed["listed-on"]["hooks"] == ["ccr_forms", "ccr_render"]
    assert [each["name"] for each in listed["listed-on"]["forms"]] == ["heads"]
    assert listed["listed-off"]["hooks"] == []
    assert listed["listed-off"]["digest"].startswith("sha256:")
    page = _list(CCR_PLUGINS="listed-on")
    assert "listed-off 1.2.0" in page
    assert "evaluations" in page


def _list(*, json: bool = False, **environment: str) -> str:
    result = ccr("plugin", "list", *(["--json"] if json else []), **environment)
    assert result.exit_code == 0, result.stderr
    return result.stdout


def test_where_none_is_installed_the_list_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ccr_rules.cli.plugin_page.installed", dict)
    assert "No plugin is installed." in _list()


# --- check ----------------------------------------------------------------------------------------

FORMS = """
from ccr_rules.hosting import Document, Form, hookimpl

@hookimpl
def ccr_forms():
    return [Form("heads", "evaluations", "The headlines")]

@hookimpl
def ccr_render(evaluations, form):
    return Document("heads.txt", "text/plain", "".join(e.headline for e in evaluations).encode())
"""

BAD: dict[str, tuple[str, str, str]] = {
    "import": ("1 / 0", "It can be imported", "fails"),
    "start": (PLUGIN.replace("pass", "raise ValueError('x')"), "It starts", "ValueError: x"),
    "no-hook": ("", "It uses a hook", "mark a function with hookimpl"),
    "prints": ("print('hello')", "Importing it does nothing else", "stdout belongs to the host"),
    "thread": (
        "import threading, time\nthreading.Thread(target=time.sleep, args=[1], daemon=True).start()",
        "Importing it does nothing else",
        "it starts a thread",
    ),
    "opens": (
        "import os\nopen(os.devnull, 'w').close()",
        "Importing it does nothing else",
        "open for writing",
    ),
    "grabs": (
        "from ccr_rules import PatientRecord\nfrom ccr_rules.hosting import hookimpl\n"
        "@hookimpl\ndef ccr_read_record(source):\n    return PatientRecord('Patient/x')",
        "ccr_read_record answers None to what is not its own",
        "is taken for a record",
    ),
    "chokes": (
        "from ccr_rules.hosting import hookimpl\n"
        "@hookimpl\ndef ccr_split_source(source):\n    source.raw.decode()",
        "ccr_split_source answers None to what is not its own",
        "bytes that are no text: it raised UnicodeDecodeError",
    ),
    "refuses": (
        "from ccr_rules import RecordError\nfrom ccr_rules.hosting import hookimpl\n"
        "@hookimpl\ndef ccr_read_record():\n    raise RecordError('not mine')",
        "ccr_read_record answers None to what is not its own",
        "it raised RecordError, which ends the evaluation",
    ),
    "ends": ("import os\nos._exit(0)", "It can be imported", "fails, or does not end"),
    "exits": ("raise SystemExit(0)", "It can be imported", "fails, or does not end"),
    "raises": (
        "from ccr_rules.hosting import hookimpl\n@hookimpl\ndef ccr_enrich_record(record):\n    1 / 0",
        "Records are evaluated with it without a fault",
        "ccr_enrich_record raised ZeroDivisionError",
    ),
    "remembers": (
        "import itertools\nfrom ccr_rules import Consultation\nfrom ccr_rules.hosting import hookimpl\n"
        "N = itertools.count()\n"
        "@hookimpl\ndef ccr_consultation(record):\n    return Consultation(f'Slot/{next(N)}')",
        "The same record gives the same answer",
        "it must have no memory",
    ),
    "tampers": (
        "from msgspec.structs import force_setattr\nfrom ccr_rules.hosting import hookimpl\n"
        "@hookimpl\ndef ccr_enrich_record(record):\n    force_setattr(record.entries[0], 'text', 'tampered')",
        "It changes nothing that it is given",
        "make a new one",
    ),
    "talks": (
        "import logging\nfrom ccr_rules.hosting import hookimpl\n"
        "@hookimpl\ndef ccr_enrich_record(record):\n    logging.getLogger('x').debug('%s', record.reference)",
        "It writes nothing of a record to stdout, stderr or a log",
        "say ids and counts only",
    ),
    "promises": (
        FORMS.replace('"evaluations"', '"ruleset"'),
        "The form heads has its hook",
        "heads is of ruleset: there must be ccr_export",
    ),
    "by-clock": (
        "import time\n" + FORMS.replace('"".join(e.headline for e in evaluations)', "str(time.time_ns())"),
        "The form heads can be written, twice the same",
        "leave clocks and random numbers out",
    ),
    "breaks": (
        FORMS.replace("Document(", "1 / 0 and Document("),
        "The form heads can be written, twice the same",
        "ccr_render raised ZeroDivisionError",
    ),
    "deaf": (
        "from ccr_rules.hosting import hookimpl\n@hookimpl\ndef ccr_feedback(feedback):\n    1 / 0",
        "It hears feedback",
        "raised ZeroDivisionError",
    ),
    "no-folder": (
        "from ccr_rules.hosting import hookimpl\n@hookimpl\ndef ccr_rulesets():\n    return ['no/such']",
        "Its rulesets and codelists can be used",
        "Expected folders that exist",
    ),
}


@pytest.mark.parametrize("name", BAD)
def test_the_check_says_what_is_wrong(name: str, site: Path) -> None:
    code, check, why = BAD[name]
    install(site, f"bad-{name}", code)
    failed = failures(f"bad-{name}")
    assert why in failed[check]


def test_a_plugin_that_hangs_is_told_so(site: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    code = "import threading\nfrom ccr_rules.hosting import hookimpl\nWAIT = threading.Event().wait\n"
    install(site, "hangs", code + "@hookimpl\ndef ccr_read_record():\n    WAIT(60)\n")
    file = tmp_path / "plugins.toml"
    file.write_text('[[plugins]]\nname = "hangs"\nseconds = {ccr_read_record = 0.05}\n')
    failed = failures("hangs", CCR_PLUGINS=str(file))
    assert "takes longer than 0.05 s" in failed["ccr_read_record answers None to what is not its own"]
    monkeypatch.setattr("ccr_rules.plugin_kit.importing.SECONDS", 2)
    install(site, "never-imported", "import time\ntime.sleep(60)")
    (found,) = (each for each in check_import("plugin_never_imported") if each.outcome == "failed")
    assert found.detail == "python -c 'import plugin_never_imported' fails, or does not end"


def test_a_distribution_that_says_little_is_told_what_to_say(site: Path) -> None:
    install(site, "Says_little", FORMS)
    failed = failures("Says_little")
    assert failed == {
        "It has a name of small letters, digits and hyphens": "it is called Says_little",
        "It says which versions of ccr-rules it works with": 'write dependencies = ["ccr-rules>=0.1,<0.2"]',
        "It says which versions of Python it works with": "write requires-python",
        "Its README names every hook that it uses": "there is none",
    }


def test_a_readme_names_every_hook(site: Path) -> None:
    install(site, "half-told", FORMS)
    metadata = site / "ccr_half_told-1.2.0.dist-info" / "METADATA"
    metadata.write_text(metadata.read_text() + "\nIt has ccr_forms.\n")
    assert failures("half-told")["Its README names every hook that it uses"] == (
        "it does not name ccr_render: say what the plugin does there"
    )


def test_a_slow_plugin_is_pointed_out_and_is_no_failure(site: Path) -> None:
    code = "from time import process_time\nfrom ccr_rules.hosting import hookimpl\n"
    code += "def spin(ms):\n    end = process_time() + ms / 1000\n    while process_time() < end: pass\n"
    code += "spin(60)\n"
    code += "@hookimpl\ndef ccr_enrich_record(record):\n    spin(1)\n"
    code += "@hookimpl\ndef ccr_read_record(source):\n    spin(3)\n"
    install(site, "slow-one", code)
    slow = {check: why for check, (outcome, why) in found("slow-one").items() if outcome == "warning"}
    assert len(slow) == 3
    assert "import what is large" in slow["Importing it takes less than 40 ms of the processor"]
    assert "parse nothing before" in slow["ccr_read_record says so within 1 ms"]
    assert "prepare in ccr_configure" in slow["It adds less than 0.2 ms of the processor to an evaluation"]


def test_the_check_uses_the_settings_that_are_listed(site: Path, tmp_path: Path) -> None:
    install(site, "with-settings", PLUGIN.replace("pass", "assert settings == {'a': 1}"))
    file = tmp_path / "plugins.toml"
    file.write_text('[[plugins]]\nname = "with-settings"\nsettings = {a = 1}\n')
    assert "It starts" in failures("with-settings")
    assert "It starts" not in failures("with-settings", CCR_PLUGINS=str(file))


def test_a_plugin_that_is_not_installed_cannot_be_checked() -> None:
    result = ccr("plugin", "check", "nowhere-to-be-found")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "it is not installed" in result.stderr


# --- what is on for the other commands ------------------------------------------------------------


def test_a_plugin_that_is_not_as_it_is_listed_stops_every_command() -> None:
    result = ccr("evaluate", OVERDUE, "--as-of", DAY, CCR_PLUGINS="nowhere-to-be-found")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "plugin nowhere-to-be-found: it is not installed" in result.stderr
