"""Client certificates that a proxy has checked: its header counts only in requests that come from it."""

import ipaddress

from starlette.requests import Request

from ccr_rules.errors import UsageError
from ccr_rules.service.callers.caller import Caller, Refused
from ccr_rules.service.settings import Settings


class Certificates:
    """The clients whose certificates count."""

    def __init__(self, settings: Settings) -> None:
        self._header = settings.certificate_header
        self._by_fingerprint = {_plain(each.fingerprint): each for each in settings.certificates}
        try:
            self._proxies = [ipaddress.ip_network(each) for each in settings.trusted_proxies]
        except ValueError:
            raise UsageError(
                "trusted_proxies: one of them is no address or network; write 10.1.2.3 or 10.1.2.0/24"
            ) from None

    def caller(self, request: Request) -> Caller | None:
        """Return whose certificate the proxy saw, or None where it says nothing. Raises Refused."""
        if not self._header or not self._comes_from_proxy(request):
            return None
        presented = request.headers.getlist(self._header)
        if not presented or presented == [""]:
            return None
        found = self._by_fingerprint.get(_plain(presented[0])) if len(presented) == 1 else None
        if found is None:
            raise Refused("certificate-unknown")
        return Caller(found.client, "certificate", frozenset(found.scopes), tenant=found.tenant or "")

    def _comes_from_proxy(self, request: Request) -> bool:
        if request.client is None:
            return False
        try:
            address = ipaddress.ip_address(request.client.host)
        except ValueError:
            return False
        return any(address in network for network in self._proxies)


def _plain(fingerprint: str) -> str:
    return fingerprint.replace(":", "").strip().lower()
