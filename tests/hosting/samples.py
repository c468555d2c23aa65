"""Records, and plugins that are good, bad, slow and worse."""

import threading
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from ccr_rules import (
    Coding,
    Consultation,
    Days,
    Engine,
    Entry,
    Evaluation,
    PatientRecord,
    Plugins,
    RecordError,
    UsageError,
    read_record,
)
from ccr_rules.hosting import (
    Context,
    Delivery,
    Document,
    Form,
    Link,
    Source,
    Split,
    ToRecord,
    Withheld,
    hookimpl,
)
from ccr_rules.record.patient import KINDS, Quarantined
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


class Writes:
    """Writes one form of each sort, each after its options."""

    def __init__(self, name: str = "card") -> None:
        self.name = name

    @hookimpl
    def ccr_forms(self) -> list[Form]:
        return [
            Form(f"{self.name}-text", "evaluations", "Headlines"),
            Form(f"{self.name}-sheet", "ruleset", "The title"),
            Form(f"{self.name}-letter", "delivery", "A letter"),
            Form(f"{self.name}-missing", "delivery", "There is no hook for it" if self.name == "x" else "L"),
        ]

    @hookimpl
    def ccr_render(
        self, evaluations: Sequence[Evaluation], form: str, options: Mapping[str, Any]
    ) -> Document | None:
        if options.get("refuse"):
            raise UsageError("refuse: not here")
        if options.get("fail"):
            raise ValueError("Mrs Jones")
        if options.get("nothing"):
            return None
        text = "\n".join(each.headline for each in evaluations)
        return Document(f"{form}.txt", options.get("type", "text/plain"), text.encode())

    @hookimpl
    def ccr_export(self, ruleset: Any, form: str) -> list[Document]:
        return [Document(f"{form}.txt", "text/plain", ruleset.title.encode())]

    @hookimpl
    def ccr_deliver(self, evaluation: Evaluation, form: str, patient: Mapping[str, Any]) -> Delivery:
        name = patient.get("name", [{}])[0].get("text", "")
        letter = Document("letter.txt", "text/plain", f"{form}: {name}".encode())
        invitation = ToRecord("cancer-invitation", "Invitation", evaluation.moment.as_of)
        return Delivery((letter,), record=(invitation,), next_on=date(2026, 12, 1))


class Lines:
    """Reads a format of its own: `NAME;DAY;CODE` on each line, several patients in a file."""

    @hookimpl
    def ccr_split_source(self, source: Source) -> Split | None:
        if not source.raw.startswith(b"lines\n"):
            return None
        rows = source.text.splitlines()[1:]
        names = dict.fromkeys(row.partition(";")[0] for row in rows if ";" in row)
        faults = [Quarantined("", f"line {n}", "no name") for n, row in enumerate(rows, 2) if ";" not in row]
        return Split.of(
            (
                source.with_content("line\n" + "\n".join(r for r in rows if r.startswith(f"{name};")), name)
                for name in names
            ),
            faults,
        )

    @hookimpl
    def ccr_read_record(self, source: Source) -> PatientRecord | None:
        if not source.raw.startswith(b"line\n"):
            return None
        entries = []
        for number, row in enumerate(source.text.splitlines()[1:]):
            _, day, code = row.split(";")
            if code == "unreadable":
                raise RecordError(f"line {number}: there is no code; export it with codes")
            days = Days(date.fromisoformat(day), date.fromisoformat(day))
            coding = Coding("http://snomed.info/sct", code)
            entries.append(Entry(f"Condition/{number}", "Condition", (coding,), "", days, days))
        return PatientRecord(f"Patient/{source.patient}", tuple(entries), supplied=frozenset(KINDS))


EXPORT = b"lines\na;2026-03-01;254837009\nb;2026-04-01;254837009\nnothing\na;2026-05-01;254837009\n"
