"""The plugins of a host, asked one by one: what each returned, and what went wrong with whom."""

from collections.abc import Callable, Collection, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any, Final, TypeVar

from ccr_rules.errors import PluginFailed, UsageError
from ccr_rules.evaluation.answers import PluginFault
from ccr_rules.evaluation.hosted import Withholding
from ccr_rules.evaluation.result import Evaluation
from ccr_rules.hosting import junk
from ccr_rules.hosting.calls import Failed, Implementation, core_first
from ccr_rules.hosting.choice import Chosen, listed
from ccr_rules.hosting.context import Context
from ccr_rules.hosting.enriched import an_enriched_record
from ccr_rules.hosting.folders import LIBRARY, HostedLibrary, read_library
from ccr_rules.hosting.guard import Guard
from ccr_rules.hosting.loading import (
    CORE,
    Plugin,
    check_limits,
    configure,
    find,
    implementations,
    kinds_of,
    register,
    starting,
)
from ccr_rules.hosting.outputs import Delivery, Document, Feedback, Form, Link
from ccr_rules.hosting.part import Part
from ccr_rules.hosting.source import Source, Split
from ccr_rules.language.ruleset import Ruleset
from ccr_rules.library.cache import CacheChoice
from ccr_rules.library.library import Library, existing
from ccr_rules.record.patient import KINDS, Consultation, PatientRecord

EVALUATING: Final = ("ccr_read_record", "ccr_enrich_record", "ccr_consultation", "ccr_filter_prompts")
"""The hooks at which plugins are asked in an evaluation."""

HOOK_OF: Final[Mapping[str, str]] = {
    "evaluations": "ccr_render",
    "ruleset": "ccr_export",
    "delivery": "ccr_deliver",
}
"""The hook that writes a form of something."""

_T = TypeVar("_T")


