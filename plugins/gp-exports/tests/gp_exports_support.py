"""A practice with the plugin, rows of its export, and what is said of a record."""

from collections.abc import Sequence
from typing import Any

from ccr_gp_exports.plugin import GpExports

from ccr_rules import Engine, Evaluation, PatientRecord, Plugins
from ccr_rules.hosting import Source, Split

AS_OF = "2026-01-20"
HEAD = "NHS Number,EMIS Number,SNOMED CT Concept ID,Code Term,Date,Date Recorded,Episode,Row Type"
BREAST = "254837009,Malignant neoplasm of breast"
REVIEW = "720006006,Cancer care review"
ONE = f"9990000026,1001,{BREAST},01-Oct-2025,02-Oct-2025,FIRST,"


class Practice:
    def __init__(self, **settings: Any) -> None:
        self.plugins = Plugins.of({"gp-exports": GpExports()}, {"gp-exports": settings})
        self.engine = Engine.hosting(self.plugins)

    def split(self, *rows: str, head: str = HEAD) -> Split:
        split, faults = self.plugins.split(Source("\n".join([head, *rows])))
        assert faults == ()
        return split

    def evaluated(self, *rows: str, head: str = HEAD, **said: Any) -> list[Evaluation]:
        parts = self.split(*rows, head=head).sources
        sources = [
            Source(each.content, "", said.get("patient"), said.get("profile"), said.get("supplied"))
            for each in parts
        ]
        return [self.engine.evaluate(each, AS_OF) for each in sources]

    def records(self, *rows: str, head: str = HEAD) -> list[PatientRecord]:
        return [each.record for each in self.evaluated(*rows, head=head)]


def statuses(evaluation: Evaluation) -> dict[str, str]:
    return {each.id: each.status for each in evaluation.reviews}


def found(record: PatientRecord) -> set[str]:
    return {each.id for each in record.findings}


def refused(record: PatientRecord) -> Sequence[tuple[str, str]]:
    return [(each.place, each.kind) for each in record.quarantined]
