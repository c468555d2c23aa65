"""`ccr evaluate`: what the rulesets say about one or more records."""

from typing import TYPE_CHECKING, Annotated

import typer

from ccr_rules.cli import options
from ccr_rules.cli.options import Evaluator, FhirVersion, Format

if TYPE_CHECKING:
    from collections.abc import Callable

    from ccr_rules.cli.question import Question
    from ccr_rules.evaluation.result import Evaluation


def evaluate(  # noqa: PLR0913 - one argument for each option
    records: Annotated[
        list[str],
        typer.Argument(metavar="RECORD", help="Files or folders of FHIR JSON or NDJSON; - is stdin."),
    ],
    *,
    as_of: options.AsOf = None,
    known_on: options.KnownOn = None,
    profile: options.Profile = None,
    supplied: options.Supplied = None,
    ruleset: options.Rulesets = None,
    fhir_version: options.Version = FhirVersion.AUTO,
    patient: options.Patient = None,
    strict: options.Strict = False,
    format_: Annotated[
        Format, typer.Option("--format", "-f", help="How to write the answer.")
    ] = Format.TABLE,
    responses: options.Responses = None,
    rulesets: options.Folders = None,
    codelist_release: options.Releases = None,
    engine: options.Engine = Evaluator.REFERENCE,
) -> None:
    """Show what is due, what to record, and why.

    Each RECORD holds one patient. Of several, each gets a table or, with --format ndjson, a line. If a record
    cannot be used, the others are evaluated, and the exit code is 11; 14 if durable-rules was not available
    for --engine durable, 15 if --engine checked finds that it decides otherwise.
    """
    from ccr_rules.cli.question import Question

    question = Question(
        as_of=as_of,
        known_on=known_on,
        profile=profile,
        supplied=supplied,
        rulesets=ruleset,
        version=fhir_version,
        patient=patient,
        strict=strict,
        responses=responses,
        folders=rulesets,
        releases=codelist_release,
        engine=engine.value,
    )
    _evaluate(records, question, format_)


def _evaluate(names: list[str], question: "Question", form: Format) -> None:
    from ccr_rules.cli.output import note
    from ccr_rules.cli.question import Asker
    from ccr_rules.cli.records import Failures, records_in, sources
    from ccr_rules.errors import EvaluatorsDisagree, EvaluatorUnavailable, RecordError, UsageError

    asker, failed, disputed = Asker(question), Failures(), 0
    found = records_in(sources(names), asker.split, failed.add)
    count = len(found) + len(failed.codes)
    several = count > 1
    if several and form is Format.JSON:
        raise UsageError(f"--format json is for one record, and there are {count}; use --format ndjson")
    for name, record in found:
        try:
            evaluation = asker.ask(record)
        except (RecordError, EvaluatorUnavailable) as error:
            failed.add(name, error)
        else:
            _WRITERS[form](evaluation, name if several else "")
            disputed += bool(evaluation.opinion and evaluation.opinion.differences)
    if failed.codes and several:
        note(f"ccr: {len(failed.codes)} of {count} records could not be used")
    if disputed:
        note(f"ccr: the evaluators disagree on {disputed} of {count} records: rely on none of these")
        failed.codes.append(EvaluatorsDisagree.exit_code)
    failed.end()


def _write_table(evaluation: "Evaluation", name: str) -> None:
    from ccr_rules.cli.evaluation_page import evaluation_page
    from ccr_rules.cli.output import page_width, show

    page = evaluation_page(evaluation, name, page_width())
    if name:
        page.gap()
    show(page)


def _write_json(evaluation: "Evaluation", _name: str) -> None:
    import msgspec

    from ccr_rules.cli.output import write

    write(msgspec.json.format(evaluation.to_json(), indent=2).decode() + "\n")


def _write_line(evaluation: "Evaluation", _name: str) -> None:
    from ccr_rules.cli.output import write

    write(evaluation.to_json().decode() + "\n")


_WRITERS: "dict[Format, Callable[[Evaluation, str], None]]" = {
    Format.TABLE: _write_table,
    Format.JSON: _write_json,
    Format.NDJSON: _write_line,
}
