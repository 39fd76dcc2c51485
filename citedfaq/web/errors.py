"""Errors: whatever goes wrong, the reply keeps the disclaimer, the emergency line and the clinic's contact."""

import dataclasses
import logging
import traceback
from pathlib import Path
from typing import Final

from pydantic import BaseModel, Field
from starlette.datastructures import Headers
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from citedfaq.answer import Contact
from citedfaq.disclaimer import DISCLAIMER
from citedfaq.settings import Settings
from citedfaq.web.assets import Asset, links
from citedfaq.web.html import emergency_line, error_fragment, error_html
from citedfaq.web.paths import root_of, route_path

BUSY: Final = "Many people are asking at the moment. Please wait a little, then ask again."
FAULT: Final = "Something went wrong on our side. Please try again in a little while."

_WORDS: Final = {
    400: ("That is not a question", "It does not have the form that is expected here."),
    403: ("Not from that website", "The website that you come from may not ask here."),
    404: ("There is no such page", "The address may be misspelt, or the page may have moved."),
    405: ("This does not work in that way", "The page is there, but cannot be used as it was asked to."),
    410: ("This article is no longer here", "The clinic has taken it out."),
    413: ("That is too much text", "Please ask in a few sentences."),
    422: ("That is not a question", "It does not have the form that is expected here."),
    429: ("Please wait a little", "You have asked many questions in a short time. Please wait, then ask again."),
    503: ("Please wait a little", BUSY),
}
"""What a patient reads of an error, by its status: a title, and a sentence or two."""

_KEPT: Final = ("allow", "retry-after")
"""Headers of the original reply that go with it."""

_FIRST_ERROR: Final = 400

_log = logging.getLogger(__name__)


class ContactDetails(BaseModel):
    """The person to turn to; empty where the clinic has not set it."""

    clinic_name: str
    phone: str
    contact_url: str
    booking_url: str
    hours_url: str


class Problem(BaseModel):
    """An error (RFC 9457), with what a patient needs to see whatever went wrong."""

    title: str = Field(description="the error in a few words")
    status: int
    detail: str = Field(description="a sentence or two for the patient")
    emergency: str = Field(description="whom to call in an emergency")
    disclaimer: str
    contact: ContactDetails


class Errors:
    """ASGI middleware that puts our own reply in the place of every error below it.

    So neither Gradio's texts nor a trace ever leave, and a patient who met an error still sees whom to turn to. What is
    logged of a fault is its kind and place: its message could hold a question.
    """

    def __init__(self, app: ASGIApp, settings: Settings, assets: dict[str, Asset]) -> None:
        self._app = app
        self._settings = settings
        self._assets = assets

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, and replace its reply if it is an error."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = replaced = False

        async def watch(message: Message) -> None:
            nonlocal started, replaced
            if replaced:
                return
            if message["type"] == "http.response.start" and message["status"] >= _FIRST_ERROR:
                replaced = True
                reply = self._reply(scope, message["status"], Headers(raw=message["headers"]))
                await reply(scope, receive, send)
                return
            started = True
            await send(message)

        try:
            await self._app(scope, receive, watch)
        except Exception as error:
            _log.error("%s %s failed: %s", scope["method"], route_path(scope), where(error))
            if not started and not replaced:
                await self._reply(scope, 500, Headers())(scope, receive, send)

    def _reply(self, scope: Scope, status: int, original: Headers) -> Response:
        title, detail = _WORDS.get(status, ("Something went wrong", FAULT))
        detail = scope.get("state", {}).get(DETAIL, detail)
        headers = {name: original[name] for name in _KEPT if name in original} | {"Cache-Control": "no-store"}
        path = route_path(scope)
        if "text/html" in Headers(scope=scope).get("accept", ""):
            if path.startswith("/api/"):
                return HTMLResponse(error_fragment(detail, self._settings), status, headers)
            root = root_of(path)
            page = error_html(self._settings, (status, title, detail), links(self._assets, root), root or "./")
            return HTMLResponse(page, status, headers)
        problem = Problem(
            title=title,
            status=status,
            detail=detail,
            emergency=emergency_line(self._settings),
            disclaimer=DISCLAIMER,
            contact=ContactDetails(**dataclasses.asdict(Contact.of(self._settings))),
        ).model_dump()
        if path.startswith("/gradio_api/"):
            # What Gradio's page shows of an error.
            problem["error"] = f"{title}. {detail} {problem['emergency']}"
        return JSONResponse(problem, status, headers, media_type="application/problem+json")


DETAIL: Final = "error_detail"
"""Where a route leaves a sentence of its own about an error, in its request's state."""


def where(error: BaseException) -> str:
    """Return an error's kind and where it was raised, without its message."""
    frames = traceback.extract_tb(error.__traceback__)
    place = f" in {Path(frames[-1].filename).name}, line {frames[-1].lineno}" if frames else ""
    return f"{type(error).__name__}{place}"
