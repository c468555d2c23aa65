"""The beginning and the end of the page: what was asked of whom, what was missing, how to read it."""

from collections.abc import Iterator

from ccr_rules.population.report.content import Content
from ccr_rules.population.report.page_parts import Section, Table, day_shown, last_columns

SHORT = len("sha256:") + 12
"""As much of a digest as tells rulesets apart; the whole stands in run.json."""

DRAFT_WARNING = "These rulesets are drafts. No clinician has approved them: "


def asked_section(content: Content) -> Section:
    """Return what was asked, of whom, by which rulesets."""
    answered = content.tables.answered
    drafts = [each.reference for each in answered.rulesets if each.status == "draft"]
    warnings = [f"{DRAFT_WARNING}{', '.join(drafts)}."] if drafts else []
    text = [
        f"Asked of {answered.patients:,} patients, as of {day_shown(answered.as_of)}, with what had been "
        f"recorded by {day_shown(answered.known_on)}. {_count(content, answered.candidates)} of them have "
        f"something in the record that had to be looked at; about everybody else the answer follows from "
        f"the rulesets alone.",
        "A reminder and recording aid: no diagnosis, no prognosis, no risk score and no advice on treatment.",
    ]
    rows = [
        (
            each.reference,
            each.title,
            each.status,
            "in force" if each.in_force else "not in force on the day",
            each.digest[:SHORT],
        )
        for each in answered.rulesets
    ]
    rulesets = Table("Rulesets", ("Ruleset", "Title", "Status", "Period", "Digest"), rows)
    releases = Table("Codelists", ("Codelist", "Release"), list(answered.releases.items()))
    tables = [rulesets, *([releases] if answered.releases else [])]
    return Section("asked", "What was asked", text, warnings, tables=tables)


def missing_section(content: Content) -> Section:
    """Return what was not supplied, not read, or assumed."""
    dataset = content.tables.dataset
    rows = [(kind, "everybody", reason) for kind, reason in dataset.incomplete.items()]
    rows += [
        (kind, f"{_count(content, count)} patients", "not complete of them")
        for kind, count in dataset.lacking.items()
        if kind not in dataset.incomplete
    ]
    text = [*_not_read(content)]
    text += [f"Assumed: {assumption}." for assumption in dataset.assumed]
    missing = content.equity.not_supplied
    if missing:
        titles = ", ".join(each.title.lower() for each in missing)
        text.append(f"Not supplied of anybody, so nobody is told apart by it: {titles}.")
    text.append(
        "Codelists hold what public sources verify. What they lack is recognised by its words, as possible "
        "only, and widens the bounds below; `ccr doctor` names what completes each list."
    )
    tables = (
        [Table("Kinds of resource that were not complete", ("Kind", "Of whom", "Why"), rows)] if rows else []
    )
    return Section("missing", "What was not supplied, or was assumed", text, tables=tables)


def _count(content: Content, count: int) -> str:
    """Return a count; a small one is not shown where it is shared."""
    below = content.wanted.suppress_below
    return f"fewer than {below}" if content.wanted.to_share and 0 < count < below else f"{count:,}"


def _not_read(content: Content) -> Iterator[str]:
    dataset = content.tables.dataset
    unattributed, unusable, quarantined = (
        _count(content, count) for count in (dataset.unattributed, dataset.unusable, dataset.quarantined)
    )
    if dataset.unattributed:
        yield (
            f"{unattributed} resources or lines could not be attributed to anybody: somebody's record "
            f"lacks them, and nothing shows whose."
        )
    if dataset.unusable:
        yield f"Of {unusable} patients nothing could be read: nobody can tell what is due."
    if dataset.quarantined:
        yield f"{quarantined} resources or lines were set aside in all; quarantine.ndjson says why."


def reading_section(content: Content) -> Section:
    """Return how the numbers are to be read."""
    text = [
        "“12 to 15” means at least 12 people, of whom the record settles it, and at most 15: of 3 it "
        "leaves it open. A rate is least if all of those count and do not meet it, and greatest if they "
        "all count and meet it. The true number lies between, if the records are right; nothing says where.",
        "Bounds are no confidence intervals: they come from what the records leave open, not from chance. "
        "Only the section on registers has confidence intervals.",
        "An exclusion takes somebody out of an indicator; a personalised care adjustment leaves somebody "
        "out for their own sake. Neither is in the denominator. Excluded is not done: a review may be "
        "outstanding all the same, and the worklist shows it.",
        f"Small numbers: in the breakdown by groups, counts below {content.wanted.suppress_below} are "
        f"hidden with the group that they are in, and so are further groups, so that no hidden number can "
        f"be worked out from the total.",
    ]
    return Section("reading", "How to read the bounds", text)


def files_table(written: dict[str, int]) -> Table:
    """Return the files beside the page."""
    rows = [(name, f"{count:,}") for name, count in sorted(written.items())]
    return Table("Files beside this page", ("File", "Rows"), rows, last_columns(1, 2))
