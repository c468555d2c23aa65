"""One sentence for the host about where a person stands. It is not a card, and may speak of doubt."""

from collections.abc import Sequence

from ccr_rules.evaluation.answers import IndicatorAnswer, ReviewAnswer, UnsettledAnswer
from ccr_rules.evaluation.wording import days_in_words
from ccr_rules.truth import FALSE, TRUE, UNKNOWN, Truth

_RANK = {"overdue": 0, "due soon": 1, "open": 2, "cannot tell": 3, "upcoming": 4}
_OUTSTANDING = frozenset({"overdue", "due soon", "open"})


def make_headline(
    reviews: Sequence[ReviewAnswer],
    indicators: Sequence[IndicatorAnswer],
    unsettled: Sequence[UnsettledAnswer],
    cancer: Truth,
    dead: Truth,
) -> str:
    """Return the headline; `cancer` says whether some review applies to this person."""
    if dead is TRUE:
        return "Died: nothing is due"
    if cancer is UNKNOWN:
        needs = next((each.needs[0] for each in unsettled if each.needs), "see unsettled")
        return f"Cannot tell whether there is a cancer diagnosis: {needs}"
    if not reviews:
        return _of_indicators(indicators)
    if cancer is FALSE:
        return "No cancer diagnosis in the record supplied"
    leading = min(reviews, key=_urgency)
    if leading.status in _RANK:
        return _running(leading)
    return _settled(reviews)


def _urgency(review: ReviewAnswer) -> tuple[int, str]:
    return (_rank(review), str(review.due.first) if review.due else "")


def _rank(review: ReviewAnswer) -> int:
    """Rank by status; a review that is outstanding whatever it is ranks as its least urgent possibility."""
    if review.possible and _OUTSTANDING.issuperset(review.possible):
        return max(_RANK[status] for status in review.possible)
    return _RANK.get(review.status, len(_RANK))


def _running(review: ReviewAnswer) -> str:
    due = f" ({days_in_words(review.due.first, review.due.last)})" if review.due else ""
    paused = "; reminders paused" if review.paused else ""
    return f"{review.title}: {review.says}{due}{paused}"


def _settled(reviews: Sequence[ReviewAnswer]) -> str:
    parts = dict.fromkeys(
        f"{review.title} {review.says}{_done_on(review)}"
        for review in reviews
        if review.status != "not applicable"
    )
    return f"Nothing due: {'; '.join(parts)}"


def _done_on(review: ReviewAnswer) -> str:
    if review.done_on is None:
        return ""
    return f" ({days_in_words(review.done_on.first, review.done_on.last)})"


def _of_indicators(indicators: Sequence[IndicatorAnswer]) -> str:
    if not indicators:
        return "No ruleset is in force on this day"
    return "; ".join(
        f"{each.id}: {each.population}, {each.denominator}, {each.numerator}" for each in indicators
    )
