"""Makes `counts` and `report.txt`: ten weeks of a practice; one prompt falls silent after the eighth."""

from datetime import date, timedelta
from pathlib import Path

from ccr_care_team.asking import report_of
from ccr_care_team.counts import SEEN, Key
from ccr_care_team.files import append
from ccr_care_team.ledger import Ledger
from ccr_care_team.report import text_of
from ccr_care_team.settings import Watch

HERE = Path(__file__).parent
ON = date(2026, 11, 21)
RULESET = "best-practice-ccr@2026.1.0"
REVIEW, INVITE, SUPPORT = (
    f"{name}@{RULESET}"
    for name in ("cancer-care-review-due", "invite-to-cancer-care-review", "support-conversation-due")
)
REFERRAL = "871731000000106"
"""Referral to social prescribing service."""


def write(folder: Path) -> None:
    """Write the counts of each week's Friday."""
    for week in range(10):
        day = ON - timedelta(weeks=9 - week, days=1)
        fired = [(Key("fired", SUPPORT), 4 + week % 3), (Key("fired", REVIEW), 9 + week % 2)]
        fired += [(Key("fired", INVITE), 6 - week % 2)] if week < 8 else []
        answers = [
            (Key("accepted", REVIEW), 4),
            (Key("declined", REVIEW, "not-now"), 3),
            (Key("overridden", SUPPORT), 1),
            (Key("withheld", REVIEW, "receptionist"), 2),
            (Key("code", "", REFERRAL), 1),
        ]
        append(folder, day, [(SEEN, 118 + week), *fired, *answers])


def report(folder: Path) -> str:
    """Return the report of the last day."""
    return text_of(report_of(Ledger(folder), Watch(), ON))


if __name__ == "__main__":
    (HERE / "counts").mkdir(exist_ok=True)
    for each in (HERE / "counts").iterdir():
        each.unlink()
    write(HERE / "counts")
    (HERE / "report.txt").write_text(report(HERE / "counts"), encoding="utf-8")
