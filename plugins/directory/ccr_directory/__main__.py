"""Look at a directory before a practice uses it.

python -m ccr_directory check services.csv
python -m ccr_directory find NR1 services.csv
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from ccr_directory.directory import Directory
from ccr_directory.domains import DOMAINS
from ccr_directory.postcodes import read_postcode
from ccr_directory.reading import read_file
from ccr_directory.regions import NATIONS
from ccr_rules.errors import UsageError


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; return 0, 1 where rows were left out, 2 where something cannot be used."""
    parser = argparse.ArgumentParser(
        prog="python -m ccr_directory", description="Look at a directory of services."
    )
    commands = parser.add_subparsers(dest="command", required=True)
    check = commands.add_parser("check", help="say which rows cannot be used, and why")
    find = commands.add_parser("find", help="list the services of a place by domain, the nearest first")
    find.add_argument("district", help="a district such as NR1; no whole postcode of a person is needed")
    find.add_argument("--nation", choices=NATIONS, default="GB-ENG", help="where the practice is")
    for command in (check, find):
        command.add_argument("files", nargs="+", type=Path)
    given = parser.parse_args(arguments)
    try:
        if given.command == "check":
            return _check(given.files)
        return _find(given.district, given.nation, given.files)
    except UsageError as fault:
        sys.stderr.write(f"{fault.message}\n")
        return fault.exit_code


def _check(files: Sequence[Path]) -> int:
    rows = [read_file(path) for path in files]
    problems = [problem for each in rows for problem in each.problems]
    for problem in problems:
        _say(str(problem))
    _say(f"services: {sum(len(each.services) for each in rows)}; rows left out: {len(problems)}")
    return 1 if problems else 0


def _find(district: str, nation: str, files: Sequence[Path]) -> int:
    place = read_postcode(district)
    if place is None:
        raise UsageError(f"{district} is no district; write the first half of a postcode, such as NR1")
    directory = Directory([service for path in files for service in read_file(path).services])
    for domain in DOMAINS:
        found = list(directory.find(place.ladder(nation), domain))
        if found:
            _say(domain)
        for service in found:
            _say(f"  {service.name} ({'; '.join(service.areas)})")
    return 0


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")


if __name__ == "__main__":  # pragma: no cover - a process of its own; the tests call main
    sys.exit(main())
