"""From a case to the patient record that the engine reads."""

from collections.abc import Iterable

from ccr_rules.codelists.codelist import Codelist, CodelistEntry, suggestible
from ccr_rules.governance.cases import Case, CaseEntry
from ccr_rules.record.entry import SNOMED, Coding, Entry
from ccr_rules.record.patient import KINDS, PatientRecord

_NOTHING = CodelistEntry("", "", None, "unverified")


class RecordBuilder:
    """Builds records; of a code that several codelists hold, the first of the codelists names the term."""

    def __init__(self, codelists: Iterable[Codelist]) -> None:
        self.codelists = {codelist.name: codelist for codelist in codelists}
        self.codes: dict[str, tuple[Codelist, CodelistEntry]] = {}
        for codelist in self.codelists.values():
            for code, listed in codelist.codes.items():
                self.codes.setdefault(code, (codelist, listed))

    def record(self, case: Case) -> PatientRecord:
        """Return the record of a case whose names were checked."""
        patient = case.patient
        return PatientRecord(
            reference=f"Patient/{case.id}",
            entries=tuple(self._entry(entry) for entry in case.entries),
            born=patient.born,
            died=patient.died,
            is_dead=patient.died is not None,
            registered=patient.registered,
            deregistered=patient.deregistered,
            supplied=frozenset(KINDS) if case.supplied is None else case.supplied,
        )

    def stand_in(self, entry: CaseEntry) -> CodelistEntry | None:
        """Return what stands in for an entry that names only a codelist: its first suitable code or term."""
        codelist = self.codelists[entry.codelist]
        every = (*suggestible(codelist), *codelist.codes.values(), *codelist.terms.values())
        return next((listed for listed in every if entry.class_ in (None, listed.class_)), None)

    def _entry(self, entry: CaseEntry) -> Entry:
        codelist, code, term = self._what(entry)
        kind = entry.kind or ("Condition" if codelist and codelist.category == "diagnosis" else "Observation")
        return Entry(
            reference=f"{kind}/{entry.id}",
            kind=kind,
            codings=(Coding(SNOMED, code, term),) if code else (),
            text=term,
            clinical=entry.clinical,
            recorded=entry.recorded,
            episode=entry.episode,
            state=entry.state,
            certain=entry.certain,
        )

    def _what(self, entry: CaseEntry) -> tuple[Codelist | None, str, str]:
        if entry.term:
            return None, "", entry.term
        if entry.code:
            codelist, listed = self.codes[entry.code]
            return codelist, listed.code, listed.term
        listed = self.stand_in(entry) or _NOTHING
        return self.codelists[entry.codelist], listed.code, listed.term
