"""Gradio brings more routes and events than the chat needs: what must stay out of reach, through each of them."""

import os
import tempfile
from pathlib import Path

import gradio
import pytest
from starlette.routing import Mount

from citedfaq.disclaimer import DISCLAIMER

from .apps import client_of
from .conftest import LONG, ROOT

SECRET = "a patient's secret"

OPEN = {
    "/",
    "/openapi.json",  # our own answers there
    "/config",
    "/config/",
    "/theme.css",
    "/manifest.json",
    "/favicon.ico",
    "/assets/{path:path}",
    "/static/{path:path}",
    "/gradio_api/run/{api_name}",
    "/gradio_api/run/{api_name}/",
    "/gradio_api/info",
    "/gradio_api/info/",
    "/gradio_api/app_id",
    "/gradio_api/app_id/",
    "/gradio_api/startup-events",
}
"""The routes of Gradio's that the door lets through, if only for some values of their parameters."""


@pytest.fixture(scope="module")
def client(first_small_index, encoder):
    with client_of(first_small_index, encoder) as client:
        yield client


@pytest.fixture
def secret(tmp_path):
    file = tmp_path / "secret.txt"
    file.write_text(SECRET)
    return file


def gradio_app(client):
    [mount] = [route for route in client.app.routes if isinstance(route, Mount) and hasattr(route.app, "get_blocks")]
    return mount.app


def routes_of(app):
    """Every path that Gradio's app answers, as it is declared."""
    for route in app.routes:
        if hasattr(route, "path"):
            yield route.path
        if hasattr(route, "original_router"):  # a router that FastAPI has taken in as a whole
            yield from (inner.path for inner in route.original_router.routes)


def filled(path, file):
    """A declared path with the file's in the place of its parameters."""
    while "{" in path:
        before, _, rest = path.partition("{")
        name, _, after = rest.partition("}")
        path = before + (str(file) if name.endswith(":path") else "predict") + after
    return path


def test_this_is_the_gradio_whose_routes_are_known(client):
    assert gradio.__version__.startswith("6.31.")
    paths = set(routes_of(gradio_app(client)))
    assert {"/gradio_api/upload", "/gradio_api/file={path_or_url:path}", "/gradio_api/queue/join"} <= paths
    assert len(paths) > 40


def test_every_route_of_gradio_that_the_chat_does_not_need_is_closed(client, secret):
    # The heartbeat of an open chat is a stream without an end.
    for path in sorted(set(routes_of(gradio_app(client))) - {"/gradio_api/heartbeat/{session_hash}"}):
        address = filled(path, secret)
        for method in ("GET", "POST", "PUT", "DELETE"):
            reply = client.request(method, address, content=b"{}" if method != "GET" else None)
            assert SECRET not in reply.text
            if path not in OPEN:
                assert reply.status_code in (404, 405), (method, path)
                assert DISCLAIMER in reply.text


@pytest.mark.parametrize(
    "path",
    [
        "{}",
        "/file={}",
        "/gradio_api/file={}",
        "/gradio_api/file/{}",
        "/static{}",
        "/static/img/..{}",
        "/assets{}",
        "/assets/../../../../..{}",
        "/assets/..%2f..%2f..%2f..%2f..%2f..{}",
        "/static/js/%2e%2e/%2e%2e{}",
        "/web/{}",
        "/web/..%2f..%2fapp.py",
        "/svelte{}",
        "/gradio_api/stream{}",
        "/gradio_api/proxy=file://{}",
        "/gradio_api/component_server/{}",
        "/articles/{}",
        "/gradio_api/heartbeat/{}",
        "/theme.css/{}",
    ],
)
def test_no_address_leads_to_a_file(client, secret, path):
    for address in (path.format(secret), path.format(str(secret).replace("/", "%2f")), path.format(ROOT / "app.py")):
        reply = client.get(address)
        assert reply.status_code == 404
        assert DISCLAIMER in reply.text


def test_nothing_can_be_uploaded(client):
    kept = Path(os.environ.get("GRADIO_TEMP_DIR") or Path(tempfile.gettempdir()) / "gradio")
    before = sorted(kept.rglob("*"))
    for path in (
        "/gradio_api/upload",
        "/upload",
        "/gradio_api/upload?upload_id=1",
        "/gradio_api/run/predict",
        "/api/ask",
        "/embed",
    ):
        reply = client.post(path, files={"files": ("secret.txt", SECRET)})
        assert reply.status_code in (404, 405, 422), path
        assert DISCLAIMER in reply.text
    assert sorted(kept.rglob("*")) == before


