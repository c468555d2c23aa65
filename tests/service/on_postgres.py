"""A service whose store is in PostgreSQL: what clinicians do with it, and whether the store did its part."""

import threading
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
from sqlalchemy import select

from ccr_rules.service.cds import UNKNOWN_RESPONSES
from ccr_rules.store.connection import connect, read_url, reading
from ccr_rules.store.tables import feedback
from tests.service.hooks import Asked, cards, due, overridden, say, told, view
from tests.service.servers import Server, serving, wait


def served(folder: Path, url: str, *options: str, **more: str) -> AbstractContextManager[Server]:
    """Run a service whose store is there; `more` are settings."""
    folder.mkdir(exist_ok=True)
    settings = {f"CCR_{name.upper()}": value for name, value in more.items()}
    return serving(folder, "--dev", *options, environment={"CCR_DATABASE_URL": url, **settings})


def opened(service: Asked, id_: str = "p1", **how: Any) -> httpx.Response:
    """Open the record of somebody whose support conversation is due today."""
    onset = datetime.now(UTC).date() - timedelta(days=50)
    return view(service, due(id_, onsetDateTime=onset.isoformat()), id_, how=how)


def shown(service: Asked, id_: str = "p1") -> str:
    """Open a record and return the card that is shown."""
    (card,) = cards(opened(service, id_))
    return str(card["uuid"])


def declined(service: Asked, card: str) -> httpx.Response:
    return say(service, overridden(card, outcomeTimestamp=datetime.now(UTC).isoformat()))


def is_acknowledged(answer: httpx.Response) -> bool:
    """Say whether feedback was taken; otherwise it was refused so that it is sent again."""
    if answer.status_code == 200:
        return True
    assert (answer.status_code, answer.json()["type"]) == (503, "urn:ccr-rules:problem:not-recorded")
    assert int(answer.headers["retry-after"]) > 0
    return False


def is_answered_without_store(answer: httpx.Response) -> bool:
    """Say whether a call has its card, and tells that nothing is known of declines nor recorded."""
    extension = told(answer)
    known = (extension.get("responses"), extension.get("recorded"))
    return len(cards(answer)) == 1 and known == (UNKNOWN_RESPONSES, False)


def is_whole(answer: httpx.Response) -> bool:
    """Say whether the store did all that a call asks of it."""
    return answer.status_code == 200 and not {"responses", "recorded"} & told(answer).keys()


def readiness(service: Server) -> tuple[int, str, str]:
    answer = service.client.get("/ready")
    return answer.status_code, answer.json()["status"], answer.json()["store"]


READY = (200, "ready", "reachable")
DEGRADED = (200, "degraded", "unreachable")
NOT_READY = (503, "not ready", "unreachable")


def kept_feedback(url: str) -> set[str]:
    """Return the cards on which there is feedback, as the database itself has it."""
    engine = connect(read_url(url))
    try:
        with reading(engine) as connection:
            return set(connection.execute(select(feedback.c.card)).scalars())
    finally:
        engine.dispose()


class Clinic:
    """Clinicians who open records and decline what is shown, again and again; `said` was acknowledged."""

    def __init__(self, service: Server, name: str) -> None:
        self.said: dict[str, str] = {}
        self._url, self._name = service.client.base_url, name
        self._over = threading.Event()
        self._threads = [threading.Thread(target=self._work, args=(number,)) for number in range(4)]

    def _work(self, number: int) -> None:
        with httpx.Client(base_url=self._url, timeout=60) as client:
            patient = 0
            while not self._over.is_set():
                patient += 1
                id_ = f"{self._name}-{number}-{patient}"
                try:
                    card = shown(client, id_)
                    if is_acknowledged(declined(client, card)):
                        self.said[card] = id_
                except httpx.TransportError:  # nobody answered: nothing was acknowledged
                    self._over.wait(0.1)

    def waits_for(self, more: int) -> None:
        wanted = len(self.said) + more
        wait(lambda: len(self.said) >= wanted, f"{more} more acknowledged")

    def __enter__(self) -> "Clinic":
        for each in self._threads:
            each.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        for each in self._threads:
            each.join()
