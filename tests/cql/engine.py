"""The CQL translator and engine in a node process: libraries and questions in, answers out."""

import json
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
TIME_LIMIT = 900
"""Seconds for one process, which holds many questions; the machine may be busy."""

RULES = "^(?:Date|Condition|Review|Indicator|Item|Prompt|Payment|Finding) (?!.*: rows$)"
"""The definitions of an exported library that stand for something in the ruleset."""

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class CqlRun:
    """What came of one process: what the translator found, the answers of each run, its CPU seconds."""

    problems: list[Json]
    answers: list[list[Json]]
    seconds: list[float]


def run_cql(files: Mapping[str, str], runs: Sequence[Json], shown: str = RULES) -> CqlRun:
    """Translate the libraries among some files, and ask them questions with the value sets among them.

    `shown` is a pattern of the names of the definitions that the answers hold.
    """
    node = shutil.which("node")
    assert node, (
        "exported CQL is tested with Node.js, which is not here: install Node.js 20 or later, with npm"
    )
    assert (HERE / "node_modules").is_dir(), (
        "the CQL engine is not installed: make tests/cql/node_modules/.installed"
    )
    asked = {
        "libraries": {name: text for name, text in files.items() if name.endswith(".cql")},
        "valueSets": [json.loads(text) for name, text in files.items() if name.endswith(".json")],
        "shown": shown,
        "runs": runs,
    }
    done = subprocess.run(
        [node, str(HERE / "run.mjs")],
        input=json.dumps(asked),
        capture_output=True,
        encoding="utf-8",
        timeout=TIME_LIMIT,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-4000:]
    return CqlRun(**json.loads(done.stdout.splitlines()[-1]))
