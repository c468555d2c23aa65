"""Write docs/errors.md, whose messages are what `ccr` says: `python -m tests.cli.errors_page`."""

import json
import tempfile
from contextlib import chdir
from dataclasses import dataclass, field
from pathlib import Path

from tests.cli.support import CASES, DAY, ROOT, SCHEME, bundle, ccr, diagnosis, patient

PAGE = ROOT / "docs" / "errors.md"


@dataclass(frozen=True)
class Failure:
    """Something that goes wrong: how it looks, the files it needs, the command, and what to do."""

    title: str
    seen: str
    command: tuple[str, ...]
    fix: str
    files: dict[str, str] = field(default_factory=dict)


def _record(*resources: dict[str, object]) -> str:
    return json.dumps(bundle(*resources))


_EVALUATE = ("evaluate", "record.json", "--as-of", DAY)
_GOOD = {"record.json": _record(patient(), diagnosis())}

RECORDS = (
    Failure(
        "Not JSON",
        "`record.json` holds `hello`.",
        _EVALUATE,
        "Export the record as FHIR JSON. XML is not read.",
        {"record.json": "hello"},
    ),
    Failure(
        "Cut off",
        '`record.json` ends in the middle: `{"resourceType": "Bundle", "entry": [`.',
        _EVALUATE,
        "Fetch the record again. Nothing is guessed from half a record.",
        {"record.json": '{"resourceType": "Bundle", "entry": ['},
    ),
    Failure(
        "Nested 10,000 deep",
        "`record.json` holds ten thousand opening brackets.",
        _EVALUATE,
        "No FHIR resource is nested like this: look at what wrote the file.",
        {"record.json": "[" * 10_000 + "]" * 10_000},
    ),
    Failure(
        "Two patients",
        "A Bundle with `Patient/p1` and `Patient/p2`.",
        _EVALUATE,
        "One record is one patient. Write a file for each, and name them all or their folder.",
        {"record.json": _record(patient("p1"), patient("p2"), diagnosis())},
    ),
    Failure(
        "No patient",
        "A Bundle with nothing but an Organization.",
        _EVALUATE,
        "Send the Patient, or resources whose `subject` names one.",
        {"record.json": _record({"resourceType": "Organization", "id": "o1"})},
    ),
    Failure(
        "Another patient than the one asked for",
        "The record is about `Patient/p1`.",
        (*_EVALUATE, "--patient", "Patient/p9"),
        "Check that the right record was fetched.",
        _GOOD,
    ),
)

USAGE = (
    Failure(
        "A day that does not exist",
        "",
        ("evaluate", "record.json", "--as-of", "2025-02-30"),
        "Days are written 2025-02-28.",
        _GOOD,
    ),
    Failure("No such file", "", ("evaluate", "records/p7.json"), "Check the path; `-` reads stdin."),
    Failure(
        "A host profile that does not exist",
        "",
        (*_EVALUATE, "--profile", "gp-conect"),
        "`whole-record`, `condition-encounter` and `gp-connect` are shipped.",
        _GOOD,
    ),
    Failure(
        "A kind of resource that is not read",
        "",
        (*_EVALUATE, "--supplied", "Condition,Encountr"),
        "Kinds are the names of FHIR resources.",
        _GOOD,
    ),
    Failure(
        "A ruleset that does not exist",
        "",
        (*_EVALUATE, "--ruleset", "best-practise-ccr"),
        "`ccr ruleset list` names them.",
        _GOOD,
    ),
    Failure(
        "A ruleset without a questionnaire",
        "",
        ("ruleset", "export", "qof-cancer@2023", "--format", "questionnaire"),
        "The questionnaire is made of what reviews prepare, ask, cover and do afterwards.",
    ),
    Failure(
        "A rule that does not exist",
        "",
        ("explain", "record.json", "chat", "-r", "local-scheme", "--rulesets", "."),
        "`ccr explain RECORD` lists them.",
        {**_GOOD, "local-scheme/2026/ruleset.yaml": SCHEME},
    ),
    Failure(
        "JSON of several records",
        "",
        ("evaluate", ".", "--format", "json"),
        "NDJSON has one line for each.",
        {"a.json": "{}", "b.json": "{}"},
    ),
    Failure(
        "A response with a key that does not exist",
        '`responses.json` holds `[{"kind": "snoozed", "untill": "2026-12-31"}]`.',
        (*_EVALUATE, "--responses", "responses.json"),
        "A misspelt `until` would have held the prompt back for ever, so it is refused.",
        {**_GOOD, "responses.json": '[{"kind": "snoozed", "untill": "2026-12-31"}]'},
    ),
)

