"""Medplum in a node process: a FHIR server with given resources, and a validator of base R4."""

import json
import shutil
import subprocess
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from tests.cds_hooks.samples import Json

HERE = Path(__file__).parent / "medplum"
TIME_LIMIT = 120
"""Seconds; the machine may be busy."""


def _node(script: str) -> list[str]:
    node = shutil.which("node")
    assert node, (
        "the service is tested with a FHIR server on Node.js: install Node.js 20.19 or later, with npm"
    )
    installed = (HERE / "node_modules" / ".package-lock.json").is_file()
    assert installed, "Medplum is not installed: make tests/service/medplum/node_modules/.installed"
    return [node, str(HERE / script)]


@contextmanager
def medplum(resources: Mapping[str, Iterable[Json]]) -> Iterator[str]:
    """Run FHIR servers, each with its resources; the base URL of one is what is yielded, and its name."""
    command = _node("server.mjs")
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        given = {name: list(found) for name, found in resources.items()}
        process.stdin.write(json.dumps(given).encode() + b"\n")
        process.stdin.flush()
        port = process.stdout.readline().decode().strip()
        assert port, "the FHIR server did not start"
        yield f"http://127.0.0.1:{port}/"


def faults_of(resources: Iterable[Json]) -> list[list[str]]:
    """Return what is wrong with each resource."""
    done = subprocess.run(
        _node("validate.mjs"),
        input=json.dumps(list(resources)).encode(),
        capture_output=True,
        check=True,
        timeout=TIME_LIMIT,
    )
    found: list[list[str]] = json.loads(done.stdout)
    return found
