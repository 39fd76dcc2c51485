"""The door alone, around an app that answers everything."""

import asyncio

import pytest
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.testclient import TestClient

from citedfaq.web.guard import MAX_BODY, Guard


async def echo(scope, receive, send):
    body = await Request(scope, receive).body()
    await PlainTextResponse(body)(scope, receive, send)


@pytest.fixture
def client():
    return TestClient(Guard(echo, frozenset({"https://clinic.example"})), base_url="http://faq.example")


@pytest.mark.parametrize(
    "path", ["/", "/embed", "/widget.js", "/articles/after-care-1", "/web/embed.js", "/assets/a/b.js"]
)
def test_what_the_app_needs_is_open(client, path):
    assert client.get(path).status_code == 200
    assert client.head(path).status_code == 200


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("POST", "/", "GET, HEAD"),
        ("DELETE", "/articles/knee", "GET, HEAD"),
        ("GET", "/api/ask", "POST"),
        ("PUT", "/api/ask", "POST"),
    ],
)
def test_a_path_takes_its_methods_only(client, method, path, allowed):
    reply = client.request(method, path)
    assert (reply.status_code, reply.headers["allow"]) == (405, allowed)


@pytest.mark.parametrize(
    "path",
    [
        "/embed/",
        "/embed2",
        "/articles/a/b",
        "/articles/A",
        "/articles/a%0a",
        "/articles/%C3%A9",
        "/web/a/b",
        "/web/..%2fapp.py",
        "/assets/..%2fapp",
        "/assets//etc/passwd",
        "/gradio_api/upload",
        "/gradio_api/heartbeat/a/b",
        "/config%0a",
        "/static/css/x",
    ],
)
def test_all_else_is_closed(client, path):
    assert client.get(path).status_code == 404


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),  # no browser
        ({"Origin": "https://clinic.example"}, 200),
        ({"Origin": "http://faq.example"}, 200),
        ({"Origin": "https://faq.example"}, 200),  # a proxy in front speaks HTTPS
        ({"Origin": "https://other.example", "Sec-Fetch-Site": "same-origin"}, 200),  # ... and does not pass Host on
        ({"Origin": "https://other.example"}, 403),
        ({"Origin": "https://other.example", "Sec-Fetch-Site": "cross-site"}, 403),
        ({"Origin": "http://clinic.example"}, 403),
        ({"Origin": "https://clinic.example.evil.example"}, 403),
        ({"Origin": "https://clinic.example:8443"}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": ""}, 403),
        ({"Origin": "https://[broken"}, 403),
    ],
)
def test_only_our_pages_and_the_clinics_websites_may_ask(client, headers, status):
    assert client.post("/api/ask", content=b"x", headers=headers).status_code == status
    assert client.get("/embed", headers=headers).status_code == 200


def test_a_body_passes_whole_up_to_the_cap(client):
    assert client.post("/api/ask", content=b"x" * MAX_BODY).content == b"x" * MAX_BODY
    assert client.post("/api/ask", content=b"").content == b""
    chunks = (b"y" * 1000 for _ in range(60))
    assert client.post("/api/ask", content=chunks).content == b"y" * 60_000


def test_a_body_over_the_cap_is_refused_before_it_is_read_whole(client):
    sent = []

    def chunks():
        for number in range(1000):
            sent.append(number)
            yield b"y" * 1024

    assert client.post("/api/ask", content=b"x" * (MAX_BODY + 1)).status_code == 413
    assert client.post("/api/ask", content=chunks()).status_code == 413


def test_after_the_body_the_app_hears_of_a_browser_that_leaves():
    """Gradio waits for that while it streams."""
    heard = []

    async def app(scope, receive, send):
        heard.extend([await receive(), await receive()])

    messages = [{"type": "http.request", "body": b"x"}, {"type": "http.disconnect"}]

    async def receive():
        return messages.pop(0)

    scope = {"type": "http", "method": "POST", "path": "/api/ask", "headers": []}
    asyncio.run(Guard(app)(scope, receive, None))
    assert [message["type"] for message in heard] == ["http.request", "http.disconnect"]


def test_the_start_and_end_of_the_server_pass_and_web_sockets_do_not():
    seen, sent = [], []

    async def app(scope, receive, send):
        seen.append(scope["type"])

    async def send(message):
        sent.append(message)

    asyncio.run(Guard(app)({"type": "lifespan"}, None, send))
    asyncio.run(Guard(app)({"type": "websocket", "path": "/gradio_api/queue/join"}, None, send))
    assert seen == ["lifespan"]
    assert sent == [{"type": "websocket.close", "code": 1008}]
