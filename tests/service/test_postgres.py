"""The store in PostgreSQL, as several workers use it and are killed."""

import os
import signal
from pathlib import Path

from cryptography.fernet import Fernet

from tests.cli.support import process
from tests.service.hooks import cards, told
from tests.service.on_postgres import (
    READY,
    Clinic,
    declined,
    is_acknowledged,
    is_whole,
    kept_feedback,
    opened,
    readiness,
    served,
    shown,
)
from tests.service.running import free_port
from tests.service.servers import wait, workers_of
from tests.store.postgres import Cluster


def test_what_was_declined_is_known_to_every_worker_is_replayed_and_erased(
    tmp_path: Path, cluster: Cluster, url: str
) -> None:
    sealed = {"store_key": Fernet.generate_key().decode()}
    alone = {"Connection": "close"}
    with served(tmp_path, url, "--workers", "2", keep_records="true", **sealed) as service:
        service.wait_for("Application startup complete.", 2)
        first = opened(service.client)
        assert is_whole(first)
        assert declined(service.client, cards(first)[0]["uuid"]).json()["new"] == 1

        def both_asked() -> bool:
            again = opened(service.client, headers=alone)
            assert (cards(again), is_whole(again)) == ([], True)
            return cluster.connections() >= 2

        wait(both_asked, "both workers were asked")
        assert readiness(service) == READY

        environment = {"CCR_STORE_KEY": sealed["store_key"]}
        replay = ("replay", told(first)["decision"], "--store", url)
        again = process(*replay, environment=environment)
        assert again.stdout.decode().splitlines()[0].endswith(": same"), again.stderr
        erased = process(
            "store", "erase", "Patient/p1", "--tenant", "dev", "--store", url, environment=environment
        )
        assert b"1 items of feedback, 1 responses" in erased.stdout
        assert b"there is no decision" in process(*replay, environment=environment).stderr
        assert len(cards(opened(service.client, headers=alone))) == 1


def is_there(process: int) -> bool:
    """Say whether a process still runs; one that ended may wait for somebody to look at it."""
    try:
        told = Path(f"/proc/{process}/stat").read_text(encoding="utf-8", errors="replace")
    except (FileNotFoundError, ProcessLookupError):
        return False
    return told.rpartition(")")[2].split()[0] != "Z"


def test_what_was_acknowledged_is_there_after_a_worker_and_then_all_were_killed(
    tmp_path: Path, url: str
) -> None:
    with served(tmp_path, url, "--workers", "2") as service:
        service.wait_for("Application startup complete.", 2)
        with Clinic(service, "a") as clinic:
            clinic.waits_for(20)
            os.kill(workers_of(service)[0], signal.SIGKILL)
            clinic.waits_for(20)
            service.wait_for("Application startup complete.", 3)
            for each in (service.process.pid, *workers_of(service)):
                os.kill(each, signal.SIGKILL)
    assert kept_feedback(url) >= clinic.said.keys()
    with served(tmp_path / "again", url) as service:
        assert [id_ for id_ in clinic.said.values() if cards(opened(service.client, id_))] == []


def test_workers_end_when_what_began_them_was_killed_and_another_takes_their_place(
    tmp_path: Path, url: str
) -> None:
    """Otherwise they would keep the port, and answer by the rules of then."""
    port = str(free_port())
    with served(tmp_path, url, "--workers", "2", "--port", port) as service:
        service.wait_for("Application startup complete.", 2)
        assert is_acknowledged(declined(service.client, shown(service.client)))
        workers = workers_of(service)
        assert len(workers) == 2
        os.kill(service.process.pid, signal.SIGKILL)
        wait(lambda: not any(map(is_there, workers)), "they have ended")
    with served(tmp_path / "again", url, "--port", port) as service:
        assert cards(opened(service.client)) == []