RULESETS = (
    Failure(
        "A misspelt name",
        "In `ruleset.yaml` a condition says `DIAGNOSD is not null`.",
        ("ruleset", "check", "ruleset.yaml"),
        "The line and column are those of the word.",
        {"ruleset.yaml": SCHEME.replace("DIAGNOSED is not null", "DIAGNOSD is not null")},
    ),
    Failure(
        "A misspelt key, and a key twice",
        "`titel:` for `title:`, and `status:` in two lines.",
        ("ruleset", "check", "ruleset.yaml"),
        "All problems are told together.",
        {
            "ruleset.yaml": SCHEME.replace("title: A local", "titel: A local").replace(
                "status: active", "status: active\nstatus: draft"
            )
        },
    ),
    Failure(
        "A value without a source",
        "A parameter is `{value: 28 days}`.",
        ("ruleset", "check", "ruleset.yaml"),
        "Say where the value is from, or whose choice it is and why.",
        {"ruleset.yaml": SCHEME.replace("{value: 28 days, source: us}", "{value: 28 days}")},
    ),
    Failure(
        "A step that expects what there is not",
        "A step of the process says `expects: diagnosis-tolt`.",
        ("ruleset", "check", "ruleset.yaml"),
        "A step expects steps of the same ruleset, those of its base among them.",
        {
            "ruleset.yaml": SCHEME + "process:\n"
            "  diagnosis-told: {title: tells of the diagnosis, who: trust, timing: At once, source: us}\n  "
            "diagnosis-entered:\n    title: enters it\n    who: practice\n    timing: At once\n    "
            "expects: diagnosis-tolt\n    source: us\n"
        },
    ),
    Failure(
        "A case that fails",
        "The casebook expects `talk: done` of somebody for whom nothing was done.",
        ("ruleset", "test", "ruleset.yaml"),
        "Either the ruleset or the expectation is wrong: the sentences say how the answer came about.",
        {"ruleset.yaml": SCHEME, "casebook.yaml": CASES.replace("overdue}", "done}")},
    ),
)

_MAPPING = """\
mapping: ours
supplied: [Patient, Observation]
entries:
  patient: Patient ID
  kind: Observation
  code: SNOMED code
  date: Date
"""
_TABLE = "Patient ID,Concept ID,Date\np1,254837009,2025-01-10\n"
_FLAT = ("population", "ingest", "entries.csv", "--flat", "mapping.yaml", "--out", "data")

POPULATIONS = (
    Failure(
        "A column that a table does not have",
        "The mapping says `code: SNOMED code`, and the column of `entries.csv` is called `Concept ID`.",
        _FLAT,
        "Compare the mapping with the first line of the file: searches name their columns as they like.",
        {"mapping.yaml": _MAPPING, "entries.csv": _TABLE},
    ),
    Failure(
        "A mapping with a misspelt key and a kind that does not exist",
        "",
        _FLAT,
        "All that is wrong is told together; [population-ingest.md](population-ingest.md) lists the keys.",
        {
            "mapping.yaml": _MAPPING.replace("  date:", "  dat:").replace(
                "kind: Observation", "kind: Observatoin"
            ),
            "entries.csv": _TABLE,
        },
    ),
    Failure(
        "A table of patients without a mapping",
        "",
        ("population", "ingest", "export", "--patients", "patients.csv", "--out", "data"),
        "The table of patients is read by the mapping that `--flat` names.",
    ),
    Failure(
        "An OMOP folder without its concepts",
        "",
        ("population", "ingest", "cdm", "--omop", "--out", "data"),
        "Without the table of concepts nobody knows which code an entry has.",
        {"cdm/person.csv": "person_id,gender_concept_id,year_of_birth\n"},
    ),
    Failure(
        "A data set of something else in the folder",
        "",
        ("population", "ingest", "export", "--out", "data"),
        "A data set is never replaced by chance.",
        {
            "export/p1.json": json.dumps(patient()),
            "data/dataset.json": json.dumps(
                {
                    "format": 1,
                    "made_by": "ccr-rules",
                    "sources": [],
                    "patients": 0,
                    "entries": 0,
                    "supplied": [],
                    "incomplete": {},
                    "parts": [],
                }
            ),
        },
    ),
)

HEAD = """\
# Errors

What goes wrong most often: how it looks, what `ccr` says, and what to do. The messages on this page are
what the commands say; a test compares them, and `python -m tests.cli.errors_page` writes the page anew.
Messages name files, references and places in a record, never what the record says of a person.
"""

TAIL = """\
A single resource that cannot be read is no error: it is set aside with its reference, its place and the
reason, the rest is evaluated, and what it might have changed says "cannot tell". See `record.quarantined`
in the answer, or "not read" in the table. A row of a table, or a resource of one of many patients, goes to
`quarantine.ndjson`: [population-ingest.md](population-ingest.md#what-is-left-out).
"""


def page() -> str:
    """Return the whole page."""
    parts = [
        HEAD,
        _section("Records (exit code 11)", RECORDS),
        _section("Usage (exit code 2)", USAGE),
        _section("Rulesets (exit code 10) and their tests (exit code 13)", RULESETS),
        _section("Populations (exit code 2)", POPULATIONS),
        TAIL,
    ]
    return "\n".join(parts)


def _section(title: str, failures: tuple[Failure, ...]) -> str:
    return "\n".join([f"## {title}\n", *(_told(failure) for failure in failures)])


def _told(failure: Failure) -> str:
    seen = f"{failure.seen}\n\n" if failure.seen else ""
    command = " ".join(failure.command)
    return f"### {failure.title}\n\n{seen}```console\n$ ccr {command}\n{said(failure)}```\n\n{failure.fix}\n"


def said(failure: Failure) -> str:
    """Return what the command says, on stdout and then on stderr."""
    with tempfile.TemporaryDirectory() as folder, chdir(folder):
        for name, text in failure.files.items():
            Path(name).parent.mkdir(parents=True, exist_ok=True)
            Path(name).write_text(text, encoding="utf-8")
        result = ccr(*failure.command)
    return result.stdout + result.stderr


def write() -> None:
    """Write the page."""
    PAGE.write_text(page(), encoding="utf-8")


if __name__ == "__main__":  # pragma: no cover
    write()
