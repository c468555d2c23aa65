"""Write `docs/cds-hooks.md` from what the service says: `python -m tests.documents.cds_hooks_page`."""

import json
from collections.abc import Iterator
from typing import Any

from ccr_rules.cds_hooks.hooks import HOOKS
from ccr_rules.cds_hooks.prefetch import templates
from ccr_rules.cds_hooks.resources import About, recording
from ccr_rules.codelists.codelist import Codelist, suggestible
from ccr_rules.evaluation.answers import Code
from ccr_rules.record.entry import SNOMED
from tests.cds_hooks.samples import (
    DAY,
    Json,
    answered,
    body,
    engine,
    groups,
    kinds,
    patient,
    prefetch_of,
    sent,
)
from tests.cli.support import ROOT
from tests.documents.filling import filled_in
from tests.documents.tables import code, codes, table
from tests.record.samples import BREAST, concept, condition

PAGE = ROOT / "docs" / "cds-hooks.md"
TEMPLATE = ROOT / "tests" / "documents" / "cds_hooks_template.md"
SHORT = 120


def page() -> str:
    """Return the template with each table in its place."""
    parts = {
        "hooks": table(("hook", "service", "called when", "context"), _hooks()),
        "prefetch": table(("key", "template"), ((code(k), code(t)) for k, t in templates(kinds()).items())),
        "suggestions": table(("codelist", "recorded as"), _suggestions()),
        "reasons": table(("code", "shown", "holds"), _reasons()),
        "example": _example(),
    }
    return filled_in(TEMPLATE.read_text(encoding="utf-8"), parts)


def _hooks() -> Iterator[tuple[str, ...]]:
    for hook in HOOKS.values():
        fields = [*codes(hook.required), *(f"{each} if there is one" for each in codes(hook.optional))]
        yield code(hook.name), code(f"ccr-{hook.name}"), hook.when, ", ".join(fields)


def _suggestions() -> Iterator[tuple[str, ...]]:
    """Yield what is recorded how, of the codelists that some prompt of a ruleset in force offers."""
    offered: dict[str, Codelist] = {}
    for group in groups():
        for program in group.programs:
            for prompt in program.ruleset.prompts.values():
                names = (program.ruleset.codelists[name].codelist for name in prompt.record)
                offered |= {name: engine().library.codelist(name, None) for name in names}
    for name, codelist in sorted(offered.items()):
        yield f"{codelist.title} ({code(name)})", _recorded(codelist)


def _recorded(codelist: Codelist) -> str:
    entries = suggestible(codelist)
    if not entries:
        return "by hand: no code is verified"
    made = recording(Code(SNOMED, entries[0].code, entries[0].display), codelist, About("p1", None, DAY))
    return f"{made['resourceType']}, {made['status']}"


def _reasons() -> Iterator[tuple[str, ...]]:
    seen: dict[str, tuple[str, ...]] = {}
    for group in groups():
        for program in group.programs:
            for id_, reason in program.ruleset.decline_reasons.items():
                holds = str(reason.holds) if reason.holds else "until changed"
                seen.setdefault(id_, (code(id_), reason.display, holds))
    yield from seen.values()


def _example() -> str:
    diagnosis = condition(code=concept(BREAST, "Malignant neoplasm of breast"), onsetDateTime="2025-12-11")
    prefetch = prefetch_of(patient(), diagnosis)
    none = {"resourceType": "Bundle", "type": "searchset", "total": 0}
    found = {kind: none if value.get("total") == 0 else value for kind, value in prefetch.items()}
    asked = body(found, context={"encounterId": "e1"})
    made = sent(answered(found, context={"encounterId": "e1"}))
    (card,) = made["cards"]
    first, *others, last = card["suggestions"]
    card["suggestions"] = [first, last]
    return (
        f"`POST /cds-services/ccr-patient-view`:\n\n{_block(asked)}\nThe answer is 200. Of its suggestions "
        f"{len(others)} are left out here:\n\n{_block(made)}"
    )


def _block(value: Json) -> str:
    return f"```json\n{_written(value, 0)}\n```\n"


def _written(value: Any, indent: int) -> str:
    """Return JSON in which what is short stands on one line."""
    short = json.dumps(value, ensure_ascii=False)
    if not isinstance(value, dict | list) or len(short) + indent <= SHORT:
        return short
    inner = " " * (indent + 2)
    if isinstance(value, dict):
        keys = [f"{json.dumps(key)}: {_written(each, indent + 2)}" for key, each in value.items()]
        return "{\n" + ",\n".join(inner + key for key in keys) + "\n" + " " * indent + "}"
    items = [inner + _written(each, indent + 2) for each in value]
    return "[\n" + ",\n".join(items) + "\n" + " " * indent + "]"


def write() -> None:
    """Write the page."""
    PAGE.write_text(page(), encoding="utf-8")


if __name__ == "__main__":  # pragma: no cover
    write()
