"""How long a request takes while others come: `python -m benchmarks.service [REQUESTS_A_SECOND] [WORKERS]`.

Requests of 160 kB are sent at an even pace to a service of its own, whether or not the last was answered, so
what waits counts too. Client and service share the machine.
"""

import asyncio
import os
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.records import AS_OF, bundle

SECONDS = 20
CONNECTIONS = 40
DIFFERENT = 50


def main(rate: float = 200, workers: int = 2) -> None:
    """Start a service, send, and print the percentiles."""
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "log"
        command = [sys.executable, "-m", "ccr_rules.cli", "serve", "--dev", "--port", "0"]
        command += ["--workers", str(workers), "--store", f"sqlite:///{folder}/store.sqlite3"]
        environment = os.environ | {"CCR_RATE_PER_SECOND": "0"}
        with log.open("wb") as lines, subprocess.Popen(command, stderr=lines, env=environment) as service:
            try:
                times, cpu = asyncio.run(_send(_port_of(log), rate, service.pid))
            finally:
                service.terminate()
    times.sort()
    shown = (
        f"p{share:g} {times[int(len(times) * share / 100)] * 1000:.1f} ms" for share in (50, 90, 99, 99.9)
    )
    print(f"{len(times)} requests, {rate:g} a second, {workers} workers: {', '.join(shown)}")
    print(f"the service used {cpu / len(times) * 1000:.1f} ms of processor time for each")


def _port_of(log: Path) -> int:
    for _ in range(200):
        found = re.search(r'"listening".*?"port": (\d+)', log.read_text())
        if found and "startup complete" in log.read_text():
            time.sleep(2)
            return int(found[1])
        time.sleep(0.1)
    raise SystemExit(log.read_text())


async def _send(port: int, rate: float, pid: int) -> tuple[list[float], float]:
    bodies = [_request(seed) for seed in range(DIFFERENT)]
    free: asyncio.Queue[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = asyncio.Queue()
    for _ in range(CONNECTIONS):
        free.put_nowait(await asyncio.open_connection("127.0.0.1", port, limit=2**22))
    times: list[float] = []

    async def one(body: bytes, due: float) -> None:
        reader, writer = await free.get()
        writer.write(body)
        head = await reader.readuntil(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 200"), head
        length = re.search(rb"content-length: (\d+)", head)
        assert length is not None
        await reader.readexactly(int(length[1]))
        times.append(time.perf_counter() - due)
        free.put_nowait((reader, writer))

    for number in range(int(rate)):  # a second to warm up
        await one(bodies[number % DIFFERENT], 0)
    times.clear()
    before, begin = _cpu(pid), time.perf_counter()
    async with asyncio.TaskGroup() as tasks:
        for number in range(int(rate * SECONDS)):
            due = begin + number / rate
            await asyncio.sleep(max(0, due - time.perf_counter()))
            tasks.create_task(one(bodies[number % DIFFERENT], due))
    return times, _cpu(pid) - before


def _request(seed: int) -> bytes:
    record = bundle(seed).replace(b'"Patient/1"', b'"Patient/%d"' % seed)
    body = b'{"record": %s, "as_of": "%s"}' % (record, AS_OF.isoformat().encode())
    head = (
        f"POST /evaluate HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: {len(body)}"
    )
    return head.encode() + b"\r\n\r\n" + body


def _cpu(pid: int) -> float:
    """Return the processor time of a process and its children."""
    pids = [pid, *map(int, Path(f"/proc/{pid}/task/{pid}/children").read_text().split())]
    ticks = 0
    for each in pids:
        fields = Path(f"/proc/{each}/stat").read_text().rpartition(")")[2].split()
        ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


if __name__ == "__main__":
    main(*(float(each) if number == 0 else int(each) for number, each in enumerate(sys.argv[1:])))  # type: ignore[arg-type]
