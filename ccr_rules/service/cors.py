"""Which pages in browsers may call: those of an allow-list, and no others."""

from collections.abc import Collection

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

ALLOWED = {
    "Access-Control-Allow-Methods": "GET, POST",
    "Access-Control-Allow-Headers": "authorization, content-type, accept, idempotency-key, x-api-key",
    "Access-Control-Max-Age": "600",
}
EXPOSED = "X-Request-ID, CCR-Recorded, CCR-Dev, Retry-After"


class Cors:
    """Answers what browsers ask beforehand (preflights), and says in every answer which page may read it.

    A preflight of a page that is not listed is answered without saying that it may, so the browser refuses.
    """

    def __init__(self, app: ASGIApp, origins: Collection[str]) -> None:
        self._app = app
        self._origins = frozenset(origins)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request through, or answer a preflight."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        origin = headers.get("origin", "")
        listed = origin in self._origins
        if scope["method"] == "OPTIONS" and origin and "access-control-request-method" in headers:
            response = Response(status_code=204, headers=ALLOWED if listed else {})
            _say(response.headers, origin if listed else "")
            await response(scope, receive, send)
            return

        async def saying(message: Message) -> None:
            if message["type"] == "http.response.start" and self._origins:
                _say(MutableHeaders(scope=message), origin if listed else "")
            await send(message)

        await self._app(scope, receive, saying)


def _say(headers: MutableHeaders, origin: str) -> None:
    headers.add_vary_header("Origin")
    if origin:
        headers["Access-Control-Allow-Origin"] = origin
        headers["Access-Control-Expose-Headers"] = EXPOSED
