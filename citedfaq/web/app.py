"""The FastAPI app: the chat at `/`, and whether it is alive and ready."""

import gradio as gr
from fastapi import FastAPI

from citedfaq import __version__
from citedfaq.assistant import Assistant
from citedfaq.web.chat import build_chat, mount_arguments
from citedfaq.web.guard import Guard

_SESSIONS = 500
"""Conversations kept in memory at once; Gradio's default of 10,000 would take 270 MB at 27 KB each."""


def create_app(assistant: Assistant) -> FastAPI:
    """Build the web app around an assistant."""
    app = FastAPI(title="CitedFAQ", version=__version__, docs_url=None, redoc_url=None, openapi_url=None)
    app.add_middleware(Guard)

    @app.get("/healthz")
    def alive() -> dict[str, str]:
        return {"status": "alive"}

    @app.get("/readyz")
    def ready() -> dict[str, str]:
        return {"status": "ready", "build": assistant.index.manifest.build}

    chat = build_chat(assistant)
    gr.mount_gradio_app(app, chat, path="/", **mount_arguments())
    # Gradio checks file paths only in an app that it launched itself.
    chat.has_launched = True
    chat.state_session_capacity = _SESSIONS
    # Its queue, which no event of ours uses, otherwise wakes 20 times a second.
    chat._queue.sleep_when_free = 0.5
    return app
