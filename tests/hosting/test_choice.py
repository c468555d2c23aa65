"""Plugins are off unless they are listed; a list may pin each by version and by the digest of its files."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from ccr_rules import Consultation, Engine, Plugins, UsageError
from ccr_rules.hosting import hookimpl
from ccr_rules.hosting.choice import Chosen, from_environment, listed, of_file
from ccr_rules.hosting.installed import installed
from ccr_rules.hosting.loading import Plugin
from tests.hosting.distributions import PLUGIN, install, look_in
from tests.hosting.samples import AS_OF, STORY

DIGEST = "sha256:" + "0" * 64


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    return look_in(tmp_path / "site", monkeypatch)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ()),
        (" , ", ()),
        ("one", (Chosen(name="one"),)),
        ("one, two==1.0", (Chosen(name="one"), Chosen(name="two", version="1.0"))),
        (f"one==1.0@{DIGEST}", (Chosen(name="one", version="1.0", digest=DIGEST),)),
        (f"one@{DIGEST}", (Chosen(name="one", digest=DIGEST),)),
    ],
)
def test_a_list_names_plugins_and_may_pin_them(text: str, expected: tuple[Chosen, ...]) -> None:
    assert listed(text) == expected
    assert from_environment({"CCR_PLUGINS": text}) == expected
    assert from_environment({}) == ()


@pytest.mark.parametrize("text", ["one two", "one==", "one@sha256:12", "one==1.0==2.0", "=1"])
def test_what_names_no_plugin_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="write NAME, NAME==VERSION"):
        listed(text)


def test_a_file_lists_plugins_with_their_settings(tmp_path: Path) -> None:
    file = tmp_path / "plugins.toml"
    file.write_text(
        '[[plugins]]\nname = "one"\nversion = "1.0"\nseconds = {ccr_links = 0.5}\n'
        'settings = {list = "a.csv"}\n[[plugins]]\nname = "two"\nfolder = "more"\n'
    )
    one, two = listed(str(file))
    assert one == Chosen(
        name="one",
        version="1.0",
        seconds={"ccr_links": 0.5},
        settings={"list": "a.csv"},
        folder=str(tmp_path),
    )
    assert two.folder == str(tmp_path / "more")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("plugins = 7", "Expected `array`"),
        ('[[plugins]]\nnam = "x"', "unknown field"),
        ('[[plugins]]\nname = "x"\ndigest = "md5:1"', "digest"),
        ('[[plugins]]\nname = "x"\nseconds = {ccr_links = 0}', "Expected `float` > 0"),
        ('[[plugins]]\nname = "x"\nseconds = {ccr_links = inf}', "Expected `float` <= 86400"),
        ('[[plugins]]\nname = "x"\nseconds = {ccr_links = nan}', "Expected `float`"),
        ("[[plugins", "not TOML"),
    ],
)
def test_a_file_that_does_not_fit_is_refused(text: str, said: str, tmp_path: Path) -> None:
    file = tmp_path / "plugins.toml"
    file.write_text(text)
    with pytest.raises(UsageError, match=said):
        of_file(file)
    with pytest.raises(UsageError, match="cannot be read"):
        of_file(tmp_path / "none.toml")


# --- what is installed ----------------------------------------------------------------------------


def test_a_plugin_that_is_installed_is_off_until_it_is_listed(site: Path) -> None:
    install(site, "quiet", "raise SystemExit('nobody asked')")
    assert "quiet" in installed()
    assert Plugins.load().references == ()
    install(site, "asked")
    assert Plugins.load("asked").references == ("asked@1.2.0",)


def test_only_the_version_and_the_files_that_are_listed_are_used(site: Path) -> None:
    package = install(site, "pinned")
    found = installed()["pinned"]
    assert (found.name, found.distribution, found.version) == ("pinned", "ccr-pinned", "1.2.0")
    Plugins.load(f"pinned==1.2.0@{found.digest}")
    with pytest.raises(UsageError, match=r"version 1\.3\.0 is listed, and 1\.2\.0 is installed"):
        Plugins.load("pinned==1.3.0")
    (package / "more.py").write_text("raise SystemExit('changed')")
    with pytest.raises(UsageError, match="its files are not those that are listed"):
        Plugins.load(f"pinned@{found.digest}")


def test_a_digest_is_of_every_file_and_of_nothing_that_python_compiles(site: Path) -> None:
    package = install(site, "digested")
    before = installed()["digested"].digest
    (package / "__pycache__").mkdir(exist_ok=True)
    (package / "__pycache__" / "x.pyc").write_bytes(b"x")
    assert installed()["digested"].digest == before
    (package / "table.csv").write_text("a")
    with_table = installed()["digested"].digest
    assert with_table != before
    (package / "table.csv").rename(package / "renamed.csv")
    assert installed()["digested"].digest not in (before, with_table)


def test_a_digest_is_of_files_behind_links_too(site: Path, tmp_path: Path) -> None:
    """Python imports through a link to a folder, so a digest that passes it by is one of nothing."""
    package = install(site, "linked")
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "code.py").write_text("a = 1")
    (package / "sub").symlink_to(tmp_path / "elsewhere", target_is_directory=True)
    (package / "round").symlink_to(package, target_is_directory=True)
    before = installed()["linked"].digest
    (tmp_path / "elsewhere" / "code.py").write_text("a = 2")
    assert installed()["linked"].digest != before


def test_a_digest_does_not_depend_on_where_a_plugin_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "__pycache__").mkdir()
    package = install(look_in(tmp_path / "__pycache__" / "site", monkeypatch), "cached")
    assert [name for name, _ in installed()["cached"].files()] == ["__init__.py"]
    before = installed()["cached"].digest
    (package / "__init__.py").write_text("raise SystemExit('changed')")
    assert installed()["cached"].digest != before


def test_a_file_that_cannot_be_read_is_named(site: Path) -> None:
    package = install(site, "unreadable")
    (package / "gone.py").symlink_to(package / "nowhere.py")
    with pytest.raises(UsageError, match=r"plugin unreadable: .*gone\.py: cannot be read"):
        Plugins.load(f"unreadable@{DIGEST}")


def test_a_name_that_two_distributions_use_is_refused(site: Path) -> None:
    """Whichever of them led would be loaded under the name of the one that was meant."""
    install(site, "twice", "raise SystemExit('not this one')")
    install(site, "thrice", "raise SystemExit('not this one')")
    points = site / "ccr_thrice-1.2.0.dist-info" / "entry_points.txt"
    points.write_text("[ccr_rules]\ntwice = plugin_thrice\n")
    with pytest.raises(UsageError, match=r"plugin twice: ccr-t.*ice, ccr-t.*ice all bring one of this name"):
        Plugins.load("twice")


def test_a_plugin_may_be_one_file_or_be_gone(site: Path) -> None:
    package = install(site, "single", module="single_file")
    (package / "__init__.py").rename(site / "single_file.py")
    package.rmdir()
    assert [name for name, _ in installed()["single"].files()] == ["single_file"]
    (site / "single_file.py").unlink()
    assert list(installed()["single"].files()) == []
    with pytest.raises(UsageError, match="cannot be imported: ModuleNotFoundError"):
        Plugins.load("single")


@pytest.mark.parametrize(
    ("listing", "said"),
    [
        ("gp-conect", "plugin gp-conect: it is not installed; did you mean gp-connect?"),
        ("elsewhere", "plugin elsewhere: it is not installed; installed are .*gp-connect"),
        ("gp-connect, gp-connect", "it is listed twice"),
    ],
)
def test_a_name_that_is_not_installed_gets_the_nearest(listing: str, said: str, site: Path) -> None:
    if "gp-connect" not in installed():
        install(site, "gp-connect")
    with pytest.raises(UsageError, match=said):
        Plugins.load(listing)


def test_where_nothing_is_installed_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ccr_rules.hosting.installed.installed", dict)
    with pytest.raises(UsageError, match="none is installed"):
        Plugins.load("anything")


# --- what does not fit is refused before anything starts ------------------------------------------


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("1 / 0", "it cannot be imported: ZeroDivisionError: division by zero"),
        ("raise SystemExit(0)", "it cannot be imported: SystemExit: 0"),
        (PLUGIN.replace("pass", "raise SystemExit(0)"), "with these settings: SystemExit: 0"),
        ("ccr_kinds = 7", "ccr_kinds cannot be read: TypeError"),
        (
            "ccr_kinds = ()\ndef __getattr__(name):\n    1 / 0\ndef __dir__():\n    return ['x']",
            "it does not fit .*ZeroDivisionError",
        ),
        (PLUGIN.replace("def ccr", "async def ccr"), "ccr_configure is async or a generator"),
        (PLUGIN.replace("pass", "yield"), "ccr_configure is async or a generator"),
        (PLUGIN.replace("ccr_configure", "ccr_configur"), "no hook ccr_configur; did you mean ccr_configure"),
        (PLUGIN.replace("ccr_configure", "xyz"), "there is no hook xyz; there are ccr_configure, ccr_forms"),
        (PLUGIN.replace("folder)", "place)"), "Argument.s. {'place'} are declared in the hookimpl"),
        (PLUGIN.replace("hookimpl\n\n@hookimpl", "hookimpl\n@hookimpl(wrapper=True)"), "is a wrapper"),
        (PLUGIN.replace("pass", "raise ValueError('no such list')"), "ValueError: no such list"),
        (
            "from ccr_rules import UsageError\n"
            + PLUGIN.replace("pass", "raise UsageError('settings.list: name a file')"),
            "plugin unfit: settings.list: name a file",
        ),
        ("ccr_kinds = ['Conditions']", "ccr_kinds: 'Conditions' is no kind that is read"),
        (
            PLUGIN.replace("ccr_configure(settings, folder)", "ccr_forms()").replace("pass", "return 7"),
            "list",
        ),
    ],
)
def test_a_plugin_that_does_not_fit_is_refused(code: str, said: str, site: Path) -> None:
    if "wrapper" in said:
        code = code.replace("    pass", "    yield")
    install(site, "unfit", code, module=f"unfit_{abs(hash(said))}")
    with pytest.raises(UsageError, match=said) as refused:
        Plugins.load("unfit")
    assert "unfit" in refused.value.message


def test_settings_for_a_plugin_that_takes_none_are_refused() -> None:
    class TakesNone:
        pass

    with pytest.raises(UsageError, match="it takes no settings; leave them out"):
        Plugins.of({"none": TakesNone()}, {"none": {"list": "a.csv"}})


def test_a_time_limit_of_no_hook_is_refused() -> None:
    chosen = Chosen(name="x", seconds={"ccr_link": 1.0})
    with pytest.raises(UsageError, match=r"plugin x: seconds\.ccr_link: did you mean `ccr_links`"):
        Plugins([Plugin("x", "1", object(), chosen)])


class Knows:
    """Knows which contact it is."""

    def __init__(self, mode: Any) -> None:
        self.mode = mode


class First(Knows):
    @hookimpl(tryfirst=True)
    def ccr_consultation(self) -> Consultation:
        return Consultation("Slot/1", self.mode)


class Last(Knows):
    @hookimpl(trylast=True)
    def ccr_consultation(self) -> Consultation:
        return Consultation("Slot/1", self.mode)


@pytest.mark.parametrize("plugins", [(Last("video"), First("telephone")), (Last("video"),)])
def test_plugins_are_asked_as_they_are_listed_and_before_the_core(plugins: tuple[Any, ...]) -> None:
    engine = Engine.hosting(Plugins.of({f"p{number}": each for number, each in enumerate(plugins)}))
    assert engine.evaluate(STORY, AS_OF).consultation == Consultation("Slot/1", "video")


def test_what_only_plugins_need_is_not_imported_without_them() -> None:
    program = (
        "import sys; before = set(sys.modules); from ccr_rules import Engine, Plugins; Plugins.load('');"
        "print(*set(sys.modules) - before)"
    )
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert not {"importlib.metadata", "tomllib"}.intersection(run.stdout.split())
