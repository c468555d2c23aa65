"""The examples and the README are what the plugin does."""

import runpy
from pathlib import Path

from ccr_care_team.counts import SEEN
from ccr_care_team.files import read
from ccr_care_team.plugin import CareTeam
from ccr_care_team.settings import Settings

from ccr_rules import Engine
from ccr_rules.hosting.choice import of_file
from ccr_rules.hosting.plugins import Plugins

HERE = Path(__file__).parents[1]
EXAMPLES = HERE / "examples"
README = (HERE / "README.md").read_text(encoding="utf-8")


def test_the_counts_and_the_report_are_as_they_are_made(tmp_path: Path) -> None:
    make = runpy.run_path(str(EXAMPLES / "make.py"))
    make["write"](tmp_path)
    for made in tmp_path.iterdir():
        assert made.read_bytes() == (EXAMPLES / "counts" / made.name).read_bytes()
    report = make["report"](EXAMPLES / "counts")
    assert report == (EXAMPLES / "report.txt").read_text(encoding="utf-8")
    assert report in README
    counts, unreadable = read(EXAMPLES / "counts", make["ON"].replace(month=9, day=1), make["ON"])
    assert (unreadable, sum(each[SEEN] for _, each in counts)) == ((), 1225)


def test_the_settings_of_the_example() -> None:
    """The office sees the invitation, the clinician the review, a stranger both."""
    (chosen,) = of_file(EXAMPLES / "plugins.toml")
    assert "folder" not in chosen.settings  # who tries it out writes nothing into the counts beside it
    engine = Engine.hosting(Plugins.of({"care-team": CareTeam()}, {"care-team": chosen.settings}))
    record = Path("fhir_examples/last-28-days/record.json").read_bytes()
    seen = {
        user: [each.id for each in engine.evaluate(record, "2026-11-20", host=host).prompts]
        for user, host in {
            "office": {"slotType": "Telephone triage", "userRole": "Reception"},
            "GP": {"slotType": "Telephone triage"},
            "locum": {"slotType": "Telephone triage", "userRole": "Locum"},
        }.items()
    }
    assert seen == {
        "office": ["invite-to-cancer-care-review"],
        "GP": ["cancer-care-review-due"],
        "locum": ["cancer-care-review-due", "invite-to-cancer-care-review"],
    }


def test_the_readme_lists_each_setting() -> None:
    assert [name for name in Settings.__struct_fields__ if f"`{name}`" not in README] == []
