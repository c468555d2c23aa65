"""The sections of the page that count: achievement, worklists, groups, registers, the commissioner's."""

from collections.abc import Iterator, Sequence

from ccr_rules.population.report.bounds import Bound
from ccr_rules.population.report.charts import Span, counts_chart, rates_chart
from ccr_rules.population.report.commissioner import BY_MONTH, RATED, Commissioned, Family
from ccr_rules.population.report.completeness import finding_counts, register_rows, told_of_records
from ccr_rules.population.report.content import Content
from ccr_rules.population.report.equity import Equity, Line, Measure
from ccr_rules.population.report.organisations import EVERYBODY, Organisations, Unit
from ccr_rules.population.report.page_parts import (
    Figure,
    Section,
    Table,
    last_columns,
    number,
    percentage,
)
from ccr_rules.population.report.rules import indicators_of, is_register
from ccr_rules.population.report.worklist import worklist_counts

MOST_UNITS = 100
"""More practices than that are in the files only."""


def unit_shown(unit: Unit, organisations: Organisations) -> str:
    """Return what a unit is called, with its code."""
    if unit == EVERYBODY:
        return "Everybody"
    name = organisations.name_of(unit)
    return f"{name} ({unit.code})" if name else unit.code


def _some(units: Sequence[Unit]) -> tuple[Sequence[Unit], str]:
    left_out = len(units) - MOST_UNITS
    note = f"{left_out:,} more are in the files only." if left_out > 0 else ""
    return units[:MOST_UNITS], note


def achievement_section(content: Content) -> Section:
    """Return who counts in each indicator and who meets it, of everybody and of each unit."""
    achieved = content.achievement
    rows, spans = [], []
    for reference, indicator in indicators_of(content.rules):
        counts = achieved.counts(EVERYBODY, reference, indicator.id)
        begins = (indicator.id, reference, number(counts.population))
        if is_register(indicator):
            rows.append((*begins, "", "", "", ""))
            continue
        rates = percentage(counts.achievement), percentage(counts.adjustment_rate)
        rows.append((*begins, number(counts.of_kind("included")), number(counts.numerator), *rates))
        if counts.achievement:
            spans.append(Span(f"{indicator.id} ({reference.partition('@')[0]})", counts.achievement))
    columns = ("Indicator", "Ruleset", "In it", "Denominator", "Numerator", "Achievement", "Adjustments")
    tables = [Table("Everybody", columns, rows, last_columns(2, 7)), *_unit_tables(content)]
    text = [f"{number(achieved.sizes.get(EVERYBODY, Bound()))} people are registered and living."]
    return Section("achievement", "Achievement", text, figures=_rates(spans), tables=tables)


def _unit_tables(content: Content) -> Iterator[Table]:
    achieved = content.achievement
    units, note = _some([unit for unit in achieved.units if unit != EVERYBODY])
    for reference, indicator in indicators_of(content.rules):
        if is_register(indicator):
            continue
        rows = []
        for unit in units:
            counts = achieved.counts(unit, reference, indicator.id)
            met = f"{number(counts.numerator)} of {number(counts.of_kind('included'))}"
            shown = unit_shown(unit, achieved.organisations)
            rows.append((shown, unit.level, met, percentage(counts.achievement)))
        caption = f"{indicator.id}: {indicator.title}"
        yield Table(caption, ("Unit", "Level", "Met", "Achievement"), rows, last_columns(2, 4), note)


def _rates(spans: Sequence[Span], what: str = "") -> list[Figure]:
    if not spans:
        return []
    told = "; ".join(f"{span.label}: {percentage(span.rate)}" for span in spans)
    caption = f"{what or 'Everybody: '}rates, from the least to the greatest that the records allow"
    return [Figure(caption, f"{caption}. {told}.", rates_chart(spans))]


def worklist_section(content: Content, patients: Table | None) -> Section:
    """Return how many people are on each list."""
    rows = [
        (review, ruleset, list_, status, f"{people:,}")
        for ruleset, review, list_, status, people in worklist_counts(content.tables)
    ]
    columns = ("Review", "Ruleset", "List", "Status", "People")
    text = ["Whom to call stands in worklist.csv, of whom nobody can tell in cannot_tell.csv."]
    tables = [Table("People on the worklists", columns, rows, last_columns(4, 5))]
    return Section("worklist", "Worklists", text, tables=[*tables, *([patients] if patients else [])])


def equity_section(equity: Equity) -> Section:
    """Return the rates of each group in each measure."""
    by_measure: dict[Measure, list[Line]] = {}
    for line in equity.lines:
        by_measure.setdefault(line.measure, []).append(line)
    figures, tables = [], []
    for measure, lines in by_measure.items():
        rows = [(_group(line), *_cells(line)) for line in lines]
        caption = f"{measure.id} ({measure.ruleset}): {measure.title}"
        columns = ("Group", "People", "Met", "Not met", "Cannot tell", "Rate")
        tables.append(Table(caption, columns, rows, last_columns(1, 6)))
        spans = [Span(_group(line), line.cells.rate) for line in lines if line.cells and line.cells.rate]
        if len(spans) > 1:
            figures += _rates(spans, f"{measure.id} ({measure.ruleset}): ")
    text = [
        "A review counts once it was held, declined, or its suggested date has passed.",
        f"{equity.hidden:,} of {len(equity.lines):,} rows are hidden, since a number below {equity.below} "
        f"stands in them or could be worked out from them."
        + (f" Counts are rounded to multiples of {equity.round_to}." if equity.round_to > 1 else ""),
    ]
    return Section("equity", "Differences between groups", text, figures=figures, tables=tables)


