"""What a proxy in front says of a request: believed of the proxies that the clinic names, and of nobody else."""

import logging
import re

from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

_SAID_BY_PROXIES = re.compile(rb"x-forwarded-.*|forwarded|x-real-ip|x-gradio-server", re.DOTALL)
_PREFIX = re.compile(r"(/(?!\.\.?(/|$))[\w.~-]+)+", re.ASCII)
_HOST = re.compile(rb"[A-Za-z0-9.-]+(:\d{1,5})?|\[[0-9A-Fa-f:]+\](:\d{1,5})?")

_log = logging.getLogger(__name__)


class TrustedProxies:
    """ASGI middleware that takes a patient's address, the scheme, the host and the sub-path from trusted proxies.

    Read are `X-Forwarded-For` and `-Proto` (by uvicorn), `-Host` and `-Prefix`; the path may come with the prefix or
    without. Then all such headers are dropped, so that nothing behind believes what anybody may have written.

    Args:
        app: what stands behind.
        trusted: addresses and networks with a space between each two; `settings.networks` says what may be written.
    """

    def __init__(self, app: ASGIApp, trusted: str) -> None:
        self._app = app
        self._forwarded = ProxyHeadersMiddleware(self._pass_on, trusted_hosts=trusted.split())  # type: ignore[arg-type]
        self._warned = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on as the patient sent it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        said = {name: value for name, value in scope["headers"] if _SAID_BY_PROXIES.fullmatch(name)}
        peer = scope["client"][0] if scope.get("client") else None
        trusted = peer in self._forwarded.trusted_hosts
        scope = {**scope, "headers": [each for each in scope["headers"] if each[0] not in said or trusted]}
        if trusted:
            _take_host(scope, said.get(b"x-forwarded-host", b""))
            _take_prefix(scope, said.get(b"x-forwarded-prefix", b""))
        elif said and not self._warned:
            self._warned = True
            _log.warning(
                "A proxy forwards requests, but trusted_proxies does not name it: its users count as one client."
            )
        await self._forwarded(scope, receive, send)  # type: ignore[arg-type]

    async def _pass_on(self, scope: Scope, receive: Receive, send: Send) -> None:
        scope["headers"] = [each for each in scope["headers"] if not _SAID_BY_PROXIES.fullmatch(each[0])]
        await self._app(scope, receive, send)


def _take_host(scope: Scope, said: bytes) -> None:
    host = said.split(b",")[0].strip()
    if _HOST.fullmatch(host):
        scope["headers"] = [*(each for each in scope["headers"] if each[0] != b"host"), (b"host", host)]


def _take_prefix(scope: Scope, said: bytes) -> None:
    prefix = said.decode("latin-1").strip().rstrip("/")
    if _PREFIX.fullmatch(prefix):
        scope["root_path"] = prefix
        if not scope["path"].startswith(f"{prefix}/"):
            scope["path"] = prefix + scope["path"]
