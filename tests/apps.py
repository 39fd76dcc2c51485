"""The web app in this process, without a server or a browser."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

from starlette.testclient import TestClient

from citedfaq.assistant import Assistant
from citedfaq.settings import Settings
from citedfaq.web.app import create_app

from .conftest import NO_LIMIT


def app_of(assistant):
    async def create():
        return create_app(assistant)

    # Outside of a running event loop, Gradio opens one for each lock that it makes, and leaves it unclosed. The
    # browser tests keep a loop running in this thread.
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(lambda: asyncio.run(create())).result()


@contextmanager
def client_of(index, encoder, peer="192.0.2.1", **settings):
    """A client of the whole app: as it would be with these settings, asked from the address `peer`."""
    assistant = Assistant(index, Settings(**{"rate_limit": NO_LIMIT, **settings}), encoder)
    app = app_of(assistant)
    with TestClient(app, client=(peer, 50_000), raise_server_exceptions=False) as client:
        client.assistant = assistant
        yield client
