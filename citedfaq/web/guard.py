"""The door of the web app: only the paths that the chat needs, and only bodies of a sensible size."""

import re

from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from citedfaq.disclaimer import DISCLAIMER

MAX_BODY = 64 * 1024
"""Bytes; a question of the longest length with a long conversation stays well below."""

_ALLOWED = re.compile(
    r"/(config|theme\.css|manifest\.json|favicon\.ico|healthz|readyz)?|/assets/[\w./-]+|/static/(js|img|fonts)/[\w./-]+|"
    r"/gradio_api/(run/predict|info|app_id|startup-events|heartbeat/\w+)/?"
)
"""What Gradio's page asks for, and our own paths; its upload, file and queue endpoints stay closed."""


class Guard:
    """ASGI middleware that answers 404 outside of the allowed paths and 413 to a body over `MAX_BODY`."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass an allowed request on."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        if scope["type"] != "http":
            await send({"type": "websocket.close", "code": 1008})
            return
        path = scope["path"].removeprefix(scope.get("root_path", "").rstrip("/"))
        if not _ALLOWED.fullmatch(path) or ".." in path or "//" in path:
            await _refusal("There is no such page.", 404)(scope, receive, send)
            return
        body = await _body(receive) if scope["method"] not in ("GET", "HEAD") else b""
        if body is None:
            await _refusal("That is too much text at once.", 413)(scope, receive, send)
            return
        await self._app(scope, _replay(body, receive) if body else receive, send)


def _refusal(sentence: str, status: int) -> PlainTextResponse:
    return PlainTextResponse(f"{sentence}\n\n{DISCLAIMER}\n", status_code=status)


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
