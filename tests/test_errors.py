"""What a patient meets when something goes wrong, and what of it is logged."""

import logging

import pytest
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.responses import PlainTextResponse, StreamingResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from citedfaq.disclaimer import DISCLAIMER
from citedfaq.settings import Settings
from citedfaq.web.assets import read_assets
from citedfaq.web.errors import Errors, Problem, where

CLINIC = Settings(phone="+1 555 0100", clinic_name="Elm <Street> Clinic", emergency_number="999")
SECRET = "my secret neck question"


def fault(request):
    raise ValueError(SECRET)


async def half(request):
    async def lines():
        yield b"one line"
        raise ValueError(SECRET)

    return StreamingResponse(lines())


def refuse(request):
    raise HTTPException(
        int(request.path_params["status"]), SECRET, headers={"Retry-After": "7", "X-Trace": SECRET, "Set-Cookie": "a=b"}
    )


def well(request):
    return PlainTextResponse("well")


ROUTES = [
    Route(f"{folder}/{path}", endpoint)
    for folder in ("", "/api", "/gradio_api", "/a/b")
    for path, endpoint in (("fault", fault), ("half", half), ("refuse/{status}", refuse), ("well", well))
]


@pytest.fixture
def client():
    app = Errors(Starlette(routes=ROUTES), CLINIC, read_assets())
    return TestClient(app)


@pytest.mark.parametrize("status", [400, 403, 404, 405, 410, 413, 422, 429, 500, 503])
@pytest.mark.parametrize("folder", ["", "/api", "/gradio_api", "/a/b"])
@pytest.mark.parametrize("accept", ["*/*", "text/html,*/*;q=0.8", "application/json"])
def test_every_error_keeps_the_disclaimer_the_emergency_line_and_the_contact(client, status, folder, accept):
    response = client.get(f"{folder}/refuse/{status}", headers={"Accept": accept})
    assert response.status_code == status
    assert "In an emergency, call 999 now." in response.text
    assert "+1 555 0100" in response.text
    assert response.headers["retry-after"] == "7"
    assert response.headers["cache-control"] == "no-store"
    assert "secret" not in response.text + str(response.headers)
    if "html" in accept:
        assert response.headers["content-type"] == "text/html; charset=utf-8"
        assert "Elm &lt;Street&gt; Clinic" in response.text
        # A fragment stands on a page that has the disclaimer.
        assert response.text.startswith('<div class="cf-answer cf-error">' if folder == "/api" else "<!doctype html>")
        assert folder == "/api" or DISCLAIMER.replace("'", "&#39;") in response.text
    else:
        assert response.headers["content-type"] == "application/problem+json"
        problem = Problem(**response.json())
        assert (problem.status, problem.disclaimer) == (status, DISCLAIMER)
        assert ("error" in response.json()) == (folder == "/gradio_api")


def test_a_page_finds_its_files_from_any_depth(client):
    html = {"Accept": "text/html"}
    assert 'href="../web/article.css?v=' in client.get("/refuse/404", headers=html).text
    assert 'href="../../../web/article.css?v=' in client.get("/a/b/refuse/404", headers=html).text


def test_of_a_fault_only_its_kind_and_place_are_told_and_only_to_the_log(client, caplog):
    with caplog.at_level(logging.DEBUG):
        response = client.get("/fault")
    assert response.status_code == 500
    assert "Traceback" not in response.text
    [record] = [record for record in caplog.records if record.name.startswith("citedfaq")]
    line = fault.__code__.co_firstlineno + 1
    assert record.getMessage() == f"GET /fault failed: ValueError in test_errors.py, line {line}"
    assert record.exc_info is None
    assert SECRET not in response.text + caplog.text


def test_a_fault_in_the_middle_of_a_reply_ends_it(client, caplog):
    response = client.get("/half")
    assert response.text == "one line"
    assert "ValueError in test_errors.py" in caplog.text
    assert SECRET not in caplog.text


def test_what_went_well_passes(client):
    assert client.get("/well").text == "well"


def test_an_error_without_a_place_is_told_by_its_kind():
    assert where(ValueError(SECRET)) == "ValueError"
