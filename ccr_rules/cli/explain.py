"""`ccr explain`: why a rule says what it says, and why something is not shown."""

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from ccr_rules.cli import options
from ccr_rules.cli.options import FhirVersion

if TYPE_CHECKING:
    from ccr_rules.cli.question import Question
    from ccr_rules.evaluation.result import Evaluation


class ExplanationFormat(StrEnum):
    """How an explanation is written."""

    TABLE = "table"
    JSON = "json"


def explain(  # noqa: PLR0913 - one argument for each option
    record: Annotated[
        str, typer.Argument(metavar="RECORD", help="A file of FHIR JSON or NDJSON; - is stdin.")
    ],
    rules: Annotated[
        list[str] | None,
        typer.Argument(metavar="RULE", help="Ids of reviews, indicators, prompts, findings or payments."),
    ] = None,
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
        ExplanationFormat, typer.Option("--format", "-f", help="How to write the explanation.")
    ] = ExplanationFormat.TABLE,
    responses: options.Responses = None,
    rulesets: options.Folders = None,
    codelist_release: options.Releases = None,
) -> None:
    """Show why a rule fired, or did not.

    The page shows how the answer came about, and what would change it.

    Without RULE: list the rules and their answers.
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
    )
    _explain(record, rules or [], question, format_)


def _explain(record: str, rules: list[str], question: "Question", form: ExplanationFormat) -> None:
    evaluation = _evaluation(record, question)
    if form is ExplanationFormat.JSON:
        _write_json(evaluation, rules)
    elif rules:
        _show_explanations(evaluation, rules)
    else:
        _show_rules(evaluation)


def _evaluation(name: str, question: "Question") -> "Evaluation":
    from ccr_rules.cli.question import Asker

    return Asker(question).ask_alone(name)[1]


def _write_json(evaluation: "Evaluation", rules: list[str]) -> None:
    import msgspec

    from ccr_rules.cli.output import write
    from ccr_rules.evaluation.explanation import explain as explain_rule
    from ccr_rules.evaluation.explanation import rule_ids

    found = [each for rule in rules or rule_ids(evaluation) for each in explain_rule(evaluation, rule)]
    write(msgspec.json.format(msgspec.json.encode(found), indent=2).decode() + "\n")


def _show_explanations(evaluation: "Evaluation", rules: list[str]) -> None:
    from ccr_rules.cli.explanation_page import explanation_page
    from ccr_rules.cli.output import page_width, show
    from ccr_rules.evaluation.explanation import explain as explain_rule

    found = [each for rule in rules for each in explain_rule(evaluation, rule)]
    show(explanation_page(found, evaluation.record.reference, evaluation.moment.as_of, page_width()))


def _show_rules(evaluation: "Evaluation") -> None:
    from ccr_rules.cli.explanation_page import rules_page
    from ccr_rules.cli.output import note, page_width, show

    show(rules_page(evaluation, page_width()))
    note("ccr explain RECORD RULE shows how one of them came about.")
