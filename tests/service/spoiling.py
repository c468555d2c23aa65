"""A service that is wrong in one way: the real one, with its answers changed on the way back."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx


@dataclass(frozen=True)
class Answer:
    """An answer to a request: to which path, with which body, the status, the media type, and the body."""

    path: str
    asked: bytes
    status: int
    media_type: str
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    def saying(self, value: Any, status: int | None = None) -> "Answer":
        return replace(self, body=json.dumps(value).encode(), status=status or self.status)


Spoil = Callable[[Answer], Answer | None]
"""Changes an answer; without one the connection is closed."""


@contextmanager
def spoiled(url: str, spoil: Spoil) -> Iterator[str]:
    """Run a service that passes requests on to another, and changes the answers; yield its base URL."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.do_POST()

        def do_POST(self) -> None:
            asked = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            kept = {
                name: self.headers[name] for name in ("Content-Type", "Authorization") if name in self.headers
            }
            told = httpx.request(self.command, url + self.path, content=asked, headers=kept)
            media_type = told.headers["Content-Type"]
            changed = spoil(Answer(self.path, asked, told.status_code, media_type, told.content))
            if changed is None:
                return
            self.send_response(changed.status)
            self.send_header("Content-Type", changed.media_type)
            self.send_header("Content-Length", str(len(changed.body)))
            self.end_headers()
            self.wfile.write(changed.body)

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    listener = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=listener.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.server_address[1]}"
    finally:
        listener.shutdown()
        listener.server_close()
        thread.join()
