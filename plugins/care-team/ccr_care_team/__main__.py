"""`python -m ccr_care_team FOLDER --as-of DAY`: the report, for a job that runs every day.

It ends with 1 where there is an alarm, with 2 where it was called wrongly.
"""

import argparse
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import msgspec

from ccr_care_team.asking import report_of
from ccr_care_team.ledger import Ledger
from ccr_care_team.report import text_of
from ccr_care_team.settings import Watch


def main(arguments: Sequence[str] | None = None) -> int:
    """Write a report; return 1 if there is an alarm in it, or else 0."""
    parser = argparse.ArgumentParser("python -m ccr_care_team", description="Which prompts fell silent.")
    default = Watch()
    parser.add_argument("folder", type=Path, help="the folder of the counts, as in the settings")
    parser.add_argument("--as-of", type=date.fromisoformat, required=True, help="the day, as YYYY-MM-DD")
    parser.add_argument("--json", action="store_true", help="as JSON")
    parser.add_argument("--earlier-weeks", type=int, default=default.earlier_weeks)
    parser.add_argument("--recent-weeks", type=int, default=default.recent_weeks)
    parser.add_argument("--probability", type=float, default=default.probability)
    parser.add_argument("--fallen-below", type=float, default=default.fallen_below)
    given = parser.parse_args(arguments)
    if not given.folder.is_dir():
        parser.error(f"{given.folder} is not a folder; name the one in which counts are written")
    values = {name: getattr(given, name) for name in Watch.__struct_fields__}
    try:
        watch = msgspec.convert(values, Watch)
    except msgspec.ValidationError as fault:
        parser.error(str(fault))
    report = report_of(Ledger(given.folder), watch, given.as_of)
    sys.stdout.write(msgspec.json.encode(report).decode() + "\n" if given.json else text_of(report))
    return 1 if report.alarms else 0


if __name__ == "__main__":
    sys.exit(main())
