"""The questions that a casebook asks, for any evaluator to answer."""

from collections.abc import Iterator

from ccr_rules.evaluation.agreement import Asked
from ccr_rules.evaluation.asof import Moment
from ccr_rules.governance.case_records import RecordBuilder
from ccr_rules.governance.cases import Case, Casebook, CaseDay
from ccr_rules.record.entry import Days
from ccr_rules.record.patient import Consultation


def questions(casebook: Casebook, records: RecordBuilder) -> Iterator[Asked]:
    """Yield a question for each day of each case."""
    for case in casebook.cases:
        record = records.record(case)
        for day in case.days:
            yield Asked(record, moment_of(day), consultation_of(case, day))


def moment_of(day: CaseDay) -> Moment:
    """Return the moment of a case's question."""
    return Moment(day.as_of, day.known_on or day.as_of)


def consultation_of(case: Case, day: CaseDay) -> Consultation | None:
    """Return the consultation in which a case's question is asked, if it is asked in one."""
    contact = Days(day.as_of, day.as_of)
    return Consultation("Encounter/contact", case.mode, date=contact) if case.mode else None
