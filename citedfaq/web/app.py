"""The FastAPI app: the chat at `/`, the light chat at `/embed`, the articles, and the API."""

import gradio as gr
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.middleware.cors import CORSMiddleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.responses import Response

from citedfaq import __version__
from citedfaq.assistant import Assistant
from citedfaq.web.answering import Answering
from citedfaq.web.api import Question, api
from citedfaq.web.assets import read_assets
from citedfaq.web.chat import build_chat, mount_arguments
from citedfaq.web.errors import DETAIL, Errors
from citedfaq.web.guard import Guard
from citedfaq.web.headers import SecurityHeaders
from citedfaq.web.limit import RateLimit
from citedfaq.web.pages import pages
from citedfaq.web.proxy import TrustedProxies

_SESSIONS = 500
"""Conversations kept in memory at once; Gradio's default of 10,000 would take 270 MB at 27 KB each."""


def create_app(assistant: Assistant) -> FastAPI:
    """Build the web app around an assistant."""
    settings = assistant.settings
    origins = settings.embed_origins.split()
    assets = read_assets()
    answering = Answering(assistant)
    app = FastAPI(title="CitedFAQ", version=__version__, docs_url=None, redoc_url=None)
    app.add_exception_handler(RequestValidationError, _unfit)
    # The last one added meets a request first.
    app.add_middleware(GZipMiddleware, compresslevel=6)
    app.add_middleware(Guard, origins=frozenset(origins))
    app.add_middleware(RateLimit, rate=settings.rate_limit)
    app.add_middleware(Errors, settings=settings, assets=assets)
    app.add_middleware(CORSMiddleware, allow_origins=origins, allow_methods=["POST"], allow_headers=["Content-Type"])
    app.add_middleware(SecurityHeaders, settings=settings)
    app.add_middleware(TrustedProxies, trusted=settings.trusted_proxies)
    app.include_router(api(answering))
    app.include_router(pages(assistant, assets))

    chat = build_chat(answering)
    gr.mount_gradio_app(app, chat, path="/", **mount_arguments())
    # Gradio checks file paths only in an app that it launched itself.
    chat.has_launched = True
    chat.state_session_capacity = _SESSIONS
    # Its queue, which no event of ours uses, otherwise wakes 20 times a second.
    chat._queue.sleep_when_free = 0.5
    return app


def _unfit(request: Request, error: Exception) -> Response:
    """Say what does not fit, in words that repeat nothing of what was sent."""
    if isinstance(error, RequestValidationError):
        first = error.errors()[0]
        field = next((part for part in first["loc"] if part in Question.model_fields), None)
        setattr(request.state, DETAIL, f"{field}: {first['msg']}." if field else f"{first['msg']}.")
    return Response(status_code=422)
