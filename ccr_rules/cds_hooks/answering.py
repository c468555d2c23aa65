"""From a call, and what was obtained, to the response: a service without the network around it."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, Final, NamedTuple
from uuid import UUID

from ccr_rules.cds_hooks.calls import Call
from ccr_rules.cds_hooks.cards import Made, linked, make_card
from ccr_rules.cds_hooks.errors import Unobtainable
from ccr_rules.cds_hooks.messages import Response
from ccr_rules.cds_hooks.prefetch import CONDITION, PATIENT, Obtained
from ccr_rules.cds_hooks.records import consultation_of
from ccr_rules.cds_hooks.resources import About
from ccr_rules.engine import Engine
from ccr_rules.evaluation.answers import PluginFault
from ccr_rules.evaluation.asof import Moment
from ccr_rules.evaluation.groups import Group
from ccr_rules.evaluation.result import Evaluation
from ccr_rules.record.patient import KINDS, Consultation, PatientRecord
from ccr_rules.record.responses import Response as Said
from ccr_rules.truth import TRUE

EXTENSION: Final = "example.ccr-rules.evaluation"
"""The key of what the response says beside its cards, as a reversed domain name; nothing answers there."""


class Asking(NamedTuple):
    """With what a call is evaluated, and as of which day."""

    engine: Engine
    groups: Sequence[Group]
    as_of: date


class Answer(NamedTuple):
    """What is sent, what was decided, and the card with what it offers, if there is one.

    `consultation` is the one that the call names, where the record holds it; `link_faults` are of
    plugins that failed to offer links, after the evaluation.
    """

    response: Response
    evaluation: Evaluation
    made: Made | None
    consultation: Consultation | None = None
    link_faults: tuple[PluginFault, ...] = ()


def needed_kinds(groups: Iterable[Group]) -> tuple[str, ...]:
    """Return the kinds of resource in which the rulesets look for anything, and the Patient."""
    lists = [codelist for group in groups for codelist in group.codelists.values()]
    wanted = {kind for each in lists for kind in (*each.found_in, *each.also_in)}
    return tuple(kind for kind in KINDS if kind in wanted | {PATIENT, CONDITION})


def answer(
    call: Call,
    obtained: Obtained,
    record: PatientRecord,
    asking: Asking,
    said: Sequence[Said],
    own: UUID,
    panel: str = "",
) -> Answer:
    """Answer a call.

    Args:
        call: what is asked.
        obtained: what there is of each kind that the rulesets need.
        record: that, and what the context brings, read.
        asking: the engine, the rulesets, and the day.
        said: earlier snoozes and declines about this patient.
        own: a UUID of this call that nobody else can choose.
        panel: where review panels are, if anywhere.

    Raises:
        Unobtainable: if Conditions could not be had, and no cancer is known without them.
    """
    moment = Moment(asking.as_of, asking.as_of)
    consultation = consultation_of(call, record)
    evaluation = asking.engine.evaluate_record(
        record, moment, asking.groups, consultation, said, host=call.host
    )
    lacking = obtained.missing.get(CONDITION)
    if lacking is not None and evaluation.knows_cancer is not TRUE:
        raise Unobtainable(
            f"Conditions could not be had ({lacking}): nobody can tell whether a review is due; send the "
            "prefetch that discovery asks for, or a fhirServer that answers"
        )
    about = About(call.patient, call.encounter, asking.as_of)
    made = make_card(evaluation, about, own, panel)
    faults: tuple[PluginFault, ...] = ()
    if made is not None:
        links, faults = asking.engine.plugins.links(evaluation, call.host)
        made = linked(made, links)
    cards = () if made is None else (made.card,)
    response = Response(cards, {EXTENSION: _extension(evaluation, obtained, faults)})
    return Answer(response, evaluation, made, consultation, faults)


def _extension(
    evaluation: Evaluation, obtained: Obtained, link_faults: Sequence[PluginFault]
) -> dict[str, Any]:
    """Return how complete the answer is, what it lacks of what it needs, and what it rests on."""
    asked = {*obtained.pages, *obtained.missing}
    used = evaluation.record_used
    told: dict[str, Any] = {
        "decision": evaluation.decision,
        "asOf": evaluation.moment.as_of.isoformat(),
        "completeness": evaluation.completeness,
        "headline": evaluation.headline,
        "rulesets": [result.ruleset.reference for result in evaluation.results],
        "incomplete": [
            {"kind": kind, "reason": reason} for kind, reason in used.incomplete.items() if kind in asked
        ],
        "assumed": used.assumed,
        "quarantined": [
            {"place": each.place, "reason": each.reason} for each in used.quarantined if each.place
        ],
        "withheld": [
            {"prompt": each.id, "ruleset": each.ruleset, "reason": each.reason}
            for each in evaluation.held
            if each.kind == "withheld"
        ],
        "plugins": list(evaluation.hosted.plugins),
        "pluginFaults": [
            {"plugin": each.plugin, "hook": each.hook, "fault": each.fault}
            for each in (*evaluation.hosted.faults, *link_faults)
        ],
    }
    return {name: value for name, value in told.items() if value}
