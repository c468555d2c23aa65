"""Making packs: only of what can be used, and always the same bytes."""

import os
import runpy
import subprocess
import sys
from pathlib import Path
from shutil import copytree

import pytest
from ccr_ruleset_pack.__main__ import main
from ccr_ruleset_pack.building import build
from ccr_ruleset_pack.pack import Pack, read_pack

from ccr_rules import RulesetError, UsageError
from ccr_rules.errors import RulesetTestsFailed

HERE = Path(__file__).parents[1]
EXAMPLE = HERE / "examples" / "example-icb"
LISTS = Path("rulesets/codelists")
BREAST = "254837009"
RULESET = "local-example-icb/2026/ruleset.yaml"
RELEASE = "codelists/social-prescribing-referral/2026-12-01.csv"


@pytest.fixture(autouse=True)
def kept(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was read of the shipped library is kept for the next test, and nothing in the user's own cache."""
    monkeypatch.setenv("CCR_CACHE", str(tmp_path_factory.getbasetemp() / "kept-of-packs"))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the example's folder."""
    return copytree(EXAMPLE, tmp_path / "example")


def change(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_the_same_folder_is_the_same_pack_wherever_and_whenever(folder: Path, tmp_path: Path) -> None:
    first = build(EXAMPLE, tmp_path / "a.zip")
    for path in folder.rglob("*"):
        os.utime(path, (0, 0))
        path.chmod(0o700)
    (folder / ".DS_Store").write_bytes(b"passed over")
    assert build(folder, tmp_path / "b.zip").pack.digest == first.pack.digest
    assert (tmp_path / "a.zip").read_bytes() == (tmp_path / "b.zip").read_bytes()
    assert read_pack(tmp_path / "a.zip", first.pack.digest) == first.pack


def test_what_is_in_it(tmp_path: Path) -> None:
    checked = build(EXAMPLE, tmp_path / "a.zip").checked
    assert checked.rulesets == ["local-example-icb@2026.1.0"]
    assert checked.codelists == ["social-prescribing-referral 2026-12-01"]
    assert checked.notes == []


def test_nobody_has_made_or_approved_it(tmp_path: Path) -> None:
    manifest = build(EXAMPLE, tmp_path / "a.zip").pack.manifest
    assert (manifest.made_by, manifest.approvals) == ("", ())


def test_a_ruleset_that_is_not_valid(folder: Path, tmp_path: Path) -> None:
    change(folder / RULESET, "4 months", "a while")
    copytree(folder / "local-example-icb", folder / "local-other")
    with pytest.raises(RulesetError, match=r"^example-icb-2026.1 cannot be used\n") as caught:
        build(folder, tmp_path / "a.zip")
    assert {each.file for each in caught.value.problems} == {RULESET, "local-other/2026/ruleset.yaml"}
    assert not (tmp_path / "a.zip").exists()


def test_a_ruleset_whose_cases_come_out_otherwise(folder: Path, tmp_path: Path) -> None:
    change(folder / RULESET, "4 months", "5 months")
    with pytest.raises(
        RulesetTestsFailed, match="expected cancer-care-review-due, came cancer-care-review-due, inv"
    ):
        build(folder, tmp_path / "a.zip")
    assert not (tmp_path / "a.zip").exists()


def test_what_was_not_tested_is_said(folder: Path, tmp_path: Path) -> None:
    casebook = folder / "local-example-icb" / "2026" / "casebook.yaml"
    casebook.unlink()
    assert build(folder, tmp_path / "a.zip").checked.notes == [
        "local-example-icb@2026.1.0: there is no casebook.yaml beside it, so nothing was tested"
    ]


def test_what_no_case_covers_is_said(folder: Path, tmp_path: Path) -> None:
    with (folder / RULESET).open("a", encoding="utf-8") as file:
        file.write(
            "prompts:\n  look: {when: as_of < FIRST_DX, severity: info, summary: Look, choice: ours}\n"
        )
    notes = build(folder, tmp_path / "a.zip").checked.notes
    assert [note for note in notes if "look" in note] == [
        "local-example-icb@2026.1.0: no case covers prompt look: shown"
    ]


def test_a_version_that_there_is_already(folder: Path, tmp_path: Path) -> None:
    copytree("rulesets/best-practice-ccr/2026", folder / "best-practice-ccr" / "2026")
    with pytest.raises(RulesetError, match="there is a ruleset of this version already") as caught:
        build(folder, tmp_path / "a.zip")
    assert [each.found for each in caught.value.problems] == ["best-practice-ccr@2026.1.0"]


def test_a_release_of_a_day_that_there_is_already(folder: Path, tmp_path: Path) -> None:
    (folder / RELEASE).rename(folder / RELEASE.replace("2026-12-01", "2026-11-21"))
    with pytest.raises(RulesetError, match="there is a release of this day already"):
        build(folder, tmp_path / "a.zip")


@pytest.mark.parametrize("release", ["2026-12-01", "2001-01-01"])
def test_entries_that_count_no_more_are_said(folder: Path, tmp_path: Path, release: str) -> None:
    """A list in a pack leads, also one that is older; a cancer that it leaves out would go unseen."""
    smaller = folder / "codelists" / "cancer-diagnosis" / f"{release}.csv"
    smaller.parent.mkdir()
    rows = (LISTS / "cancer-diagnosis" / "2026-11-21.csv").read_text(encoding="utf-8").splitlines()
    left = [row for row in rows if not row.startswith(f"{BREAST},")]
    smaller.write_text("\n".join(left), encoding="utf-8")
    assert build(folder, tmp_path / "a.zip").checked.notes == [
        f"codelist cancer-diagnosis: in 2026-11-21, but not in {release}, and so counted no more: "
        f"{BREAST} Malignant neoplasm of breast"
    ]


def test_of_many_entries_that_count_no_more_some_are_named(folder: Path, tmp_path: Path) -> None:
    smaller = folder / "codelists" / "cancer-diagnosis" / "2026-12-01.csv"
    smaller.parent.mkdir()
    rows = (LISTS / "cancer-diagnosis" / "2026-11-21.csv").read_text(encoding="utf-8").splitlines()
    kept = [row for row in rows if row.startswith(("code,", "399068003,"))]  # the code of the casebook
    smaller.write_text("\n".join(kept), encoding="utf-8")
    (note,) = build(folder, tmp_path / "a.zip").checked.notes
    assert note.endswith(f" and {len(rows) - len(kept) - 10} more")


def test_a_term_that_counts_no_more_is_said(folder: Path, tmp_path: Path) -> None:
    other = folder / "codelists" / "support-information-given" / "2026-12-01.csv"
    other.parent.mkdir()
    other.write_text("code,term,class,status,note\n,Some other words,,unverified,ours\n", encoding="utf-8")
    notes = build(folder, tmp_path / "a.zip").checked.notes
    assert any("Provision of information about cancer support services" in note for note in notes)


def test_a_codelist_that_cannot_be_used(folder: Path, tmp_path: Path) -> None:
    change(folder / RELEASE, "871731000000106", "871731000000107")
    with pytest.raises(RulesetError, match="codelist social-prescribing-referral cannot be used"):
        build(folder, tmp_path / "a.zip")


def test_a_list_of_its_own_and_lists_alone(folder: Path, tmp_path: Path) -> None:
    copytree("rulesets/codelists/carer-unclear", folder / "codelists" / "example-list")
    change(folder / "codelists/example-list/codelist.yaml", "name: carer-unclear", "name: example-list")
    (folder / "codelists" / "README.md").write_text("What these are.", encoding="utf-8")
    built = build(folder, tmp_path / "a.zip")
    assert built.checked.codelists == ["example-list 2026-11-21", "social-prescribing-referral 2026-12-01"]
    assert built.pack.has_rulesets
    for path in (folder / "local-example-icb" / "2026").iterdir():
        path.unlink()
    built = build(folder, tmp_path / "a.zip")
    assert (built.checked.rulesets, built.pack.has_rulesets) == ([], False)


def test_links_and_what_is_no_file(folder: Path, tmp_path: Path) -> None:
    os.mkfifo(folder / "pipe")
    with pytest.raises(UsageError, match="pipe is neither a file nor a folder; take it out"):
        build(folder, tmp_path / "a.zip")
    (folder / "pipe").unlink()
    (folder / "README.md").unlink()
    (folder / "README.md").symlink_to(EXAMPLE / "README.md")
    with pytest.raises(UsageError, match=r"README.md is a link; put the file itself there"):
        build(folder, tmp_path / "a.zip")


def test_names_and_sizes_that_no_pack_has(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "local-example-icb" / "2026" / "my notes.md").write_bytes(b"")
    with pytest.raises(UsageError, match=r"'local-example-icb/2026/my notes.md' is no name for a file"):
        build(folder, tmp_path / "a.zip")
    monkeypatch.setattr("ccr_ruleset_pack.building.MOST_UNPACKED", 100)
    with pytest.raises(UsageError, match="more than 0 MiB; that is no pack"):
        build(EXAMPLE, tmp_path / "a.zip")


def test_places_that_are_not_there(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"nowhere is not a folder; name one that holds pack.toml"):
        build(tmp_path / "nowhere", tmp_path / "a.zip")
    with pytest.raises(
        UsageError, match=r"a.zip: cannot be written: No such file or directory; name another"
    ):
        build(EXAMPLE, tmp_path / "nowhere" / "a.zip")


# --- from the command line ------------------------------------------------------------------------

TOLD = """\
example-icb 2026.1, published by Example ICB (an invented board)
ruleset  local-example-icb@2026.1.0
codelist social-prescribing-referral 2026-12-01
digest   sha256:5619e29fa69530f688985f4cba490b1b874299b2777145506bc8c28035420169
"""


def test_build_and_verify(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = str(tmp_path / "a.zip")
    digest = TOLD.rsplit(maxsplit=1)[-1]
    assert main(["build", str(EXAMPLE), out]) == 0
    assert main(["verify", out]) == 0
    assert main(["verify", out, "--digest", digest]) == 0
    assert capsys.readouterr() == (TOLD * 3, "")
    assert main(["verify", out, "--digest", digest[:-1]]) == 2
    assert "it is not the file that is listed" in capsys.readouterr().err


def test_a_pack_on_another_pack(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    base = build(EXAMPLE, tmp_path / "base.zip").pack
    local = on_top_of(base, folder)
    assert main(["build", str(local), str(tmp_path / "a.zip")]) == 10
    assert "local-place/2026/ruleset.yaml" in capsys.readouterr().err
    on = ["--on", str(tmp_path / "base.zip")]
    assert main(["build", str(local), str(tmp_path / "a.zip"), *on]) == 0
    assert main(["verify", str(tmp_path / "a.zip"), *on]) == 0
    assert "nothing was tested" in capsys.readouterr().err


def on_top_of(base: Pack, folder: Path) -> Path:
    """Return a folder with a ruleset that builds on one of a pack."""
    from ccr_rules.library.library import Library, shipped_root

    digest = Library(shipped_root(), base.root, cache=None).find("local-example-icb").digest
    place = folder.parent / "place"
    (place / "local-place" / "2026").mkdir(parents=True)
    text = (
        (folder / RULESET)
        .read_text(encoding="utf-8")
        .replace("ruleset: local-example-icb", "ruleset: local-place")
    )
    head = text[: text.index("extends:")]
    extends = f'extends: {{ruleset: local-example-icb, version: 2026.1.0, digest: "{digest}"}}\n'
    (place / "local-place" / "2026" / "ruleset.yaml").write_text(head + extends, encoding="utf-8")
    (place / "pack.toml").write_text(
        'name = "place"\nversion = "1"\npublisher = "Somebody"\n', encoding="utf-8"
    )
    return place


def test_as_a_program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    command = [sys.executable, "-m", "ccr_ruleset_pack", "build", str(EXAMPLE), str(tmp_path / "a.zip")]
    assert subprocess.run(command, capture_output=True, check=True, text=True).stdout == TOLD
    monkeypatch.setattr(sys, "argv", ["ccr_ruleset_pack", "verify", str(tmp_path / "nothing.zip")])
    monkeypatch.delitem(sys.modules, "ccr_ruleset_pack.__main__")
    with pytest.raises(SystemExit) as ended:
        runpy.run_module("ccr_ruleset_pack", run_name="__main__")
    assert ended.value.code == 2
