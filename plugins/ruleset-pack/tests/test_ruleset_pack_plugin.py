"""From a folder of a governance team to an answer."""

import time
from pathlib import Path
from shutil import copytree, rmtree
from typing import Any

import pytest
from ccr_ruleset_pack.archive import pack
from ccr_ruleset_pack.building import build
from ccr_ruleset_pack.plugin import RulesetPacks

from ccr_rules import Engine, UsageError
from ccr_rules.hosting.choice import Chosen, of_file
from ccr_rules.hosting.loading import Plugin
from ccr_rules.hosting.plugins import Plugins

HERE = Path(__file__).parents[1]
EXAMPLE = HERE / "examples" / "example-icb"
RECORD = Path("fhir_examples/last-28-days/record.json").read_bytes()
RULESET = "local-example-icb@2026.1.0"
LIST = "social-prescribing-referral"


@pytest.fixture(autouse=True)
def kept(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was read of the shipped library is kept for the next test, and nothing in the user's own cache."""
    monkeypatch.setenv("CCR_CACHE", str(tmp_path_factory.getbasetemp() / "kept-of-packs"))


def hosted(*packs: dict[str, Any]) -> Plugins:
    return Plugins.of({"ruleset-pack": RulesetPacks()}, {"ruleset-pack": {"packs": list(packs)}})


def listed(path: Path) -> dict[str, Any]:
    return {"file": str(path), "unpinned": True}


def raw(folder: Path, out: Path) -> Path:
    """Write a pack of a folder without checking it, as somebody with another tool would."""
    files = {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()
    }
    out.write_bytes(pack(files))
    return out


def test_a_pack_is_evaluated_when_it_is_named_and_answers_say_whose_it_is(tmp_path: Path) -> None:
    built = build(EXAMPLE, tmp_path / "a.zip").pack
    engine = Engine.hosting(hosted({"file": str(tmp_path / "a.zip"), "digest": built.digest}))
    answer = engine.evaluate(RECORD, "2026-11-20", rulesets=["local-example-icb"])
    (used,) = answer.answer.rulesets
    assert (f"{used.id}@{used.version}", used.codelists[LIST]) == (RULESET, "2026-12-01")
    assert (answer.hosted.plugins, answer.hosted.faults) == (("ruleset-pack",), ())
    assert {each.ruleset for each in answer.prompts} == {RULESET}
    plain = Engine.default().evaluate(RECORD, "2026-11-20")
    same = engine.evaluate(RECORD, "2026-11-20")
    assert [each.reference for each in (r.ruleset for r in same.results)] == [
        each.reference for each in (r.ruleset for r in plain.results)
    ]


def test_the_scheme_invites_a_month_earlier_than_its_base(tmp_path: Path) -> None:
    """The review of this person is due on 11 December."""
    build(EXAMPLE, tmp_path / "a.zip")
    engine = Engine.hosting(hosted(listed(tmp_path / "a.zip")))
    for day, of_scheme, of_base in (
        ("2026-08-10", False, False),
        ("2026-08-11", True, False),
        ("2026-09-10", True, False),
        ("2026-09-11", True, True),
    ):
        for ruleset, is_shown in (("local-example-icb", of_scheme), ("best-practice-ccr@2026", of_base)):
            shown = engine.evaluate(RECORD, day, rulesets=[ruleset]).prompts
            assert ("invite-to-cancer-care-review" in [each.id for each in shown]) is is_shown


def test_a_release_of_a_list_in_the_pack_is_used_and_another_can_be_asked_for(tmp_path: Path) -> None:
    build(EXAMPLE, tmp_path / "a.zip")
    engine = Engine.hosting(hosted(listed(tmp_path / "a.zip")))
    assert engine.library.codelist_releases(LIST) == ("2026-11-21", "2026-12-01")
    assert engine.library.codelist(LIST).release == "2026-12-01"
    asked = engine.evaluate(RECORD, "2026-11-20", releases={LIST: "2026-11-21"})
    assert asked.answer.rulesets[0].codelists[LIST] == "2026-11-21"


def test_a_pack_of_codelists_alone_goes_before_the_hosts_own(tmp_path: Path) -> None:
    folder = copytree(EXAMPLE, tmp_path / "example")
    rmtree(folder / "local-example-icb")
    build(folder, tmp_path / "a.zip")
    own = tmp_path / "own" / "codelists" / LIST
    own.mkdir(parents=True)
    shipped = Path("rulesets/codelists", LIST, "2026-11-21.csv").read_text(encoding="utf-8")
    (own / "2026-12-24.csv").write_text(shipped, encoding="utf-8")
    engine = Engine.hosting(hosted(listed(tmp_path / "a.zip")), tmp_path / "own")
    assert engine.library.codelist(LIST).release == "2026-12-01"
    assert engine.evaluate(RECORD, "2026-11-20").hosted.plugins == ("ruleset-pack",)


def test_a_pack_with_an_invalid_ruleset_is_left_out_and_the_others_work(tmp_path: Path) -> None:
    folder = copytree(EXAMPLE, tmp_path / "example")
    ruleset = folder / "local-example-icb" / "2026" / "ruleset.yaml"
    ruleset.write_text(ruleset.read_text(encoding="utf-8").replace("4 months", "a while"), encoding="utf-8")
    bad = raw(folder, tmp_path / "bad.zip")
    (folder / "pack.toml").write_text('name = "lists"\nversion = "1"\npublisher = "x"\n', encoding="utf-8")
    rmtree(folder / "local-example-icb")
    engine = Engine.hosting(hosted(listed(bad), listed(raw(folder, tmp_path / "lists.zip"))))
    answer = engine.evaluate(RECORD, "2026-11-20")
    (fault,) = answer.answer.plugin_faults
    assert (fault.plugin, fault.hook) == ("ruleset-pack", "ccr_rulesets")
    assert fault.fault.startswith(
        "its folder example-icb-2026.1 is left out: local-example-icb/2026/ruleset.yaml"
    )
    assert [each.id for each in answer.prompts] == ["cancer-care-review-due", "invite-to-cancer-care-review"]
    assert engine.library.codelist(LIST).release == "2026-12-01"
    with pytest.raises(UsageError, match="there is no ruleset local-example-icb"):
        engine.library.find("local-example-icb")


def test_reading_the_library_again_finds_what_was_configured_and_nothing_newer(tmp_path: Path) -> None:
    folder = copytree(EXAMPLE, tmp_path / "example")
    path = tmp_path / "a.zip"
    build(folder, path)
    plugins = hosted(listed(path))
    before = plugins.library().library.find("local-example-icb").digest
    ruleset = folder / "local-example-icb" / "2026" / "ruleset.yaml"
    ruleset.write_text(
        ruleset.read_text(encoding="utf-8").replace("version: 2026.1.0\ntitle", "version: 2026.2.0\ntitle"),
        encoding="utf-8",
    )
    build(folder, path)
    assert plugins.library().library.find("local-example-icb").digest == before
    path.unlink()
    assert plugins.library().library.find("local-example-icb").digest == before


def test_a_new_pack_is_another_one_to_what_is_kept_between_processes(tmp_path: Path) -> None:
    folder, path, own = copytree(EXAMPLE, tmp_path / "example"), tmp_path / "a.zip", tmp_path / "kept"
    found = []
    for lead in ("4 months", "5 months"):
        ruleset = folder / "local-example-icb" / "2026" / "ruleset.yaml"
        ruleset.write_text(ruleset.read_text(encoding="utf-8").replace("4 months", lead), encoding="utf-8")
        library = hosted(listed(raw(folder, path))).library(cache=own).library
        found.append(library.find("local-example-icb").digest)
        assert hosted(listed(path)).library(cache=own).library.find("local-example-icb").digest == found[-1]
    assert found[0] != found[1]


def test_packs_build_on_those_before_them(tmp_path: Path) -> None:
    build(EXAMPLE, tmp_path / "a.zip")
    engine = Engine.hosting(hosted(listed(tmp_path / "a.zip")))
    digest = engine.library.find("local-example-icb").digest
    place = tmp_path / "place" / "local-place" / "2026"
    place.mkdir(parents=True)
    text = (EXAMPLE / "local-example-icb" / "2026" / "ruleset.yaml").read_text(encoding="utf-8")
    head = text[: text.index("extends:")].replace("ruleset: local-example-icb", "ruleset: local-place")
    extends = f'extends: {{ruleset: local-example-icb, version: 2026.1.0, digest: "{digest}"}}\n'
    (place / "ruleset.yaml").write_text(head + extends, encoding="utf-8")
    (tmp_path / "place" / "pack.toml").write_text(
        'name = "place"\nversion = "1"\npublisher = "x"\n', encoding="utf-8"
    )
    other = raw(tmp_path / "place", tmp_path / "b.zip")
    right = hosted(listed(tmp_path / "a.zip"), listed(other)).library()
    wrong = hosted(listed(other), listed(tmp_path / "a.zip")).library()
    assert (right.faults, right.library.find("local-place").id) == ((), "local-place")
    assert [each.fault.split(":")[0] for each in wrong.faults] == ["its folder place-1 is left out"]


# --- settings -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("packs", "says"),
    [
        (
            [{"file": "a.zip"}],
            r"packs: a.zip: give either its digest, as its publisher tells it, or unpinned",
        ),
        ([{"file": "a.zip", "unpinned": False}], "give either its digest"),
        ([{"file": "a.zip", "digest": "sha256:" + "0" * 64, "unpinned": True}], "give either its digest"),
        ([{"file": "a.zip", "digest": "0" * 64}], r"at `\$.packs\[0\].digest`; write packs = "),
        ([{"file": ""}], r"`\$.packs\[0\].file`"),
        ([{"path": "a.zip"}], "unknown field `path`"),
        (["a.zip"], r"Expected `object`, got `str` - at `\$.packs\[0\]`"),
        ([{"file": "a.zip", "digest": "sha256:" + "0" * 64}], "it is not the file that is listed"),
        ([{"file": "b.zip", "unpinned": True}], r"b.zip: cannot be read: No such file"),
        ([{"file": "c.zip", "unpinned": True}], r"c.zip: it cannot be read as a zip file"),
        ([{"file": "a.zip", "unpinned": True}] * 2, "packs: example-icb is listed twice; list one version"),
    ],
)
def test_settings_that_do_not_fit_stop_the_start(packs: list[Any], says: str, tmp_path: Path) -> None:
    build(EXAMPLE, tmp_path / "a.zip")
    (tmp_path / "c.zip").write_bytes(b"PK")
    chosen = Chosen(name="ruleset-pack", settings={"packs": packs}, folder=str(tmp_path))
    with pytest.raises(UsageError, match=says):
        Plugins([Plugin("ruleset-pack", "", RulesetPacks(), chosen)])


