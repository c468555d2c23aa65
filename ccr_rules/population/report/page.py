"""The page of a report: one file that needs no other, and no network."""

from pathlib import Path
from typing import Final

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from ccr_rules.population.parts import replacing
from ccr_rules.population.report.content import Content
from ccr_rules.population.report.page_about import (
    asked_section,
    files_table,
    missing_section,
    reading_section,
)
from ccr_rules.population.report.page_counts import (
    achievement_section,
    commissioner_section,
    completeness_section,
    equity_section,
    worklist_section,
)
from ccr_rules.population.report.page_parts import Section, Table, day_shown
from ccr_rules.population.report.worklist import worklist_rows

PAGE: Final = "report.html"
MOST_PATIENTS: Final = 500


def write_page(content: Content, written: dict[str, int], folder: Path) -> None:
    """Write the page. Raises OSError."""
    with replacing(folder / PAGE) as unfinished:
        unfinished.write_text(page_of(content, written), encoding="utf-8")


def page_of(content: Content, written: dict[str, int]) -> str:
    """Return the page as HTML; whatever is of the data is escaped."""
    loader = PackageLoader("ccr_rules.population.report")
    environment = Environment(
        loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    answered = content.tables.answered
    return environment.get_template("report.html.j2").render(
        title=f"Cancer care reviews: {answered.patients:,} patients as of {day_shown(answered.as_of)}",
        style=Markup(environment.get_template("report.css").render()),  # noqa: S704 - ours
        svg=Markup,
        sections=list(_sections(content)),
        files=files_table(written),
        made_by=answered.made_by,
        to_share=content.wanted.to_share,
        with_patients=content.wanted.with_patients,
        draft=any(each.status == "draft" for each in answered.rulesets),
    )


def _sections(content: Content) -> list[Section]:
    begin = [asked_section(content), missing_section(content)]
    shared = [equity_section(content.equity), commissioner_section(content)]
    end = [reading_section(content)]
    if content.wanted.to_share:
        return [*begin, *shared, *end]
    patients = _patients(content) if content.wanted.with_patients else None
    inside = [achievement_section(content), worklist_section(content, patients)]
    return [*begin, *inside, shared[0], completeness_section(content), shared[1], *end]


def _patients(content: Content) -> Table:
    columns, rows, left_out = worklist_rows(content.tables, MOST_PATIENTS)
    note = f"{left_out:,} more are in worklist.csv." if left_out else ""
    return Table("People to call, the most urgent first", columns, rows, note=note)
