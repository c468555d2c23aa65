"""What docs/service.md shows runs, and its tables list what there is."""

import json
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ccr_rules.service.clock import Clock
from ccr_rules.service.problems import KINDS
from ccr_rules.service.settings import Issuer, Settings
from tests.cli.support import ROOT
from tests.service.servers import Server, serving
from tests.service.support import STORE, Here, question

PAGE = (ROOT / "docs" / "service.md").read_text(encoding="utf-8")


def block(language: str) -> str:
    """Return the block of code that the page says is run by a test."""
    found = re.search(rf"<!-- run by a test -->\n```{language}\n(.*?)```", PAGE, re.DOTALL)
    assert found is not None
    return found[1]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serving(tmp_path_factory.mktemp("docs"), "--dev") as started:
        yield started


def test_the_commands_of_the_page_are_answered(server: Server, tmp_path: Path) -> None:
    (tmp_path / "fhir_examples").symlink_to(ROOT / "fhir_examples")
    port = str(server.client.base_url.port)
    script = "set -e\n" + block("sh").replace("8765", port).replace("curl -s", "curl -sf -w '\\n'")
    done = subprocess.run(["sh", "-c", script], cwd=tmp_path, capture_output=True, check=False, timeout=120)
    assert done.returncode == 0, done.stderr
    shown = done.stdout.decode().splitlines()
    assert json.loads(shown[0])["as_of"] == "2026-11-20"
    assert json.loads(shown[1])[0]["kind"] == "review"
    assert json.loads(shown[2])["answer"] == json.loads(shown[0])


def test_the_token_of_the_page_lets_its_client_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    names: dict[str, Any] = {}
    exec(block("python"), names)
    issuer = Issuer(
        issuer="https://emr.example", jwks=str(tmp_path / "emr.jwks.json"), tenants=("practice-1",)
    )
    settings = Settings(
        public_url="https://ccr.example.nhs.uk", database_url=STORE, reload_seconds=0, issuers=(issuer,)
    )
    with Here(settings, Clock()) as service:
        assert service.post("/evaluate", json=question(), headers=names["headers"]).status_code == 200


def test_every_setting_every_problem_and_every_path_is_on_the_page() -> None:
    for name in (*Settings.__struct_fields__, *KINDS):
        assert f"`{name}`" in PAGE or f"`[[{name}]]`" in PAGE, name
    with Here() as service:
        for path in service.get("/openapi.json").json()["paths"]:
            assert re.search(rf"`(GET|POST) {re.escape(path)}`", PAGE), path
    for kind in KINDS.values():
        assert f"| `{kind.slug}` | {kind.status} |" in PAGE