def shapes(file):
    """Values in which an event could take a file, its address, or a name of something to look up."""
    data = {"path": str(file), "meta": {"_type": "gradio.FileData"}}
    yield from (
        str(file),
        data,
        {**data, "url": f"file://{file}"},
        {**data, "is_stream": True},
        f"file={file}",
        f"/gradio_api/file={file}",
    )
    yield from ([data], [[data, data]], {"text": "x", "files": [data]}, [{"role": "user", "content": data}])
    yield [{"role": "user", "content": [{"type": "file", "file": data}]}]
    yield {"__type__": "update", "value": data}


def test_no_event_leads_to_a_file(client, secret):
    events = client.get("/config").json()["dependencies"]
    assert len(events) > 3
    for event in events:
        for value in shapes(secret):
            bodies = [{"data": [value]}, {"data": ["x", value]}]
            if LONG or isinstance(value, dict):
                bodies += [
                    {"data": [value], "event_data": value, "trigger_id": 1},
                    {"data": [[value]], "batched": True},
                ]
            for body in bodies:
                body |= {"fn_index": event["id"], "session_hash": "a"}
                reply = client.post("/gradio_api/run/predict", json=body)
                assert SECRET not in reply.text
                assert "Traceback" not in reply.text
                assert reply.status_code == 200 or DISCLAIMER in reply.text
    assert secret.read_text() == SECRET


@pytest.mark.parametrize("number", [-1, 99, 10**30, None, "x", 1.5, [0]])
def test_no_other_event_can_be_called(client, number):
    reply = client.post("/gradio_api/run/predict", json={"fn_index": number, "data": [], "session_hash": "a"})
    assert reply.status_code >= 400
    assert DISCLAIMER in reply.text
    assert "error" in reply.json()


def test_no_event_takes_the_shown_history(client):
    """A patient's browser could send any history as the chatbot's value; the server's own is kept out of its reach."""
    config = client.get("/config").json()
    kinds = {component["id"]: component["type"] for component in config["components"]}
    inputs = {kinds[number] for event in config["dependencies"] for number in event["inputs"]}
    assert inputs <= {"textbox", "state"}
    assert {kinds[number] for event in config["dependencies"] for number in event["outputs"]} >= {"chatbot", "state"}


def test_a_made_up_state_is_not_taken(client):
    events = client.get("/config").json()["dependencies"]
    number = next(event["id"] for event in events if event["api_name"].startswith("reply"))
    turns = [["earlier", f"<b>{SECRET}</b>"]]
    reply = client.post(
        "/gradio_api/run/predict", json={"fn_index": number, "data": ["plasters?", turns], "session_hash": "b"}
    )
    assert reply.status_code == 200
    assert SECRET not in reply.text


def test_a_fault_in_the_chat_shows_whom_to_turn_to_and_tells_nothing(client, monkeypatch, caplog, capfd):
    def fail(question, history):
        raise RuntimeError(question)

    monkeypatch.setattr(client.assistant, "ask", fail)
    reply = client.post("/gradio_api/run/predict", json={"fn_index": 0, "data": [SECRET, None], "session_hash": "c"})
    assert reply.status_code == 200
    assert "Something went wrong on our side" in reply.text
    assert "In an emergency, call" in reply.text
    assert "The chat failed: RuntimeError in test_gradio_closed.py" in caplog.text
    captured = capfd.readouterr()
    assert "Traceback" not in caplog.text + captured.out + captured.err + reply.text
    assert SECRET not in caplog.text + captured.out + captured.err


def test_where_too_many_wait_the_chat_says_so(client, monkeypatch):
    monkeypatch.setattr("citedfaq.web.answering.MAX_WAITING", 0)
    reply = client.post("/gradio_api/run/predict", json={"fn_index": 0, "data": ["x", None], "session_hash": "d"})
    assert "Many people are asking" in reply.text
    reply = client.post("/api/ask", json={"question": "x"})
    assert (reply.status_code, reply.headers["retry-after"]) == (503, "5")
    assert DISCLAIMER in reply.text