def _group(line: Line) -> str:
    label = f"{line.group} {line.label}".strip()
    return "everybody" if not line.group else f"{line.dimension.replace('_', ' ')}: {label}"


def _cells(line: Line) -> tuple[str, ...]:
    if line.cells is None:
        return ("hidden",) * 5
    return (*(f"{count:,}" for count in (sum(line.cells), *line.cells)), percentage(line.cells.rate))


def completeness_section(content: Content) -> Section:
    """Return the registers beside what is expected, and what is wrong with the records."""
    prevalence = content.wanted.prevalence
    organisations = content.achievement.organisations
    rows = []
    for unit, reference, register, size, compared in register_rows(content.achievement, prevalence):
        cells = [unit_shown(unit, organisations), f"{register} ({reference})", number(size)]
        if compared is not None:
            cells += [
                str(compared.expected),
                _ends(compared.ratio),
                _ends(compared.interval),
                compared.method,
            ]
        rows.append(cells)
    columns = ["Unit", "Register", "People"]
    text = ["No prevalence was given to compare the registers with (--expected-prevalence)."]
    if prevalence is not None:
        columns += ["Expected", "Observed / expected", "95 % confidence interval", "Method"]
        text = [f"Expected: {100 * prevalence.share:f} % of the list. Source: {prevalence.source}."]
    shown, note = rows[:MOST_UNITS], "More are in completeness.csv." if len(rows) > MOST_UNITS else ""
    found = finding_counts(content.tables, content.achievement)
    findings = [
        (finding, ruleset, number(people))
        for (unit, ruleset, finding), people in found.items()
        if unit == EVERYBODY
    ]
    records = [(what, topic, f"{count:,}") for topic, what, count in told_of_records(content.tables.dataset)]
    tables = [
        Table("Registers", columns, shown, last_columns(2, 6), note),
        Table("Findings of the rulesets", ("Finding", "Ruleset", "People"), findings, last_columns(2, 3)),
        Table("What the ingest found", ("What", "About", "How many"), records, last_columns(2, 3)),
    ]
    return Section("completeness", "How complete the registers and records are", text, tables=tables)


def _ends(pair: tuple[object, object] | None) -> str:
    if pair is None:
        return "nobody is expected"
    return str(pair[0]) if pair[0] == pair[1] else f"{pair[0]} to {pair[1]}"


def commissioner_section(content: Content) -> Section:
    """Return what a business case needs, of everybody, of boards and of networks."""
    commissioned = content.commissioned
    units, note = _some([each for each in commissioned.units if each.level != "practice"])
    figures, tables = [], []
    for family in commissioned.families:
        measures = commissioned.measures(family)
        rows = [_unit_row(commissioned, family, unit, measures) for unit in units]
        columns = ["Unit", *measures, *(["rate"] if family.topic in RATED else [])]
        caption = ": ".join(filter(None, (family.topic, family.id, family.ruleset)))
        tables.append(Table(caption, columns, rows, last_columns(1, len(columns)), note))
        if family.topic == BY_MONTH:
            figures += _needed(commissioned, family)
    text = [
        "People on the registers, newly diagnosed, reviews by how they stand, reviews needed in the next "
        "12 months by the month of their suggested date, and invitations to those that are outstanding. "
        "Practices are in commissioner.csv.",
    ]
    if content.wanted.to_share:
        text.append(f"{commissioned.hidden:,} rows are hidden for small numbers.")
    return Section("commissioner", "For commissioners", text, figures=figures, tables=tables)


def _unit_row(commissioned: Commissioned, family: Family, unit: Unit, measures: Sequence[str]) -> list[str]:
    shown = unit_shown(unit, commissioned.organisations)
    figures = commissioned.figures(family, unit)
    if figures is None:
        return [shown, *["hidden"] * (len(measures) + (family.topic in RATED))]
    cells = [number(figures.counts.get(measure, Bound())) for measure in measures]
    return [shown, *cells, *([percentage(figures.rate)] if family.topic in RATED else [])]


def _needed(commissioned: Commissioned, family: Family) -> list[Figure]:
    figures = commissioned.figures(family, EVERYBODY)
    if figures is None:
        return []
    counts = [
        (measure, figures.counts.get(measure, Bound()).least) for measure in commissioned.measures(family)
    ]
    told = ", ".join(f"{measure} {count:,}" for measure, count in counts)
    caption = f"{family.id} ({family.ruleset}): reviews needed, by month, of which it is sure"
    return [Figure(caption, f"{caption}: {told}.", counts_chart(counts, "people"))]
