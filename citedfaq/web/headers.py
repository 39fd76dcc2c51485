"""The headers of every reply: who may frame it, what it may load, and that it gives nothing away."""

from typing import Final

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from citedfaq.settings import Settings
from citedfaq.web.paths import route_path

_CLOSED: Final = "default-src 'none'; style-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'"
_EMBED: Final = f"{_CLOSED}; script-src 'self'; connect-src 'self'"
_CHAT: Final = (
    "default-src 'none'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data:; font-src 'self' data:; connect-src 'self'; manifest-src 'self'; "
    "base-uri 'self'; form-action 'none'"
)
"""Gradio's page carries its script and styles in itself, and names its own address as the base of its links. It needs
no `unsafe-eval` as long as it holds no `gr.HTML`."""

_POLICIES: Final = {"/": _CHAT, "/embed": _EMBED}
"""What a page may load; all others are `_CLOSED`."""

_ALWAYS: Final = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=(), browsing-topics=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}


class SecurityHeaders:
    """ASGI middleware that adds the headers to every reply.

    There is no `X-Frame-Options`: it cannot name other origins, and browsers heed `frame-ancestors` over it.
    """

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self._app = app
        self._ancestors = " ".join(["frame-ancestors 'self'", *settings.embed_origins.split()])

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on and add to its reply."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def add(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(raw=message["headers"])
                policy = _POLICIES.get(route_path(scope), _CLOSED)
                headers["Content-Security-Policy"] = f"{policy}; {self._ancestors}"
                for name, value in _ALWAYS.items():
                    headers[name] = value
                # A host page that isolates itself (COEP) frames only what says that it may be.
                shared = route_path(scope) == "/embed"
                headers.setdefault("Cross-Origin-Resource-Policy", "cross-origin" if shared else "same-origin")
                headers.setdefault("Cache-Control", "no-store")
            await send(message)

        await self._app(scope, receive, add)
