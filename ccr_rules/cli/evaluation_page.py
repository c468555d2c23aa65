"""An evaluation as a page that is read top down: headline, card, reviews, what to record, and why."""

from collections.abc import Iterator

from ccr_rules.cli.layout import Page
from ccr_rules.cli.wording import (
    by_urgency,
    draft_note,
    indicator_words,
    item_lines,
    out_of_force_note,
    review_rows,
    review_styles,
    suggestion_lines,
)
from ccr_rules.dates import display
from ccr_rules.evaluation.result import Evaluation

SETTLED = ("not applicable", "lapsed")
"""Reviews whose reasons are left to `ccr explain`."""


def evaluation_page(evaluation: Evaluation, name: str, width: int) -> Page:
    """Return the page of one evaluation; `name` is the record's, where there are several."""
    page = Page(width)
    patient = evaluation.record.reference
    page.title(f"{name}: {patient}" if name else patient, f"as of {_moment(evaluation)}")
    page.say(evaluation.headline, "bold")
    page.gap()
    _what_to_do(page, evaluation)
    _what_was_found(page, evaluation)
    _why(page, evaluation)
    page.gap()
    _what_it_rests_on(page, evaluation)
    return page


def _moment(evaluation: Evaluation) -> str:
    moment = evaluation.moment
    known = f", known on {display(moment.known_on)}" if moment.known_on != moment.as_of else ""
    return display(moment.as_of) + known


def _what_to_do(page: Page, evaluation: Evaluation) -> None:
    card = evaluation.card
    if card:
        page.section("Card", card.lines, "bold yellow" if card.severity != "info" else "bold")
    page.rows("Reviews", review_rows(evaluation), review_styles(evaluation))
    details = (prompt.detail for prompt in evaluation.prompts if prompt.detail)
    page.section("To do", list(dict.fromkeys(details)))
    page.section("To record", suggestion_lines(evaluation))
    ways = [f"{way.display} ({way.holds})" for prompt in evaluation.prompts for way in prompt.decline]
    page.section("Or not now", ["; ".join(dict.fromkeys(ways))] if ways else [], "dim")
    page.section("Held back", list(_held(evaluation)))


def _held(evaluation: Evaluation) -> Iterator[str]:
    for held in evaluation.held:
        until = f"until {display(held.until)}" if held.until else "until the host withdraws it"
        reason = f" ({held.reason})" if held.reason else ""
        yield f"{held.id}: {held.kind} {until}{reason}"


def _what_was_found(page: Page, evaluation: Evaluation) -> None:
    page.section("Seen", item_lines(evaluation, "seen"))
    page.section("Not seen", item_lines(evaluation, "not seen"))
    page.section("Unclear", item_lines(evaluation, "cannot tell"))
    page.rows("Indicators", [(one.id, indicator_words(one)) for one in evaluation.indicators])
    payments = (f"{one.id}: {one.amount} {one.currency} per {one.per}" for one in evaluation.answer.payments)
    page.section("Payments", list(payments))
    page.section("Findings", [f"{one.severity}: {one.message}" for one in evaluation.findings])
    page.section("Undecided", [f"{one.id}: {'; '.join(one.needs)}" for one in evaluation.unsettled])


def _why(page: Page, evaluation: Evaluation) -> None:
    """Give the reasons of each review, the most urgent first, and each sentence once."""
    told: set[str] = set()
    page.gap()
    for review in by_urgency(evaluation.reviews):
        new = [sentence for sentence in review.because if sentence not in told]
        if review.status in SETTLED or not new:
            continue
        told.update(new)
        sentences = (f"– {sentence}" for sentence in dict.fromkeys(new))
        page.section("Why", [f"{review.title}: {review.says}", *sentences])


def _what_it_rests_on(page: Page, evaluation: Evaluation) -> None:
    answer = evaluation.answer
    page.section("Record", list(_record(evaluation)))
    rules = len(answer.not_computable)
    used = ", ".join(each.id + "@" + each.version for each in answer.rulesets)
    page.section("Rulesets", [used, *out_of_force_note(evaluation), *draft_note(evaluation)])
    if rules:
        page.section("", [f"stated, but not computable: {rules} (ccr doctor lists them)"], "dim")
    page.section("Plugins", [", ".join(evaluation.hosted.plugins)] if evaluation.hosted.plugins else [])
    faults = (f"{each.plugin}: {each.hook} {each.fault}" for each in evaluation.hosted.faults)
    page.section("Failed", list(faults), "bold red")
    page.section("Decision", [answer.decision], "dim")


def _record(evaluation: Evaluation) -> Iterator[str]:
    record = evaluation.answer.record
    if evaluation.completeness != "complete":
        yield f"{evaluation.completeness}: not everything that the rulesets need was supplied"
    for reason in dict.fromkeys(record.incomplete.values()):
        kinds = [kind for kind, why in record.incomplete.items() if why == reason]
        yield f"{', '.join(kinds)}: {reason}"
    yield from (f"assumed: {sentence}" for sentence in record.assumed)
    for one in record.quarantined:
        yield f"not read: {one.reference or one.place}: {one.reason}"
