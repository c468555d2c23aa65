"""What the core itself does at each hook; it is always there, and asked last."""

from collections.abc import Mapping, Sequence
from importlib.resources.abc import Traversable
from typing import Any

from ccr_rules.evaluation.result import Evaluation
from ccr_rules.hosting.context import Context
from ccr_rules.hosting.markers import hookimpl
from ccr_rules.hosting.outputs import Document, Form
from ccr_rules.hosting.source import Source
from ccr_rules.library.library import shipped_root
from ccr_rules.record.patient import Consultation, PatientRecord
from ccr_rules.record.reading import read_record

JSON = "json"


@hookimpl
def ccr_forms() -> Sequence[Form]:
    """The whole answer, as a public contract."""
    return [Form(JSON, "evaluations", "The whole answer as JSON, one evaluation on each line")]


@hookimpl
def ccr_rulesets() -> Sequence[Traversable]:
    """The rulesets and codelists that come with the package."""
    return [shipped_root()]


@hookimpl(trylast=True)
def ccr_read_record(source: Source) -> PatientRecord:
    """Read FHIR."""
    return read_record(
        source.content,
        version=source.version,
        patient=source.patient,
        profile=source.profile,
        supplied=source.supplied,
        strict=source.strict,
    )


@hookimpl(trylast=True)
def ccr_consultation(record: PatientRecord, context: Context) -> Consultation | None:
    """Take the record's latest Encounter on the day."""
    day = context.as_of
    on_day = [
        each
        for each in record.consultations
        if each.date and each.date.first == day and each.date.last == day
    ]
    return on_day[-1] if on_day else None


@hookimpl
def ccr_render(evaluations: Sequence[Evaluation], form: str, options: Mapping[str, Any]) -> Document:
    """Write the answers."""
    lines = [evaluation.to_json() for evaluation in evaluations]
    return Document(f"evaluations.{form}", "application/x-ndjson", b"\n".join(lines) + b"\n")
