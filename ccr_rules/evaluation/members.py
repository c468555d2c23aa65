"""Which entries exist as of a day, and to which codelists they belong (SEMANTICS 8, 10 and 11)."""

from collections.abc import Iterable, Mapping

import msgspec

from ccr_rules.codelists.codelist import Codelist, Match
from ccr_rules.codelists.index import CodelistIndex
from ccr_rules.dates import DateValue
from ccr_rules.evaluation.asof import Moment, Seen, as_of_date, date_findings, see, undated
from ccr_rules.evaluation.completeness import kept_in
from ccr_rules.language.ast import PatientField
from ccr_rules.record.entry import Days, Entry
from ccr_rules.record.patient import KINDS, PatientRecord, RecordFinding


class Member(msgspec.Struct, frozen=True, gc=False):
    """An entry that exists at the moment and belongs, or may belong, to a codelist.

    `sure` is False where the entry, its date or its membership is only possible.
    """

    entry: Entry
    match: Match
    seen: Seen
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
        self.findings.extend(date_findings(entry, self.moment))
        seen = see(entry, self.moment, self.record.born)
        if seen is None:
            return
        for name, match in matches:
            guessed = match.kind == "looks-like"
            if guessed:
                self.findings.append(_not_in_codelist(entry, name))
            sure = seen.sure and entry.certain and not guessed
            self.members.setdefault(name, []).append(Member(entry, match, seen, sure))

    def patient_date(self, field: PatientField) -> DateValue:
        """Return a date of the patient as of the moment; absent when unknown or still to come.

        A death without a date was some day between birth and `known_on`, as any entry without one.
        """
        record, moment = self.record, self.moment
        days: Days | None = getattr(record, field)
        if days is None and field == "died" and record.is_dead:
            days = undated(record.born, moment)
        return as_of_date(days, moment.as_of)


def _missing(record: PatientRecord, codelists: Mapping[str, Codelist]) -> dict[str, tuple[str, ...]]:
    if record.supplied.issuperset(KINDS):
        return {}
    missing = {name: kept_in(record, codelist) - record.supplied for name, codelist in codelists.items()}
    return {name: tuple(sorted(kinds)) for name, kinds in missing.items() if kinds}


def _not_in_codelist(entry: Entry, codelist: str) -> RecordFinding:
    return RecordFinding(
        "not-in-codelist",
        f"An entry looks like {codelist} but its code is not in that codelist, so it is only possible.",
        (entry.reference,),
    )
