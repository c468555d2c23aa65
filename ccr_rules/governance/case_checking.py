"""Checking that what a casebook names is there: in the codelists, and in the ruleset it is about."""

from collections.abc import Collection, Mapping

from ccr_rules.errors import Problem
from ccr_rules.governance.case_records import RecordBuilder
from ccr_rules.governance.cases import Casebook, CaseEntry, Expected, Section
from ccr_rules.language.report import Report, nearest
from ccr_rules.language.ruleset import Ruleset


def check_casebook(casebook: Casebook, ruleset: Ruleset, records: RecordBuilder) -> tuple[Problem, ...]:
    """Return everything that a casebook names and nothing has, each with its place."""
    report = Report()
    if casebook.ruleset != ruleset.id:
        message = f"this casebook is about `{casebook.ruleset}`, the ruleset is `{ruleset.id}`"
        report.add("unknown-name", message, casebook.at, found=casebook.ruleset, hint=f"write `{ruleset.id}`")
    known = _known(ruleset)
    for case in casebook.cases:
        for entry in case.entries:
            _check_entry(entry, records, report)
        for day in case.days:
            for expected in day.expected:
                _check_expected(expected, known, report)
    return report.problems()


def _check_entry(entry: CaseEntry, records: RecordBuilder, report: Report) -> None:
    if entry.codelist and entry.codelist not in records.codelists:
        hint = nearest(entry.codelist, records.codelists)
        message = f"there is no codelist `{entry.codelist}`"
        report.add("unknown-codelist", message, entry.at, found=entry.codelist, hint=hint)
    elif entry.codelist and records.stand_in(entry) is None:
        message = f"the codelist `{entry.codelist}` has no entry of the class `{entry.class_}`"
        report.add("unknown-word", message, entry.at, found=entry.class_ or "", hint="leave `class` out")
    if entry.code and entry.code not in records.codes:
        hint = nearest(entry.code, records.codes) or "write it as `term` if it is meant to be unlisted"
        report.add(
            "unknown-name", f"no codelist has the code {entry.code}", entry.at, found=entry.code, hint=hint
        )


def _known(ruleset: Ruleset) -> Mapping[Section, Collection[str]]:
    return {
        "indicators": ruleset.indicators,
        "reviews": ruleset.reviews,
        "dates": (*ruleset.dates, *ruleset.lets),
        "items": ruleset.items,
        "prompts": ruleset.prompts,
        "payments": ruleset.payments,
    }


def _check_expected(expected: Expected, known: Mapping[Section, Collection[str]], report: Report) -> None:
    """Check the ids of one expectation; findings may also be about the record, and are not checked."""
    ids = known.get(expected.section)
    if ids is None:
        return
    for name in expected.value if isinstance(expected.value, tuple) and not expected.id else (expected.id,):
        if name not in ids:
            message = f"the ruleset has no `{name}` among its {expected.section}"
            report.add("unknown-name", message, expected.at, found=name, hint=nearest(name, ids))
