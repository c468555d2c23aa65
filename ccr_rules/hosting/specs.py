"""The hooks, in the order of their lives. All that a plugin can do is here.

A plugin is a module or an object whose functions are marked with `hookimpl` and named like a hook; it takes
the arguments that it wants, by name. What is said of each hook:

- *when* it is called, and with what;
- what *None* means;
- what happens if it *fails*: it raises, takes longer than its time, or returns what is not allowed here.

Whatever a plugin does, the others and the core are asked too, and what failed stands in `plugin_faults` of
the answer: the plugin, the hook, and the kind of failure, never a value of the record. Plugins are asked in
the order in which they are listed, the core last where the first answer wins. What a plugin is given is to be
looked at and not to be changed; a changed record is a new one (`msgspec.structs.replace`).
"""

from collections.abc import Mapping, Sequence
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from ccr_rules.evaluation.result import Evaluation
from ccr_rules.hosting.context import Context
from ccr_rules.hosting.markers import hookspec
from ccr_rules.hosting.outputs import Delivery, Document, Feedback, Form, Link, Withheld
from ccr_rules.hosting.source import Source, Split
from ccr_rules.language.ruleset import Ruleset
from ccr_rules.library.library import Library
from ccr_rules.record.patient import Consultation, PatientRecord

# --- once, when the host starts -------------------------------------------------------------------


@hookspec
def ccr_configure(settings: Mapping[str, Any], folder: Path) -> None:
    """Take the plugin's own settings, as they stand in the configuration; paths in them start from `folder`.

    When: once, when plugins are loaded and before any other hook; with `{}` where nothing is set.
    None: always; what is returned is not looked at.
    Fails: nothing starts. Raise UsageError that names the setting, what was found and what to write.
    """


@hookspec
def ccr_forms() -> Sequence[Form] | None:
    """Say which forms the plugin can write: see `ccr_render`, `ccr_export` and `ccr_deliver`.

    When: once, after `ccr_configure`.
    None: none.
    Fails: nothing starts; so too if two plugins give one name to forms of the same.
    """


@hookspec
def ccr_rulesets() -> Sequence[Traversable] | None:
    """Give folders of rulesets, `<folder>/<family>/<version>/ruleset.yaml`; `codelists` may stand in them.

    When: whenever the library is read: at the start, and when a service reads its rulesets again.
    None: none.
    Fails: these folders are left out. So is each in which a ruleset is not valid, or has the id and version
        of another that is there: a plugin adds rulesets, it does not replace them. Every answer says so. A
        folder may build on those before it.
    """


@hookspec
def ccr_codelists() -> Sequence[Traversable] | None:
    """Give folders of codelists: `<folder>/<name>/<release>.csv`. Of the same list, a later folder leads.

    When: as `ccr_rulesets`.
    None: none.
    Fails: as `ccr_rulesets`.
    """


# --- for each record ------------------------------------------------------------------------------


@hookspec
def ccr_split_source(source: Source) -> Split | None:
    """Take apart a source that holds the records of several people, such as an export of a practice.

    When: before reading, where a host can handle several (`ccr evaluate`). The first that is not None wins.
    None: it is not of this plugin's format, or holds one record. Say so quickly, from the first bytes.
    Fails: the next is asked. A RecordError means: this is my format, and it cannot be used.
    """


@hookspec
def ccr_read_record(source: Source) -> PatientRecord | None:
    """Read a host's own format.

    When: a host hands in a source and not a PatientRecord. The first that is not None wins; the core, last,
        reads FHIR.
    None: it is not of this plugin's format. Say so quickly, from the first bytes.
    Fails: the next is asked; but this plugin might have read more, so no kind of resource then counts as
        completely supplied. A RecordError means: this is my format, and it cannot be used. It ends the
        evaluation.
    """


