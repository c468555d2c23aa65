"""`python -m ccr_ruleset_pack build FOLDER OUT.zip`, and `verify PACK.zip`.

It ends with 0 if the pack can be used, and else with the exit codes of `ccr`: 2, 10 or 13.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from ccr_rules.errors import CcrError
from ccr_ruleset_pack.building import build
from ccr_ruleset_pack.checking import Checked, check_pack
from ccr_ruleset_pack.pack import Pack, read_pack


def main(arguments: Sequence[str] | None = None) -> int:
    """Build or verify a pack, and say what is in it; return the exit code."""
    given = _parser().parse_args(arguments)
    try:
        on = [read_pack(path) for path in given.on]
        if given.command == "build":
            pack, checked = build(given.folder, given.out, on)
        else:
            pack = read_pack(given.pack, given.digest)
            checked = check_pack(pack, on)
    except CcrError as error:
        sys.stderr.write(f"{error.message}\n")
        return error.exit_code
    sys.stderr.writelines(f"{note}\n" for note in checked.notes)
    sys.stdout.write(_told(pack, checked))
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("python -m ccr_ruleset_pack", description="Packs of rulesets.")
    commands = parser.add_subparsers(dest="command", required=True)
    building = commands.add_parser("build", help="check a folder, and make a pack of it")
    building.add_argument("folder", type=Path)
    building.add_argument("out", type=Path)
    verifying = commands.add_parser("verify", help="check a pack, and say what is in it")
    verifying.add_argument("pack", type=Path)
    verifying.add_argument("--digest", help="refuse every other file: sha256:…")
    for each in (building, verifying):
        each.add_argument(
            "--on", type=Path, action="append", default=[], help="a pack on which this one builds"
        )
    return parser


def _told(pack: Pack, checked: Checked) -> str:
    manifest = pack.manifest
    lines = [f"{manifest.name} {manifest.version}, published by {manifest.publisher}"]
    lines += [f"ruleset  {each}" for each in checked.rulesets]
    lines += [f"codelist {each}" for each in checked.codelists]
    lines.append(f"digest   {pack.digest}")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.exit(main())
