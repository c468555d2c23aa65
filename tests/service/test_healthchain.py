"""HealthChain, a client that others wrote, calls the service that people run, and reads its card."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from ccr_rules.cli.question import today
from tests.cli.support import ROOT
from tests.service.examples import patient_of, prefetch, resources
from tests.service.running import served

PYTHON = ROOT / ".venv-healthchain" / "bin" / "python"
CLIENT = Path(__file__).parent / "healthchain" / "client.py"

Json = dict[str, Any]


def healthchain(url: str, workflow: str = "patient-view", **context: str) -> Json:
    """Have HealthChain call a service about somebody whose support conversation is overdue today."""
    assert PYTHON.exists(), "HealthChain is not installed: make .venv-healthchain/.installed"
    found = resources("support-overdue", today())
    asked = {
        "url": f"{url}/cds-services/ccr-{workflow}",
        "workflow": workflow,
        "context": {"userId": "Practitioner/7", "patientId": patient_of(found), **context},
        "prefetch": prefetch(found),
    }
    done = subprocess.run(
        [PYTHON, CLIENT], input=json.dumps(asked).encode(), capture_output=True, check=False, timeout=120
    )
    assert done.returncode == 0, done.stderr.decode()
    answer: Json = json.loads(done.stdout)
    return answer


@pytest.mark.parametrize(
    ("workflow", "context"), [("patient-view", {}), ("encounter-discharge", {"encounterId": "e1"})]
)
def test_healthchain_reads_the_card_itself(service_url: str, workflow: str, context: dict[str, str]) -> None:
    answer = healthchain(service_url, workflow, **context)
    assert answer["fault"] == "", answer
    assert "cards" in answer["raw"], answer["raw"]
    (card,) = answer["read"]["cards"]
    assert card["summary"] == answer["raw"]["cards"][0]["summary"]
    assert "upport conversation" in card["summary"]
    assert card["suggestions"][0]["actions"][0]["resource"]["resourceType"] == "Task"
    assert card["overrideReasons"]
    assert "extension" not in answer["read"], "what HealthChain cannot read itself it hands on as it came"


def test_healthchain_does_not_take_a_link_without_its_own_word_for_autolaunchable(tmp_path: Path) -> None:
    """Its field is `autoLaunchable`, and required; that of CDS Hooks is `autolaunchable`, and optional."""
    panel = {"CCR_PANEL_URL": "http://127.0.0.1/panel"}
    with served(tmp_path, "--dev", environment=panel) as url:
        answer = healthchain(url)
    assert answer["raw"]["cards"][0]["links"]
    assert "cards.0.links.0.autoLaunchable" in answer["fault"]
    assert "extension" in answer["read"], "so it hands on the answer as it came"
