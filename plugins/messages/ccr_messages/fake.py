"""A service to try the channel `http` with: it takes messages as README.md says, and sends nothing.

python -m ccr_messages.fake 8099
"""

import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any, Final, Literal

Mood = Literal[
    "takes", "refuses", "busy", "breaks", "hangs up", "mumbles", "confuses", "wavers", "takes, then hangs up"
]
"""`confuses` confirms another message, `wavers` says 200 and that it did not accept."""


_ODD: Final = {
    "mumbles": b"taken, thank you",
    "confuses": b'{"key": "another", "accepted": true}',
    "wavers": b"",  # with the key of the call
}


class FakeService(ThreadingHTTPServer):
    """Takes messages in memory. `moods` say how it treats the next calls; without any it takes them.

    `taken` are the messages by key, each once; `calls` the headers of every call.
    """

    def __init__(self, port: int = 0, moods: Sequence[Mood] = ()) -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        self.moods = list(moods)
        self.taken: dict[str, dict[str, Any]] = {}
        self.calls: list[dict[str, str]] = []

    @property
    def url(self) -> str:
        """Where it is."""
        return f"http://127.0.0.1:{self.server_port}"

    @contextmanager
    def running(self) -> Iterator["FakeService"]:
        """Serve meanwhile."""
        thread = Thread(target=self.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        try:
            yield self
        finally:
            self.shutdown()
            self.server_close()
            thread.join()


class _Handler(BaseHTTPRequestHandler):
    server: FakeService

    def do_POST(self) -> None:
        """Take a message, or do what the mood says."""
        body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        self.server.calls.append({name.lower(): value for name, value in self.headers.items()})
        mood = self.server.moods.pop(0) if self.server.moods else "takes"
        if mood == "hangs up":
            self.close_connection = True
        elif mood == "takes, then hangs up":
            self._take(body)
            self.close_connection = True
        elif mood in _ODD:
            self._answer(200, _ODD[mood] or self._key(b"false"))
        elif mood == "takes":
            self._answer(*self._take(body))
        else:
            self._answer({"refuses": 422, "busy": 429, "breaks": 500}[mood], b'{"accepted": false}')

    def _key(self, accepted: bytes) -> bytes:
        return b'{"key": "%b", "accepted": %b}' % (self.headers.get("Idempotency-Key", "").encode(), accepted)

    def _take(self, body: bytes) -> tuple[int, bytes]:
        key = self.headers.get("Idempotency-Key", "")
        if self.path != "/messages" or not key:
            return 404, b'{"accepted": false}'
        status = 200 if key in self.server.taken else 201
        self.server.taken.setdefault(key, json.loads(body))
        return status, self._key(b"true")

    def _answer(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Log nothing: a message is about somebody."""


def main(arguments: Sequence[str]) -> None:
    """Serve on a port until interrupted."""
    with FakeService(int(arguments[0]) if arguments else 8099) as service:
        sys.stdout.write(f"takes messages at {service.url}/messages, sends nothing; Ctrl+C ends it\n")
        sys.stdout.flush()
        with suppress(KeyboardInterrupt):
            service.serve_forever()


if __name__ == "__main__":  # pragma: no cover - a test starts it as a process of its own
    main(sys.argv[1:])