def test_without_packs_it_gives_nothing() -> None:
    found = Plugins.of({"ruleset-pack": RulesetPacks()}).library()
    assert (found.took, found.faults) == ((), ())


def test_the_example_of_the_readme(tmp_path: Path) -> None:
    """The configuration and the README have the digest that the folder has."""
    built = build(EXAMPLE, tmp_path / "example-icb-2026.1.zip").pack
    copied = tmp_path / "plugins.toml"
    copied.write_bytes((HERE / "examples" / "plugins.toml").read_bytes())
    (chosen,) = of_file(copied)
    plugins = Plugins([Plugin("ruleset-pack", "0.1.0", RulesetPacks(), chosen)])
    assert plugins.library().took == ("ruleset-pack",)
    assert built.digest in (HERE / "README.md").read_text(encoding="utf-8")


def test_in_an_evaluation_it_costs_nothing(tmp_path: Path) -> None:
    """It has no hook that an evaluation asks: what is left is its name in the answer."""
    build(EXAMPLE, tmp_path / "a.zip")
    plugins = hosted(listed(tmp_path / "a.zip"))
    assert plugins.hooks("ruleset-pack") == ("ccr_configure", "ccr_rulesets", "ccr_codelists")
    start = time.thread_time()
    hosted(listed(tmp_path / "a.zip"))
    assert time.thread_time() - start < 0.3
