"""What a plugin does while it is imported: in a process of its own, which tells."""

import json
import subprocess
import sys
from collections.abc import Iterator
from typing import Any, Final

from ccr_rules.plugin_kit.finding import Finding, failed, judged, passed, warned

SECONDS: Final = 60
MOST_MS: Final = 40.0
"""All plugins together should start within 300 ms."""

_PROGRAM: Final = """
import contextlib, io, json, sys, threading, time
import ccr_rules, ccr_rules.hosting
seen = []
FORBIDDEN = ("socket.connect", "socket.bind", "subprocess.Popen", "os.system", "os.remove", "os.mkdir")
def hook(event, arguments):
    if event in FORBIDDEN:
        seen.append(event)
    elif event == "open" and isinstance(arguments[1], str) and set(arguments[1]) & set("wax+"):
        if "__pycache__" not in str(arguments[0]):
            seen.append("open for writing")
sys.addaudithook(hook)
threads = threading.active_count()
out = io.StringIO()
began = time.process_time()
with contextlib.redirect_stdout(out), contextlib.redirect_stderr(out):
    __import__(sys.argv[1])
took = (time.process_time() - began) * 1000
print(json.dumps({"ms": took, "said": bool(out.getvalue()), "threads": threading.active_count() - threads,
                  "did": sorted(set(seen))}))
"""


def check_import(module: str) -> Iterator[Finding]:
    """Yield what is found while a module is imported."""
    told = _told(module)
    check = "It can be imported"
    if told is None:
        yield failed(check, f"python -c 'import {module}' fails, or does not end")
        return
    yield passed(check)
    yield judged("Importing it does nothing else", list(_deeds(told)))
    check = f"Importing it takes less than {MOST_MS:g} ms of the processor"
    slow = f"it takes {told['ms']:.0f} ms; import what is large in the functions that use it"
    yield passed(check) if told["ms"] < MOST_MS else warned(check, slow)


def _deeds(told: dict[str, Any]) -> Iterator[str]:
    if told["said"]:
        yield "it writes to stdout or stderr; stdout belongs to the host"
    if told["threads"]:
        yield "it starts a thread; start what you need when you are first called"
    for deed in told["did"]:
        yield f"{deed}; do that when you are called, or in ccr_configure"


def _told(module: str) -> dict[str, Any] | None:
    """Return what the process tells, or None if it does not come to its end."""
    try:
        run = subprocess.run(  # noqa: S603 - the name of a module, which the program imports
            [sys.executable, "-c", _PROGRAM, module], capture_output=True, timeout=SECONDS, check=True
        )
        told: dict[str, Any] = json.loads(run.stdout.splitlines()[-1])
    except (subprocess.SubprocessError, IndexError, ValueError):
        return None
    return told
