"""Write `docs/fhir.md` from the tables by which FHIR is read: `python -m tests.documents.fhir_page`."""

from collections.abc import Iterable, Iterator

from ccr_rules.record import date_table, status_table
from ccr_rules.record.episodes import WORDS
from ccr_rules.record.findings import MESSAGES
from ccr_rules.record.kinds import STU3_NAMES
from ccr_rules.record.patient import KINDS
from ccr_rules.record.profiles import ACTIVITY, DIAGNOSIS, PROFILES, HostProfile
from ccr_rules.record.versions import SIGNS
from tests.cli.support import ROOT
from tests.documents.filling import filled_in
from tests.documents.tables import code, codes, table

PAGE = ROOT / "docs" / "fhir.md"
TEMPLATE = ROOT / "tests" / "documents" / "fhir_template.md"
STANDINGS: tuple[status_table.Standing, ...] = ("done", "unsure", "planned", "not-done", "declined", "void")


def page() -> str:
    """Return the template with each table in its place."""
    return filled_in(TEMPLATE.read_text(encoding="utf-8"), _tables())


def _tables() -> dict[str, str]:
    findings = ((code(id_), text.replace("{}", "…")) for id_, text in MESSAGES.items())
    return {
        "kinds": _kinds(),
        "dates": table(("resource", "clinical day", "recorded day"), _dates()),
        "statuses": table(("resource", *STANDINGS), _statuses()),
        "episodes": table(("written", "read as"), ((code(word), episode) for word, episode in WORDS.items())),
        "profiles": table(
            ("profile", "supplies", "keeps", "assumed, in every answer", "version"), _profiles()
        ),
        "versions": table(("points to", "in", "because of"), _signs()),
        "findings": table(("finding", "message"), findings),
    }


def _kinds() -> str:
    older = ", ".join(f"{code(old)} (read as {code(new)})" for old, new in STU3_NAMES.items())
    return f"{', '.join(codes(KINDS))}; of STU3 also {older}.\n"


def _dates() -> Iterator[tuple[str, ...]]:
    for kind in dict.fromkeys(row[0] for row in date_table.TABLE):
        yield code(kind), _elements(kind, "clinical"), _elements(kind, "recorded")


def _elements(kind: str, meaning: str) -> str:
    rows = [row for row in date_table.TABLE if row[:2] == (kind, meaning)]
    return "; ".join(
        f"{', '.join(codes(elements.split()))}{_versions(versions)}" for _, _, elements, versions in rows
    )


def _versions(versions: str) -> str:
    return "" if versions == date_table.ALL else f" ({versions.replace(' ', ', ')})"


def _statuses() -> Iterator[tuple[str, ...]]:
    rows = {code(kind): row for kind, row in status_table.TABLE.items()}
    rows["`DocumentReference`, of the document (`docStatus`)"] = status_table.DOCUMENT_STATUS
    for name, row in rows.items():
        yield name, *(", ".join(codes(row.get(standing, "").split())) for standing in STANDINGS)


def _profiles() -> Iterator[tuple[str, ...]]:
    for profile in PROFILES.values():
        supplies = "everything" if profile.supplies == KINDS else ", ".join(codes(profile.supplies))
        yield code(profile.name), supplies, _keeps(profile), " ".join(profile.assumed), profile.version


def _keeps(profile: HostProfile) -> str:
    names = {DIAGNOSIS: "every diagnosis", ACTIVITY: "every activity"}
    return "; ".join(f"{names[key]}: {', '.join(codes(kinds))}" for key, kinds in profile.keeps.items())


def _signs() -> Iterable[tuple[str, ...]]:
    return ((version, code(kind) if kind else "any", because) for kind, version, because, _ in SIGNS)


def write() -> None:
    """Write the page."""
    PAGE.write_text(page(), encoding="utf-8")


if __name__ == "__main__":  # pragma: no cover
    write()
