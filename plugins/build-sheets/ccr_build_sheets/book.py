"""All sheets of a ruleset for one system, put together. The same ruleset and options give the same book."""

from datetime import date
from typing import Final

from ccr_build_sheets.alerts import AlertWriter
from ccr_build_sheets.answers import Asker
from ccr_build_sheets.cases import cases_of
from ccr_build_sheets.codes import CodeWriter, codelists_of
from ccr_build_sheets.limits import limits, stated
from ccr_build_sheets.logic import LogicWriter
from ccr_build_sheets.marks import Marks
from ccr_build_sheets.model import FORMAT, About, Book, Reference, System
from ccr_build_sheets.outcomes import expected
from ccr_build_sheets.plan import Proving, proving
from ccr_build_sheets.searches import SearchWriter
from ccr_build_sheets.signing import SIGN_OFF
from ccr_build_sheets.steps import StepWriter
from ccr_build_sheets.templates import TemplateWriter, process_of
from ccr_rules.governance.case_records import RecordBuilder
from ccr_rules.language.building.templates import parameter_in_words
from ccr_rules.language.english.phrases import grounds_in_words
from ccr_rules.language.ruleset import Ruleset, RulesetStatus
from ccr_rules.library.library import Library

WARNINGS: Final[dict[RulesetStatus, str]] = {
    "draft": "DRAFT: NOT CLINICALLY APPROVED. Do not switch on in live records.",
    "active": "ACTIVE RULESET: this paper and what is built from it still need their own sign-off.",
    "retired": "RETIRED: NO LONGER IN USE. Do not build from this; switch off what was built.",
}


def book(ruleset: Ruleset, library: Library, system: System, form: str, test_day: date | None = None) -> Book:
    """Return the sheets; with a `test_day` the test patients are moved so that it is the day of the test."""
    marks = Marks(ruleset)
    codelists = codelists_of(ruleset, library)
    logic, codes = LogicWriter(ruleset, marks), CodeWriter(ruleset, marks, codelists)
    proved = _proved(ruleset, library, marks, test_day)
    return Book(
        format=FORMAT,
        form=form,
        system=system,
        ruleset=about(ruleset),
        limits=limits(ruleset, marks, codelists),
        stated=stated(ruleset),
        steps=tuple(StepWriter(ruleset, marks, codelists).steps()),
        alerts=tuple(AlertWriter(ruleset, marks, logic, codes).alerts(proved.proofs)),
        searches=tuple(SearchWriter(ruleset, marks, logic, codes).searches(proved.proofs)),
        templates=tuple(TemplateWriter(ruleset, marks, codes).templates()),
        process=process_of(ruleset),
        codelists=tuple(codes.lists()),
        plan=proved.plan,
        sign_off=SIGN_OFF,
    )


def _proved(ruleset: Ruleset, library: Library, marks: Marks, test_day: date | None) -> Proving:
    uses = {use.codelist: use.release for use in ruleset.codelists.values()}
    names = dict.fromkeys([*uses, *library.codelist_names])
    records = RecordBuilder(library.codelist(name, uses.get(name)) for name in names)
    asker = Asker(ruleset, marks, library, records)
    found = cases_of(ruleset, library, records)
    return proving(ruleset, found, asker, records, expected(ruleset, marks), test_day)


def about(ruleset: Ruleset) -> About:
    """Return what stands at the top of every sheet, and where the rules are from."""
    base, last = ruleset.base, ruleset.in_force_to
    return About(
        id=ruleset.id,
        version=ruleset.version,
        reference=ruleset.reference,
        digest=ruleset.digest,
        title=ruleset.title,
        summary=ruleset.summary,
        status=ruleset.status,
        warning=WARNINGS[ruleset.status],
        jurisdiction=ruleset.jurisdiction,
        in_force_from=ruleset.in_force_from.isoformat(),
        in_force_to=last.isoformat() if last else None,
        base=f"{base.ruleset}@{base.version} ({base.digest})" if base else "",
        sources=tuple(
            Reference(each.id, each.title, each.publisher, each.url, each.date, each.note)
            for each in ruleset.sources.values()
        ),
        parameters=tuple(
            f"{each.name}: {parameter_in_words(each.value)} {grounds_in_words(each.grounds)}".rstrip()
            for each in ruleset.parameters.values()
        ),
    )
