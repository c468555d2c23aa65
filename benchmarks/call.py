"""The processor time of one call of CDS Hooks, without HTTP around it: less noisy than a load.

python -m benchmarks.call [--calls 300]

The application is asked in this process, by ASGI, with the bodies of `benchmarks.service`; what all its
threads take counts. The best and the median of five rounds are told: compare them in turns with those of
another version.
"""

import argparse
import asyncio
import logging
import statistics
import tempfile
import time
from typing import Any

from fastapi import FastAPI

from benchmarks.service import PATHS, PEOPLE, body_of
from ccr_rules.service.app import create_app
from ccr_rules.service.settings import Settings

ROUNDS, WARM_UP = 5, 60


async def called(app: FastAPI, body: bytes) -> None:
    """Send one call and wait for the answer, which must be one."""
    statuses: list[int] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: Any) -> None:
        statuses.append(message.get("status", 0))

    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    scope = {"type": "http", "http_version": "1.1", "method": "POST", "scheme": "http", "query_string": b""}
    await app(scope | {"path": PATHS["call"], "headers": headers}, receive, send)
    if statuses[0] != 200:
        raise SystemExit(f"the call was answered with {statuses[0]}")


async def measured(app: FastAPI, calls: int) -> list[float]:
    """Return the milliseconds of processor time of a call, for each round, the shortest first."""
    bodies = [body_of(seed, "call") for seed in range(1, PEOPLE + 1)]
    found = []
    async with app.router.lifespan_context(app):
        for number in range(WARM_UP):
            await called(app, bodies[number % PEOPLE])
        for _ in range(ROUNDS):
            began = time.process_time()
            for number in range(calls):
                await called(app, bodies[number % PEOPLE])
            found.append((time.process_time() - began) / calls * 1000)
    return sorted(found)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--calls", type=int, default=300)
    arguments = parser.parse_args()
    logging.basicConfig(level=logging.WARNING)
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/store.sqlite3"
        app = create_app(Settings(dev=True, reload_seconds=0, rate_per_second=0, database_url=url))
        times = asyncio.run(measured(app, arguments.calls))
    print(f"processor time of a call: best {times[0]:.2f} ms, median {statistics.median(times):.2f} ms")


if __name__ == "__main__":
    main()
