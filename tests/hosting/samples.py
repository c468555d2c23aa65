"""Records, and plugins that are good, bad, slow and worse."""

import threading
from typing import Any

from ccr_rules import Consultation, Engine, Entry, Evaluation, PatientRecord, Plugins, read_record
from ccr_rules.hosting import Context, Link, Withheld, hookimpl
from tests.cli.support import ROOT

AS_OF = "2026-11-20"
STORY = (ROOT / "fhir_examples" / "support-overdue" / "record.json").read_bytes()
RECORD = read_record(STORY)
PLAIN = Engine.default()


def hosting(**plugins: Any) -> Engine:
    """Return an engine with plugins by name."""
    return Engine.hosting(Plugins.of(plugins))


def evaluated(**plugins: Any) -> Evaluation:
    """Return what an engine with plugins says of the story."""
    return hosting(**plugins).evaluate(STORY, AS_OF)


class Enriches:
    """Adds one entry, a letter."""

    ccr_kinds = ("DocumentReference",)

    @hookimpl
    def ccr_enrich_record(self, record: PatientRecord) -> PatientRecord:
        letter = Entry("DocumentReference/letter", "DocumentReference", (), "Letter")
        return _with(record, entries=(*record.entries, letter))


class Knows:
    """Knows which contact is taking place, from what the host passes along."""

    @hookimpl
    def ccr_consultation(self, context: Context) -> Consultation | None:
        mode = context.host.get("mode")
        return None if mode is None else Consultation("Slot/1", mode, "Nurse")


class Withholds:
    """Withholds every prompt."""

    @hookimpl
    def ccr_filter_prompts(self, evaluation: Evaluation) -> list[Withheld]:
        return [Withheld(each.id, each.ruleset, "not in this clinic") for each in evaluation.prompts]


class Links:
    """Offers one link."""

    @hookimpl
    def ccr_links(self) -> list[Link]:
        return [Link("Support near you", "https://services.example/ccr")]


class Raises:
    """Raises at every hook of an evaluation."""

    def __init__(self, error: BaseException) -> None:
        self.error = error

    @hookimpl
    def ccr_enrich_record(self, record: PatientRecord) -> None:
        raise self.error

    @hookimpl
    def ccr_consultation(self) -> None:
        raise self.error

    @hookimpl
    def ccr_filter_prompts(self) -> None:
        raise self.error

    @hookimpl
    def ccr_links(self) -> None:
        raise self.error


class Returns:
    """Returns the same at every hook of an evaluation."""

    def __init__(self, value: Any) -> None:
        self.value = value

    @hookimpl
    def ccr_enrich_record(self, record: PatientRecord) -> Any:
        return self.value

    @hookimpl
    def ccr_consultation(self) -> Any:
        return self.value

    @hookimpl
    def ccr_filter_prompts(self) -> Any:
        return self.value

    @hookimpl
    def ccr_links(self) -> Any:
        return self.value


class Hangs:
    """Does not return before it is let go; `entered` counts its calls."""

    def __init__(self) -> None:
        self.let_go = threading.Event()
        self.entered = 0

    @hookimpl
    def ccr_enrich_record(self, record: PatientRecord) -> None:
        self.entered += 1
        self.let_go.wait(30)


def _with(record: PatientRecord, **changes: Any) -> PatientRecord:
    from msgspec.structs import replace

    return replace(record, **changes)
