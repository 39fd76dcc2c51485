"""How many questions one client may ask."""

import ipaddress
import math
import time

import limits
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

_HOUSEHOLD = 64
"""Bits of an IPv6 address that name one network; who has one address of it has all (RFC 6177)."""


class RateLimit:
    """ASGI middleware that answers 429 to a client who has asked too much; only what is posted counts.

    The API's questions and Gradio's events count together. Each process counts for itself.

    Args:
        app: what it protects.
        rate: such as `60/minute`; `settings.rate` says what may be written.
    """

    def __init__(self, app: ASGIApp, rate: str) -> None:
        self._app = app
        self._items = limits.parse_many(rate)
        self._limiter = limits.strategies.MovingWindowRateLimiter(limits.storage.MemoryStorage())

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on if its client has not asked too much."""
        if scope["type"] == "http" and scope["method"] == "POST":
            wait = self._wait(client_of(scope))
            if wait:
                await Response(status_code=429, headers={"Retry-After": str(wait)})(scope, receive, send)
                return
        await self._app(scope, receive, send)

    def _wait(self, client: str) -> int:
        """Count one question, or return the whole seconds that the client has to wait."""
        for item in self._items:
            if not self._limiter.hit(item, client):
                reset = self._limiter.get_window_stats(item, client).reset_time
                return max(1, math.ceil(reset - time.time()))
        return 0


def client_of(scope: Scope) -> str:
    """Return what stands for a request's client: its IPv4 address, or the network of its IPv6 address.

    A request over a socket of the machine's own has no address, and all of them count as one client.
    """
    host = scope["client"][0] if scope.get("client") else ""
    try:
        address = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return host
    if isinstance(address, ipaddress.IPv4Address):
        return str(address)
    if address.ipv4_mapped:
        return str(address.ipv4_mapped)
    return str(ipaddress.IPv6Network((address, _HOUSEHOLD), strict=False))
