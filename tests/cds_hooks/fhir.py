"""A FHIR server on this machine that answers as it is told to: pages, faults, delays."""

import json
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Json = dict[str, Any]
Reply = tuple[int, Any]
"""A status, and a body: JSON, or bytes as they are."""

Replier = Callable[["FhirServer", str], Reply]


class FhirServer:
    """What was asked of the server, and what it answers by path; a path may answer differently each time."""

    def __init__(self) -> None:
        self.replies: dict[str, list[Reply] | Replier] = {}
        self.asked: Counter[str] = Counter()
        self.headers: list[dict[str, str]] = []
        self.delay = 0.0
        self.port = 0

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.port}/fhir"

    def reply(self, path: str) -> Reply:
        number = self.asked[path]
        self.asked[path] += 1
        known = self.replies.get(path)
        if known is None:
            return 404, {
                "resourceType": "OperationOutcome",
                "issue": [{"severity": "error", "code": "not-found"}],
            }
        return known[min(number, len(known) - 1)] if isinstance(known, list) else known(self, path)


@contextmanager
def serving() -> Iterator[FhirServer]:
    server = FhirServer()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            server.headers.append(dict(self.headers))
            time.sleep(server.delay)
            status, body = server.reply(self.path.removeprefix("/fhir/"))
            raw = body if isinstance(body, bytes) else json.dumps(body).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/fhir+json")
            self.send_header("Content-Length", str(len(raw)))
            if status == 302:
                self.send_header("Location", f"{server.base}/elsewhere")
            with suppress(OSError):  # whoever asked did not wait
                self.end_headers()
                self.wfile.write(raw)

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    listener = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.port = listener.server_address[1]
    thread = threading.Thread(target=listener.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        listener.shutdown()
        listener.server_close()
        thread.join()
