"""`POST /api/ask`: the same answer as everywhere, for programs and for the light chat, whatever is sent."""

import json
import logging

import pytest

from citedfaq.assistant import MAX_QUESTION
from citedfaq.disclaimer import DISCLAIMER
from citedfaq.render import answer_html
from citedfaq.web.api import MAX_HISTORY
from citedfaq.web.errors import Problem
from citedfaq.web.guard import MAX_BODY

from .apps import client_of

ORIGIN = "https://clinic.example"
QUESTION = "what does knee taping do"
SECRET = "my secret elbow"


@pytest.fixture(scope="module")
def client(first_small_index, encoder):
    with client_of(first_small_index, encoder, phone="+1 555 0100", embed_origins=ORIGIN) as client:
        yield client


def ask(client, question=QUESTION, headers=None, **more):
    return client.post("/api/ask", json={"question": question, **more}, headers=headers)


def same(answer):
    """An answer as JSON has it, without the one value that differs each time."""
    return json.loads(json.dumps({**answer, "milliseconds": 0}))


def test_the_answer_is_the_assistants(client):
    reply = ask(client)
    assert reply.status_code == 200
    assert reply.headers["content-type"] == "application/json"
    assert reply.headers["cache-control"] == "no-store"
    assert same(reply.json()) == same(client.assistant.ask(QUESTION).to_json())
    assert reply.json()["disclaimer"] == DISCLAIMER


def test_as_html_it_is_what_the_chat_shows(client):
    reply = ask(client, headers={"Accept": "text/html"})
    assert reply.headers["content-type"] == "text/html; charset=utf-8"
    assert "Accept" in reply.headers["vary"]
    assert reply.text == answer_html(client.assistant.ask(QUESTION))


def test_earlier_questions_are_taken_into_account(client):
    history = ["What should I do before knee taping?"]
    reply = ask(client, "and what does it do?", history=history).json()
    assert same(reply) == same(client.assistant.ask("and what does it do?", history).to_json())
    assert "taping" in reply["searched_for"]


@pytest.mark.parametrize("question", ["", "   ", "?!", "x" * (MAX_QUESTION + 1), "\x00", "😀", "\u202eabc"])
def test_what_is_no_question_is_an_answer_too(client, question):
    reply = ask(client, question)
    assert reply.status_code == 200
    assert reply.json()["disclaimer"] == DISCLAIMER


def test_an_emergency_leads_and_personal_details_are_not_sent_back(client):
    assert ask(client, "crushing chest pain and my arm is numb").json()["outcome"] == "emergency"
    reply = ask(client, "will it hurt? call me, jane.roe@example.org")
    assert reply.json()["outcome"] == "personal_information"
    assert "jane.roe" not in reply.text


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"null",
        b"[]",
        b'"' + SECRET.encode() + b'"',
        b"\xff\xfe",
        b"[" * 30_000,
        b'{"question": ' * 4_000,
        b'{"question": 1}',
        b'{"question": null}',
        b'{"question": ["' + SECRET.encode() + b'"]}',
        b'{"questoin": "' + SECRET.encode() + b'"}',
        b'{"question": "x", "' + SECRET.encode() + b'": 1}',
        b'{"question": "x", "history": "' + SECRET.encode() + b'"}',
        b'{"question": "x", "history": [1]}',
        b'{"question": "x", "history": [' + b",".join([b'"x"'] * (MAX_HISTORY + 1)) + b"]}",
        b'{"question": 1e400}',
        b'{"question": ' + b"9" * 5_000 + b"}",
    ],
)
@pytest.mark.parametrize("kind", ["application/json", "text/plain", "multipart/form-data; boundary=x"])
def test_a_body_of_another_form_is_refused_without_repeating_it(client, body, kind, caplog):
    with caplog.at_level(logging.DEBUG):
        reply = client.post("/api/ask", content=body, headers={"Content-Type": kind})
    assert reply.status_code in (400, 422)
    problem = Problem(**reply.json())
    assert problem.disclaimer == DISCLAIMER
    assert problem.contact.phone == "+1 555 0100"
    assert "secret" not in reply.text + caplog.text


def test_what_is_wrong_is_named(client):
    assert "question: " in client.post("/api/ask", json={"question": 1}).json()["detail"]
    assert "history: " in client.post("/api/ask", json={"question": "x", "history": [1]}).json()["detail"]


def test_too_much_at_once_is_refused(client):
    reply = client.post("/api/ask", json={"question": "x" * MAX_BODY}, headers={"Accept": "text/html"})
    assert reply.status_code == 413
    assert reply.text.startswith('<div class="cf-answer cf-error">')


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"])
def test_it_is_only_posted_to(client, method):
    reply = client.request(method, "/api/ask")
    assert reply.status_code == 405
    assert reply.headers["allow"] == "POST"
    assert DISCLAIMER in reply.text


