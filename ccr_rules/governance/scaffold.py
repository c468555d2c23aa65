"""The files of a new local scheme: an overlay that changes nothing yet, with a casebook that passes."""

import re
from pathlib import Path

from ccr_rules.errors import UsageError
from ccr_rules.governance.casebook import CASEBOOK_FILE
from ccr_rules.language.ruleset import Ruleset
from ccr_rules.library.library import RULESET_FILE

_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")

_RULESET = """\
ruleset: {id}
version: {version}
title: Local scheme {id}
summary: >-
  Say here what the scheme is, for whom, and who asks for it.
jurisdiction: {jurisdiction}
status: draft
in_force: {{from: {start}{end}}}
extends:
  ruleset: {base}
  version: {base_version}
  digest: "{digest}"

# Where the scheme can be read. Every definition names one of these, or one of the base's, as its source.
sources:
  - {{id: specification, title: Specification of the scheme}}

# Below, what the scheme adds or changes: parameters, dates, conditions, reviews, process, items, prompts,
# payments, findings, not_computable. A definition with an id of the base replaces that of the base whole;
# `removes` takes some out.
"""

_CASEBOOK = """\
casebook: {id}

# What the scheme takes unchanged from {base} {base_version} is shown by its casebook. Here, cases for
# whatever the scheme adds or changes: the day before, on and after each boundary, and one in which it rightly
# does not apply.

cases:
  nothing-recorded:
    title: Nothing is asked about somebody without any entry
    record: []
    expect:
      {start}: {{completeness: complete, prompts: [], payments: []}}
"""

_CHANGELOG = """\
# Changelog of {id} {year}

## {version} (draft)

First version. An overlay of {base} {base_version}, evaluated only when named.

- What the scheme adds, changes and takes out, and why.

Not approved by anybody.
"""

_SAFETY = """\
# Hazards of {id} {year}

The hazards of `{base}` {base_version} hold here too. None below has been rated or accepted by a clinical
safety officer; severity, likelihood and acceptance are theirs to add. Case names are those of
`casebook.yaml`.

**H-01 Somebody is asked whom the scheme does not mean.**
Cause:
Effect:
Control:
Evidence: `nothing-recorded`.
"""


def scaffold(ruleset_id: str, base: Ruleset) -> dict[str, str]:
    """Return the text of each file of a new overlay, by its path `<id>/<year>/<file>`.

    Raises UsageError for an id that no ruleset may have.
    """
    if not _ID.fullmatch(ruleset_id):
        raise UsageError(
            f"{ruleset_id} cannot be an id; use small letters, digits and hyphens: local-my-scheme"
        )
    year = base.version.partition(".")[0]
    words = {
        "id": ruleset_id,
        "year": year,
        "version": f"{year}.1.0",
        "jurisdiction": base.jurisdiction,
        "start": str(base.in_force_from),
        "end": f", to: {base.in_force_to}" if base.in_force_to else "",
        "base": base.id,
        "base_version": base.version,
        "digest": base.digest,
    }
    texts = {
        RULESET_FILE: _RULESET,
        CASEBOOK_FILE: _CASEBOOK,
        "CHANGELOG.md": _CHANGELOG,
        "SAFETY.md": _SAFETY,
    }
    return {f"{ruleset_id}/{year}/{file}": text.format(**words) for file, text in texts.items()}


def write_scaffold(files: dict[str, str], folder: Path) -> list[Path]:
    """Write the files of a new overlay below a folder, and return where they stand.

    Raises UsageError, before anything is written, if one of them is there already, or if writing fails.
    """
    paths = {folder / name: text for name, text in files.items()}
    for path in paths:
        if path.exists():
            raise UsageError(f"{path} is there already; name another id or folder")
    try:
        for path, text in paths.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        raise UsageError(f"{error.filename}: cannot be written: {error.strerror}") from error
    return list(paths)
