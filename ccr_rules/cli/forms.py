"""`ccr render` and `ccr deliver`: what plugins write of evaluations, and what they deliver."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ccr_rules.cli import options

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ccr_rules.cli.question import Asker
    from ccr_rules.cli.records import Failures
    from ccr_rules.evaluation.result import Evaluation
    from ccr_rules.hosting import Delivery, Source


def render(  # noqa: PLR0913 - one argument for each option
    form: Annotated[
        str, typer.Argument(metavar="FORM", help="A form of evaluations: ccr plugin list has them.")
    ],
    records: Annotated[
        list[str],
        typer.Argument(metavar="RECORD", help="Files or folders that a plugin or FHIR reads; - is stdin."),
    ],
    *,
    as_of: options.AsOf = None,
    known_on: options.KnownOn = None,
    profile: options.Profile = None,
    supplied: options.Supplied = None,
    ruleset: options.Rulesets = None,
    patient: options.Patient = None,
    responses: options.Responses = None,
    rulesets: options.Folders = None,
    option: options.FormOptions = None,
    out: Annotated[Path | None, typer.Option(metavar="PATH", help="The file to write (stdout).")] = None,
) -> None:
    """Write what is due in a form of a plugin: one record for a card or a message, several for a list.

    If a record cannot be used, the others are written, and the exit code is 11.
    """
    from ccr_rules.cli.documents import write_documents
    from ccr_rules.cli.question import Asker, Question
    from ccr_rules.cli.records import Failures

    question = Question(
        as_of=as_of,
        known_on=known_on,
        profile=profile,
        supplied=supplied,
        rulesets=ruleset,
        patient=patient,
        responses=responses,
        folders=rulesets,
    )
    given, asker, failed = options.form_options(option), Asker(question), Failures()
    evaluations = list(_evaluations(asker, records, failed))
    document = asker.plugins.render(evaluations, form, given) if evaluations else None
    write_documents([] if document is None else [document], out)
    failed.end()


def _evaluations(asker: "Asker", names: list[str], failed: "Failures") -> "Iterator[Evaluation]":
    from ccr_rules.cli.records import records_in, sources
    from ccr_rules.errors import RecordError

    for name, record in records_in(sources(names), asker.split, failed.add):
        try:
            yield asker.ask(record)
        except RecordError as error:
            failed.add(name, error)


def deliver(  # noqa: PLR0913 - one argument for each option
    form: Annotated[
        str, typer.Argument(metavar="FORM", help="A delivery of a plugin: ccr plugin list has them.")
    ],
    record: Annotated[str, typer.Argument(metavar="RECORD", help="The record of one patient; - is stdin.")],
    *,
    as_of: options.AsOf = None,
    known_on: options.KnownOn = None,
    profile: options.Profile = None,
    supplied: options.Supplied = None,
    ruleset: options.Rulesets = None,
    patient: options.Patient = None,
    responses: options.Responses = None,
    rulesets: options.Folders = None,
    option: options.FormOptions = None,
    person: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="The FHIR Patient with name and address (that of the record)."),
    ] = None,
    out: Annotated[
        Path | None, typer.Option(metavar="DIR", help="The folder for the documents (the first to stdout).")
    ] = None,
) -> None:
    """Make a letter, a message, a document or a task, and send it where a plugin was set up to do so.

    What is to be recorded is said on stderr; nothing is written to a record.
    """
    from ccr_rules.cli.documents import make_folder, write_documents
    from ccr_rules.cli.output import note
    from ccr_rules.cli.question import Asker, Question

    question = Question(
        as_of=as_of,
        known_on=known_on,
        profile=profile,
        supplied=supplied,
        rulesets=ruleset,
        patient=patient,
        responses=responses,
        folders=rulesets,
    )
    given, asker = options.form_options(option), Asker(question)
    source, evaluation = asker.ask_alone(record)
    whom = _person(person, source)
    if out is not None:
        make_folder(out)  # before anything is sent
    made = asker.plugins.deliver(evaluation, form, whom, given)
    if made is None:
        note("ccr: there is nothing to deliver")
        return
    note(_told(made))  # before anything is written: whatever comes of that, this is so
    write_documents(made.documents, out)


def _person(file: Path | None, source: "Source") -> dict[str, Any]:
    """Return the Patient resource of a file, or of the record, or an empty one."""
    import msgspec

    from ccr_rules.cli.records import read_file
    from ccr_rules.errors import UsageError

    if file is None:
        return _patient_in(source.json)
    try:
        value = msgspec.json.decode(read_file(file))
    except msgspec.DecodeError:
        raise UsageError(f"{file}: not JSON; name a file with one FHIR Patient") from None
    found = _patient_in(value)
    if not found:
        raise UsageError(f"{file}: there is no Patient in it; name a file with one FHIR Patient")
    return found


def _patient_in(value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        return {}
    if value.get("resourceType") == "Patient":
        return value
    entries = value.get("entry")
    for entry in entries if isinstance(entries, list) else ():
        found = _patient_in(entry.get("resource")) if isinstance(entry, dict) else {}
        if found:
            return found
    return {}


def _told(made: "Delivery") -> str:
    lines = ["sent" if made.sent else "not sent: the documents are there to be printed or sent"]
    for each in made.record:
        code = f" ({each.coding.code})" if each.coding else " (no verified code: record it by its term)"
        lines.append(f"to record: {each.text}{code}, {each.day:%d-%b-%Y}")
    if made.next_on:
        lines.append(f"the next one: {made.next_on:%d-%b-%Y}")
    return "\n".join(f"ccr: {line}" for line in (*lines, *made.notes))
