"""The page of a report: of whom, what was achieved, and where it stands."""

from collections.abc import Iterator

from ccr_rules.cli.layout import Page
from ccr_rules.population.report.bounds import Bound, Rate
from ccr_rules.population.report.making import Report
from ccr_rules.population.report.organisations import EVERYBODY
from ccr_rules.population.report.rules import indicators_of, is_register


def report_page(report: Report, width: int) -> Page:
    """Return the page."""
    answered = report.content.tables.answered
    page = Page(width)
    page.title(f"{answered.patients:,} patients as of {answered.as_of:%d-%b-%Y}", str(report.folder))
    page.rows("Indicators", list(_indicators(report)))
    page.section("Note", list(_drafts(report)))
    page.gap()
    files = ", ".join(f"{name} ({count:,})" for name, count in report.written.items())
    page.say(f"Written, with their rows: {files}.")
    return page


def _indicators(report: Report) -> Iterator[tuple[str, ...]]:
    for ruleset, indicator in indicators_of(report.content.rules):
        counts = report.content.achievement.counts(EVERYBODY, ruleset, indicator.id)
        if is_register(indicator):
            yield indicator.id, f"{_number(counts.population)} on the register", "", ""
            continue
        met = f"{_number(counts.numerator)} of {_number(counts.of_kind('included'))}"
        yield indicator.id, met, _rate(counts.achievement), ruleset


def _drafts(report: Report) -> Iterator[str]:
    drafts = [asked.reference for asked in report.content.tables.answered.rulesets if asked.status == "draft"]
    if drafts:
        yield f"draft, not clinically approved: {', '.join(drafts)}"


def _number(bound: Bound) -> str:
    return f"{bound.least:,}" if bound.is_settled else f"{bound.least:,} to {bound.most:,}"


def _rate(rate: Rate | None) -> str:
    if rate is None:
        return "nobody counts"
    return f"{rate.low:.1f} %" if rate.low == rate.high else f"{rate.low:.1f} to {rate.high:.1f} %"
