"""FHIR R4 MeasureReports: a summary for each practice and everybody, and lists of subjects in Bundles.

The populations are those of FHIR: the denominator holds everybody in the indicator's population, and those
excluded or excepted are counted beside it, so that the score is numerator / (denominator - exclusions -
exceptions), which is the indicator's. Whoever is undetermined is in no count: an extension says how many more
each count may hold, and the lists have one of their own for them.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from itertools import groupby
from pathlib import Path
from typing import Any, Final
from uuid import NAMESPACE_URL, uuid5

import msgspec

from ccr_rules.exports.canonical import url_of
from ccr_rules.language.ruleset import Indicator, Ruleset
from ccr_rules.population.parts import replacing
from ccr_rules.population.report.achievement import Achievement
from ccr_rules.population.report.bounds import Bound, Rate
from ccr_rules.population.report.counts import IndicatorCounts
from ccr_rules.population.report.organisations import EVERYBODY, NOT_STATED
from ccr_rules.population.report.rules import Rules, indicators_of, is_register, payment_year
from ccr_rules.population.report.tables import Tables

SUMMARIES: Final = "measure-reports.ndjson"
SUBJECTS: Final = "measure-report-subjects.ndjson"
POPULATIONS: Final = "http://terminology.hl7.org/CodeSystem/measure-population"
IMPROVEMENT: Final = "http://terminology.hl7.org/CodeSystem/measure-improvement-notation"
ODS: Final = "https://fhir.nhs.uk/Id/ods-organization-code"
UCUM: Final = "http://unitsofmeasure.org"

_TITLES: Final = {
    "initial-population": "Initial Population",
    "denominator": "Denominator",
    "denominator-exclusion": "Denominator Exclusion",
    "denominator-exception": "Denominator Exception",
    "numerator": "Numerator",
}
UNDETERMINED: Final = "undetermined"
_SUBJECTS_QUERY: Final = """
    SELECT practice, ruleset, indicator, patient, population, denominator, numerator
    FROM indicators i JOIN people p USING (person)
    ORDER BY practice, ruleset, indicator, person
