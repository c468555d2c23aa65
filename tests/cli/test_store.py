"""`ccr store` and `ccr replay`."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from ccr_rules import Engine
from ccr_rules.cli.version import version
from ccr_rules.store.keeping import decision_of
from ccr_rules.store.store import Store
from tests.cli.support import DAY, OVERDUE, ccr, process
from tests.store.samples import CALLER, CLIENT, KEY, NEWER_KEY, NOW, PATIENT, TENANT, overridden, shown


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'store'}"


def test_a_store_is_made_and_checked(url: str) -> None:
    made = ccr("store", "migrate", "--store", url)
    assert (made.exit_code, made.stdout) == (0, "the store is at revision 0001\n")
    assert ccr("store", "migrate", "--store", url).exit_code == 0
    checked = ccr("store", "check", CCR_DATABASE_URL=url)
    assert (checked.exit_code, checked.stdout) == (
        0,
        "the store answers, at revision 0001, not sealed: records and free text are not kept\n",
    )
    assert ccr("store", "check", "--store", url, CCR_STORE_KEY=KEY).stdout.endswith("0001, sealed\n")


def test_what_is_wrong_with_a_store_is_told_apart_by_the_exit_code(url: str, tmp_path: Path) -> None:
    assert ccr("store", "check", "--store", url).exit_code == 14
    (tmp_path / "store").touch()
    assert ccr("store", "check", "--store", url).exit_code == 2
    ccr("store", "migrate", "--store", url, CCR_STORE_KEY=KEY)
    refused = ccr("store", "check", "--store", url)
    assert (refused.exit_code, refused.stderr) == (
        2,
        "ccr: this store is sealed, and no key was given; name it in CCR_STORE_KEY\n",
    )


def test_what_is_old_is_removed(url: str) -> None:
    with Store.open(url) as store:
        one = shown(store)
        store.save_feedback(TENANT, CLIENT, [overridden(one)], NOW)
        used = datetime.now(UTC) - timedelta(days=2)
        store.use_jti("issuer", "jti", used, used)
    kept = ccr("store", "expire", "--before", "2026-11-20", "--store", url)
    assert kept.stdout == "removed: 0 decisions, 0 items of feedback, 0 responses, 0 requests, 1 tokens\n"
    gone = ccr("store", "expire", "--before", "2026-11-21", "--store", url)
    assert gone.stdout == "removed: 1 decisions, 1 items of feedback, 0 responses, 0 requests, 0 tokens\n"
    assert ccr("store", "expire", "--before", "tomorrow", "--store", url).exit_code == 2


def test_a_patient_is_erased(url: str) -> None:
    with Store.open(url) as store:
        shown(store)
    nobody = ccr("store", "erase", PATIENT, "--store", url)
    assert nobody.stdout.startswith("removed: 0 decisions")
    erased = ccr("store", "erase", PATIENT, "--tenant", TENANT, "--store", url)
    assert erased.stdout == "removed: 1 decisions, 0 items of feedback, 0 responses, 0 requests, 0 tokens\n"


def test_a_key_is_rotated(url: str) -> None:
    with Store.open(url, key=KEY) as store:
        shown(store)
    rotated = ccr("store", "rotate-key", "--store", url, CCR_STORE_KEY=f"{NEWER_KEY} {KEY}")
    assert (rotated.exit_code, rotated.stdout) == (0, "sealed with the newest key: 2 values\n")
    assert ccr("store", "check", "--store", url, CCR_STORE_KEY=NEWER_KEY).exit_code == 0


# ---- Replay ------------------------------------------------------------------------------------------------


def _decide(url: str, program: str | None = None) -> str:
    record = OVERDUE.read_bytes()
    evaluation = Engine.default().evaluate(record, DAY)
    kept = decision_of(evaluation, record, CALLER, NOW, program=program or version(), keep_input=True)
    with Store.open(url, key=KEY) as store:
        store.record_decision(kept, patient=evaluation.record.reference)
    return kept.id


def test_a_decision_is_replayed_in_another_process(url: str) -> None:
    id_ = _decide(url)
    ran = process("replay", id_, "--store", url, environment={"CCR_STORE_KEY": KEY, "PYTHONHASHSEED": "7"})
    assert (ran.returncode, ran.stdout.decode(), ran.stderr) == (0, f"{id_}: same\n", b"")


def test_what_differs_is_said_and_the_exit_code_is_1(url: str, tmp_path: Path) -> None:
    id_ = _decide(url, "0.0.1")
    other = tmp_path / "record.json"
    other.write_bytes(OVERDUE.read_bytes().replace(b"2026-07-30", b"2026-08-30"))
    ran = ccr("replay", id_, "--store", url, "--input", other, CCR_STORE_KEY=KEY)
    assert ran.exit_code == 1
    assert ran.stdout.startswith(f"{id_}: different\n  changed: record: it is not byte for byte")
    assert f"  changed: program: ccr-rules 0.0.1 then, {version()} now\n" in ran.stdout
    assert "  differs: headline\n" in ran.stdout
    as_json = ccr("replay", id_, "--store", url, "--input", other, "--json", CCR_STORE_KEY=KEY)
    said = json.loads(as_json.stdout)
    assert (as_json.exit_code, said["outcome"]) == (1, "different")
    assert "headline" in said["differs"]


def test_a_decision_that_is_not_there_is_a_matter_of_usage(url: str) -> None:
    ccr("store", "migrate", "--store", url)
    assert ccr("replay", "nothing", "--store", url).exit_code == 2
