"""How long a call takes while others come, and whether anything grows or fails meanwhile.

python -m benchmarks.service [--rate 200] [--workers 2] [--seconds 20] [--plain] [--reload-every 5]

Calls of the hook patient-view with a prefetch of 200 resources (160 kB) are sent by h2load (Debian: apt-get
install nghttp2-client), so many a second; or, with --plain, as many to POST /evaluate. Service and load
generator share the machine. `--reload-every` has the service read its rulesets again meanwhile, so often.
"""

import argparse
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from threading import Timer
from typing import Any, NamedTuple

from benchmarks.records import AS_OF, bundle

PEOPLE = 4
CLIENTS = 20
"""So many load generators send, each on one connection and a little after the one before, so that calls come
at an even pace and not all at once."""

WARM_UP = 5
KINDS = ("Patient", "Condition", "Encounter", "Observation", "Procedure", "Communication", "ServiceRequest")
OTHER_KINDS = ("CarePlan", "DocumentReference")
PATHS = {"call": "/cds-services/ccr-patient-view", "plain": "/evaluate"}


class Answered(NamedTuple):
    """When an answer was asked for (seconds since 1970), its status, and how long it took in milliseconds."""

    at: float
    status: int
    took: float


class Service:
    """A `ccr serve` of its own; `pids` are its processes."""

    def __init__(self, folder: Path, workers: int) -> None:
        self.log = folder / "log"
        command = [sys.executable, "-m", "ccr_rules.cli", "serve", "--dev", "--port", "0"]
        command += ["--workers", str(workers), "--store", f"sqlite:///{folder}/store.sqlite3"]
        environment = os.environ | {"CCR_RATE_PER_SECOND": "0"}
        self.process = subprocess.Popen(command, stderr=self.log.open("wb"), env=environment)
        self.port = self._port()

    def _port(self) -> int:
        for _ in range(200):
            found = re.search(r'"listening".*?"port": (\d+)', self.log.read_text())
            if found and "startup complete" in self.log.read_text():
                time.sleep(2)
                return int(found[1])
            time.sleep(0.1)
        raise SystemExit(self.log.read_text())

    @property
    def pids(self) -> list[int]:
        parent = self.process.pid
        return [parent, *map(int, Path(f"/proc/{parent}/task/{parent}/children").read_text().split())]

    def cpu(self) -> list[float]:
        """Return the seconds of processor time of each of its processes."""
        found = []
        for pid in self.pids:
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            found.append((int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK"))
        return found

    def memory(self) -> float:
        """Return the memory of all its processes in MiB; what they share counts once (PSS)."""
        texts = (Path(f"/proc/{pid}/smaps_rollup").read_text() for pid in self.pids)
        return (
            sum(int(line.split()[1]) for text in texts for line in text.splitlines() if "Pss:" in line) / 1024
        )

    def reload(self) -> None:
        self.process.send_signal(signal.SIGHUP)

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait()


def body_of(seed: int, kind: str) -> bytes:
    """Return what is sent about one invented patient."""
    record = bundle(seed).replace(b'"Patient/1"', b'"Patient/%d"' % seed)
    record = record.replace(b'"id": "1", "birthDate"', b'"id": "%d", "birthDate"' % seed)
    if kind == "plain":
        return b'{"record": %s, "as_of": "%s"}' % (record, AS_OF.isoformat().encode())
    resources = [entry["resource"] for entry in json.loads(record)["entry"]]
    prefetch = {kind: _searchset(resources, kind) for kind in (*KINDS[1:], *OTHER_KINDS)}
    (patient,) = (each for each in resources if each["resourceType"] == "Patient")
    call = {
        "hook": "patient-view",
        "hookInstance": f"00000000-0000-4000-8000-{seed:012}",
        "context": {"userId": "Practitioner/1", "patientId": patient["id"]},
        "prefetch": {"Patient": patient, **prefetch},
    }
    return json.dumps(call).encode()


def _searchset(resources: list[dict[str, Any]], kind: str) -> dict[str, Any]:
    entry = [{"resource": each} for each in resources if each["resourceType"] == kind]
    return {"resourceType": "Bundle", "type": "searchset", "total": len(entry), "entry": entry}


def loaded(service: Service, folder: Path, kind: str, rate: float, seconds: int) -> list[Answered]:
    """Send at an even pace and return what came back."""
    logs = [folder / f"load-{client}.log" for client in range(CLIENTS)]
    bodies = [folder / f"body-{kind}-{seed}.json" for seed in range(1, PEOPLE + 1)]
    for seed, body in enumerate(bodies, 1):
        body.write_bytes(body_of(seed, kind))
    generators, each = [], rate / CLIENTS
    for client, log in enumerate(logs):
        log.unlink(missing_ok=True)
        command = ["h2load", "--h1", "-c1", "-t1", f"-n{int(each * seconds)}", f"--rps={each:g}"]
        body = bodies[client // 2 % PEOPLE]  # not what every second client sends: workers take turns
        command += [f"-d{body}", "-Hcontent-type: application/json", f"--log-file={log}"]
        command += [f"http://127.0.0.1:{service.port}{PATHS[kind]}"]
        generators.append(subprocess.Popen(command, stdout=subprocess.DEVNULL))
        time.sleep(1 / rate)
    for generator in generators:
        generator.wait()
    return sorted(each for log in logs for each in _read(log))


def _read(log: Path) -> Iterator[Answered]:
    for line in log.read_text().splitlines():
        at, status, took = line.split("\t")
        yield Answered(int(at) / 1e6, int(status), int(took) / 1000)


def measure(arguments: argparse.Namespace, folder: Path) -> None:
    kind = "plain" if arguments.plain else "call"
    service = Service(folder, arguments.workers)
    try:
        loaded(service, folder, kind, arguments.rate, WARM_UP)
        cpu, memory = service.cpu(), service.memory()
        reloading = _reloading(service, arguments) if arguments.reload_every else None
        halfway: list[float] = []
        look = Timer(arguments.seconds / 2, lambda: halfway.append(service.memory()))
        look.start()
        answers = loaded(service, folder, kind, arguments.rate, arguments.seconds)
        if reloading:
            reloading.kill()
        took = [after - before for before, after in zip(cpu, service.cpu(), strict=True)]
        _tell(answers, took, arguments)
        look.join()
        after = service.memory()
        print(f"  memory {memory:.0f} MiB before, {halfway[0]:.0f} MiB halfway, {after:.0f} MiB after")
    finally:
        service.stop()


def _reloading(service: Service, arguments: argparse.Namespace) -> "subprocess.Popen[bytes]":
    """Have the rulesets read again and again, by another process."""
    script = f"while sleep {arguments.reload_every}; do kill -HUP {service.process.pid}; done"
    return subprocess.Popen(["sh", "-c", script])


def _tell(answers: list[Answered], cpu: list[float], arguments: argparse.Namespace) -> None:
    times = sorted(each.took for each in answers)
    shown = (f"p{share:g} {times[int(len(times) * share / 100)]:.1f} ms" for share in (50, 90, 99, 99.9))
    elapsed = answers[-1].at - answers[0].at
    statuses = ", ".join(
        f"{count:,} of {status}" for status, count in Counter(each.status for each in answers).items()
    )
    print(f"{len(answers):,} answers in {elapsed:.0f} s ({len(answers) / elapsed:.0f} a second): {statuses}")
    print(f"  {', '.join(shown)}, slowest {times[-1]:.1f} ms; {arguments.workers} workers")
    busiest = max(cpu) / sum(cpu) * 100
    print(f"  processor time of the service for each: {sum(cpu) / len(answers) * 1000:.1f} ms", end="")
    print(f"; the busiest of its processes took {busiest:.0f} % of it")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--rate", type=float, default=200)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--seconds", type=int, default=20)
    parser.add_argument("--plain", action="store_true", help="POST /evaluate instead of CDS Hooks")
    parser.add_argument("--reload-every", type=float, default=0, metavar="SECONDS")
    arguments = parser.parse_args()
    if shutil.which("h2load") is None:
        raise SystemExit("h2load is not installed (Debian: apt-get install nghttp2-client)")
    with tempfile.TemporaryDirectory() as folder:
        measure(arguments, Path(folder))


if __name__ == "__main__":
    main()