"""
_AT_ONCE: Final = 10_000

Json = dict[str, Any]


class Reporter:
    """Makes the reports of one set of answers; `canonical` is where its measures say that they belong."""

    def __init__(self, rules: Rules, as_of: date, canonical: str) -> None:
        self.rules = rules
        self.as_of = as_of
        self.canonical = canonical.rstrip("/")

    def summary(self, practice: str, ruleset: Ruleset, indicator: Indicator, counts: IndicatorCounts) -> Json:
        """Return the summary of a practice, or of everybody if none is named."""
        group: Json = {
            "population": [
                self._population(code, bound) for code, bound in populations(indicator, counts).items()
            ]
        }
        group |= self._score(None if is_register(indicator) else counts.achievement)
        return self.report("summary", practice, ruleset, indicator, group)

    def report(self, type_: str, practice: str, ruleset: Ruleset, indicator: Indicator, group: Json) -> Json:
        """Return a MeasureReport with one group."""
        year = payment_year(ruleset, self.as_of)
        measure = f"{url_of(self.canonical, 'Measure', ruleset, indicator.id)}|{ruleset.version}"
        made: Json = {
            "resourceType": "MeasureReport",
            "id": str(uuid5(NAMESPACE_URL, f"{measure} {type_} {practice} {self.as_of}")),
            "status": "complete",
            "type": type_,
            "measure": measure,
            "date": self.as_of.isoformat(),
            "period": {"start": year.first.isoformat(), "end": year.last.isoformat()},
        }
        if practice:
            made["reporter"] = _organisation(practice)
        if not is_register(indicator):
            made["improvementNotation"] = {"coding": [{"system": IMPROVEMENT, "code": "increase"}]}
        return made | {"group": [group]}

    def _population(self, code: str, people: Bound) -> Json:
        made = {"code": _coded(code), "count": people.least}
        if people.is_settled:
            return made
        return {"extension": [{"url": self.extension("count-most"), "valueInteger": people.most}], **made}

    def _score(self, rate: Rate | None) -> Json:
        if rate is None:
            return {}
        if rate.settled is not None:
            return {"measureScore": _percent(rate.settled)}
        bounds = {"low": _percent(rate.low), "high": _percent(rate.high)}
        return {"extension": [{"url": self.extension("score-bounds"), "valueRange": bounds}]}

    def extension(self, name: str) -> str:
        """Return the URL of an extension of ours."""
        return f"{self.canonical}/StructureDefinition/{name}"

    def bundle(
        self, practice: str, ruleset: Ruleset, indicator: Indicator, lists: Mapping[str, list[str]]
    ) -> Json:
        """Return a Bundle of a report with subjects and of the List of each population."""
        made = {code: self._list(practice, ruleset, indicator, code, who) for code, who in lists.items()}
        group: Json = {
            "population": [
                {
                    "code": _coded(code),
                    "count": len(lists[code]),
                    "subjectResults": {"reference": f"List/{each['id']}"},
                }
                for code, each in made.items()
                if code != UNDETERMINED
            ]
        }
        if UNDETERMINED in made:
            reference = {"reference": f"List/{made[UNDETERMINED]['id']}"}
            group["extension"] = [{"url": self.extension(UNDETERMINED), "valueReference": reference}]
        report = self.report("subject-list", practice, ruleset, indicator, group)
        resources = [report, *made.values()]
        return {
            "resourceType": "Bundle",
            "type": "collection",
            "entry": [
                {"fullUrl": f"{self.canonical}/{each['resourceType']}/{each['id']}", "resource": each}
                for each in resources
            ],
        }

    def _list(
        self, practice: str, ruleset: Ruleset, indicator: Indicator, code: str, patients: Iterable[str]
    ) -> Json:
        title = f"{indicator.id}: {_TITLES.get(code, 'Undetermined')}"
        name = f"{ruleset.reference} {indicator.id} {code} {practice} {self.as_of}"
        return {
            "resourceType": "List",
            "id": str(uuid5(NAMESPACE_URL, f"{self.canonical} {name}")),
            "status": "current",
            "mode": "snapshot",
            "title": title,
            "date": self.as_of.isoformat(),
            "entry": [{"item": {"reference": patient}} for patient in patients],
        }


def populations(indicator: Indicator, counts: IndicatorCounts) -> dict[str, Bound]:
    """Return the count of each population of FHIR."""
    if is_register(indicator):
        return {"initial-population": counts.population}
    return {
        "initial-population": counts.population,
        "denominator": counts.population,
        "denominator-exclusion": counts.of_kind("excluded"),
        "denominator-exception": counts.of_kind("excepted"),
        "numerator": counts.numerator,
    }


def _coded(code: str) -> Json:
    return {"coding": [{"system": POPULATIONS, "code": code, "display": _TITLES[code]}]}


def _organisation(practice: str) -> Json:
    if practice == NOT_STATED:
        return {"display": "Practice not stated"}
    return {"type": "Organization", "identifier": {"system": ODS, "value": practice}}


def _percent(value: Any) -> Json:
    return {"value": float(value), "unit": "%", "system": UCUM, "code": "%"}


def summaries(reporter: Reporter, achievement: Achievement) -> Iterator[Json]:
    """Yield the summary of everybody and of each practice, for each indicator."""
    for unit in achievement.units:
        if unit == EVERYBODY or unit.level == "practice":
            for reference, indicator in indicators_of(reporter.rules):
                counts = achievement.counts(unit, reference, indicator.id)
                yield reporter.summary(unit.practice, reporter.rules[reference], indicator, counts)


def subject_bundles(reporter: Reporter, tables: Tables) -> Iterator[Json]:
    """Yield a Bundle for each indicator of each practice; one practice at a time is in memory."""
    rows = _rows(tables)
    for (practice, reference, id_), people in groupby(rows, key=lambda row: row[:3]):
        ruleset = reporter.rules[reference]
        indicator = ruleset.indicators[id_]
        lists: dict[str, list[str]] = {}
        for *_, patient, population, denominator, numerator in people:
            for code in _codes(indicator, population, denominator, numerator):
                lists.setdefault(code, []).append(patient)
        yield reporter.bundle(practice, ruleset, indicator, lists)


def _rows(tables: Tables) -> Iterator[tuple[Any, ...]]:
    found = tables.connection.execute(_SUBJECTS_QUERY)
    while rows := found.fetchmany(_AT_ONCE):
        yield from rows


def _codes(indicator: Indicator, population: str, denominator: str, numerator: str) -> Iterator[str]:
    """Yield the lists on which somebody is."""
    if population != "in":
        yield UNDETERMINED
        return
    yield "initial-population"
    if is_register(indicator):
        return
    yield "denominator"
    if denominator == "excluded":
        yield "denominator-exclusion"
    elif denominator == "excepted":
        yield "denominator-exception"
    elif numerator == "met":
        yield "numerator"
    elif numerator == "undetermined":
        yield UNDETERMINED


def write_lines(path: Path, resources: Iterable[Json]) -> int:
    """Write resources as NDJSON and return how many there are. Raises OSError."""
    count = 0
    with replacing(path) as unfinished, unfinished.open("wb") as out:
        for resource in resources:
            out.write(msgspec.json.encode(resource) + b"\n")
            count += 1
    return count
