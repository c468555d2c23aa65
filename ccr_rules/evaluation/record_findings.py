"""Findings about the record itself: dates, episodes, codes that are not in a list."""

from collections.abc import Iterable, Sequence

from ccr_rules.codelists.codelist import Codelist
from ccr_rules.evaluation.answers import FindingAnswer
from ccr_rules.evaluation.asof import see
from ccr_rules.evaluation.members import RecordView
from ccr_rules.record.entry import Entry
from ccr_rules.record.patient import PatientRecord, RecordFinding


def record_findings(
    record: PatientRecord, views: Sequence[RecordView], codelists: Iterable[Codelist]
) -> list[FindingAnswer]:
    """Return what the reader and the as-of view noticed, one finding per id and message."""
    lists = list({codelist.name: codelist for codelist in codelists}.values())
    diagnoses = {codelist.name for codelist in lists if codelist.category == "diagnosis"}
    found = list(record.findings)
    for view in views:
        found += view.findings
        found += _episode_not_supplied(view, diagnoses)
        found += _outside_the_lists(view, [each for each in lists if each.category == "diagnosis"])
    grouped: dict[tuple[str, str], dict[str, None]] = {}
    for each in found:
        grouped.setdefault((each.id, each.message), {}).update(dict.fromkeys(each.evidence))
    return [
        FindingAnswer(id_, "info", message, sorted(refs), None)
        for (id_, message), refs in sorted(grouped.items())
    ]


def _episode_not_supplied(view: RecordView, diagnoses: Iterable[str]) -> Iterable[RecordFinding]:
    """SEMANTICS 14: say so when no diagnosis carries an episode."""
    entries = [member.entry for name in sorted(diagnoses) for member in view.members.get(name, ())]
    if entries and all(entry.episode == "unstated" for entry in entries):
        yield RecordFinding(
            "episode-not-supplied",
            "No diagnosis says whether it is a first or new episode; unstated counts as the rulesets say.",
            tuple(entry.reference for entry in entries),
        )


def _outside_the_lists(view: RecordView, diagnoses: Iterable[Codelist]) -> Iterable[RecordFinding]:
    """Say which entries might be a diagnosis and count for none, so that none is passed over in silence."""
    counted = {member.entry.reference for members in view.members.values() for member in members}
    entries = view.record.entries
    codes = {coding.code for entry in entries for coding in entry.codings}
    lists = [each for each in diagnoses if each.name not in view.members and each.may_hold(codes)]
    for entry in entries if lists else [each for each in entries if each.kind == "Condition"]:
        found = _in_no_list(entry, lists)
        if found and entry.reference not in counted and see(entry, view.moment, view.record.born) is not None:
            yield from found


def _in_no_list(entry: Entry, lists: Iterable[Codelist]) -> list[RecordFinding]:
    """Return what is found about an entry that counts for nothing; `lists` are those without a member."""
    found = [
        RecordFinding(
            "diagnosis-coded-elsewhere",
            f"A {entry.kind} names something of {codelist.name}, and no diagnosis entry does.",
            (entry.reference,),
        )
        for codelist in lists
        if codelist.member(entry)
    ]
    if entry.kind == "Condition" and entry.codings and not _has_words(entry):
        found.append(
            RecordFinding(
                "code-without-term",
                "A diagnosis has a code that is in no codelist and no words, so nobody can tell what it is.",
                (entry.reference,),
            )
        )
    return found


def _has_words(entry: Entry) -> bool:
    return bool(entry.text) or any(coding.display for coding in entry.codings)
