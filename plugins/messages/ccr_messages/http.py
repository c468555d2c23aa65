"""The channel that hands a message to a service over HTTP, as README.md describes it.

`POST {url}/messages` with the message as JSON and its key as `Idempotency-Key`. The service answers 201
(taken) or 200 (this key was taken before), each with `{"key": KEY, "accepted": true}`; any 4xx means: not
taken, and not to be tried again as it is. All else, and no answer, leave open what became of it.
"""

import os
import time
from typing import TYPE_CHECKING, Any, Final

from ccr_messages.channels import Receipt
from ccr_messages.message import Message, payload_of
from ccr_messages.refusal import refused
from ccr_messages.settings import Http
from ccr_rules.errors import MissingExtraError, PluginFailed

if TYPE_CHECKING:
    import httpx

PAUSE: Final = 0.2
"""Seconds before another attempt, once more as long before each further one."""

_AGAIN: Final = frozenset({408, 425, 429})
"""Answers of 4xx that are about the moment and not about the message."""


class Service:
    """A service that takes messages."""

    needs_number = True

    def __init__(self, settings: Http) -> None:
        self._url = f"{settings.url.rstrip('/')}/messages"
        self._settings = settings

    def send(self, message: Message) -> Receipt:
        """Hand a message over.

        It is tried again only as the same message under the same key, which the service takes once.

        Raises:
            UsageError: if it was surely not taken.
            PluginFailed: if nobody knows.
        """
        httpx = _httpx()
        content, headers = payload_of(message), self._headers(message)
        may_be_there, last = False, ""
        with httpx.Client(timeout=self._settings.timeout, headers=headers) as client:
            for attempt in range(self._settings.retries + 1):
                time.sleep(PAUSE * attempt)
                try:
                    answer = client.post(self._url, content=content)
                except (httpx.ConnectError, httpx.ConnectTimeout) as fault:
                    last = type(fault).__name__
                    continue
                except httpx.HTTPError as fault:
                    may_be_there, last = True, type(fault).__name__
                    continue
                if _is_taken(answer, message):
                    return Receipt(True, f"Taken by the service as {message.key}")
                last = f"HTTP status {answer.status_code}"
                if _is_refused(answer):
                    if may_be_there:
                        break
                    raise refused(f"the service does not take it ({last})")
                may_be_there = may_be_there or answer.status_code not in _AGAIN
        if may_be_there:
            raise PluginFailed(
                f"nobody knows whether the message was sent ({last}): ask the service about {message.key} "
                "before anything is sent again"
            )
        raise refused(f"the service cannot be reached ({last})")

    def _headers(self, message: Message) -> dict[str, str]:
        headers = {"Content-Type": "application/json", "Idempotency-Key": message.key}
        name = self._settings.token_env
        if name is None:
            return headers
        token = os.environ.get(name, "")
        if not token:
            raise refused(f"the environment variable {name} (setting http.token_env) holds no token")
        return headers | {"Authorization": f"Bearer {token}"}


def _is_taken(answer: "httpx.Response", message: Message) -> bool:
    """Say whether the service confirms that it has taken this very message."""
    if answer.status_code not in (200, 201):
        return False
    try:
        said: Any = answer.json()
    except ValueError:
        return False
    return isinstance(said, dict) and said.get("accepted") is True and said.get("key") == message.key


def _is_refused(answer: "httpx.Response") -> bool:
    return 400 <= answer.status_code < 500 and answer.status_code not in _AGAIN


def _httpx() -> Any:
    try:
        import httpx  # noqa: PLC0415 - an extra
    except ImportError:
        raise MissingExtraError(
            "nothing was made or sent: the channel http needs httpx; install it with "
            "pip install 'ccr-rules-messages[http]'"
        ) from None
    return httpx