def preflight(client, origin):
    headers = {
        "Origin": origin,
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "content-type",
    }
    return client.options("/api/ask", headers=headers)


def test_a_website_that_the_clinic_names_may_ask(client):
    asked = preflight(client, ORIGIN)
    assert asked.status_code == 200
    assert asked.headers["access-control-allow-origin"] == ORIGIN
    reply = ask(client, headers={"Origin": ORIGIN, "Sec-Fetch-Site": "cross-site"})
    assert reply.status_code == 200
    assert reply.headers["access-control-allow-origin"] == ORIGIN
    assert "Origin" in reply.headers["vary"]
    assert "access-control-allow-credentials" not in reply.headers


@pytest.mark.parametrize(
    "origin", ["https://other.example", "http://clinic.example", "https://clinic.example.evil.example", "null"]
)
def test_no_other_website_may(client, origin):
    assert "access-control-allow-origin" not in preflight(client, origin).headers
    for path, body in (("/api/ask", {"question": SECRET}), ("/gradio_api/run/predict", {"fn_index": 0, "data": []})):
        reply = client.post(path, json=body, headers={"Origin": origin, "Sec-Fetch-Site": "cross-site"})
        assert reply.status_code == 403
        assert "access-control-allow-origin" not in reply.headers
        assert DISCLAIMER in reply.text


def test_a_named_website_may_read_errors_too(client):
    reply = client.post("/api/ask", content=b"", headers={"Origin": ORIGIN})
    assert (reply.status_code, reply.headers["access-control-allow-origin"]) == (422, ORIGIN)


def test_a_fault_shows_whom_to_turn_to_and_is_logged_without_the_question(client, monkeypatch, caplog):
    def fail(question, history):
        raise RuntimeError(question)

    monkeypatch.setattr(client.assistant, "ask", fail)
    with caplog.at_level(logging.DEBUG):
        reply = ask(client, SECRET)
        page = ask(client, SECRET, headers={"Accept": "text/html"})
    assert (reply.status_code, page.status_code) == (500, 500)
    assert reply.json()["contact"]["phone"] == "+1 555 0100"
    assert "+1 555 0100" in page.text
    assert "Traceback" not in reply.text + caplog.text
    assert "RuntimeError" not in reply.text
    assert "POST /api/ask failed: RuntimeError in test_api.py" in caplog.text
    assert "secret" not in reply.text + page.text + caplog.text


def test_no_question_reaches_the_log(client, caplog):
    with caplog.at_level(logging.DEBUG):
        ask(client, SECRET, history=[SECRET])
        client.get(f"/articles/knee?q={SECRET}")
        client.get(f"/embed?question={SECRET}")
    # The test's own client logs what it asks for.
    assert "secret" not in "".join(record.getMessage() for record in caplog.records if record.name != "httpx2")


def test_the_description_fits(client):
    """The OpenAPI description names every value of an answer, and its errors."""
    described = client.get("/openapi.json").json()
    assert list(described["paths"]) == ["/api/ask", "/healthz", "/readyz"]
    operation = described["paths"]["/api/ask"]["post"]
    assert set(operation["responses"]) == {"200", "400", "403", "413", "422", "429", "500", "503"}
    answer = described["components"]["schemas"]["Answer"]
    reply = ask(client).json()
    assert set(answer["properties"]) == set(reply)
    assert set(described["components"]["schemas"]["QuotedArticle"]["properties"]) == set(reply["quotes"][0]["article"])
    assert "text/html" in operation["responses"]["200"]["content"]
    assert "http" not in json.dumps(described).replace("HTTP", "")


def test_the_api_and_the_chat_share_one_rate(first_small_index, encoder):
    with client_of(first_small_index, encoder, rate_limit="3/hour", emergency_number="999") as client:
        replies = [
            ask(client),
            client.post(
                "/gradio_api/run/predict", json={"fn_index": 0, "data": ["plasters?", None], "session_hash": "a"}
            ),
            ask(client),
            ask(client),
            client.post(
                "/gradio_api/run/predict", json={"fn_index": 0, "data": ["plasters?", None], "session_hash": "a"}
            ),
        ]
        assert [reply.status_code for reply in replies] == [200, 200, 200, 429, 429]
        for reply in replies[3:]:
            assert 0 < int(reply.headers["retry-after"]) <= 3600
            assert DISCLAIMER in reply.text
            assert "In an emergency, call 999 now." in reply.text
        assert replies[4].json()["error"].startswith("Please wait a little.")
        assert "x" not in client.get("/healthz").json()
