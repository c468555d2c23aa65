"""LinkIds: stable names of questions, and what each stands for."""

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from ccr_rules.exports.form import Link, links
from ccr_rules.language.ruleset import (
    CONTENT_KINDS,
    CodelistUse,
    ContentItem,
    ContentKind,
    Grounds,
    Review,
    Ruleset,
)
from ccr_rules.record.strict import fault_of
from tests.exports.r4 import faults, items
from tests.exports.samples import LIBRARY, made, talk

Items = tuple[ContentItem, ...]
RULES = talk()
PLAN, REVIEW = CodelistUse("PLAN", "cancer-care-plan"), CodelistUse("REVIEW", "cancer-care-review")


def test_every_linkid_is_known_by_what_it_stands_for() -> None:
    assert dict(links(RULES)) == {
        "talk": Link("talk"),
        "talk.before": Link("talk", phase="before"),
        "talk.prepare.invitation": Link("talk", kind="prepare", item="invitation"),
        "talk.concerns": Link("talk", kind="concerns"),
        "talk.concerns.money": Link("talk", kind="concerns", item="money"),
        "talk.during": Link("talk", phase="during"),
        "talk.outcome": Link("talk", question="outcome", codelists=(REVIEW,)),
        "talk.date": Link("talk", question="date"),
        "talk.covers.work": Link("talk", kind="covers", item="work"),
        "talk.covers.work.discussed": Link(
            "talk", kind="covers", item="work", question="discussed", codelists=(PLAN,)
        ),
        "talk.covers.work.notes": Link("talk", kind="covers", item="work", question="notes"),
        "talk.after": Link("talk", phase="after"),
        "talk.follows.care-plan": Link("talk", kind="follows", item="care-plan", codelists=(PLAN,)),
    }


def test_a_later_version_keeps_the_linkids_of_what_it_keeps() -> None:
    before, after = (links(LIBRARY.find(f"best-practice-ccr@{year}")) for year in (2025, 2026))
    assert before == after


def test_a_ruleset_without_content_has_no_linkids() -> None:
    assert links(LIBRARY.find("qof-cancer@2023")) == {}


WORDS = ["before", "during", "after", "outcome", "date", "discussed", "notes", "concerns", "covers"]
NAMES = st.sampled_from(WORDS) | st.from_regex(
    r"[A-Za-z][A-Za-z0-9_]{0,3}(-[A-Za-z0-9_]{1,3}){0,2}", fullmatch=True
)
TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1, max_size=8)
CONTENT = st.dictionaries(NAMES, TEXTS, max_size=3).map(
    lambda titles: tuple(ContentItem(id_, title, Grounds(source="us")) for id_, title in titles.items())
)
REVIEWS = st.dictionaries(NAMES, st.fixed_dictionaries(dict.fromkeys(CONTENT_KINDS, CONTENT)), min_size=1)


@st.composite
def rulesets(draw: st.DrawFn) -> Ruleset:
    """Draw a ruleset with any reviews and any content."""
    (one,) = RULES.reviews.values()
    drawn = draw(REVIEWS.filter(lambda reviews: any(any(each.values()) for each in reviews.values())))
    return replace(RULES, reviews={id_: _with_content(one, id_, each) for id_, each in drawn.items()})


def _with_content(review: Review, id_: str, content: dict[ContentKind, Items]) -> Review:
    prepare, concerns, covers, follows = (content[kind] for kind in CONTENT_KINDS)
    return replace(review, id=id_, prepare=prepare, concerns=concerns, covers=covers, follows=follows)


@given(rulesets())
def test_whatever_the_ids_no_two_questions_share_a_linkid(ruleset: Ruleset) -> None:
    questionnaire = made(ruleset)
    assert faults(questionnaire) == []
    assert [each["linkId"] for each in items(questionnaire)] == list(links(ruleset))
    assert fault_of(questionnaire, "Questionnaire", "R4") == ""
