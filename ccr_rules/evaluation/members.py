"""Which entries exist as of a day, and to which codelists they belong (SEMANTICS 8, 10 and 11)."""

from collections.abc import Iterable, Mapping
from datetime import date

import msgspec

from ccr_rules.codelists.codelist import Codelist, Match
from ccr_rules.codelists.index import CodelistIndex
from ccr_rules.dates import ABSENT, CALENDAR_START, MAYBE, PRESENT, DateValue
from ccr_rules.evaluation.completeness import kept_in
from ccr_rules.record.entry import Days, Entry
from ccr_rules.record.patient import KINDS, PatientRecord, RecordFinding


class Moment(msgspec.Struct, frozen=True):
    """The question's two days: what is true on `as_of`, as far as it was recorded by `known_on`."""

    as_of: date
    known_on: date


class Member(msgspec.Struct, frozen=True):
    """An entry that exists at the moment and belongs, or may belong, to a codelist.

    `first` and `last` are the clinical days, `recorded_first` and `recorded_last` those of recording;
    `sure` is False where the entry, its date or its membership is only possible.
    """

    entry: Entry
    match: Match
    first: date
    last: date
    recorded_first: date
    recorded_last: date
    sure: bool


class Attestation(msgspec.Struct, frozen=True):
    """An entry that a clinician attested for a codelist: "done elsewhere, on that day"."""

    codelist: str
    entry: Entry


class RecordView:
    """A record as it stands at a moment: the members of each codelist, and what is missing.

    `missing[codelist]` names the kinds in which its entries can stand and which were not completely
    supplied; one more possible entry then joins every window over that list.
    """

    __slots__ = ("findings", "members", "missing", "moment", "record")

    def __init__(
        self,
        record: PatientRecord,
        moment: Moment,
        index: CodelistIndex,
        codelists: Mapping[str, Codelist],
        attested: Iterable[Attestation] = (),
    ) -> None:
        self.record = record
        self.moment = moment
        self.members: dict[str, list[Member]] = {}
        self.findings: list[RecordFinding] = []
        self.missing = _missing(record, codelists)
        keeps = {name: kept_in(record, each) for name, each in codelists.items()} if record.keeps else {}
        for entry in record.entries:
            if matches := index.match(entry, keeps):
                self._admit(entry, matches)
        for each in attested:
            self._admit(each.entry, [(each.codelist, Match("code", None, each.entry.text))])

    def _admit(self, entry: Entry, matches: Iterable[tuple[str, Match]]) -> None:
        seen: _Seen | None = None
        for name, match in matches:
            if seen is None:
                seen = _see(entry, self.moment, self.record.born)
                if seen is None:
                    return
                self.findings.extend(_date_findings(entry, seen, self.moment))
            sure = seen.sure and entry.certain and match.kind != "looks-like"
            if match.kind == "looks-like":
                self.findings.append(_not_in_codelist(entry, name))
            self.members.setdefault(name, []).append(
                Member(
                    entry,
                    match,
                    seen.first,
                    seen.last,
                    seen.recorded_first,
                    seen.recorded_last,
                    sure,
                )
            )

    def patient_date(self, days: Days | None) -> DateValue:
        """Return a date of the patient as of the moment; absent when unknown or still to come."""
        return _as_of(days, self.moment.as_of)


def _missing(record: PatientRecord, codelists: Mapping[str, Codelist]) -> dict[str, tuple[str, ...]]:
    if record.supplied.issuperset(KINDS):
        return {}
    missing = {name: kept_in(record, codelist) - record.supplied for name, codelist in codelists.items()}
    return {name: tuple(sorted(kinds)) for name, kinds in missing.items() if kinds}


class _Seen(msgspec.Struct, frozen=True):
    first: date
    last: date
    recorded_first: date
    recorded_last: date
    sure: bool


def _see(entry: Entry, moment: Moment, born: Days | None) -> _Seen | None:
    """SEMANTICS 8: cut an entry to what can be known of it at the moment; None if it does not exist."""
    recorded = entry.recorded
    clinical = entry.clinical or recorded or _undated(born, moment)
    first, last = clinical.first, clinical.last
    cut_to = recorded.last if recorded else moment.known_on
    if first <= cut_to < last:
        last = cut_to
    if first > moment.as_of or (recorded and recorded.first > moment.known_on):
        return None
    sure = last <= moment.as_of and (recorded is None or recorded.last <= moment.known_on)
    return _Seen(
        first,
        min(last, moment.as_of),
        recorded.first if recorded else first,
        min(recorded.last, moment.known_on) if recorded else max(first, moment.known_on),
        sure,
    )


def _undated(born: Days | None, moment: Moment) -> Days:
    return Days(born.first if born else CALENDAR_START, moment.known_on)


def _as_of(days: Days | None, as_of: date) -> DateValue:
    if days is None or days.first > as_of:
        return ABSENT
    if days.last > as_of:
        return DateValue(MAYBE, days.first, as_of)
    return DateValue(PRESENT, days.first, days.last)


def _date_findings(entry: Entry, seen: _Seen, moment: Moment) -> Iterable[RecordFinding]:
    if entry.clinical is None and entry.recorded is None:
        yield RecordFinding(
            "undated", "An entry has no date, so it may stand anywhere in the record.", (entry.reference,)
        )
    elif entry.clinical and entry.clinical.first > _entered_by(entry, moment):
        yield RecordFinding(
            "future-dated", "An entry is dated later than the day it was recorded.", (entry.reference,)
        )


def _entered_by(entry: Entry, moment: Moment) -> date:
    return entry.recorded.last if entry.recorded else moment.known_on


def _not_in_codelist(entry: Entry, codelist: str) -> RecordFinding:
    return RecordFinding(
        "not-in-codelist",
        f"An entry looks like {codelist} but its code is not in that codelist, so it is only possible.",
        (entry.reference,),
    )