@hookspec
def ccr_enrich_record(record: PatientRecord, context: Context) -> PatientRecord | None:
    """Add what else is known of this patient; entries can be added or replaced, never taken away.

    An attribute of the plugin, `ccr_kinds`, names the kinds of which it may add or replace entries, and say
    that they are now completely supplied; with "Patient" among them also when the patient was born, died or
    was registered. Without it there can be findings and consultations only.

    When: after reading, before the evaluation. Each plugin gets what the one before it made.
    None: there is nothing to add.
    Fails: the record stays as it was. Entries that the plugin would have added are then missing, so the kinds
        in its `ccr_kinds` do not count as completely supplied, and an answer that they might have changed
        says "cannot tell".
    """


@hookspec
def ccr_consultation(record: PatientRecord, context: Context) -> Consultation | None:
    """Say which contact is taking place, from what the host passes along.

    When: before the evaluation, unless the host names the contact itself. The first that is not None wins;
        the core, last, takes the record's latest Encounter on the day.
    None: this plugin does not know.
    Fails: the next is asked.
    """


# --- for each evaluation --------------------------------------------------------------------------


@hookspec
def ccr_filter_prompts(evaluation: Evaluation, context: Context) -> Sequence[Withheld] | None:
    """Withhold prompts that should not interrupt this consultation, or this user.

    A prompt that is withheld stands in the answer's `held`, with the plugin and its reason; reviews,
    indicators and the headline stay as they are: a plugin can make the card calmer, it cannot make anybody
    disappear.

    When: after the evaluation, if it shows prompts.
    None: nothing is withheld.
    Fails: nothing is withheld, also where what it names is not shown.
    """


@hookspec
def ccr_links(evaluation: Evaluation, context: Context) -> Sequence[Link] | None:
    """Offer links beside the card: services, leaflets, a panel of the host.

    An evaluation holds nothing of what the host passed along, such as where somebody lives: `context.host`
    does. None of it belongs in a link, which is shown, kept and followed.

    When: a card is made (CDS Hooks; `Plugins.links`).
    None: none.
    Fails: its links are left out.
    """


@hookspec
def ccr_render(evaluations: Sequence[Evaluation], form: str, options: Mapping[str, Any]) -> Document | None:
    """Write evaluations in a form of the host: one for a card or a message, several for a list.

    `options` are the form's own.

    When: a host asks for a form that this plugin named in `ccr_forms`.
    None: there is nothing to write, for instance because nothing is due.
    Fails: whoever asked gets the error PluginFailed; the evaluations stand. A UsageError means: what was
        asked for does not fit, such as an option; it is passed on as it is, so it says no value of the
        record.
    """


@hookspec
def ccr_export(
    ruleset: Ruleset, library: Library, form: str, options: Mapping[str, Any]
) -> Sequence[Document] | None:
    """Write a ruleset in the form of another system, the most important file first.

    The same ruleset and options (the form's own) give the same bytes.

    When: somebody asks for a form that this plugin named in `ccr_forms`, as with `ccr ruleset export`.
    None: there is nothing to write.
    Fails: as `ccr_render`.
    """


# --- after it, and only when asked ----------------------------------------------------------------


@hookspec
def ccr_deliver(
    evaluation: Evaluation, form: str, patient: Mapping[str, Any], options: Mapping[str, Any]
) -> Delivery | None:
    """Make, and if the host has set it up so, send a letter, a message, a document or a task.

    `patient` is the FHIR Patient resource as the host has it (`{}` if it gave none): names and addresses are
    in no PatientRecord. `options` are the form's own.

    When: only when somebody asks for this delivery. It is never called by an evaluation.
    None: there is nothing to deliver.
    Fails: whoever asked gets the error PluginFailed, and must take it that nobody knows whether it was sent.
        A UsageError means: this is refused, and surely nothing was sent. It is passed on as it is, and so is
        a PluginFailed that the plugin raises itself: they say no value of the record or of the Patient.
    """


@hookspec
def ccr_feedback(feedback: Feedback) -> None:
    """Hear what a user did with a card or a prompt.

    When: after the host or the service has kept it. All plugins are told.
    None: always; what is returned is not looked at.
    Fails: what was kept stays kept.
    """
