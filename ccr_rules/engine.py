"""The front door: a record and a day in, an Evaluation out.

from ccr_rules import Engine
evaluation = Engine.default().evaluate(bundle, as_of="2026-11-21")
print(evaluation.headline)
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any, Literal, get_args

from ccr_rules.errors import UsageError
from ccr_rules.evaluation.answers import PluginFault
from ccr_rules.evaluation.asof import Moment
from ccr_rules.evaluation.decisions import dead_on
from ccr_rules.evaluation.frame import Frame
from ccr_rules.evaluation.groups import Group, prepare
from ccr_rules.evaluation.members import Attestation, RecordView
from ccr_rules.evaluation.program import Program, Run
from ccr_rules.evaluation.result import Evaluation
from ccr_rules.evaluation.ruleset_result import RulesetResult
from ccr_rules.evaluation.second_opinion import SecondOpinion
from ccr_rules.hosting.context import Context
from ccr_rules.hosting.folders import HostedLibrary
from ccr_rules.hosting.part import Part
from ccr_rules.hosting.plugins import EVALUATING, Plugins
from ccr_rules.hosting.source import Source
from ccr_rules.library.library import Library
from ccr_rules.record.entry import Days, Entry
from ccr_rules.record.patient import Consultation, PatientRecord
from ccr_rules.record.profiles import HostProfile
from ccr_rules.record.responses import Response
from ccr_rules.record.versions import Version

if TYPE_CHECKING:
    from ccr_rules.evaluators import DurableEvaluator

EvaluatorName = Literal["reference", "durable", "checked"]
"""Who decides: the reference, durable-rules, or the reference while durable-rules checks it."""


class Engine:
    """Evaluates records against a library of rulesets. One engine serves many threads.

    `durable` is the second evaluator; by default one is made when it is first asked for. `plugins` are the
    host's; by default there is only the core.
    """

    def __init__(
        self,
        library: Library | HostedLibrary,
        durable: "DurableEvaluator | None" = None,
        plugins: Plugins | None = None,
    ) -> None:
        self._hosted = HostedLibrary(library) if isinstance(library, Library) else library
        self.library = self._hosted.library
        self.plugins = plugins or Plugins()
        self._durable = durable
        self._prepared: dict[tuple[object, ...], tuple[Group, ...]] = {}
        self._lock = Lock()

    @classmethod
    def default(cls) -> "Engine":
        """Return an engine with the rulesets that come with the package, and no plugins."""
        return cls(Library.shipped())

    @classmethod
    def hosting(cls, plugins: Plugins, *folders: str | Path) -> "Engine":
        """Return an engine with plugins, with the rulesets of these, and with those of further folders."""
        return cls(plugins.library(*folders), plugins=plugins)

    @property
    def library_faults(self) -> tuple[PluginFault, ...]:
        """What plugins gave that is not in the library; every answer says so too."""
        return self._hosted.faults

    def anew(self) -> "Engine":
        """Return the same engine with nothing prepared."""
        return Engine(self._hosted, self._durable, self.plugins)

    def evaluate(
        self,
        record: PatientRecord | Source | bytes | str | dict[str, Any] | list[Any],
        as_of: date | str,
        *,
        known_on: date | str | None = None,
        profile: HostProfile | str | None = None,
        supplied: Iterable[str] | None = None,
        consultation: Consultation | None = None,
        responses: Sequence[Response] = (),
        rulesets: Sequence[str] = (),
        releases: Mapping[str, str] | None = None,
        version: Version = "auto",
        patient: str | None = None,
        strict: bool = False,
        engine: EvaluatorName = "reference",
        host: Mapping[str, Any] | None = None,
    ) -> Evaluation:
        """Say what a record means as of a day.

        `record` is a PatientRecord, or FHIR as JSON text, a dict, a list or a fhir.resources model, or
        whatever a plugin reads, with the name of its file as a `Source`, which then says itself whom it is
        about and how it is read.
        `as_of` is the day of the question, `known_on` (default: the same) the last day of recording
        that counts. `consultation` defaults to the record's last Encounter on that day. `rulesets`
        are `ID` or `ID@VERSION`; by default those in force on `as_of`. `releases` names, by codelist,
        the release to use or `newest`, whatever the rulesets say; the answer records each that was used.
        `engine` chooses the evaluator; with `checked`, `Evaluation.opinion` and the findings say whether
        both decide alike. `host` is passed on to plugins.
        Raises RecordError if nothing of the record is usable, UsageError for a day, ruleset or release
        that does not exist, MissingExtraError if durable-rules cannot run here; with `durable`,
        NotInSubset for a ruleset that it cannot decide and EvaluatorUnavailable if it fails.
        """
        day = as_day(as_of, "as_of")
        moment = Moment(day, as_day(known_on, "known_on") if known_on is not None else day)
        if isinstance(record, Source):
            _check_said_once(patient=patient, profile=profile, supplied=supplied)
        elif not isinstance(record, PatientRecord):
            stated = None if supplied is None else tuple(supplied)
            record = Source(record, "", patient, profile, stated, version, strict)
        prepared = self.prepare(day, rulesets, releases)
        return self._evaluated(record, moment, prepared, consultation, responses, engine, host)

    def warm(self, as_of: date) -> None:
        """Make what is made once, so that nobody waits for it. No plugin is asked."""
        moment, prepared = Moment(as_of, as_of), self.prepare(as_of)
        self._decide(PatientRecord("Patient/nobody"), moment, prepared, None, (), "reference").to_json()

    def prepare(
        self, as_of: date, rulesets: Sequence[str] = (), releases: Mapping[str, str] | None = None
    ) -> tuple[Group, ...]:
        """Return the rulesets asked for, or those in force on a day, ready to run with their codelists."""
        chosen = [self.library.find(name, as_of) for name in rulesets] or self.library.in_force(as_of)
        wanted = self.library.check_releases(releases or {})
        key = (tuple(ruleset.digest for ruleset in chosen), tuple(sorted(wanted.items())))
        with self._lock:
            if key not in self._prepared:
                find = self.library.finder(wanted)
                self._prepared[key] = prepare((Program(ruleset) for ruleset in chosen), find)
            return self._prepared[key]

    def evaluate_record(
        self,
        record: PatientRecord,
        moment: Moment,
        prepared: Sequence[Group],
        consultation: Consultation | None = None,
        responses: Sequence[Response] = (),
        *,
        engine: EvaluatorName = "reference",
        host: Mapping[str, Any] | None = None,
    ) -> Evaluation:
        """Evaluate a record that was read before, with rulesets that were prepared before."""
        return self._evaluated(record, moment, prepared, consultation, responses, engine, host)

    def _evaluated(
        self,
        given: PatientRecord | Source,
        moment: Moment,
        prepared: Sequence[Group],
        consultation: Consultation | None,
        responses: Sequence[Response],
        engine: EvaluatorName,
        host: Mapping[str, Any] | None,
    ) -> Evaluation:
        plugins = self.plugins
        context = Context(moment.as_of, moment.known_on, {} if host is None else host, self.library)

        def work(part: Part) -> Evaluation:
            record = plugins.read(given, part) if isinstance(given, Source) else given
            record = plugins.enrich(record, context, part)
            contact = consultation or plugins.consultation(record, context, part)
            evaluation = self._decide(record, moment, prepared, contact, responses, engine)
            return plugins.finished(evaluation, context, part)

        return plugins.during(EVALUATING, work, self._hosted)

    def _decide(
        self,
        record: PatientRecord,
        moment: Moment,
        prepared: Sequence[Group],
        consultation: Consultation | None,
        responses: Sequence[Response],
        engine: EvaluatorName,
    ) -> Evaluation:
        attested = [
            _attestation(each, number, self.library.codelist_names)
            for number, each in enumerate(responses)
            if each.kind == "attested"
        ]
        dead = dead_on(record, moment.as_of, moment.known_on)
        views, asked, codelists = [], [], []
        for group in prepared:
            view = RecordView(record, moment, group.index, group.codelists, attested)
            views.append(view)
            asked += [(program, Frame(view, consultation, dead)) for program in group.programs]
            codelists += [group.used_by(program) for program in group.programs]
        runs, opinion = self._decided(asked, engine)
        results = [
            RulesetResult(program, run, lists)
            for (program, _), run, lists in zip(asked, runs, codelists, strict=True)
        ]
        return Evaluation(record, moment, results, views, consultation, tuple(responses), dead, opinion)

    def _decided(
        self, asked: Sequence[tuple[Program, Frame]], engine: EvaluatorName
    ) -> tuple[list[Run], SecondOpinion | None]:
        if engine == "durable":
            return self.durable.runs(asked), None
        runs = [program.run(frame) for program, frame in asked]
        if engine == "checked":
            return runs, self.durable.opinion(asked, runs)
        if engine == "reference":
            return runs, None
        raise UsageError(f"engine: {engine!r} is not one of {', '.join(get_args(EvaluatorName))}")

    @property
    def durable(self) -> "DurableEvaluator":
        """The second evaluator. Raises MissingExtraError if durable-rules cannot run here."""
        if self._durable is None:
            from ccr_rules.evaluators import DurableEvaluator  # noqa: PLC0415 - only where it is asked for

            self._durable = DurableEvaluator()
        return self._durable


def as_day(value: date | str, name: str) -> date:
    """Return a day given as a date or as `YYYY-MM-DD`. Raises UsageError for anything else."""
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise UsageError(
            f"{name}: {value!r} is not a day; write it as YYYY-MM-DD, such as 2026-11-21"
        ) from None


def _check_said_once(**said: object) -> None:
    """Refuse what a Source says itself, of whom it must be about above all. Raises UsageError."""
    for name, value in said.items():
        if value is not None:
            raise UsageError(f"{name}: a Source says that itself; write Source(..., {name}=...)")


def _attestation(response: Response, number: int, known: Collection[str]) -> Attestation:
    if response.codelist and response.codelist not in known:
        raise UsageError(
            f"responses[{number}]: there is no codelist {response.codelist!r}; there are {', '.join(known)}"
        )
    if not response.codelist or response.day is None:
        raise UsageError(
            f"responses[{number}]: an attestation needs a codelist and a day; it has "
            f"codelist={response.codelist!r}, day={response.day}"
        )
    day = Days(response.day, response.day)
    entry = Entry(f"Response/{number}", "Response", (), "Attested by a clinician", day, day)
    return Attestation(response.codelist, entry)
