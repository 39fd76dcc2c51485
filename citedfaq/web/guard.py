"""The door of the web app: only the paths that it needs, from where it may be asked, and bodies of a sensible size."""

import re

from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from citedfaq.web.paths import route_path

MAX_BODY = 64 * 1024
"""Bytes; a question of the longest length with a long conversation stays well below."""

_READ = re.compile(
    r"/(embed|widget\.js|openapi\.json|healthz|readyz)?|/articles/[a-z0-9-]+|/web/[\w.-]+|"
    r"/(config|theme\.css|manifest\.json|favicon\.ico)|/assets/[\w./-]+|/static/(js|img|fonts)/[\w./-]+|"
    r"/gradio_api/(info|app_id|startup-events|heartbeat/\w+)/?",
    re.ASCII,
)
_ASKED = re.compile(r"/api/ask|/gradio_api/run/predict/?", re.ASCII)
"""Our own paths, and what Gradio's page asks for; Gradio's upload, file and queue endpoints stay closed."""

_READING, _ASKING = ("GET", "HEAD"), ("POST",)


class Guard:
    """ASGI middleware that answers 404 to other paths, 405 to other methods, 403 to other websites, 413 to a long body.

    Args:
        app: what it guards.
        origins: the origins that may ask beside our own.
    """

    def __init__(self, app: ASGIApp, origins: frozenset[str] = frozenset()) -> None:
        self._app = app
        self._origins = origins

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass an allowed request on."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        if scope["type"] != "http":
            await send({"type": "websocket.close", "code": 1008})
            return
        methods = _methods(route_path(scope))
        refusal = None
        if not methods:
            refusal = Response(status_code=404)
        elif scope["method"] not in methods:
            refusal = Response(status_code=405, headers={"Allow": ", ".join(methods)})
        elif scope["method"] in _ASKING:
            if not self._may_ask(scope):
                refusal = Response(status_code=403)
            elif (body := await _body(receive)) is None:
                refusal = Response(status_code=413)
            else:
                receive = _replay(body, receive)
        await (refusal or self._app)(scope, receive, send)

    def _may_ask(self, scope: Scope) -> bool:
        """Say whether the request comes from no website, from our own pages, or from one that the clinic names.

        CORS keeps a foreign website from reading the reply, but not from having us work on it.
        """
        headers = Headers(scope=scope)
        origin = headers.get("origin")
        if origin is None or origin in self._origins or headers.get("sec-fetch-site") == "same-origin":
            return True
        # Whatever the scheme: a proxy in front may speak HTTPS for us.
        return origin.partition("://")[2] == headers.get("host")


def _methods(path: str) -> tuple[str, ...]:
    """Return the methods that a path takes; none if it is closed."""
    if ".." in path or "//" in path:
        return ()
    return (_READING if _READ.fullmatch(path) else ()) + (_ASKING if _ASKED.fullmatch(path) else ())


async def _body(receive: Receive) -> bytes | None:
    """Read a request's body, or return None as soon as it is too long."""
    body = bytearray()
    while True:
        message = await receive()
        body += message.get("body", b"")
        if len(body) > MAX_BODY:
            return None
        if message["type"] != "http.request" or not message.get("more_body"):
            return bytes(body)


def _replay(body: bytes, receive: Receive) -> Receive:
    sent = False

    async def replay() -> Message:
        nonlocal sent
        if sent:
            return await receive()
        sent = True
        return {"type": "http.request", "body": body, "more_body": False}

    return replay
