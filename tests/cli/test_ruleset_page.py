"""`ccr ruleset page`: the page of a ruleset, as Markdown."""

from pathlib import Path

from ccr_rules.language.loading import load_ruleset
from tests.cli.support import CASES, ROOT, SCHEME, ccr, write_ruleset


def test_the_pages_of_the_documents_are_what_it_writes() -> None:
    result = ccr("ruleset", "page", "qof-cancer@2023", "--links", "../../rulesets/qof-cancer/2023/")
    assert result.exit_code == 0
    page = (ROOT / "docs" / "rulesets" / "qof-cancer-2023.md").read_text(encoding="utf-8")
    assert result.stdout == page


def test_a_ruleset_outside_the_library_has_its_page(tmp_path: Path) -> None:
    path = write_ruleset(tmp_path, cases=CASES)
    page = ccr("ruleset", "page", path).stdout
    assert page.startswith("# A local scheme\n")
    assert "\nFiles: [ruleset.yaml](ruleset.yaml), [casebook.yaml](casebook.yaml).\n" in page
    assert "| overdue | [Nothing was done](#overdue) |" in page
    assert '<a id="overdue"></a>**Nothing was done** (`overdue`)' in page


def test_an_overlay_is_told_beside_its_base(tmp_path: Path) -> None:
    write_ruleset(tmp_path)
    digest = load_ruleset(SCHEME, "scheme.yaml").digest
    overlay = tmp_path / "ours" / "2026" / "ruleset.yaml"
    overlay.parent.mkdir(parents=True)
    overlay.write_text(
        "ruleset: ours\nversion: 2026.1.0\ntitle: Ours\njurisdiction: GB-ENG\nstatus: draft\nin_force: "
        "{from: 2026-01-01}\n"
        f'extends: {{ruleset: local-scheme, version: 2026.1.0, digest: "{digest}"}}\n'
        "parameters:\n  reminder: {value: 14 days, choice: ours to say}\n",
        encoding="utf-8",
    )
    page = ccr("ruleset", "page", "ours", "--rulesets", tmp_path).stdout
    assert "Against local-scheme@2026.1.0, as far as it may change answers:" in page
    assert "- reminder: value changed\n    - was: 28 days\n    - now: 14 days\n" in page
    assert "There are no cases: nothing of this has been tested." in page


def test_a_casebook_that_cannot_be_used_is_refused(tmp_path: Path) -> None:
    for cases in (CASES.replace("talk:", "chat:"), "casebook: local-scheme\n"):
        result = ccr("ruleset", "page", write_ruleset(tmp_path, cases=cases))
        assert (result.exit_code, result.stdout) == (10, "")
        assert "casebook.yaml" in result.stderr
