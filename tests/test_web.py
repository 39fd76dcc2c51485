"""The web app without a browser: its door, its health, and what stays out of reach."""

import asyncio
import logging

import pytest
from starlette.testclient import TestClient

from citedfaq.assistant import Assistant
from citedfaq.disclaimer import DISCLAIMER
from citedfaq.settings import Settings
from citedfaq.web.answering import Answering
from citedfaq.web.chat import MAX_TURNS, converse
from citedfaq.web.guard import MAX_BODY
from citedfaq.web.starters import starter_questions

from .apps import app_of
from .conftest import NO_LIMIT, ROOT


@pytest.fixture(scope="module")
def unlimited(own_index, encoder):
    """An assistant of the project's own corpus that may be asked without end."""
    return Assistant(own_index, Settings(rate_limit=NO_LIMIT), encoder)


@pytest.fixture(scope="module")
def app(unlimited):
    return app_of(unlimited)


@pytest.fixture(scope="module")
def client(app):
    with TestClient(app) as client:
        yield client


def talk(assistant, question, turns):
    return asyncio.run(converse(Answering(assistant), question, turns))


def event(client, *names):
    """Return the number of the chat's first event whose handler has one of these names."""
    config = client.get("/config").json()
    return [dependency["id"] for dependency in config["dependencies"] if dependency["api_name"] in names]


def send(client, number, data):
    return client.post("/gradio_api/run/predict", json={"fn_index": number, "data": data, "session_hash": "test"})


def test_it_tells_whether_it_is_alive_and_which_build_answers(client, own):
    assert client.get("/healthz").json() == {"status": "alive"}
    assert client.get("/readyz").json() == {"status": "ready", "build": own.index.manifest.build}


def test_the_page_is_served_and_names_no_outside_host(client):
    page = client.get("/").text
    assert client.get("/config").json()["title"] == "Ask our articles"
    for host in ("googleapis", "gstatic", "huggingface.co", "cdnjs"):
        assert host not in page.replace("https://huggingface.co/spaces", "")


def test_a_question_sent_as_an_event_is_answered(client):
    answered = send(client, event(client, "reply")[0], ["How long is a session?", None])
    assert answered.status_code == 200
    assert "60 to 90 minutes" in answered.text
    assert "cf-answer" in answered.text


@pytest.mark.parametrize(
    "data", [[None, None], [{"path": "/etc/passwd"}, None], [["a"], None], [12, "x"], [], ["a"] * 9]
)
def test_odd_events_neither_crash_nor_tell_how(client, data):
    response = send(client, event(client, "reply")[0], data)
    assert "Traceback" not in response.text
    assert "root:" not in response.text


@pytest.mark.parametrize(
    "path",
    [
        "/gradio_api/upload",
        "/gradio_api/file=/etc/passwd",
        "/gradio_api/file=citedfaq.toml",
        "/file=/etc/passwd",
        "/gradio_api/queue/join",
        "/gradio_api/proxy=http://127.0.0.1/",
        "/gradio_api/stream/a/b/c",
        "/static/../../../../etc/passwd",
        "/static/img/..%2f..%2f..%2f..%2fetc%2fpasswd",
        "/assets//etc/passwd",
        "/docs",
        "/redoc",
        "/articles/",
        "/articles/a/b",
        "/web/",
        "/web/..%2fapp.py",
        "/api/ask/",
        "/monitoring",
        "/login",
        "/no-such-page",
    ],
)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_all_other_paths_are_closed_and_still_show_the_disclaimer(client, path, method):
    response = client.request(method, path)
    assert response.status_code == 404
    assert DISCLAIMER in response.text


def test_a_file_outside_of_the_app_cannot_be_reached_through_any_event(client, tmp_path):
    secret = tmp_path / "secret.txt"
    secret.write_text("a patient's secret")
    numbers = [dependency["id"] for dependency in client.get("/config").json()["dependencies"]]
    assert len(numbers) > 3
    for number in numbers:
        for value in ({"path": str(secret), "meta": {"_type": "gradio.FileData"}}, str(secret)):
            for data in ([value], [value, value], [value, [[value, value]]]):
                assert "a patient's secret" not in send(client, number, data).text
    for path in (f"/gradio_api/file={secret}", f"/file={secret}"):
        assert client.get(path).status_code == 404


def test_gradio_itself_checks_paths_behind_the_guard(app):
    """Gradio has the attributes that `create_app` sets, and would refuse a file even if the guard let it pass."""
    [chat] = [route.app.get_blocks() for route in app.routes if hasattr(getattr(route, "app", None), "get_blocks")]
    assert chat.has_launched
    assert chat.state_session_capacity == 500
    assert chat._queue.sleep_when_free == 0.5


def test_a_body_over_the_cap_is_refused_with_the_disclaimer(client):
    response = client.post("/gradio_api/run/predict", content=b"x" * (MAX_BODY + 1))
    assert response.status_code == 413
    assert DISCLAIMER in response.text
    chunks = (b"y" * 1024 for _ in range(1000))
    assert client.post("/gradio_api/run/predict", content=chunks).status_code == 413


def test_web_sockets_are_closed(client):
    from starlette.websockets import WebSocketDisconnect

    with pytest.raises(WebSocketDisconnect), client.websocket_connect("/gradio_api/queue/join"):
        pass


def test_starter_questions_are_the_clinics_or_from_the_faq(small, own):
    assert starter_questions(small) == ["How long does a plaster stay on?", "Can I swim with a plaster?"]
    assert len(starter_questions(own)) == 4
    small.settings = Settings(starter_questions=("Does it hurt?",))
    assert starter_questions(small) == ["Does it hurt?"]


def test_a_conversation_keeps_its_latest_turns_only(own):
    turns = talk(own, "How long is a session?", [("earlier", "<p>earlier</p>")] * MAX_TURNS)
    assert len(turns) == MAX_TURNS
    assert turns[-1][0] == "How long is a session?"


def test_an_over_long_question_is_not_kept_whole(own):
    [(question, answer)] = talk(own, "x" * 50_000, [])
    assert len(question) == 2000
    assert "more than 2,000 characters" in answer


def test_no_question_reaches_the_log(client, caplog):
    with caplog.at_level(logging.DEBUG):
        send(client, event(client, "reply")[0], ["my secret neck question", None])
    assert "secret neck" not in caplog.text


def test_the_committed_settings_name_starter_questions_that_are_answered(own):
    from citedfaq.settings import load_settings

    settings = load_settings(ROOT / "citedfaq.toml")
    assert settings.starter_questions
    for question in settings.starter_questions:
        assert own.ask(question).quotes[0].question == question