class Plugins:
    """The plugins that are on, and the core. One of them serves many threads.

    `core` are the parts of ccr-rules that take part in the same way, by name.
    """

    def __init__(self, plugins: Sequence[Plugin] = (), core: Mapping[str, Any] = CORE) -> None:
        self.active = tuple(plugins)
        self._references = {each.name: each.reference for each in plugins}
        for each in plugins:
            check_limits(each)
        self._kinds = {each.name: kinds_of(each) for each in plugins}
        self._guard = Guard()
        self._asked = implementations(register(plugins, core), plugins)
        configure(plugins, self._asked["ccr_configure"])
        self._forms = _forms(self._asked["ccr_forms"])
        self._guarded = frozenset(
            hook for hook, asked in self._asked.items() if any(not each.is_core for each in asked)
        )

    @classmethod
    def load(cls, chosen: str | Sequence[Chosen] = (), core: Mapping[str, Any] = CORE) -> "Plugins":
        """Return the plugins that are chosen, in a list or in a text as `CCR_PLUGINS` has it, ready to use.

        Raises UsageError for one that is not installed, is not the one that is listed, or does not fit.
        """
        return cls(find(listed(chosen) if isinstance(chosen, str) else chosen), core)

    @classmethod
    def of(
        cls,
        plugins: Mapping[str, Any],
        settings: Mapping[str, Mapping[str, Any]] | None = None,
        core: Mapping[str, Any] = CORE,
    ) -> "Plugins":
        """Return plugins that a host has in hand, modules or objects by name, with settings by name.

        Raises UsageError for one that does not fit.
        """
        given = settings or {}
        return cls(
            [
                Plugin(name, "", itself, Chosen(name=name, settings=dict(given.get(name, {}))))
                for name, itself in plugins.items()
            ],
            core,
        )

    @property
    def references(self) -> tuple[str, ...]:
        """The plugins that are on, as `NAME@VERSION`."""
        return tuple(self._references.values())

    def hooks(self, plugin: str) -> tuple[str, ...]:
        """Return the hooks that a plugin uses."""
        return tuple(
            hook for hook, asked in self._asked.items() if any(each.plugin == plugin for each in asked)
        )

    def implementations(self, hook: str) -> tuple[Implementation, ...]:
        """Return what implements a hook, in the order in which it is asked."""
        return self._asked[hook]

    def forms_of(self, plugin: str) -> tuple[Form, ...]:
        """Return the forms that a plugin gives."""
        return tuple(form for form, giver in self._forms.values() if giver == plugin)

    def close(self) -> None:
        """Let the plugins' threads end."""
        self._guard.close()

    def reference(self, plugin: str) -> str:
        """Return the name of a plugin with its version."""
        return self._references.get(plugin, plugin)

    def asks(self, hooks: Collection[str]) -> bool:
        """Say whether anybody but the core is asked at one of these hooks."""
        return not self._guarded.isdisjoint(hooks)

    def during(
        self, hooks: Collection[str], work: Callable[[Part], _T], library: HostedLibrary | None = None
    ) -> _T:
        """Return what some work returns that asks plugins at these hooks.

        `library` is that of the evaluation: who took part in it. Where a plugin takes too long, the work is
        done again without it.
        """
        took, faults = ((), ()) if library is None else (library.took, library.faults)
        run = self._guard.run if self.asks(hooks) else self._guard.here
        return run(lambda watch: work(Part(watch, took, faults)))

    # --- the library ---------------------------------------------------------------------------

    def library(self, *folders: str | Path, cache: CacheChoice = "user") -> HostedLibrary:
        """Return the library that plugins and the host's folders make, and who took part in it.

        Of a plugin, what cannot be used is left out; the host's own folders are taken as they are. Raises
        UsageError for one of these that does not exist.
        """
        own = existing(folders)
        rulesets, codelists = (self._asked[hook] for hook in LIBRARY)
        return self.during(LIBRARY, lambda part: read_library(part, rulesets, codelists, own, cache))

    # --- records -------------------------------------------------------------------------------

    def split(self, source: Source) -> tuple[Split, tuple[PluginFault, ...]]:
        """Return the records in a source, one for each patient, and which plugins failed."""

        def work(part: Part) -> tuple[Split, tuple[PluginFault, ...]]:
            found = part.first(self._asked["ccr_split_source"], junk.a_split, _ignored, source=source)
            return found or Split((source,)), part.faults

        return self.during(["ccr_split_source"], work)

    def record(self, source: Source) -> tuple[PatientRecord, tuple[PluginFault, ...]]:
        """Return the record in a source, not evaluated, and which plugins failed. Raises RecordError."""
        return self.during(["ccr_read_record"], lambda part: (self.read(source, part), part.faults))

    def read(self, source: Source, part: Part) -> PatientRecord:
        """Return the record in a source. Raises RecordError."""
        failed: list[str] = []
        check = partial(junk.a_record, patient=source.patient)
        record: PatientRecord = part.first(
            self._asked["ccr_read_record"], check, failed.append, source=source
        )
        return part.doubt(record, KINDS, failed[0]) if failed else record

    def enrich(self, record: PatientRecord, context: Context, part: Part) -> PatientRecord:
        """Return a record with what plugins know beside it."""
        for each in self._asked["ccr_enrich_record"]:
            check = partial(an_enriched_record, before=record, kinds=self._kinds[each.plugin])
            faults = len(part.faults)
            record = part.ask(each, check, record=record.apart(), context=context) or record
            if len(part.faults) > faults:
                record = part.doubt(record, self._kinds[each.plugin], each.plugin)
        return part.still_doubted(record)

    def consultation(self, record: PatientRecord, context: Context, part: Part) -> Consultation | None:
        """Return the contact that is taking place, if anybody knows."""
        asked = self._asked["ccr_consultation"]
        found: Consultation | None = part.first(
            asked, junk.a_consultation, _ignored, record=record.apart(), context=context
        )
        return found

    # --- evaluations ---------------------------------------------------------------------------

    def finished(self, evaluation: Evaluation, context: Context, part: Part) -> Evaluation:
        """Return an evaluation without the prompts that plugins withhold, and with what all plugins did."""
        if self._asked["ccr_filter_prompts"] and evaluation.prompts:
            self._filter(evaluation, context, part)
        hosted = part.told(self.reference)
        return evaluation.hosted_by(hosted) if hosted != evaluation.hosted else evaluation

    def _filter(self, evaluation: Evaluation, context: Context, part: Part) -> None:
        check = lambda value: junk.withheld(value, evaluation)  # noqa: E731
        for each in self._asked["ccr_filter_prompts"]:
            found = part.ask(each, check, evaluation=evaluation.apart(), context=context)
            for prompt in found or ():
                part.withhold(Withholding(prompt.prompt, prompt.ruleset, each.plugin, prompt.reason))

    def links(
        self, evaluation: Evaluation, host: Mapping[str, Any] | None = None
    ) -> tuple[tuple[Link, ...], tuple[PluginFault, ...]]:
        """Return the links that stand beside a card, and which plugins failed.

        `host` is what the host passes along, as in `Engine.evaluate`.
        """
        context = Context(evaluation.moment.as_of, evaluation.moment.known_on, {} if host is None else host)

        def work(part: Part) -> tuple[tuple[Link, ...], tuple[PluginFault, ...]]:
            found: dict[str, Link] = {}
            for each in self._asked["ccr_links"]:
                links = part.ask(each, junk.links, evaluation=evaluation.apart(), context=context) or ()
                found |= {link.url: link for link in links}
            return tuple(found.values())[: junk.MOST_LINKS], part.faults

        return self.during(["ccr_links"], work)

    # --- what is asked for by name -------------------------------------------------------------

    @property
    def forms(self) -> tuple[Form, ...]:
        """The forms that can be asked for, the core's first."""
        return tuple(form for form, _ in self._forms.values())

    def render(
        self, evaluations: Sequence[Evaluation], form: str, options: Mapping[str, Any] | None = None
    ) -> Document | None:
        """Return evaluations in a form, or None where there is nothing to write.

        Raises UsageError for a form that nobody gives, PluginFailed.
        """
        asked, apart = self._giving(form, "evaluations"), [each.apart() for each in evaluations]
        found: Document | None = self._insisted(
            asked, junk.a_document, evaluations=apart, form=form, options=options or {}
        )
        return found

    def export(
        self, ruleset: Ruleset, library: Library, form: str, options: Mapping[str, Any] | None = None
    ) -> tuple[Document, ...]:
        """Return a ruleset in a form of another system; raises as `render` does."""
        asked = self._giving(form, "ruleset")
        found = self._insisted(
            asked, junk.documents, ruleset=ruleset, library=library, form=form, options=options or {}
        )
        return tuple(found or ())

    def deliver(
        self,
        evaluation: Evaluation,
        form: str,
        patient: Mapping[str, Any] | None = None,
        options: Mapping[str, Any] | None = None,
    ) -> Delivery | None:
        """Make a delivery, since somebody asked for it; raises as `render` does."""
        asked = self._giving(form, "delivery")
        found: Delivery | None = self._insisted(
            asked,
            junk.a_delivery,
            evaluation=evaluation.apart(),
            form=form,
            patient=patient or {},
            options=options or {},
        )
        return found

    def feedback(self, feedback: Feedback) -> tuple[PluginFault, ...]:
        """Tell all plugins what a user did; return which of them failed.

        Each is told by itself: one that takes too long must not have the others hear it twice.
        """
        faults: list[PluginFault] = []
        for each in self._asked["ccr_feedback"]:
            faults += self.during(["ccr_feedback"], partial(_told, each, feedback))
        return tuple(faults)

    def _giving(self, name: str, of: str) -> Implementation:
        form, plugin = self._forms.get((of, name), (None, ""))
        if form is None:
            known = ", ".join(form.name for form, _ in self._forms.values() if form.of == of) or "none"
            raise UsageError(
                f"there is no form {name} of {of}; there are: {known} (plugins that are on give more)"
            )
        hook = HOOK_OF[of]
        for each in self._asked[hook]:
            if each.plugin == plugin:
                return each
        raise UsageError(f"plugin {plugin}: it names the form {name}, but has no {hook}")

    def _insisted(self, asked: Implementation, check: junk.Check, **arguments: Any) -> Any:
        try:
            return self.during([asked.hook], lambda part: part.insist(asked, check, **arguments))
        except Failed as failed:
            raise PluginFailed(str(failed)) from None


def _told(asked: Implementation, feedback: Feedback, part: Part) -> tuple[PluginFault, ...]:
    part.ask(asked, junk.anything, feedback=feedback)
    return part.faults


def _forms(asked: Sequence[Implementation]) -> dict[tuple[str, str], tuple[Form, str]]:
    """Return the forms, and who gives them, by what they are of and their name."""
    found: dict[tuple[str, str], tuple[Form, str]] = {}
    for each in core_first(asked):
        with starting(each.plugin, f"{each.hook} failed"):
            given = junk.forms(each.function() or ())
        for form in given:
            key = (form.of, form.name)
            if key in found:
                raise UsageError(
                    f"plugin {each.plugin}: the form {form.name} of {form.of} is given by {found[key][1]} "
                    "too; list only one of the two plugins"
                )
            found[key] = (form, each.plugin)
    return found


def _ignored(_: str) -> None:
    """What failed stands in the faults, and changes nothing else."""
