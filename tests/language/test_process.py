"""Who does what around the reviews: stated, shown and compared, and never evaluated."""

import pytest

from ccr_rules.language.english.process import Process
from ccr_rules.language.loading import load_ruleset
from ccr_rules.language.plain_english import render
from ccr_rules.language.ruleset import ContentItem, Grounds, Review, Step
from tests.language.samples import HEAD, REVIEWS, codes_of, loaded

BEST = loaded(REVIEWS)
PACK = Grounds(source="pack")
STEP = "process: {told: {title: tells, who: trust, timing: at once, source: pack}}\n"


def test_a_step_says_who_does_what_when() -> None:
    told, talk = BEST.process["diagnosis-told"], BEST.process["talk"]
    title = "tells the practice of the diagnosis"
    assert told == Step("diagnosis-told", title, ("trust",), PACK, timing="When it is known")
    assert (talk.phase, talk.review, talk.timing) == ("during", "support-conversation", "")
    assert talk.record == ("support",)


def test_several_who_do_it_together_are_named_in_one_order() -> None:
    assert BEST.process["talk"].who == ("practice", "patient")


def test_a_step_names_what_it_expects_of_others() -> None:
    assert BEST.process["invited"].expects == ("diagnosis-told",)
    assert BEST.process["helped"].expects == ("talk", "invited")


def test_a_codelist_that_only_a_step_or_a_content_item_records_is_used() -> None:
    unused = HEAD.replace("codelists: {CANCER: cancer, REVIEW: review}", "codelists: {REVIEW: review}")
    assert codes_of(unused + STEP) == ["unused"]
    assert codes_of(unused + STEP.replace("timing:", "record: [REVIEW], timing:")) == []


@pytest.mark.parametrize(
    ("told", "code"),
    [
        ("title: tells, who: trust, timing: at once", "no-grounds"),
        ("title: tells, timing: at once, source: pack", "missing-key"),
        ("who: trust, timing: at once, source: pack", "missing-key"),
        ("title: tells, who: trust, source: pack", "missing-key"),
        ("title: tells, who: trust, timing: at once, expects: [told], source: pack", "cycle"),
        ("title: prescribe a drug, who: trust, timing: at once, source: pack", "intended-purpose"),
        ("title: tells, who: trust, timing: when the risk is high, source: pack", "intended-purpose"),
    ],
)
def test_a_step_is_checked_like_every_statement(told: str, code: str) -> None:
    assert code in codes_of(f"{HEAD}process: {{told: {{{told}}}}}\n")


def test_the_steps_of_one_time_stand_together_though_an_overlay_adds_one_at_the_end() -> None:
    stages = Process(BEST).stages()
    assert {time: [step.id for step in steps] for time, steps in stages.items()} == {
        "When it is known": ["diagnosis-told", "letter-read"],
        "Before “Cancer support conversation”": ["invited"],
        "During “Cancer support conversation”": ["talk"],
        "After “Cancer support conversation”": ["helped"],
    }


def test_a_ruleset_without_a_process_has_no_chapter_about_it() -> None:
    assert "Who does what" in render(BEST)
    assert "Who does what" not in render(loaded(HEAD + "dates:\n  A: {earliest: CANCER}\n"))


def test_another_order_of_steps_is_another_ruleset() -> None:
    steps = [f"  {id_}: {{title: T, who: trust, timing: soon, source: pack}}\n" for id_ in ("a", "b")]
    one, other = (load_ruleset(f"{HEAD}process:\n{''.join(each)}") for each in (steps, reversed(steps)))
    assert one.process == other.process
    assert one.digest != other.digest


# --- the content of a review ---------------------------------------------------------------------


def review() -> Review:
    return BEST.reviews["support-conversation"]


def test_what_a_review_asks_covers_and_leads_to_stands_in_the_order_of_a_conversation() -> None:
    assert {kind: [item.id for item in items] for kind, items in review().content.items()} == {
        "prepare": ["invitation"],
        "concerns": ["money"],
        "covers": ["work"],
        "follows": ["care-plan"],
    }


def test_content_says_how_it_is_recorded() -> None:
    (plan,) = review().follows
    assert plan == ContentItem("care-plan", "Care plan agreed", PACK, ("care-review", "support"))
