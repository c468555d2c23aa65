"""What is offered in palliative care, and who reads of it."""

from pathlib import Path

import pytest
from ccr_directory.choosing import NOT_GENTLE, ask
from ccr_directory.domains import TITLES
from ccr_directory.sheet import make_sheet
from directory_support import AS_OF, MACMILLAN, PRESCRIBER, WALKS, groups, record_of, usual

from ccr_rules import Engine


def test_in_palliative_care_only_what_suits_is_offered() -> None:
    host = usual()
    evaluation = host.evaluate("palliative")
    assert [each.label for each in host.links(evaluation)] == [
        "Example Hospice at Home",
        "Example Carers' Cafe",
        MACMILLAN,
    ]
    sheet = host.sheet(evaluation, concerns="physical=9")
    assert next(iter(groups(sheet))) == TITLES["palliative"]
    assert groups(sheet)[TITLES["physical"]] == [MACMILLAN]
    for name in (WALKS, "5K Your Way", PRESCRIBER):
        assert name not in sheet


def test_nobody_else_reads_of_palliative_care_unless_it_was_asked_for() -> None:
    host = usual()
    evaluation = host.evaluate("support-overdue")
    for options in ({}, {"concerns": "palliative=0"}):
        sheet = host.sheet(evaluation, **options)
        for word in ("alliative", "ospice", "Marie Curie"):
            assert word not in sheet
    asked = host.sheet(evaluation, concerns="palliative=3")
    assert groups(asked)[TITLES["palliative"]] == [
        "Example Hospice at Home",
        MACMILLAN,
        "Marie Curie Support Line",
        "Hospice UK",
    ]


def test_where_palliative_care_cannot_be_told_what_suits_both_is_offered() -> None:
    host = usual()
    evaluation = host.evaluate("support-overdue", supplied=["Patient", "Condition"])
    assert evaluation.card is not None
    assert [each.label for each in host.links(evaluation)] == [MACMILLAN, "Maggie's"]
    sheet = host.sheet(evaluation)
    assert WALKS not in sheet
    assert "Hospice" not in sheet


def test_why_services_were_left_out_is_told_to_programs_and_not_printed() -> None:
    host = usual()
    evaluation = host.evaluate("palliative")
    search = ask(host.plugin.directory, host.plugin.settings, evaluation, {})
    assert search is not None
    sheet = make_sheet(search, evaluation.moment.as_of, 5)
    assert sheet is not None
    assert sheet.left_out[NOT_GENTLE] >= 10
    assert "palliative care" not in host.sheet(evaluation)


PAUSING = """
ruleset: our-scheme
version: 2026.1.0
title: Our scheme
jurisdiction: GB-ENG
status: draft
in_force: {from: 2026-04-01}
sources: [{id: us, title: Our meeting}]
codelists: {CANCER: cancer-diagnosis, REVIEW: cancer-care-review, PALLIATIVE: palliative-care}
dates:
  DIAGNOSED: {earliest: CANCER, class: primary}
  REVIEWED: {earliest: REVIEW, from: DIAGNOSED}
  PALLIATIVE_DAT: {latest: PALLIATIVE}
reviews:
  review:
    title: Review
    applies: DIAGNOSED is not null
    opens: DIAGNOSED
    due: DIAGNOSED + 12 months
    remind: 28 days
    until: never
    done: REVIEWED
    pause: PALLIATIVE_DAT is not null
    record: [REVIEW]
    source: us
"""


@pytest.mark.parametrize(("story", "offered"), [("palliative", False), ("support-overdue", True)])
def test_where_a_ruleset_pauses_by_a_name_of_its_own_it_may_be_for_palliative_care(
    tmp_path: Path, story: str, offered: bool
) -> None:
    folder = tmp_path / "our-scheme" / "2026"
    folder.mkdir(parents=True)
    (folder / "ruleset.yaml").write_text(PAUSING)
    host = usual()
    engine = Engine.hosting(host.plugins, tmp_path)
    sheet = host.sheet(engine.evaluate(record_of(story), AS_OF, rulesets=["our-scheme"]))
    assert (WALKS in sheet) is offered
    assert MACMILLAN in sheet
    assert "ospice" not in sheet
