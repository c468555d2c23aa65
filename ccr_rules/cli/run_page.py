"""The page of a run: how many people have which answer, and where the answers are."""

from collections.abc import Iterator
from pathlib import Path

from ccr_rules.cli.layout import Page
from ccr_rules.dates import display
from ccr_rules.population.answers import NAME, Answered
from ccr_rules.population.counts import (
    IndicatorCount,
    ReviewCount,
    indicator_counts,
    review_counts,
)
from ccr_rules.population.dataset import Dataset
from ccr_rules.population.report.bounds import Bound
from ccr_rules.population.run import Outcome
from ccr_rules.population.tidy import Tidy


def run_page(outcome: Outcome, out: Path, width: int) -> Page:
    """Return the page."""
    answered = outcome.answered
    page = Page(width)
    page.title(f"{answered.patients:,} people, {answered.candidates:,} candidates", display(answered.as_of))
    if outcome.told is not None:
        _add_counts(page, answered, outcome.told)
    page.section("Lacking", list(_lacking(outcome.dataset)))
    page.section("Assumed", outcome.dataset.assumed)
    page.section("Note", list(_notes(answered)))
    page.gap()
    page.say(_outcome(outcome, out))
    return page


def warnings_of(dataset: Dataset) -> Iterator[str]:
    """Yield what must not go unseen: people about whom more may be to say than is said."""
    if dataset.unattributed:
        yield (
            f"{dataset.unattributed:,} resources or lines of the data set could not be attributed to a "
            f"patient: somebody's answers lack them, and nothing shows whose"
        )
    if dataset.unusable:
        yield f"{dataset.unusable:,} patients of whom nothing could be read: nobody can tell what is due"


def _add_counts(page: Page, answered: Answered, told: Tidy) -> None:
    rows: dict[str, list[tuple[str, str]]] = {each.reference: [] for each in answered.rulesets}
    for indicator in indicator_counts(told.indicators):
        rows[indicator.ruleset].append((indicator.id, _indicator(indicator)))
    for review in review_counts(told.reviews):
        rows[review.ruleset].append((review.id, _review(review)))
    for ruleset, some in rows.items():
        page.gap()
        page.say(ruleset, "bold")
        if some:
            page.rows("", some)
        else:
            page.say("no indicator or review concerns anybody")
    page.gap()


def _indicator(count: IndicatorCount) -> str:
    words = f"in {_between(count.population)}"
    if count.included.most:
        words += f", included {_between(count.included)}, met {_between(count.met)}"
    return words


def _review(count: ReviewCount) -> str:
    words = ", ".join(f"{status} {_between(bounds)}" for status, bounds in count.statuses.items())
    return f"{words}; cannot tell {count.cannot_tell:,}" if count.cannot_tell else words


def _between(bounds: Bound) -> str:
    return f"{bounds.least:,}" if bounds.is_settled else f"{bounds.least:,} to {bounds.most:,}"


def _lacking(dataset: Dataset) -> Iterator[str]:
    kinds = ", ".join(f"{kind} {count:,}" for kind, count in dataset.lacking.items())
    if kinds:
        yield f"not completely supplied, of so many patients: {kinds}"


def _notes(answered: Answered) -> Iterator[str]:
    drafts = [ruleset.reference for ruleset in answered.rulesets if ruleset.status == "draft"]
    if drafts:
        yield f"draft, not clinically approved: {', '.join(drafts)}"
    out = [ruleset.reference for ruleset in answered.rulesets if not ruleset.in_force]
    if out:
        yield f"not in force on this day, so nothing is prompted by {', '.join(out)}"


def _outcome(outcome: Outcome, out: Path) -> str:
    if outcome.told is None:
        return f"Nothing to do: {out} holds the answers to this question."
    answered = outcome.answered
    rows = ", ".join(f"{name} {count:,}" for name, count in answered.rows.items())
    explained = (
        f" Explained: {answered.explained:,} people, each as the reference evaluator answers."
        if answered.explain
        else ""
    )
    return f"Written: {out / NAME}, and rows: {rows}.{explained}"
